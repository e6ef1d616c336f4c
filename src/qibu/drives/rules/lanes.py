"""A day of a car or a person as pieces beside each other, in quarters of an hour: what is taken, free, past or shut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from qibu.drives.rules.slots import STEP, Span

CELL = 2  # quarters of a free place


@dataclass(frozen=True)
class Busy:
    """`held_until` is the end with the pause after it."""

    starts_at: datetime
    ends_at: datetime
    held_until: datetime
    what: Any = None


@dataclass(frozen=True)
class Piece:
    """From quarter `at` for `n` quarters. `kind`: taken, pause, free, gone (past or shut)."""

    kind: str
    at: int
    n: int
    starts_at: datetime
    what: Any = None


def lay(first: datetime, quarters: int, open_in: Sequence[Span], busy: Iterable[Busy], now: datetime) -> list[Piece]:
    """All quarters of a day, each in one piece. What began before or ends after the day shows is cut off; a pause that
    the next drive begins in (a car came back late) gives way to it."""
    found: list[Piece] = []
    at = 0
    for one in sorted(busy, key=lambda each: each.starts_at):
        start = max(_quarter(first, one.starts_at, up=False), at)
        end = min(_quarter(first, one.ends_at, up=True), quarters)
        if end <= start:
            continue
        found += _before(first, at, start, found, open_in, now)
        found.append(Piece("taken", start, end - start, first + start * STEP, one))
        at = end
    return found + _before(first, at, quarters, found, open_in, now)


def _before(
    first: datetime, at: int, end: int, found: Sequence[Piece], open_in: Sequence[Span], now: datetime
) -> list[Piece]:
    """What lies between a drive and the next one: its pause, then free places."""
    rest = min(_quarter(first, found[-1].what.held_until, up=True), end) if found else at
    pause = [Piece("pause", at, rest - at, first + at * STEP)] if rest > at else []
    return pause + _between(first, max(at, rest), end, open_in, now)


def _quarter(first: datetime, moment: datetime, *, up: bool) -> int:
    over = moment - first + (STEP - timedelta(microseconds=1) if up else timedelta(0))
    return over // STEP


def _between(first: datetime, at: int, end: int, open_in: Sequence[Span], now: datetime) -> list[Piece]:
    """Free places begin on the half hour; what is shut or past is one piece as long as it lasts."""
    found: list[Piece] = []
    while at < end:
        if not _free(first, at, open_in, now):
            n = next((number for number in range(at, end) if _free(first, number, open_in, now)), end) - at
            found.append(Piece("gone", at, n, first + at * STEP))
        else:
            n = 1
            while at + n < end and (at + n) % CELL and _free(first, at + n, open_in, now):
                n += 1
            found.append(Piece("free", at, n, first + at * STEP))
        at += n
    return found


def _free(first: datetime, quarter: int, open_in: Sequence[Span], now: datetime) -> bool:
    start = first + quarter * STEP
    return start > now and any(opens <= start and start + STEP <= shuts for opens, shuts in open_in)
