"""Sending is held after a restore, until a person has looked at what waits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import QuerySet

from qibu.contact.models import Message, SendingHold
from qibu.contracts.contact import SendingHeld, SendingResumed
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.restored import Moments
from qibu.network.rules import Capability

State = Message.State
# What was being handed over when the backup was made is settled as unknown by the outbox itself.
WAITING = (State.QUEUED, State.CLAIMED)


class NothingHeld(Exception):
    """Somebody else has decided meanwhile."""


def begin(actor: Actor, moments: Moments) -> Mapping[str, int]:
    """By the restore, for every organisation; one that is held already stays held for its own reason."""
    SendingHold.objects.get_or_create(
        organisation_id=actor.organisation_id, ended_at=None,
        defaults={"snapshot_at": moments.snapshot_at, "restored_at": moments.restored_at},
    )  # fmt: skip
    number = waiting(actor.organisation_id).count()
    journal.record(SendingHeld(snapshot_at=moments.snapshot_at.isoformat(), letters=number), actor=actor)
    return {"letters": number}


def current(organisation_id: int) -> SendingHold | None:
    return SendingHold.objects.filter(organisation_id=organisation_id, ended_at=None).first()


def waiting(organisation_id: int) -> QuerySet[Message]:
    return Message.objects.filter(organisation_id=organisation_id, state__in=WAITING)


def resume(*, actor: Actor, send: Collection[int], seen: Collection[int], now: datetime | None = None) -> SendingHold:
    """Those named in `send` go out; of the rest the person saw, none does. What was written since goes out as ever."""
    actor.require(Capability.ORGANISATION_MANAGE)
    hold = SendingHold.objects.select_for_update().filter(organisation_id=actor.organisation_id, ended_at=None).first()
    if hold is None:
        raise NothingHeld
    moment = now or times.now()
    shown = waiting(actor.organisation_id).filter(pk__in=seen)
    hold.released = shown.filter(pk__in=send).count()
    hold.dropped = shown.exclude(pk__in=send).update(
        state=State.DROPPED, due_at=None, settled_at=moment, token=None, text="", html=""
    )
    hold.ended_at, hold.ended_by_id = moment, actor.staff_id
    hold.save(update_fields=["released", "dropped", "ended_at", "ended_by"])
    event = SendingResumed(subject_id=hold.pk, released=hold.released, dropped=hold.dropped)
    journal.record(event, actor=actor)
    return hold
