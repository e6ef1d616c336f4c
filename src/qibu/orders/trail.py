"""How what happens to orders and cars in stock reads in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.contracts import orders as events
from qibu.network import trail
from qibu.orders import forms, words
from qibu.orders.models import Cancellation, Payment, StockCar
from qibu.ui.labels import labels

KINDS, REASONS = dict(Payment.Kind.choices), dict(Cancellation.Reason.choices)

trail.say(events.OrderDrawnUp, gettext_lazy("为 {customer} 起草了订单 {number}（{car}）"))
trail.say(
    events.OrderChanged,
    gettext_lazy("修改了 {customer} 的订单 {number}：{changes}，原因：{why}"),
    changes=words.FIELDS,
)
trail.say(
    events.OrderSubmitted, gettext_lazy("把 {customer} 的订单 {number} 送审：{beyond}"), beyond=words.BEYOND
)
trail.say(events.OrderConfirmed, gettext_lazy("{customer} 的订单 {number} 生效，总价 {total}"))
trail.say(events.OrderRefused, gettext_lazy("没有同意 {customer} 的订单 {number}：{note}"))
trail.say(events.CarAllocated, gettext_lazy("给 {customer} 的订单 {number} 配了车 {vin}"))
trail.say(
    events.CarReleased,
    gettext_lazy("放开了 {customer} 的订单 {number} 的车 {vin}：{why}"),
    why=words.RELEASED,
)
trail.say(
    events.PaymentReceived,
    gettext_lazy("登记了 {customer} 的订单 {number} 的款项：{kind} {amount}"),
    kind=KINDS,
)
trail.say(
    events.PaymentStruck,
    gettext_lazy("作废了 {customer} 的订单 {number} 的款项：{kind} {amount}，原因：{why}"),
    kind=KINDS,
)
trail.say(events.OrderInvoiced, gettext_lazy("登记了 {customer} 的订单 {number} 的发票 {invoice}"))
trail.say(
    events.CancellationAsked,
    gettext_lazy("申请取消 {customer} 的订单 {number}，退 {refund}：{reason}"),
    reason=REASONS,
)
trail.say(events.CancellationRefused, gettext_lazy("没有同意取消 {customer} 的订单 {number}：{note}"))
trail.say(
    events.OrderCancelled,
    gettext_lazy("{customer} 的订单 {number} 取消，退 {refund}：{reason}"),
    reason=REASONS,
)
trail.say(events.RefundAsked, gettext_lazy("申请给 {customer} 已取消的订单 {number} 再退 {refund}：{note}"))
trail.say(events.RefundRefused, gettext_lazy("没有同意给 {customer} 已取消的订单 {number} 再退款：{note}"))
trail.say(events.RefundGranted, gettext_lazy("同意给 {customer} 已取消的订单 {number} 再退 {refund}"))
trail.say(
    events.OrderPolicyChanged,
    gettext_lazy("修改了下单规则：{changes}"),
    changes=labels(forms.PolicyForm),
)
trail.say(events.StockCarAdded, gettext_lazy("登记了库存车 {vin}"))
trail.say(
    events.StockCarChanged,
    gettext_lazy("修改了库存车 {vin}：{changes}"),
    changes=labels(forms.StockForm),
)
trail.say(events.StockCarLeft, gettext_lazy("库存车 {vin} 离库：{why}"), why=dict(StockCar.Leaving.choices))
trail.say(events.StockLoaded, gettext_lazy("导入库存表：新增 {new} 台，更正 {changed} 台"))
