"""Whom the store calls about a car, where it decides otherwise than the rules."""

from __future__ import annotations

from collections.abc import Mapping

from qibu.care.models import Callee
from qibu.care.rules import CALLED
from qibu.care.selectors import facts
from qibu.care.services import dues
from qibu.care.services.locking import one_at_a_time
from qibu.contracts.care import CalleeChosen
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.vehicles import selectors as vehicles


class NoPart(Exception):
    """Whoever is to be called about a car has a part in it."""


def choose(*, actor: Actor, vehicle_id: int, chosen: Mapping[str, int | None]) -> int:
    """Trigger → customer, or None for whom the rules name; what isn't named stays. Gives how many changed. The planner
    follows with its next run."""
    actor.require(Capability.CUSTOMERS_EDIT)
    one_at_a_time(actor)
    vehicles.car_or_404(actor, vehicle_id, lock=True)
    known = facts.parties(actor, [vehicle_id]).get(vehicle_id, facts.Parties())
    people = {party.customer_id for party in known.parties}
    changed = {t: who for t, who in chosen.items() if t in set(CALLED) and who != known.chosen.get(t)}
    if any(who is not None and who not in people for who in changed.values()):
        raise NoPart
    for trigger, who in changed.items():
        _write(actor, vehicle_id, trigger, who)
    dues.refresh(actor=actor, vehicle_ids=[vehicle_id])
    return len(changed)


def _write(actor: Actor, vehicle_id: int, trigger: str, customer_id: int | None) -> None:
    mine = Callee.objects.filter(vehicle_id=vehicle_id, trigger=trigger)
    if customer_id is None:
        mine.delete()
    else:
        Callee.objects.update_or_create(
            organisation_id=actor.organisation_id, vehicle_id=vehicle_id, trigger=trigger,
            defaults={"customer_id": customer_id},
        )  # fmt: skip
    event = CalleeChosen(customer_id=customer_id, vehicle_id=vehicle_id, subject_id=vehicle_id, trigger=trigger)
    journal.record(event, actor=actor)
