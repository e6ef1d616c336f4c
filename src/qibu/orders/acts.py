"""A form for one act on an order or a car in stock: as `vehicles.acts.FormAct`, each with its own right."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from qibu.leads import errors as of_leads
from qibu.network.rules import Capability
from qibu.orders import errors, selectors
from qibu.orders.models import Order
from qibu.ui import formats
from qibu.vehicles.acts import FormAct


class SalesAct(FormAct):
    capability = Capability.SALES_WORK


class OrderAct(SalesAct):
    """An act on the order that the address names."""

    order: Order
    faults: tuple[type[Exception], ...] = (errors.OrderFault, of_leads.Closed, of_leads.Unclaimed)
    main: str | None = None  # the field that a refusal stands beside, where it has none of its own

    def prepare(self) -> None:
        self.order = selectors.order_or_404(self.actor, self.kwargs["pk"])

    def back(self) -> str:
        return reverse("orders:detail", args=[self.order.pk])

    def context(self, form: Any) -> dict[str, Any]:
        return {"order": self.order}

    def refuse(self, form: Any, fault: Any) -> None:
        field, words = sentence(fault)
        field = field if field in form.fields else self.main
        form.add_error(field, words)
        if isinstance(fault, errors.ChangedMeanwhile):
            form.data = {**form.data.dict(), "version": fault.version}


def sentence(fault: Exception) -> tuple[str | None, str]:
    """The field a refusal belongs to, and what people read."""
    if isinstance(fault, errors.DepositTooHigh):
        return "deposit", _("定金不能超过车款的两成（民法典第 586 条），最多 {most}。多收的部分请改写成订金。").format(
            most=formats.money(fault.most)
        )
    if isinstance(fault, errors.OrderedAlready):
        told = _("这位客户已有未完成的订单 {numbers}。确实要再买一台，请在下面勾选；要改车型或价格，请改那张订单。")
        return "another", told.format(numbers=_("、").join(fault.numbers))
    if isinstance(fault, errors.TooMuch):
        return "amount", _("最多 {most}，请核对金额。").format(most=formats.money(fault.most))
    if isinstance(fault, errors.CarTaken):
        return "car", _("这台车刚刚配给了订单 {number}，请另选一台。").format(number=fault.number or "—")
    if isinstance(fault, errors.HeldByOrder):
        return None, _("订单 {number} 占着这台车，请先在订单里放开。").format(number=fault.number)
    if isinstance(fault, errors.WrongState):
        state = Order.State(fault.state).label if fault.state in Order.State.values else fault.state
        return None, _("订单现在是「{state}」，这一步做不了。请刷新页面再看。").format(state=state)
    field, words = SENTENCES[type(fault)]()
    return field, words


SENTENCES: dict[type[Exception], Any] = {
    errors.NumberTaken: lambda: ("number", _("店里已有这个合同号，请核对号码。")),
    errors.ChangedMeanwhile: lambda: (None, _("这张单子刚被同事改过。请核对后再保存一次，以您填的为准。")),
    errors.LeadClosed: lambda: (None, _("这条线索已经结束。客户又要买，请先重新跟进，再下订单。")),
    errors.PastDay: lambda: ("expected_on", _("约定交车日期不能早于今天，请改选。")),
    errors.DiscountTooHigh: lambda: ("discount", _("优惠不能到车价那么多，请核对两个数。")),
    errors.ReasonMissing: lambda: ("why", _("请写明原因，以后查得到。")),
    errors.IdentityMissing: lambda: ("identity", _("签合同要登记买车人的证件号码（汽车销售管理办法第 15 条）。")),
    errors.CarGone: lambda: ("car", _("这台车已经离库，请另选一台。")),
    errors.OtherModel: lambda: ("car", _("这台车的车型和订单不一样。要换车型，请先修改订单。")),
    errors.ReceiptTaken: lambda: ("receipt", _("这个收据号已经用过，请核对。")),
    errors.InvoiceTaken: lambda: ("invoice", _("这个发票号已经登记在别的订单上，请核对。")),
    errors.InTheFuture: lambda: ("on", _("这一天还没到。")),
    errors.AskedAlready: lambda: (None, _("已经有一份取消申请在等审批。")),
    errors.VinTaken: lambda: ("vin", _("库里已有这个 VIN，请核对。")),
    of_leads.Unclaimed: lambda: (None, _("这条线索在公海，请先领取，再下订单。")),
    of_leads.Closed: lambda: (None, _("这条线索已经结束，请先重新跟进。")),
}
