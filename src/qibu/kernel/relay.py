"""Readers of the journal: each gets every committed entry of its types once, in order of visibility.

Serial numbers skip transactions that commit late, so readers go by (transaction, entry) and stay below the
oldest transaction still running.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection

from qibu.kernel.actors import Actor
from qibu.kernel.events import Event
from qibu.kernel.models import Entry, ReaderPosition
from qibu.kernel.scoping import scope

Handle = Callable[[Actor, Sequence[Entry]], None]
BATCH = 2000
HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


@dataclass(frozen=True)
class Reader:
    name: str
    types: tuple[str, ...]
    handle: Handle


READERS: dict[str, Reader] = {}


def reader(name: str, *events: type[Event]) -> Callable[[Handle], Handle]:
    """Register a handler for batches of these events. It must be idempotent and set-based."""

    def register(handle: Handle) -> Handle:
        if name in READERS and READERS[name].handle is not handle:
            raise ValueError(f"The reader {name} is registered twice.")
        READERS[name] = Reader(name, tuple(event.name for event in events), handle)
        return handle

    return register


def catch_up(actor: Actor, *, patience: float = 0.0) -> int:
    """Let every reader read all there is for the actor's organisation; gives the number of entries handled.

    Entries behind a transaction that still runs elsewhere are waited for, for `patience` seconds.
    """
    until = time.monotonic() + patience
    handled = _round(actor)
    while time.monotonic() < until and _held_back(actor):
        time.sleep(0.05)
        handled += _round(actor)
    return handled


def _round(actor: Actor) -> int:
    return sum(_drain(actor, each) for each in READERS.values())


def _held_back(actor: Actor) -> bool:
    with scope(actor):
        mine = Entry.objects.filter(organisation_id=actor.organisation_id)
        return mine.filter(xid__gte=_horizon()).exists()


def _drain(actor: Actor, each: Reader) -> int:
    handled = 0
    while True:
        with scope(actor):
            count, more = _step(actor, each)
        handled += count
        if not more:
            return handled


def _step(actor: Actor, each: Reader) -> tuple[int, bool]:
    """Handle one batch and move the position with it, in one transaction."""
    ReaderPosition.objects.bulk_create(
        [ReaderPosition(organisation_id=actor.organisation_id, reader=each.name)], ignore_conflicts=True
    )
    position = ReaderPosition.objects.select_for_update().get(
        organisation_id=actor.organisation_id, reader=each.name
    )
    found = _after(position)
    if not found:
        return 0, False
    wanted = [entry for entry in found if entry.type in each.types]
    if wanted:
        each.handle(actor, wanted)
    position.xid, position.entry_id = found[-1].xid, found[-1].pk
    position.save(update_fields=["xid", "entry_id"])
    return len(wanted), len(found) == BATCH


def _horizon() -> int:
    """The oldest transaction still running: what is below it is settled."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + HORIZON)
        return int(cursor.fetchone()[0])


def _after(position: ReaderPosition) -> list[Entry]:
    return list(
        Entry.objects.extra(  # row comparison, which the ORM can't say
            where=["(xid, id) > (%s, %s)"], params=[position.xid, position.entry_id]
        )
        .filter(organisation_id=position.organisation_id, xid__lt=_horizon())
        .order_by("xid", "id")[:BATCH]
    )
