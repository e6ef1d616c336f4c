"""What of the customers of somebody who leaves goes to a colleague (A6)."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.contracts.customers import AdvisorChanged
from qibu.customers.models import Customer
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.handover import Count, Move, register_mover
from qibu.network.models import Staff


def _living(role: str, staff_id: int) -> QuerySet[Customer]:
    rows: QuerySet[Customer] = Customer.objects.filter(**{f"{role}_id": staff_id}, merged_into__isnull=True)
    return rows


def _count(role: str) -> Count:
    def count(actor: Actor, staff_id: int) -> int:
        return _living(role, staff_id).count()

    return count


def _move(role: str) -> Move:
    def move(actor: Actor, giver_id: int, taker_id: int) -> int:
        theirs = _living(role, giver_id)
        moved = list(theirs.select_for_update().order_by("pk").values_list("pk", flat=True))
        theirs.update(**{f"{role}_id": taker_id, "updated_at": Now(), "version": F("version") + 1})
        name = Staff.objects.get(pk=taker_id).name
        events = (AdvisorChanged(customer_id=pk, role=role, staff_id=taker_id, staff_name=name) for pk in moved)
        journal.record_many(events, actor=actor)
        return len(moved)

    return move


register_mover("customers.advisor", _("服务的客户"), _count("advisor"), _move("advisor"))
register_mover("customers.seller", _("销售的客户"), _count("seller"), _move("seller"))
