"""Whether a lead is looked after as its grade asks: for the manager's reports (C4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from qibu.leads.rules.grades import DEFAULT_PACE, Grade, Pace

GRACE = timedelta(days=1)  # a pace ends in the night or on a day off: then the next day counts


class Fault(StrEnum):
    OVERDUE = "overdue"  # the next action is past
    QUIET = "quiet"  # nobody spoke to them for longer than twice the pace
    TOO_LATE = "too_late"  # the next action comes later than the grade allows
    AFTER_PURCHASE = "after_purchase"  # … or than the day on which they mean to buy


def neglected(
    grade: Grade, now: datetime, *, due: datetime, heard: datetime, pace: Mapping[Grade, Pace] = DEFAULT_PACE
) -> Fault | None:
    """No follow-up: what was planned is past, or the silence is longer than the grade bears."""
    if due < now:
        return Fault.OVERDUE
    return Fault.QUIET if now - heard > 2 * pace[grade].every + GRACE else None


def unrealistic(
    grade: Grade, planned: datetime, *, due: datetime, due_on: date, buys_by: date | None,
    pace: Mapping[Grade, Pace] = DEFAULT_PACE,
) -> Fault | None:  # fmt: skip
    """The next action lies where it does no good. `planned`: since when it is planned."""
    if buys_by is not None and due_on > buys_by >= planned.date():
        return Fault.AFTER_PURCHASE
    return Fault.TOO_LATE if due - planned > pace[grade].every + GRACE else None
