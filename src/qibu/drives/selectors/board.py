"""The calendar: cars or people down, time across. What isn't the reader's own shows that the place is taken, and by
which colleague, never which customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from qibu.drives.models import DemoCar, Drive
from qibu.drives.models.drive import HOLDING
from qibu.drives.rules import Busy, Piece, lay, openings
from qibu.drives.rules.slots import STEP, Span
from qibu.drives.selectors.drives import told, visible
from qibu.drives.selectors.fleet import cars_in_use
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.network.models import Absence, Staff
from qibu.tasks.rules import Calendar
from qibu.tasks.selectors.calendars import calendar_of

CAR, CONSULTANT = "car", "consultant"
WEEK = 7
HOUR = 4  # quarters
FEWEST, MOST = 24, 64  # quarters that the sheet has columns for


@dataclass(frozen=True)
class Lane:
    """A car or a person. `away`: why it can't be booked that day, in words of the page's own."""

    key: int
    name: str
    detail: str
    pieces: Sequence[Piece] = ()
    away: str = ""
    days: Sequence[Day] = ()


@dataclass(frozen=True)
class Day:
    """A day of a lane in the week."""

    day: date
    drives: Sequence[Drive]
    open: bool
    first: datetime | None = None
    away: str = ""


@dataclass(frozen=True)
class Board:
    lanes: Sequence[Lane]
    quarters: int = 0
    hours: Sequence[tuple[int, str]] = ()
    now: int | None = None
    shut: bool = False
    days: Sequence[date] = ()


def day_board(actor: Actor, by: str, day: date) -> Board:
    calendar = calendar_of(actor.organisation_id)
    spans = openings(calendar, day)
    first, quarters = _frame(day, spans)
    now = times.now()
    drives = _drives(actor, day, 1)
    lanes = [
        Lane(
            one.key, one.name, one.detail,
            lay(first, quarters, () if one.away else spans, map(_busy, _of(drives, by, one.key)), now), one.away,
        )
        for one in _heads(actor, by, day, 1)
    ]  # fmt: skip
    hours = [(quarter, f"{(first + quarter * STEP).astimezone(times.ZONE):%H}") for quarter in range(0, quarters, HOUR)]
    passed = (now - first) // STEP
    return Board(lanes, quarters, hours, passed if 0 <= passed < quarters else None, not spans)


def week_board(actor: Actor, by: str, first: date) -> Board:
    """From a Monday on."""
    calendar = calendar_of(actor.organisation_id)
    days = [first + timedelta(days=number) for number in range(WEEK)]
    drives, away = _drives(actor, first, WEEK), _absences(first, WEEK) if by == CONSULTANT else []
    lanes = [
        Lane(
            one.key, one.name, one.detail, away=one.away,
            days=[_day(calendar, day, _of(drives, by, one.key), _away(away, one.key, day) or one.away) for day in days],
        )
        for one in _heads(actor, by, first, WEEK)
    ]  # fmt: skip
    return Board(lanes, days=days)


def _day(calendar: Calendar, day: date, drives: Iterable[Drive], away: str) -> Day:
    spans, now = openings(calendar, day), times.now()
    todays = [one for one in drives if times.day_of(one.starts_at) == day]
    later = next((max(start, now) for start, end in spans if end > now + STEP), None)
    return Day(day, todays, bool(spans) and later is not None, later, away)


def _frame(day: date, spans: Sequence[Span]) -> tuple[datetime, int]:
    """Whole hours around the opening hours; of a day that is shut the usual ones."""
    start = spans[0][0] if spans else times.start_of(day) + timedelta(hours=9)
    end = spans[-1][1] if spans else times.start_of(day) + timedelta(hours=18)
    first = start.replace(minute=0, second=0, microsecond=0)
    hours = -(-(end - first) // timedelta(hours=1)) if end > first else 0
    return first, min(max(hours * HOUR, FEWEST), MOST)


def _drives(actor: Actor, first: date, days: int) -> list[Drive]:
    """All of the store; `seen` says whether the reader may see whose each is, `late` that nobody closed it in time."""
    start, end = times.start_of(first), times.start_of(first + timedelta(days=days))
    rows = told(Drive.objects.filter(state__in=HOLDING, starts_at__lt=end, ends_at__gt=start)).order_by("starts_at")
    found: list[Drive] = list(rows)
    seen = set(visible(actor).filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True))
    now = times.now()
    for one in found:
        one.seen = one.pk in seen  # type: ignore[attr-defined]  # read by the template
        one.late = one.living and one.ends_at < now  # type: ignore[attr-defined]
    return found


def _of(drives: Iterable[Drive], by: str, key: int) -> list[Drive]:
    return [one for one in drives if (one.car_id if by == CAR else one.consultant_id) == key]


def _busy(drive: Drive) -> Busy:
    ends = max(drive.ends_at, times.now()) if drive.state == Drive.State.OUT else drive.ends_at
    return Busy(drive.starts_at, ends, max(ends, drive.held_until), drive)


def _heads(actor: Actor, by: str, first: date, days: int) -> list[Lane]:
    if by == CAR:
        return [_car(one, first) for one in cars_in_use(actor)]
    away = _absences(first, days) if days == 1 else []
    return [Lane(one.pk, one.name, one.title, away=_away(away, one.pk, first)) for one in _people(first, days)]


def _car(car: DemoCar, day: date) -> Lane:
    why = "" if car.state == DemoCar.State.AVAILABLE else car.state
    if not why and not car.insured_on(day):
        why = "uninsured"
    return Lane(car.pk, car.series, car.plate or car.vin[-6:], away=why)


def _people(first: date, days: int) -> list[Staff]:
    """Who sells, and whoever has a drive in these days though they don't any more."""
    start, end = times.start_of(first), times.start_of(first + timedelta(days=days))
    busy = Drive.objects.filter(state__in=HOLDING, starts_at__lt=end, ends_at__gt=start).values("consultant_id")
    wanted = Q(pk__in=leads.sellers().order_by().values("pk")) | Q(pk__in=busy)
    rows: Any = Staff.objects.filter(wanted).order_by("sort_key", "pk")
    return list(rows)


def _absences(first: date, days: int) -> list[Absence]:
    last = first + timedelta(days=days - 1)
    return list(Absence.objects.filter(ended_at__isnull=True, first_day__lte=last, last_day__gte=first))


def _away(absences: Iterable[Absence], staff_id: int, day: date) -> str:
    return "away" if any(one.staff_id == staff_id and one.first_day <= day <= one.last_day for one in absences) else ""
