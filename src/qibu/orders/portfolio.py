"""What of the sales work of somebody who leaves goes to a colleague: contracts that aren't fulfilled yet."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from qibu.network.handover import Part, register_part
from qibu.orders.models import Order
from qibu.orders.rules import LIVING


def held(staff_id: int) -> QuerySet[Order]:
    rows: QuerySet[Order] = Order.objects.filter(consultant_id=staff_id, state__in=list(LIVING))
    return rows


register_part(
    Part(
        "orders.open", _("没有交车的订单"), held, "consultant", "lead__customer_id", load=_("订单 {n} 张"),
        also={"version": F("version") + 1},
    )
)  # fmt: skip
