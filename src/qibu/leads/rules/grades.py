"""The intent grade: by when somebody means to buy, and how often they are then spoken to (C4).

The letters are the ones in use at Chinese dealers: H within a week, A within a fortnight, B within a month, C later.
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


def next_contact(grade: Grade, after: datetime, pace: Mapping[Grade, Pace] = DEFAULT_PACE) -> datetime:
    """The latest moment of the next word, as the grade has it; the caller moves it into the store's hours."""
    return after + pace[grade].every
