"""What people call the parts of a price, their notes, and why something is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.quotes.errors import BadOffer
from qibu.quotes.rules.authority import Refusal
from qibu.quotes.rules.pricing import Kind, Part
from qibu.quotes.rules.taxes import Relief, Vessel
from qibu.ui import formats

PARTS: dict[str, Any] = {
    Kind.VEHICLE: gettext_lazy("车价"),
    Kind.DISCOUNT: gettext_lazy("优惠"),
    Kind.PURCHASE_TAX: gettext_lazy("车辆购置税"),
    Kind.COMPULSORY: gettext_lazy("交强险"),
    Kind.LIABILITY: gettext_lazy("第三者责任险"),
    Kind.DAMAGE: gettext_lazy("车辆损失险"),
    Kind.PEOPLE: gettext_lazy("车上人员责任险"),
    Kind.INSURANCE: gettext_lazy("商业险"),
    Kind.VESSEL_TAX: gettext_lazy("车船税"),
    Kind.REGISTRATION: gettext_lazy("上牌费用"),
    Kind.ACCESSORY: gettext_lazy("精品"),
    Kind.SERVICE: gettext_lazy("服务套餐"),
    Kind.SUBSIDY: gettext_lazy("补贴"),
    Kind.TRADE_IN: gettext_lazy("旧车抵价"),
}
NOTES: dict[str, Any] = {
    "estimate": gettext_lazy("估算，以保险公司核保为准"),
    "offered": gettext_lazy("保险公司报价"),
    "no_table": gettext_lazy("费率表里没有这种车，没有算进去"),
    "gift": pgettext_lazy("报价", "赠送"),
    Relief.FREE: gettext_lazy("新能源免征，省 {saved}"),
    Relief.HALF: gettext_lazy("新能源减半，省 {saved}"),
    Relief.SHORT_RANGE: gettext_lazy("纯电续航不够，不减税"),
    Relief.UNKNOWN_RANGE: gettext_lazy("没有登记纯电续航，按不减税算"),
    Relief.NO_RULE: gettext_lazy("这一天以后的减税政策还没公布，按不减税算"),
    Vessel.EXEMPT: gettext_lazy("新能源车不征收"),
    Vessel.UNKNOWN: gettext_lazy("没有登记排量，没有算进去"),
    Vessel.DUE: gettext_lazy("当年 {months} 个月"),
}
REFUSALS: dict[str, Any] = {
    Refusal.OWN: gettext_lazy("自己申请的优惠不能自己批，请另一位有权限的同事来批。"),
    Refusal.LIMIT: gettext_lazy("这笔优惠超过了您的权限，请上级来批。您可以不同意。"),
    Refusal.RIGHT: gettext_lazy("您没有审批优惠的权限。"),
}


def part(one: Part) -> str:
    """The label of a part; an extra has its own name."""
    if one.name:
        return one.name if formats.chinese() else one.name_en or one.name
    label = str(PARTS[one.kind])
    insured = one.facts.get("sum")
    return f"{label} {insured_sum(insured)}" if insured else label


def insured_sum(amount: int) -> str:
    """Sums insured are said in whole units of ten thousand."""
    return f"{amount // 10_000} 万" if formats.chinese() else formats.money(amount, "round")


def note(one: Part) -> str:
    said = str(NOTES.get(one.note, ""))
    facts = {name: formats.money(value) if name == "saved" else value for name, value in one.facts.items()}
    return said.format_map(facts) if said else ""


def bad_offer(fault: BadOffer) -> tuple[str, str]:
    """The field of the variant's form, and what is wrong there."""
    money = formats.money(fault.amount) if isinstance(fault.amount, Decimal) else ""
    return {
        "car": ("car", _("这款车不在价格表里了，请另选一款。")),
        "below_list": ("price", _("不能低于价格表的 {money}；要便宜请填在优惠里。").format(money=money)),
        "discount": ("discount", _("优惠不能超过车价 {money}。").format(money=money)),
        "extra": ("extras", _("「{name}」不适用于这款车，请去掉它的勾。").format(name=fault.name)),
        "trade_in": ("trade_in", _("先在上面选一份有效的旧车评估，再抵价。")),
        "plan": ("plan", _("这个贷款方案不适用于这款车，请另选一个。")),
        "down": ("down", _("首付至少 {money}，并且要低于车价。").format(money=money)),
        "loan": ("plan", _("按这个首付，贷款方案算不出还款计划，请调整首付或换一个方案。")),
        "number": ("car", _("一份报价最多 4 个方案。")),
    }[fault.code]
