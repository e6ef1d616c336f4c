"""When a car may be out: within one stretch of opening hours, with a pause after each drive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from qibu.tasks.rules import Calendar

Span = tuple[datetime, datetime]
STEP = timedelta(minutes=15)
DAYS_AHEAD = 7


def openings(calendar: Calendar, day: date) -> list[Span]:
    """The stretches in which the store is open on a day, those that touch joined."""
    found: list[Span] = []
    for hours in sorted(calendar.hours_on(day)):
        last = day + timedelta(days=1) if hours.end == time.min else day
        span = (
            datetime.combine(day, hours.start, calendar.zone), datetime.combine(last, hours.end, calendar.zone)
        )  # fmt: skip
        if found and span[0] <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], span[1]))
        else:
            found.append(span)
    return found


def within_hours(calendar: Calendar, starts_at: datetime, ends_at: datetime) -> bool:
    """A drive over the lunch break of a store that closes then is none."""
    day = starts_at.astimezone(calendar.zone).date()
    return any(start <= starts_at and ends_at <= end for start, end in openings(calendar, day))


def first_free(
    calendar: Calendar, busy: Iterable[Span], *, after: datetime, minutes: int, pause: int
) -> datetime | None:
    """The next start, by quarters of an hour, at which nothing that is `busy` (its pauses included) is in the way."""
    taken, length = sorted(busy), timedelta(minutes=minutes)
    day = after.astimezone(calendar.zone).date()
    for number in range(DAYS_AHEAD):
        for start, end in openings(calendar, day + timedelta(days=number)):
            found = _fits(max(start, next_quarter(after)), end, taken, length, timedelta(minutes=pause))
            if found is not None:
                return found
    return None


def _fits(at: datetime, end: datetime, taken: Sequence[Span], length: timedelta, pause: timedelta) -> datetime | None:
    while at + length <= end:
        rival = next((one for one in taken if one[0] < at + length + pause and at < one[1]), None)
        if rival is None:
            return at
        at = next_quarter(rival[1])
    return None


def next_quarter(at: datetime) -> datetime:
    """The moment itself on a quarter of an hour, else the next one."""
    over = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at + (STEP - over) if over else at
