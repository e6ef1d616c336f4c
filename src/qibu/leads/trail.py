"""How what happens to leads reads in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.contracts import leads as events
from qibu.kernel.actors import Actor
from qibu.leads import selectors, words
from qibu.leads.forms import FactsForm
from qibu.leads.forms_sharing import LABELS, RuleForm
from qibu.leads.setting_forms import PaceForm, ReasonForm
from qibu.network import trail
from qibu.ui.labels import labels

FACTS = labels(FactsForm)
LIMITS = {name: label for name, (label, _unit, _hint) in LABELS.items()}


def _stages(actor: Actor) -> dict[str, str]:
    return {row.code: str(row) for row in reversed(selectors.StageBook(actor.organisation_id).rows)}


def _losses(actor: Actor) -> dict[str, str]:
    return {row.code: str(row) for row in selectors.loss_reasons(actor, all_of_them=True) if not row.parent}


trail.say(events.LeadReceived, gettext_lazy("收到 {customer} 的线索（{car}）"))
trail.say(events.LeadTouched, gettext_lazy("{customer} 又来联系，补充了：{changes}"), changes=FACTS)
trail.say(events.LeadAssigned, gettext_lazy("把 {customer} 的线索交给{staff_name}"), reason=words.REASONS)
trail.say(events.LeadChanged, gettext_lazy("修改了 {customer} 的线索：{changes}"), changes=FACTS)
trail.say(events.LeadAnswered, gettext_lazy("首次联系了 {customer}，用时 {after_minutes} 分钟"))
trail.say(events.LeadPlanned, gettext_lazy("为 {customer} 安排了下一步：{what}（{due_at}）"))
trail.say(
    events.LeadStageChanged,
    gettext_lazy("把 {customer} 的线索从 {was} 移到 {stage}"),
    was=_stages,
    stage=_stages,
)
trail.say(events.LeadGraded, gettext_lazy("把 {customer} 的意向级别从 {was} 改为 {grade}"))
trail.say(events.LeadLost, gettext_lazy("{customer} 的线索战败：{reason} {lost_to}"), reason=_losses)
trail.say(events.LeadWon, gettext_lazy("{customer} 成交（{car}）"))
trail.say(events.LeadReopened, gettext_lazy("重新跟进 {customer} 的线索"))
trail.say(events.LossChecked, gettext_lazy("确认了 {customer} 的战败原因"))
trail.say(events.LeadsMerged, gettext_lazy("合并了 {customer} 的两条线索"))
trail.say(events.LeadJudged, gettext_lazy("把 {customer} 的成交概率定为 {percent}%（手工：{by_hand}）"))
trail.say(events.ScoringRefused, gettext_lazy("{customer} 不同意自动评分"))
trail.say(events.ScoringAllowed, gettext_lazy("{customer} 重新同意自动评分"))
trail.say(events.StagesChanged, gettext_lazy("修改了销售阶段 {line}：{changes}"))
trail.say(
    events.LossReasonChanged,
    gettext_lazy("修改了战败原因「{reason}」：{changes}"),
    changes=labels(ReasonForm),
)
trail.say(
    events.PaceChanged, gettext_lazy("修改了 {grade} 级的跟进频率：{changes}"), changes=labels(PaceForm)
)
trail.say(events.LeadPolicyChanged, gettext_lazy("修改了线索时限和限额：{changes}"), changes=LIMITS)
trail.say(
    events.AllocationRuleChanged,
    gettext_lazy("修改了线索分配规则 {rule}：{changes}"),
    changes=labels(RuleForm),
)
trail.say(events.SellerGroupChanged, gettext_lazy("修改了销售小组 {group}：{changes}"))
trail.say(events.SellerShareChanged, gettext_lazy("{staff_name} 接线索的份额改为 {weight}，最多跟进 {room}"))
trail.say(events.DutyChanged, gettext_lazy("修改了排班：{days}"))
