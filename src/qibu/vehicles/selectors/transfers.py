"""What was handed over, as its page tells it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from qibu.customers import selectors as customers
from qibu.customers.models import Customer
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.vehicles.models import Ownership, Transfer
from qibu.vehicles.rules import shows_person
from qibu.vehicles.selectors.privacy import people_of


def transfers_of(vehicle_id: int) -> QuerySet[Transfer]:
    """Of a car that the reader was found to see, the latest first."""
    rows: QuerySet[Transfer] = Transfer.objects.filter(vehicle_id=vehicle_id)
    return rows.select_related("by", "undone_by").order_by("-pk")


def transfer_or_404(actor: Actor, vehicle_id: int, transfer_id: int) -> Transfer:
    actor.require(Capability.CUSTOMERS_VIEW)
    found = transfers_of(vehicle_id).filter(pk=transfer_id).first()
    if found is None:
        raise Http404
    return found


def contradicted(one: Transfer) -> bool:
    """The car belongs to somebody by now whom this transfer knows nothing of, or one of the two was erased."""
    if Customer.objects.filter(pk__in=[one.former_id, one.owner_id], erased_at__isnull=False).exists():
        return True
    owners = Ownership.objects.filter(vehicle_id=one.vehicle_id, role=Ownership.Role.OWNER, until__isnull=True)
    now: list[int | None] = list(owners.values_list("begun_by_id", flat=True))
    return now != ([] if one.owner_id is None else [one.pk])


def leavers_of(one: Transfer) -> set[int]:
    """Who has no part in the car any more since it went over."""
    parts = Ownership.objects.filter(vehicle_id=one.vehicle_id)
    left = set(parts.filter(ended_by=one).values_list("customer_id", flat=True))
    return left - set(parts.filter(until__isnull=True).values_list("customer_id", flat=True))


def given_back_by(one: Transfer) -> set[int]:
    """Who has no part in the car any more since it was taken back."""
    living = Ownership.objects.filter(vehicle_id=one.vehicle_id, until__isnull=True)
    return ({one.owner_id} if one.owner_id else set()) - set(living.values_list("customer_id", flat=True))


def told_of(customer_ids: Iterable[int]) -> QuerySet[Customer, Any]:
    """These customers and whoever was merged into them: the journal keeps the numbers it was written with."""
    asked = list(customer_ids)
    return Customer.objects.filter(Q(pk__in=asked) | Q(merged_into_id__in=asked)).values("pk")


def named(actor: Actor, one: Transfer, customer_id: int | None) -> Customer | None:
    """From whom or to whom it went: whoever has a part in the car today, to those who may see them. Whoever handed it
    over knew both and sees both, so that they know to whom it goes back."""
    present = people_of([one.vehicle_id])[one.vehicle_id]
    did_it = actor.staff_id is not None and one.by_id == actor.staff_id
    if customer_id is None or not (did_it or shows_person(customer_id, present)):
        return None
    return customers.visible(actor).filter(pk=customer_id).first()


def number_ended(one: Transfer) -> int:
    """How much work ended with it."""
    return sum(len(kept.get("tasks", ())) for kept in one.kept.values())


def reason_words(code: str) -> str:
    """Of an event: how a car went over."""
    return str(dict(Transfer.Reason.choices).get(code, ""))
