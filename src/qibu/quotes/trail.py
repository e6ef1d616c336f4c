"""How what happens to quotations reads in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.contracts import quotes as events
from qibu.network import trail
from qibu.quotes.terms_forms import PlanForm, RulesForm
from qibu.ui.labels import labels

trail.say(events.QuoteWritten, gettext_lazy("写了 {customer} 的报价 {number}"))
trail.say(events.DiscountAsked, gettext_lazy("为 {customer} 的报价 {number} 申请优惠 {discount} 元"))
trail.say(events.DiscountDecided, gettext_lazy("{agreed} {customer} 的报价 {number} 优惠 {discount} 元"))
trail.say(
    events.QuoteSent,
    gettext_lazy("把报价 {number} 发给 {customer}：{car}，合计 {total} 元，{valid_until} 前有效"),
)
trail.say(events.QuoteOpened, gettext_lazy("{customer} 打开了报价 {number}"))
trail.say(events.QuoteAnswered, gettext_lazy("{customer} 在报价 {number} 上留言：{note}"))
trail.say(events.QuoteAccepted, gettext_lazy("{customer} 接受了报价 {number}：{car}，合计 {total} 元"))
trail.say(events.QuoteWithdrawn, gettext_lazy("撤回了 {customer} 的报价 {number}"))
trail.say(events.LinkRevoked, gettext_lazy("停用了 {customer} 的报价 {number} 的链接"))
trail.say(
    events.CarAppraised, gettext_lazy("评估了 {customer} 的旧车 {car}：{value} 元，{valid_until} 前有效")
)
trail.say(
    events.QuoteContentChanged,
    gettext_lazy("修改了贷款方案和报价规则里的「{code}」：{changes}"),
    changes=labels(PlanForm, RulesForm),
)
