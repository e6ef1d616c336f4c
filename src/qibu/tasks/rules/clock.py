"""The clock of a promise: how it stands, and what its chip says.

States and texts after the visual reference: running → soon → overdue; done or late; paused with its reason;
waiting while it has not begun; closed when it ended without a result.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from qibu.tasks.rules.calendar import CHINA

SOON_SHARE = 0.25
LONGEST_SOON = timedelta(hours=4)
SOON_DAYS = timedelta(days=30)
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class ClockState(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    SOON = "soon"
    OVERDUE = "overdue"
    DONE = "done"
    LATE = "late"
    PAUSED = "paused"
    CLOSED = "closed"
    WAITING = "waiting"


class Unit(StrEnum):
    """What the numbers of a chip count; TODAY and TOMORROW show a time of day where there is one."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    TODAY = "today"
    TOMORROW = "tomorrow"


@dataclass(frozen=True, slots=True)
class Remaining:
    """The facts of a chip: 剩 26 分, 逾期 1 时 24 分, 今天 17:00, 剩 12 天. `at` is in the store's zone."""

    unit: Unit
    overdue: bool
    days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: int = 0
    at: time | None = None


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What is stored of a clock. `due` is a moment, or a day until midnight in the store's zone."""

    started: datetime | None
    due: datetime | date
    warn_at: datetime | None = None
    stopped: datetime | None = None
    paused_since: datetime | None = None
    pause_reason: str | None = None
    closed_at: datetime | None = None
    zone: ZoneInfo = CHINA

    @property
    def deadline(self) -> datetime:
        """The moment from which the promise is broken."""
        if isinstance(self.due, datetime):
            return self.due
        return datetime.combine(self.due + _DAY, time.min, self.zone)

    @property
    def warns_from(self) -> datetime:
        """When the clock turns to soon: as stored, else the last quarter, at most 4 h (for days: 30 days)."""
        if self.warn_at is not None:
            return self.warn_at
        if not isinstance(self.due, datetime):
            return self.deadline - SOON_DAYS
        if self.started is None:
            return self.due - LONGEST_SOON
        quarter = max(self.due - self.started, timedelta(0)) * SOON_SHARE
        return self.due - min(quarter, LONGEST_SOON)

    def state_at(self, now: datetime) -> ClockState:
        """How the clock stands at a moment; a pause begun after the deadline does not hide the breach."""
        if self.stopped is not None:
            return ClockState.DONE if self._kept_at(self.stopped) else ClockState.LATE
        if self.closed_at is not None:
            return ClockState.CLOSED
        if self.started is None or now < self.started:
            return ClockState.WAITING
        if self.paused_since is not None and self._kept_at(self.paused_since):
            return ClockState.PAUSED
        return self._ticking_state(now)

    def remaining(self, now: datetime) -> Remaining:
        """What is left, or how long it is overdue, in the unit that the chip shows."""
        now_days, due_days = (self._day(now), self._day(self.due))
        if not isinstance(self.due, datetime):
            return _in_days((due_days - now_days).days)
        if not self._kept_at(now):
            return _counted(now - self.due, overdue=True)
        left = self.due - now
        # Hours are counted down while they are few; further ahead the time of day says more.
        if left < LONGEST_SOON:
            return _counted(left, overdue=False)
        days = (due_days - now_days).days
        return _in_days(days, self.due.astimezone(self.zone).time().replace(second=0, microsecond=0))

    def share_left(self, now: datetime) -> float:
        """How much of the span is left, from 1 to 0: the arc of the dial."""
        if self.started is None or now <= self.started:
            return 1.0
        span = self.deadline - self.started
        return max(0.0, (self.deadline - now) / span) if span else 0.0

    def _kept_at(self, moment: datetime) -> bool:
        """Whether something done at a moment is in time: a moment counts itself, a day ends at midnight."""
        return moment <= self.due if isinstance(self.due, datetime) else moment < self.deadline

    def _ticking_state(self, now: datetime) -> ClockState:
        if not self._kept_at(now):
            return ClockState.OVERDUE
        return ClockState.SOON if now >= self.warns_from else ClockState.RUNNING

    def _day(self, moment: datetime | date) -> date:
        return moment.astimezone(self.zone).date() if isinstance(moment, datetime) else moment


def _counted(span: timedelta, *, overdue: bool) -> Remaining:
    if span < _MINUTE:
        return Remaining(Unit.SECONDS, overdue, seconds=int(span.total_seconds()))
    if span < _HOUR:
        return Remaining(Unit.MINUTES, overdue, minutes=span // _MINUTE)
    if span < _DAY:
        return Remaining(Unit.HOURS, overdue, hours=span // _HOUR, minutes=span % _HOUR // _MINUTE)
    return Remaining(Unit.DAYS, overdue, days=span // _DAY)


def _in_days(days: int, at: time | None = None) -> Remaining:
    if days == 0:
        return Remaining(Unit.TODAY, overdue=False, at=at)
    if days == 1:
        return Remaining(Unit.TOMORROW, overdue=False, days=1, at=at)
    return Remaining(Unit.DAYS, overdue=days < 0, days=abs(days))
