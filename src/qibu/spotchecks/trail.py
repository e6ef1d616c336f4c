"""How spot checks read in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.contracts import spotchecks as events
from qibu.network import trail
from qibu.spotchecks.forms import RuleForm
from qibu.ui.labels import labels

trail.say(
    events.SampleDrawn, gettext_lazy("抽取了 {month} 的抽访：{population} 条线索里 {drawn} 位（{digest}）")
)
trail.say(events.CheckAnswered, gettext_lazy("抽访了 {customer}，顾问 {staff_name} 得 {score} 分"))
trail.say(events.CheckFailed, gettext_lazy("没能抽访 {customer}：{reason}"))
trail.say(events.RewardsProposed, gettext_lazy("按 {month} 的抽访提出了 {proposals} 条奖惩"))
trail.say(
    events.RewardDecided, gettext_lazy("决定了 {staff_name} {month} 的奖惩 {amount} 元，批准：{agreed}")
)
trail.say(
    events.RewardCorrected, gettext_lazy("冲销了 {staff_name} {month} 的奖惩，记 {amount} 元：{reason}")
)
trail.say(events.SampleRuleChanged, gettext_lazy("修改了抽访规则：{changes}"), changes=labels(RuleForm))
trail.say(events.StandardChanged, gettext_lazy("修改了接待标准问卷，现在 {questions} 题"))
