"""When the customer is reminded of a drive."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from qibu.drives.rules.slots import openings
from qibu.tasks.rules import Calendar

FARTHEST = 10  # days back to the last day on which somebody is there to call


def remind_at(calendar: Calendar, *, starts_at: datetime, now: datetime, at: time) -> datetime | None:
    """By then, on the last day before on which the store is open; none when the drive was agreed after that: the
    customer just said when they come."""
    day = starts_at.astimezone(calendar.zone).date()
    for number in range(1, FARTHEST + 1):
        spans = openings(calendar, day - timedelta(days=number))
        if spans:
            wanted = datetime.combine(day - timedelta(days=number), at, calendar.zone)
            due = min(max(wanted, spans[0][0]), spans[-1][1])
            return due if due > now else None
    return None
