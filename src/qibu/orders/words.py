"""What people call the fields of an order, and why it waits for somebody's word."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.orders.models import Cancellation, Order, Payment, StockCar
from qibu.orders.rules import Beyond
from qibu.ui import formats

FIELDS: dict[str, Any] = {
    "number": gettext_lazy("合同号"), "quote": gettext_lazy("报价单号"), "model_code": gettext_lazy("车型"),
    "brand": gettext_lazy("品牌"), "series": gettext_lazy("车系"), "model": gettext_lazy("配置"),
    "colour": gettext_lazy("颜色"), "expected_on": gettext_lazy("约定交车日期"), "price": gettext_lazy("车价"),
    "discount": gettext_lazy("优惠"), "extras": gettext_lazy("其他应收"),
    "extras_note": gettext_lazy("其他应收包括什么"), "deposit_kind": gettext_lazy("先付的钱算什么"),
    "deposit": gettext_lazy("先付多少"), "payment": gettext_lazy("付款方式"), "loan": gettext_lazy("贷款金额"),
    "remark": gettext_lazy("备注"),
}  # fmt: skip
BEYOND: dict[str, Any] = {
    Beyond.DISCOUNT: gettext_lazy("优惠超过顾问权限"), Beyond.DEPOSIT: gettext_lazy("先付的钱少于规定"),
}  # fmt: skip
# Why a car was let go, where the product did it.
RELEASED: dict[str, Any] = {
    "model": gettext_lazy("订单改了车型"), "other_car": gettext_lazy("换了一台车"),
    "cancelled": gettext_lazy("订单取消"),
}  # fmt: skip
SUMS = frozenset({"price", "discount", "extras", "deposit", "loan"})
DAYS = frozenset({"expected_on"})
NONE = pgettext_lazy("没有值", "空")


def field(name: str) -> str:
    return str(FIELDS.get(name, name))


def beyond(codes: list[str]) -> str:
    return _("；").join(str(BEYOND.get(code, code)) for code in codes)


def value(name: str, text: str | None) -> str:
    """A stored value as people read it: sums as money, days as days, codes in words."""
    if not text:
        return str(NONE)
    if name in SUMS:
        return formats.money(Decimal(text))
    if name in DAYS:
        return formats.day(date.fromisoformat(text))
    choices = {"deposit_kind": Order.Deposit, "payment": Order.Payment}.get(name)
    return str(choices(text).label) if choices and text in choices.values else text


def labelled(choices: Any, code: str) -> str:
    return str(choices(code).label) if code in choices.values else code


def payment_kind(code: str) -> str:
    return labelled(Payment.Kind, code)


def reason(code: str) -> str:
    return labelled(Cancellation.Reason, code)


def leaving(code: str) -> str:
    return labelled(StockCar.Leaving, code)


def changed(changes: dict[str, list[str | None]]) -> list[tuple[str, str, str]]:
    """Field, before, after."""
    return [(field(name), value(name, was), value(name, now)) for name, (was, now) in changes.items()]
