"""The privacy of who had a car before: every read that shows people beside a car asks here (`rules.privacy`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from qibu.customers import selectors as customers
from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.vehicles.models import Ownership, Policy
from qibu.vehicles.rules import Owned, owner_on, shows_person


def people_of(vehicle_ids: Iterable[int]) -> dict[int, set[int]]:
    """Who has a part in each car today. One query."""
    living = Ownership.objects.filter(vehicle_id__in=set(vehicle_ids), until__isnull=True)
    found: dict[int, set[int]] = defaultdict(set)
    for vehicle_id, customer_id in living.values_list("vehicle_id", "customer_id"):
        found[vehicle_id].add(customer_id)
    return found


def told_people(
    actor: Actor, rows: Iterable[tuple[int, int | None]], seen_as: Collection[int] = ()
) -> dict[int, dict[int, Customer]]:
    """Car → the people whom rows about it (car, customer) may name to the reader. Two queries."""
    pairs = [(car, who) for car, who in rows if who is not None]
    present = people_of(car for car, _who in pairs)
    told = [(car, who) for car, who in pairs if shows_person(who, present[car], seen_as)]
    known = customers.visible(actor).in_bulk([who for _car, who in told])
    found: dict[int, dict[int, Customer]] = defaultdict(dict)
    for car, who in told:
        if who in known:
            found[car][who] = known[who]
    return found


def handed_on(vehicle_id: int) -> bool:
    """Has somebody owned the car who has no part in it today?"""
    parts = Ownership.objects.filter(vehicle_id=vehicle_id)
    living = parts.filter(until__isnull=True).values("customer_id")
    return bool(parts.filter(role=Ownership.Role.OWNER).exclude(customer_id__in=living).exists())


@dataclass(frozen=True)
class ShownPolicy:
    """A policy as the car's page shows it; the number only where it is a contract of somebody who is there."""

    policy: Policy
    number: str


def shown_policies(vehicle_id: int) -> list[ShownPolicy]:
    """The latest end first. Three queries."""
    rows = Policy.objects.filter(vehicle_id=vehicle_id).order_by("-ends_on", "kind")
    owned, present = _owned(vehicle_id), people_of([vehicle_id])[vehicle_id]
    return [
        ShownPolicy(policy, policy.number if shows_person(_holder(owned, policy), present) else "")
        for policy in rows
    ]


def shows_number(policy: Policy) -> bool:
    present = people_of([policy.vehicle_id])[policy.vehicle_id]
    return shows_person(_holder(_owned(policy.vehicle_id), policy), present)


def _owned(vehicle_id: int) -> list[Owned]:
    parts = Ownership.objects.filter(vehicle_id=vehicle_id, role=Ownership.Role.OWNER).order_by("pk")
    return [Owned(*row) for row in parts.values_list("customer_id", "since", "until")]


def _holder(owned: Sequence[Owned], policy: Policy) -> int | None:
    return owner_on(owned, policy.starts_on or times.day_of(policy.created_at))
