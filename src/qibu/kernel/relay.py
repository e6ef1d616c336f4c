"""Readers of the journal: each gets every committed entry of its types once, in order of visibility.

Serial numbers skip transactions that commit late, so readers go by (transaction, entry) and stay below the
oldest transaction still running. An entry that a reader can't handle is parked, so that it keeps neither the others
of its store nor those of other readers waiting.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, transaction

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.events import Event
from qibu.kernel.models import Entry, Parked, ReaderPosition
from qibu.kernel.scoping import scope

Handle = Callable[[Actor, Sequence[Entry]], None]
BATCH = 2000
MOST_PARKED = 50  # more than that is no poison in the journal: the reader itself is broken, and waits
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(days=1)
# A snapshot names the running transactions of all databases of a server. Only those of this one write to its journal,
# so what is known to run in another one is not waited for; in doubt it is. The own one is never read.
HORIZON = """
SELECT LEAST(pg_snapshot_xmax(snapshot)::text::bigint, pg_current_xact_id_if_assigned()::text::bigint, (
  SELECT min(running::text::bigint) FROM pg_snapshot_xip(snapshot) running
   WHERE NOT EXISTS (SELECT FROM pg_locks held JOIN pg_stat_activity session USING (pid)
                      WHERE held.locktype = 'transactionid' AND held.granted AND held.mode = 'ExclusiveLock'
                        AND held.transactionid = running::xid AND session.datname <> current_database())))
  FROM pg_current_snapshot() snapshot
"""


log = logging.getLogger(__name__)


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
    handled = retry_parked(actor) + _round(actor)
    while time.monotonic() < until and _held_back(actor):
        time.sleep(0.05)
        handled += _round(actor)
    return handled


def _round(actor: Actor) -> int:
    return sum(_drain(actor, each) for each in READERS.values())


def _held_back(actor: Actor) -> bool:
    """Whether a reader has not come to the newest entry. What still runs is not asked again: by now it may be over, and
    what it held back still unread."""
    with scope(actor):
        newest = Entry.objects.filter(organisation_id=actor.organisation_id).order_by("-xid", "-pk")
        reached = ReaderPosition.objects.filter(organisation_id=actor.organisation_id, reader__in=READERS)
        last = newest.values_list("xid", "pk").first()
        return last is not None and any(place < last for place in reached.values_list("xid", "entry_id"))


def retry_parked(actor: Actor, *, at_once: bool = False) -> int:
    """Try parked entries again that are due, or all of them; gives how many were handled now."""
    with scope(actor):
        due = Parked.objects.filter(organisation_id=actor.organisation_id)
        numbers = list((due if at_once else due.filter(next_at__lte=times.now())).values_list("pk", flat=True))
    return sum(_retry(actor, number) for number in sorted(numbers))


def _retry(actor: Actor, number: int) -> bool:
    try:
        with scope(actor):
            parked = Parked.objects.select_for_update(skip_locked=True).filter(pk=number).first()
            if parked is None:
                return False
            if parked.reader in READERS:  # of a version that reads no more there is nothing to do
                READERS[parked.reader].handle(actor, [Entry.objects.get(pk=parked.entry_id)])
            parked.delete()
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        with scope(actor):
            _put_off(Parked.objects.get(pk=number), error)
        return False
    return True


def _put_off(parked: Parked, error: Exception) -> None:
    parked.tries, parked.error = parked.tries + 1, _said(error)
    parked.next_at = times.now() + min(FIRST_PAUSE * 2 ** min(parked.tries, 20), LONGEST_PAUSE)
    parked.save(update_fields=["tries", "error", "next_at"])


def _drain(actor: Actor, each: Reader) -> int:
    """All there is, batch by batch. A batch that fails is halved until the entry that can't be handled stands alone."""
    handled, most = 0, BATCH
    while True:
        try:
            with scope(actor):
                count, more = _step(actor, each, most)
        except (OperationalError, InterfaceError):  # the database is gone, or two met in a deadlock
            raise
        except Exception:
            if most == 1:
                _park(actor, each)
            most = max(most // 2, 1)
            continue
        handled, most = handled + count, min(most * 2, BATCH)
        if not more:
            return handled


def _park(actor: Actor, each: Reader) -> None:
    """Put the entry that the reader stands before aside, and let the reader go on behind it.

    It is tried once more under the lock: another relay may have parked it meanwhile, and the next one is innocent.
    """
    with scope(actor):
        position = _locked_position(actor, each)
        found = _after(position, 1)
        error = _fault(actor, each, found)
        if error is None:
            if found:
                _move(position, found[0])
            return
        mine = Parked.objects.filter(organisation_id=actor.organisation_id, reader=each.name)
        if mine.count() >= MOST_PARKED:
            raise error
        (entry,) = found
        what = "%s can't handle entry %s of organisation %s"
        log.error(what, each.name, entry.pk, entry.organisation_id, exc_info=error)
        Parked.objects.create(
            organisation_id=actor.organisation_id, reader=each.name, entry_id=entry.pk, error=_said(error),
            next_at=times.now() + FIRST_PAUSE,
        )  # fmt: skip
        _move(position, entry)


def _fault(actor: Actor, each: Reader, found: Sequence[Entry]) -> Exception | None:
    """Why the entry can't be handled; None when it can, and now was."""
    try:
        with transaction.atomic():
            if found and found[0].type in each.types:
                each.handle(actor, found)
            connection.check_constraints()  # what would come to light only with the commit
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        return error
    return None


def _said(error: Exception) -> str:
    """The kind of error alone: its words may quote what the entry is about."""
    return type(error).__name__


def _step(actor: Actor, each: Reader, most: int) -> tuple[int, bool]:
    """Handle one batch and move the position with it, in one transaction."""
    position = _locked_position(actor, each)
    found = _after(position, most)
    if not found:
        return 0, False
    wanted = [entry for entry in found if entry.type in each.types]
    if wanted:
        each.handle(actor, wanted)
    _move(position, found[-1])
    return len(wanted), len(found) == most


def _locked_position(actor: Actor, each: Reader) -> ReaderPosition:
    ReaderPosition.objects.bulk_create(
        [ReaderPosition(organisation_id=actor.organisation_id, reader=each.name)], ignore_conflicts=True
    )
    return ReaderPosition.objects.select_for_update().get(organisation_id=actor.organisation_id, reader=each.name)


def _move(position: ReaderPosition, entry: Entry) -> None:
    position.xid, position.entry_id = entry.xid, entry.pk
    position.save(update_fields=["xid", "entry_id"])


def horizon() -> int:
    """The oldest transaction still running on this database: what is below it is settled."""
    with connection.cursor() as cursor:
        cursor.execute(HORIZON)
        return int(cursor.fetchone()[0])


def _after(position: ReaderPosition, most: int) -> list[Entry]:
    return list(
        Entry.objects.extra(  # row comparison, which the ORM can't say
            where=["(xid, id) > (%s, %s)"], params=[position.xid, position.entry_id]
        )
        .filter(organisation_id=position.organisation_id, xid__lt=horizon())
        .order_by("xid", "id")[:most]
    )
