"""What is said where something stands in the way of a delivery."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.deliveries import errors
from qibu.deliveries.rules import BadImage, Fault, Lack
from qibu.deliveries.services.appointments import CANCELLED
from qibu.leads import errors as of_leads
from qibu.orders import errors as of_orders
from qibu.orders.acts import sentence as of_order
from qibu.ui import formats
from qibu.vehicles import errors as of_cars
from qibu.vehicles.views import mileage_sentence

__all__ = ["FAULTS", "LACKS", "PICTURES", "sentence"]
LACKS: dict[str, Any] = {
    Lack.CONTRACT: gettext_lazy("订单改过以后还没有生效，要先签约或等审批"),
    Lack.CAR: gettext_lazy("订单还没有配车"), Lack.NOT_THERE: gettext_lazy("车还没有到店"),
    Lack.MONEY: gettext_lazy("还有款没收齐"), Lack.STEPS: gettext_lazy("清单上必做的还没做完"),
    Lack.SIGNATURE: gettext_lazy("客户还没有签名"), Lack.ADVISOR: gettext_lazy("还没有指定服务顾问"),
}  # fmt: skip
# Why it was called off, where the product did it.
CALLED_OFF: dict[str, Any] = {CANCELLED: gettext_lazy("订单取消了")}
# The field of the record that belongs to it.
FIELDS = {Lack.STEPS: "left_out", Lack.SIGNATURE: "on_paper", Lack.ADVISOR: "advisor", Lack.MONEY: "unpaid"}
PICTURES: dict[str, Any] = {
    Fault.EMPTY: gettext_lazy("请先选一张照片。"),
    Fault.TOO_LARGE: gettext_lazy("照片超过 8 MB，请用手机的普通画质再拍一张。"),
    Fault.OTHER_KIND: gettext_lazy("只收 JPG 和 PNG 照片，这个文件不是。"),
    Fault.BROKEN: gettext_lazy("照片没有传完整，或者文件坏了。请再传一次。"),
}  # fmt: skip
FAULTS: tuple[type[Exception], ...] = (
    errors.DeliveryFault, of_orders.OrderFault, of_leads.Closed, of_cars.VehicleFault, BadImage
)  # fmt: skip


def called_off(why: str) -> str:
    return str(CALLED_OFF.get(why, why))


def sentence(fault: Exception) -> tuple[str | None, str]:
    """The field a refusal belongs to, and what people read."""
    if isinstance(fault, errors.BayTaken):
        return "bay", _("这个交车位 {at} 约了订单 {number} 交车，请换个时间或位置。").format(
            at=formats.moment(fault.at, "short"), number=fault.number
        )
    if isinstance(fault, errors.OutsideHours):
        return "at", _outside(fault)
    if isinstance(fault, of_orders.OrderFault):
        return of_order(fault)
    if isinstance(fault, BadImage):
        return "photo", str(PICTURES[fault.fault])
    if isinstance(fault, of_cars.ContradictoryReading):
        return "km", mileage_sentence(fault)[1]
    field, words = SENTENCES.get(type(fault), _unknown)()
    return field, words


def _outside(fault: errors.OutsideHours) -> str:
    day = formats.day(fault.day, "words")
    if not fault.hours:
        return _("{day} 门店不营业，请换一天。").format(day=day)
    hours = _("、").join(f"{formats.moment(start, 'time')}–{formats.moment(end, 'time')}" for start, end in fault.hours)
    return _("{day} 的营业时间是 {hours}，交车要在这段时间里开始和结束。").format(day=day, hours=hours)


def _unknown() -> tuple[str | None, str]:
    return None, _("这一步没有做成，请刷新页面再试。")


SENTENCES: dict[type[Exception], Any] = {
    errors.OrderNotReady: lambda: (None, _("签了约、配好车的订单才能约交车。")),
    errors.PlannedAlready: lambda: (None, _("这张订单已经约好了交车，请在那份预约里改。")),
    errors.InThePast: lambda: ("at", _("这个时间已经过去了。")),
    errors.InTheFuture: lambda: ("on", _("这一天还没到。")),
    errors.Over: lambda: (None, _("这次交车已经完成或取消，不能再改。")),
    errors.ChangedMeanwhile: lambda: (None, _("这份预约刚被同事改过。请核对后再保存一次，以您填的为准。")),
    errors.ListedMeanwhile: lambda: (
        None, _("清单刚被同事改过，您写的都还在。请在另一个窗口看看现在的清单；再保存一次，以您写的为准。")
    ),
    errors.NoConsent: lambda: ("agreed", _("客户同意了才能拍照留存，请先问过客户再勾选。")),
    errors.OwnedByOther: lambda: (None, _("这个 VIN 的车登记在别人名下。请先在车辆页面办好过户，再登记交车。")),
    errors.ReasonMissing: lambda: ("left_out", _("请写明原因，以后查得到。")),
    errors.NotDelivered: lambda: (None, _("这次交车还没有登记，没有什么要撤销。")),
    errors.TooLate: lambda: (None, _("只有登记当天能撤销。车不是他的，请在车辆页面办过户；金额有误，请在订单里登记。")),
    errors.OwnedSince: lambda: (None, _("这台车后来又过户了，不能再撤销。请在车辆页面看现在的车主。")),
    of_leads.Closed: lambda: (None, _("这条线索已经结束，请先重新跟进。")),
    of_cars.PolicyExists: lambda: ("compulsory_ends", _("这台车已有同样的保单，请核对。")),
    of_cars.InTheFuture: lambda: ("on", _("这一天还没到。")),
}
