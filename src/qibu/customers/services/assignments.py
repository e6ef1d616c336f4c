"""Who looks after a customer: the service advisor (F1) and the seller."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.http import Http404

from qibu.contracts.customers import AdvisorChanged
from qibu.customers.models import Customer
from qibu.customers.services.locking import lock_many, touch
from qibu.kernel import journal
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.network.models import Staff
from qibu.network.rules import Capability

ROLES = ("advisor", "seller")


def may_assign(actor: Actor, customer: Customer) -> bool:
    """Leaders give customers to anyone; everybody may take one whom nobody looks after."""
    if not actor.may(Capability.CUSTOMERS_EDIT):
        return False
    return actor.may(Capability.TASKS_ASSIGN) or (customer.advisor_id is None and customer.seller_id is None)


def assign(*, actor: Actor, customer_ids: Iterable[int], role: str, staff_id: int | None) -> int:
    """Give customers to a member of staff, or (None) to nobody; returns how many changed hands."""
    if role not in ROLES:
        raise ValueError(role)
    customers = lock_many(actor, customer_ids)
    _gate(actor, customers, staff_id)
    taker = _taker(staff_id)
    moved = [c.pk for c in customers if getattr(c, f"{role}_id") != staff_id]
    Customer.objects.filter(pk__in=moved).update(**{f"{role}_id": staff_id})
    touch(*moved)
    name = taker.name if taker else ""
    events = [AdvisorChanged(customer_id=pk, role=role, staff_id=staff_id, staff_name=name) for pk in moved]
    journal.record_many(events, actor=actor)
    return len(moved)


def _gate(actor: Actor, customers: list[Customer], staff_id: int | None) -> None:
    if actor.may(Capability.TASKS_ASSIGN):
        return
    if staff_id is None or staff_id != actor.staff_id or not all(may_assign(actor, c) for c in customers):
        raise PermissionRefused(Capability.TASKS_ASSIGN)


def _taker(staff_id: int | None) -> Staff | None:
    if staff_id is None:
        return None
    taker = Staff.objects.filter(Q(left_on__isnull=True), pk=staff_id).first()
    if taker is None:
        raise Http404
    return taker
