"""The intent grade: by when somebody means to buy, and how often they are then spoken to (C4).

The letters are the ones in use at Chinese dealers: H within a week, A within a fortnight, B within a month, C later.
What people do counts beside what they say: who came, drove or had a quotation of late means it more; who isn't heard of
means it less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Grade(StrEnum):
    H = "H"
    A = "A"
    B = "B"
    C = "C"


class Sign(StrEnum):
    """Why a lead has its grade."""

    SAID = "said"  # by when they mean to buy
    UNSAID = "unsaid"  # nobody knows by when
    VISITED = "visited"
    DRIVEN = "driven"
    QUOTED = "quoted"
    READ = "read"  # opened what was sent to them
    SILENT = "silent"


@dataclass(frozen=True)
class Pace:
    """`within_days`: who means to buy by then has the grade; `every` is the longest time without a word."""

    within_days: int
    every: timedelta


DEFAULT_PACE: dict[Grade, Pace] = {
    Grade.H: Pace(7, timedelta(hours=24)),
    Grade.A: Pace(15, timedelta(days=3)),
    Grade.B: Pace(30, timedelta(days=7)),
    Grade.C: Pace(365, timedelta(days=15)),
}
ORDER = tuple(Grade)
LIVELY = timedelta(days=14)  # how long a visit, a drive or a quotation says something
SILENCE = 2  # times the pace without a word


@dataclass(frozen=True)
class Behaviour:
    """When they last came, drove, were quoted a price, when the two sides last spoke, and when they last read what was
    sent to them."""

    visited: datetime | None = None
    driven: datetime | None = None
    quoted: datetime | None = None
    heard: datetime | None = None
    read: datetime | None = None


@dataclass(frozen=True)
class Graded:
    grade: Grade
    signs: tuple[Sign, ...]


def grade_by(buys_by: date | None, on: date, pace: Mapping[Grade, Pace] = DEFAULT_PACE) -> Grade:
    """Of who doesn't say by when, and of who means to buy later than all grades ask for, C. A day that is past is a
    purchase that is due: H."""
    if buys_by is None:
        return Grade.C
    left = (buys_by - on).days
    for grade in (Grade.H, Grade.A, Grade.B):
        if left <= pace[grade].within_days:
            return grade
    return Grade.C


def graded(
    buys_by: date | None, behaviour: Behaviour, now: datetime, on: date, pace: Mapping[Grade, Pace] = DEFAULT_PACE
) -> Graded:
    """What they say, a step up for each thing they did of late, a step down for silence since. Who reads what is sent
    to them isn't silent; it is no step up, since it costs nothing."""
    said = grade_by(buys_by, on, pace)
    deeds = ((Sign.VISITED, behaviour.visited), (Sign.DRIVEN, behaviour.driven), (Sign.QUOTED, behaviour.quoted))
    lively = [sign for sign, at in deeds if at is not None and now - at <= LIVELY]
    place = max(ORDER.index(said) - len(lively), 0)
    silent = _silent(behaviour, now, pace[ORDER[place]])
    place = min(place + silent, len(ORDER) - 1)
    reads = behaviour.read is not None and now - behaviour.read <= LIVELY
    signs = [Sign.UNSAID if buys_by is None else Sign.SAID, *lively]
    signs += [Sign.SILENT] if silent else [Sign.READ] if reads else []
    return Graded(ORDER[place], tuple(signs))


def _silent(behaviour: Behaviour, now: datetime, pace: Pace) -> bool:
    moments = (behaviour.visited, behaviour.driven, behaviour.quoted, behaviour.heard, behaviour.read)
    last = max((at for at in moments if at is not None), default=None)
    return last is not None and now - last > SILENCE * pace.every


def next_contact(grade: Grade, after: datetime, pace: Mapping[Grade, Pace] = DEFAULT_PACE) -> datetime:
    """The latest moment of the next word, as the grade has it; the caller moves it into the store's hours."""
    return after + pace[grade].every
