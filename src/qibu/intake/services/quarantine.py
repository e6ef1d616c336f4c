"""What waits: put right and let through again, dropped with a reason, picked up again. Each is done once."""

from __future__ import annotations

from django.http import Http404

from qibu.contracts.intake import ArrivalDropped, ArrivalOpened, ArrivalPickedUp, ArrivalReplayed
from qibu.intake import selectors
from qibu.intake.errors import Settled
from qibu.intake.models import Arrival
from qibu.intake.rules import Draft
from qibu.intake.services import arriving
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

State = Arrival.State


def look(*, actor: Actor, arrival_id: int) -> Arrival:
    """All that stands in it, telephones too: who looked is on record (PIPL art. 51)."""
    actor.require(Capability.SALES_RECEIVE)
    found = _or_404(actor, arrival_id)
    journal.record(ArrivalOpened(subject_id=found.pk, door=found.door), actor=actor)
    return found


def replay(*, actor: Actor, arrival_id: int, draft: Draft) -> Arrival:
    """With what somebody put right. What still lacks something keeps waiting, with what was typed."""
    actor.require(Capability.SALES_RECEIVE)
    arrival = _held(arrival_id, State.QUARANTINED)
    changes = arriving.changes(arrival.draft, draft)
    arriving.judge(actor, arrival, draft)
    event = ArrivalReplayed(
        subject_id=arrival.pk, customer_id=arrival.lead.customer_id if arrival.lead else None, state=arrival.state,
        changes=changes,
    )  # fmt: skip
    journal.record(event, actor=actor)
    return arrival


def drop(*, actor: Actor, arrival_id: int, reason: str) -> Arrival:
    actor.require(Capability.SALES_ASSIGN)
    arrival = _held(arrival_id, State.QUARANTINED)
    arrival.state, arrival.note = State.DROPPED, reason
    arrival.settled_at, arrival.settled_by_id = times.now(), actor.staff_id
    arrival.save(update_fields=["state", "note", "settled_at", "settled_by"])
    journal.record(ArrivalDropped(subject_id=arrival.pk, door=arrival.door, reason=reason), actor=actor)
    return arrival


def pick_up(*, actor: Actor, arrival_id: int) -> Arrival:
    """What was dropped waits again, as it was."""
    actor.require(Capability.SALES_ASSIGN)
    arrival = _held(arrival_id, State.DROPPED)
    arrival.state, arrival.note, arrival.settled_at, arrival.settled_by_id = State.QUARANTINED, "", None, None
    arrival.save(update_fields=["state", "note", "settled_at", "settled_by"])
    journal.record(ArrivalPickedUp(subject_id=arrival.pk, door=arrival.door), actor=actor)
    return arrival


def _or_404(actor: Actor, arrival_id: int) -> Arrival:
    rows = selectors.arrivals(actor).defer(None).filter(pk=arrival_id)
    found: Arrival | None = rows.select_related("lead", "settled_by", "form", "sheet").first()
    if found is None:
        raise Http404
    return found


def _held(arrival_id: int, state: str) -> Arrival:
    found: Arrival | None = Arrival.objects.select_for_update().filter(pk=arrival_id).first()
    if found is None:
        raise Http404
    if found.state != state:
        raise Settled
    return found
