"""Who looks after a customer: the service advisor (F1) and the seller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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


def assign(*, actor: Actor, customer_ids: Iterable[int], role: str, staff_id: int | None) -> dict[int, int | None]:
    """Give customers to a member of staff, or (None) to nobody; returns those that changed hands: whose they were."""
    if role not in ROLES:
        raise ValueError(role)
    customers = lock_many(actor, customer_ids)
    _gate(actor, customers, staff_id)
    before = {c.pk: getattr(c, f"{role}_id") for c in customers if getattr(c, f"{role}_id") != staff_id}
    _move(actor, list(before), role, _taker(staff_id))
    return before


def follow(*, actor: Actor, customer_id: int, role: str, staff_id: int | None) -> None:
    """A part of acts that have asked: whoever does the work from now on is named in the file, too."""
    held = Customer.objects.select_for_update().filter(pk=customer_id).values_list(f"{role}_id", flat=True)
    if held.get() != staff_id:
        _move(actor, [customer_id], role, _taker(staff_id))


def follow_many(*, actor: Actor, customer_ids: Iterable[int], role: str, staff_id: int | None) -> None:
    """The same for several customers at once."""
    held = Customer.objects.select_for_update().filter(pk__in=set(customer_ids)).order_by("pk")
    others = [pk for pk, whose in held.values_list("pk", f"{role}_id") if whose != staff_id]
    if others:
        _move(actor, others, role, _taker(staff_id))


def give_back(*, actor: Actor, before: Mapping[int, int | None], role: str, staff_id: int | None) -> set[int]:
    """Undo of `assign`: those who are still with the taker go back, unless who had them has left."""
    actor.require(Capability.TASKS_ASSIGN)
    customers = [c for c in lock_many(actor, before) if getattr(c, f"{role}_id") == staff_id]
    there = {one.pk: one for one in Staff.objects.filter(pk__in=filter(None, before.values()), left_on__isnull=True)}
    back: set[int] = set()
    for giver_id in {before[c.pk] for c in customers}:
        if giver_id is None or giver_id in there:
            ids = [c.pk for c in customers if before[c.pk] == giver_id]
            _move(actor, ids, role, there.get(giver_id or 0))
            back.update(ids)
    return back


def _move(actor: Actor, ids: list[int], role: str, taker: Staff | None) -> None:
    staff_id, name = (taker.pk, taker.name) if taker else (None, "")
    Customer.objects.filter(pk__in=ids).update(**{f"{role}_id": staff_id})
    touch(*ids)
    events = [AdvisorChanged(customer_id=pk, role=role, staff_id=staff_id, staff_name=name) for pk in ids]
    journal.record_many(events, actor=actor)


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
