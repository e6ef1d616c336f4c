"""What of the deliveries of somebody who leaves goes to a colleague: those that are still planned."""

from __future__ import annotations

from functools import partial

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from qibu.deliveries.models import Delivery
from qibu.network.handover import Part, register_part


def held(name: str, staff_id: int) -> QuerySet[Delivery]:
    rows: QuerySet[Delivery] = Delivery.objects.filter(**{f"{name}_id": staff_id}, state=Delivery.State.PLANNED)
    return rows


for role, label in (("consultant", _("要去交的车")), ("advisor", _("要去见的新车主"))):
    register_part(
        Part(
            f"deliveries.{role}", label, partial(held, role), role, "order__lead__customer_id",
            also={"version": F("version") + 1},
        )
    )  # fmt: skip
