"""Who is called for what about a car, for its page."""

from __future__ import annotations

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
        Call(trigger, parts[who], known.chosen.get(trigger) == who)
        for trigger, who in asked.items()
        if who is not None and who in parts
    ]


def living_parts(actor: Actor, vehicle_id: int) -> dict[int, Part]:
    """Customer → their part; of several the one that speaks for calling them: not the owner's, if there is another."""
    parts = [part for part in vehicles.parts_of(actor, vehicle_id) if part.living]
    return {part.customer_id: part for part in parts}
