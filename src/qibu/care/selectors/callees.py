"""Who is called for what about a car, for its page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from qibu.care.rules import CALLED, Trigger, callee
from qibu.care.selectors import facts
from qibu.kernel.actors import Actor
from qibu.vehicles import selectors as vehicles
from qibu.vehicles.selectors import Part


@dataclass(frozen=True)
class Call:
    """One thing, and the part in the car of whoever is called for it; `chosen`: the store decided so."""

    trigger: Trigger
    part: Part
    chosen: bool


def calls_of(actor: Actor, vehicle_id: int) -> list[Call]:
    """Nothing while one person is all there is."""
    known = facts.parties(actor, [vehicle_id]).get(vehicle_id, facts.Parties())
    if known.owner_id is None or len({party.customer_id for party in known.parties}) < 2:
        return []
    parts = living_parts(actor, vehicle_id)
    asked = {trigger: callee(trigger, known.parties, known.chosen.get(trigger)) for trigger in CALLED}
    return [
        Call(trigger, _as_called(trigger, parts[who]), known.chosen.get(trigger) == who)
        for trigger, who in asked.items()
        if who is not None and who in parts
    ]


def living_parts(actor: Actor, vehicle_id: int) -> dict[int, list[Part]]:
    """Customer → their parts, the owner's first."""
    found: dict[int, list[Part]] = defaultdict(list)
    for part in vehicles.parts_of(actor, vehicle_id):
        if part.living:
            found[part.customer_id].append(part)
    return dict(found)


def _as_called(trigger: Trigger, parts: Sequence[Part]) -> Part:
    """Of several parts of one person the one for which they are called."""
    order = CALLED[trigger]
    return min(parts, key=lambda part: order.index(part.role) if part.role in order else len(order))
