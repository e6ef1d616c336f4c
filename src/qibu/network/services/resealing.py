"""A new key while people work: what was sealed before gets under it piece by piece, and then the old key goes.

Each piece is a short transaction in the scope of one organisation. Two processes at it share the work; who is killed
leaves nothing half. A key goes only when no row and no backup that is kept holds anything sealed by it, and when it has
been out of use for `GRACE`: an import that began before it was replaced may still write what it sealed then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from qibu.contracts.network import KeyRetired, KeysRotated
from qibu.kernel import journal, keeping, keys, sealed, times
from qibu.kernel.jobs import app
from qibu.kernel.models import Resealing
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors

WORK = "qibu.network.jobs.reseal"
PIECE = 300
GRACE = timedelta(hours=24)
STANDS_STILL = timedelta(minutes=2)
Report = Callable[[Resealing], None]


class Nothing(Exception):
    """There is nothing at work that could be stopped or resumed."""


def rotate() -> Resealing:
    """A new key, used from now on; the old values are left to the background."""
    number = keys.add(keys.path())
    for organisation_id in _everywhere():
        with scope(actors.system(organisation_id)) as actor:
            journal.record(KeysRotated(key=number), actor=actor)
    return begin()


def begin() -> Resealing:
    """Seal anew what is under older keys; one that is at work already goes on for the newest key."""
    with transaction.atomic():
        one = current() or Resealing(key=keys.ring().current)
        one.key, one.stop_asked, one.beat, one.ended_at = keys.ring().current, False, times.now(), None
        one.total, one.done, one.unreadable = count_left(), 0, 0
        one.save()
        app.configure_task(WORK).defer(number=one.pk)
    return one


def current() -> Resealing | None:
    return Resealing.objects.filter(ended_at=None).order_by("-pk").first()


def last() -> Resealing | None:
    return Resealing.objects.order_by("-pk").first()


def stop() -> Resealing:
    """What is done stays done; the old key stays, too, and everything can be read."""
    one = current()
    if one is None:
        raise Nothing
    Resealing.objects.filter(pk=one.pk).update(stop_asked=True)
    return one


def work(number: int, report: Report = lambda _one: None) -> bool:
    """Pass after pass until one finds nothing more; whether it came to the end. Asked twice, it is done once."""
    if not Resealing.objects.filter(pk=number, ended_at=None).exists():
        return False
    while _pass(number, report):
        pass
    one = Resealing.objects.get(pk=number)
    Resealing.objects.filter(pk=number, ended_at=None).update(ended_at=times.now())
    return not one.stop_asked


def _pass(number: int, report: Report) -> int:
    """Everything once; gives how many got a new key."""
    done = 0
    Resealing.objects.filter(pk=number).update(unreadable=0)
    for organisation_id in _everywhere():
        for step in (*_rows(organisation_id), _books(organisation_id)):
            for piece in step:
                one = _tell(number, piece)
                report(one)
                if one.stop_asked:
                    return 0
                done += piece.done
    return done


@dataclass(frozen=True)
class _Piece:
    done: int
    unreadable: int = 0


def _rows(organisation_id: int) -> Iterator[Iterator[_Piece]]:
    for column in sealed.columns():
        yield _column(organisation_id, column)


def _column(organisation_id: int, column: sealed.Column) -> Iterator[_Piece]:
    after = 0
    while True:
        with scope(actors.system(organisation_id)):
            after, done, unreadable = sealed.reseal(column, organisation_id, after=after, most=PIECE)
        if not after:
            return
        yield _Piece(done, unreadable)


def _books(organisation_id: int) -> Iterator[_Piece]:
    for book in sealed.all_copies():
        while True:
            with scope(actors.system(organisation_id)):
                done = book.rest(organisation_id, PIECE)
            if not done:
                break
            yield _Piece(0)  # copies are not counted among the values


def _tell(number: int, piece: _Piece) -> Resealing:
    mine = Resealing.objects.filter(pk=number)
    mine.update(done=F("done") + piece.done, unreadable=F("unreadable") + piece.unreadable, beat=times.now())
    return mine.get()


def take_up() -> None:
    """One whose process was killed goes on."""
    still = Resealing.objects.filter(ended_at=None, stop_asked=False, beat__lt=times.now() - STANDS_STILL)
    for one in still:
        Resealing.objects.filter(pk=one.pk).update(beat=times.now())
        app.configure_task(WORK).defer(number=one.pk)


# Keys that nobody needs any more ------------------------------------------------------------------------
@dataclass
class KeyState:
    """A key as people see it: since when, and how many values it holds."""

    number: int
    current: bool
    made: datetime | None
    values: int = 0


@dataclass
class Held:
    """How many values each key holds; `copies` in books that are under some older key."""

    by_key: dict[int, int] = field(default_factory=dict)
    copies: int = 0


def states() -> list[KeyState]:
    stored, held = keys.stored_in(keys.path()), count_by_key()
    return [
        KeyState(number, number == stored["current"], _made(stored, number), held.by_key.get(number, 0))
        for number in sorted(map(int, stored["keys"]))
    ]


def count_left() -> int:
    """Values that are not under the current key."""
    current_key = keys.ring().current
    return sum(count for number, count in count_by_key().by_key.items() if number != current_key)


def count_by_key() -> Held:
    held = Held()
    for organisation_id in _everywhere():
        with scope(actors.system(organisation_id)):
            for column in sealed.columns():
                for number, count in sealed.held(column, organisation_id).items():
                    held.by_key[number] = held.by_key.get(number, 0) + count
            held.copies += sum(book.left(organisation_id) for book in sealed.all_copies())
    return held


def retire_unused() -> list[int]:
    """Forget the keys that hold nothing and whose time is over."""
    stored, held = keys.stored_in(keys.path()), count_by_key()
    replaced_at = _made(stored, stored["current"])
    if held.copies or replaced_at is None or times.now() - replaced_at < GRACE:
        return []
    needed = {stored["current"], *held.by_key, *keeping.keys_in_backups(Path(settings.QIBU_HOME))}
    unused = sorted(set(map(int, stored["keys"])) - needed)
    for number in unused:
        keys.retire(keys.path(), number)
        for organisation_id in _everywhere():
            with scope(actors.system(organisation_id)) as actor:
                journal.record(KeyRetired(key=number), actor=actor)
    return unused


def tend() -> None:
    """Nightly: what slipped in under an old key gets the new one, and what nobody needs goes."""
    if len(keys.ring().keys) < 2:
        return
    if current() is None and count_left():
        begin()
    retire_unused()


def _made(stored: dict[str, object], number: int) -> datetime | None:
    made = stored.get("made")
    said = made.get(str(number)) if isinstance(made, dict) else None
    return datetime.fromisoformat(said).astimezone(UTC) if said else None


def _everywhere() -> list[int]:
    return list(Organisation.objects.order_by("pk").values_list("pk", flat=True))
