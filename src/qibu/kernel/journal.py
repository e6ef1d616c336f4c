"""Writing to the journal. The only place where an event becomes a row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict, Unpack

from django.db import connection

from qibu.kernel.actors import Actor
from qibu.kernel.events import Event
from qibu.kernel.models import Entry

CHANNEL = "qibu_journal"


class Circumstances(TypedDict, total=False):
    at: datetime
    batch_id: int | None
    retracts_id: int | None


def record(event: Event, *, actor: Actor, **circumstances: Unpack[Circumstances]) -> None:
    """Store one event in the running transaction; `at` is when it happened, by default now."""
    record_many([event], actor=actor, **circumstances)


def record_many(events: Iterable[Event], *, actor: Actor, **circumstances: Unpack[Circumstances]) -> None:
    entries = [_entry(event, actor, circumstances) for event in events]
    if entries:  # nothing happened: nobody is woken
        Entry.objects.bulk_create(entries, batch_size=2000)
        announce(actor.organisation_id)


def record_history(happened: Iterable[tuple[datetime, Actor, Event]], *, organisation_id: int) -> None:
    """What different people did at different times, written at once."""
    rows = [_entry(event, actor, {"at": at}) for at, actor, event in happened]
    Entry.objects.bulk_create(rows, batch_size=2000)
    announce(organisation_id)


def announce(organisation_id: int) -> None:
    """Wake the relay at commit. Set-based writers that insert entries by SQL call this themselves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(organisation_id)])


def _entry(event: Event, actor: Actor, circumstances: Circumstances) -> Entry:
    return Entry(
        organisation_id=actor.organisation_id,
        type=event.name,
        actor_id=actor.staff_id,
        customer_id=event.customer_id,
        vehicle_id=event.vehicle_id,
        subject_id=event.subject_id,
        timeline=event.timeline,
        data=event.data(),
        **circumstances,
    )
