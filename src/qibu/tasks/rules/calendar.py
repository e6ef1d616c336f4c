"""The working calendar of a store: on it every promise runs (H2).

A week of opening hours, and exceptions by day: closed, other hours, or a make-up working day (调休) that runs
like an ordinary weekday. All sums go from interval to interval; results are in UTC.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)
# A store that opens on no day of a year is closed for good; without this a clock would search for ever.
_LONGEST_CLOSURE = 366
_MONDAY, _FRIDAY = 0, 4


class NeverOpen(ValueError):
    """The calendar has no opening hours within a year, so nothing can be due on it."""


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """From `start` to `end` by the store's clock; an end of 00:00 means midnight at the end of the day."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.end != time.min and self.end <= self.start:
            raise ValueError("hours_end_before_start")


WeekHours = Mapping[int, tuple[Hours, ...]]


@dataclass(frozen=True, slots=True)
class Closed:
    """No work on this day."""


@dataclass(frozen=True, slots=True)
class Open:
    """Work on this day in these hours, whatever the week says."""

    hours: tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class Working:
    """A make-up working day: its weekday's hours, or an ordinary weekday's where the store rests then."""


DayException = Closed | Open | Working
Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Calendar:
    """Weekday (Monday 0) → hours, exceptions by day, and the zone both are meant in."""

    week: WeekHours
    exceptions: Mapping[date, DayException] = field(default_factory=dict)
    zone: ZoneInfo = CHINA

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """The opening hours of a day, exceptions heeded."""
        match self.exceptions.get(day):
            case Closed():
                return ()
            case Open(hours):
                return hours
            case Working():
                return self.week.get(day.weekday(), ()) or self._weekday_hours
        return self.week.get(day.weekday(), ())

    def is_working_day(self, day: date) -> bool:
        """Whether there are any hours on a day."""
        return bool(self.hours_on(day))

    def is_open(self, at: datetime) -> bool:
        """Whether the store works at a moment; the closing minute itself is closed."""
        return any(start <= at < end for start, end in self._intervals_on(self._local_day(at)))

    def next_open(self, at: datetime) -> datetime:
        """The moment itself when the store is open, else when it opens next."""
        start, _ = next(self._intervals_from(at))
        return max(start, at.astimezone(UTC))

    def next_morning(self, at: datetime) -> datetime:
        """When the store opens on the first working day after the day of `at`."""
        tomorrow = self._local_day(at) + _DAY
        start, _ = next(self._intervals(tomorrow))
        return start

    def add_working_time(self, start: datetime, duration: timedelta) -> datetime:
        """The moment when `duration` of working time has passed since `start`; it may be a closing time."""
        if duration < timedelta(0):
            raise ValueError("negative_duration")
        left = duration
        for opens, closes in self._intervals_from(start):
            begins = max(opens, start.astimezone(UTC))
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
        raise NeverOpen  # pragma: no cover - the intervals end only by raising

    def working_time_between(self, a: datetime, b: datetime) -> timedelta:
        """The working time from `a` to `b`; negative when `b` comes first."""
        if b < a:
            return -self.working_time_between(b, a)
        total = timedelta(0)
        day, last = self._local_day(a), self._local_day(b)
        while day <= last:
            parts = (min(end, b) - max(start, a) for start, end in self._intervals_on(day))
            total += sum((part for part in parts if part > timedelta(0)), timedelta(0))
            day += _DAY
        return total

    @cached_property
    def _weekday_hours(self) -> tuple[Hours, ...]:
        weekdays = (self.week.get(weekday, ()) for weekday in range(_MONDAY, _FRIDAY + 1))
        return next((hours for hours in weekdays if hours), ())

    def _local_day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _intervals_from(self, at: datetime) -> Iterator[Interval]:
        return (interval for interval in self._intervals(self._local_day(at)) if interval[1] > at)

    def _intervals(self, day: date) -> Iterator[Interval]:
        """The opening intervals from a day on, without end; raises when a year passes without one."""
        closed = 0
        while closed <= _LONGEST_CLOSURE:
            intervals = self._intervals_on(day)
            yield from intervals
            closed = 0 if intervals else closed + 1
            day += _DAY
        raise NeverOpen

    def _intervals_on(self, day: date) -> list[Interval]:
        """The intervals of a day in UTC, overlapping hours joined."""
        joined: list[Interval] = []
        for hours in sorted(self.hours_on(day)):
            start, end = self._interval(day, hours)
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return joined

    def _interval(self, day: date, hours: Hours) -> Interval:
        last = day + _DAY if hours.end == time.min else day
        start = datetime.combine(day, hours.start, self.zone)
        return start.astimezone(UTC), datetime.combine(last, hours.end, self.zone).astimezone(UTC)
