"""The store's working calendar, resolved store ← those above it ← shipped."""

from __future__ import annotations

from datetime import date, time, timedelta

from qibu.network.inheritance import lineage, resolve
from qibu.tasks.models import CalendarDay, Rung, WorkCalendar
from qibu.tasks.rules import Calendar, Closed, DayException, Hours, Step, WeekHours, Working

SATURDAY, SUNDAY = 5, 6
STANDARD = "standard"
AHEAD = timedelta(days=45)  # next year's days are asked for so long before it begins


class MissingCalendar(LookupError):
    """Nobody up the line has opening hours, not even the product: the database was not brought up to date."""


def calendar_of(organisation_id: int) -> Calendar:
    line = lineage(organisation_id)
    hours = resolve(WorkCalendar.objects.all(), line, lambda row: "hours")
    if not hours:
        raise MissingCalendar
    week = week_hours(hours["hours"].row.hours)
    days = resolve(CalendarDay.objects.all(), line, lambda row: row.day)
    kept = {day: one.row for day, one in days.items() if not (one.row.swap and _open_at_weekends(week))}
    return Calendar(week, {day: _exception(row) for day, row in kept.items()})


def hours_of(organisation_id: int) -> dict[str, list[list[str]]]:
    """The opening hours that count, as they are stored."""
    hours = resolve(WorkCalendar.objects.all(), lineage(organisation_id), lambda row: "hours")
    return dict(hours["hours"].row.hours) if hours else {}


def week_hours(stored: dict[str, list[list[str]]]) -> WeekHours:
    """As stored by ISO weekday, to weekday from Monday 0."""
    return {
        int(weekday) - 1: tuple(Hours(time.fromisoformat(start), time.fromisoformat(end)) for start, end in hours)
        for weekday, hours in stored.items()
    }


def _open_at_weekends(week: WeekHours) -> bool:
    """A store that works on Saturdays and Sundays anyway has no weekend that the yearly notice could move:
    it closes on the public holidays themselves, and a make-up day is a day like any other."""
    return bool(week.get(SATURDAY)) and bool(week.get(SUNDAY))


def _exception(row: CalendarDay) -> DayException:
    return Working() if row.working else Closed()


def missing_years(organisation_id: int, today: date) -> list[int]:
    """Years that are needed and of which the table knows not one holiday."""
    line = lineage(organisation_id)
    wanted = {today.year, (today + AHEAD).year}
    rows = CalendarDay.objects.filter(working=False, day__year__in=wanted)
    known = {day.year for day in resolve(rows, line, lambda row: row.day)}
    return sorted(wanted - known)


def holidays_ahead(organisation_id: int, today: date, days: int = 370) -> list[CalendarDay]:
    """The exceptions that count, from today on."""
    rows = CalendarDay.objects.filter(day__gte=today, day__lte=today + timedelta(days=days))
    found = resolve(rows, lineage(organisation_id), lambda row: row.day)
    return [found[day].row for day in sorted(found)]


def ladders_of(organisation_id: int) -> dict[str, list[Step]]:
    """Each ladder whole, from the nearest organisation that has one of its name."""
    line = lineage(organisation_id)
    rows = list(Rung.objects.order_by("ladder", "order"))
    nearest = {name: one.source_id for name, one in resolve(rows, line, lambda row: row.ladder).items()}
    found: dict[str, list[Step]] = {name: [] for name in nearest}
    for row in rows:
        if row.organisation_id == nearest.get(row.ladder, -1):
            found[row.ladder].append(Step(timedelta(minutes=row.after_minutes), frozenset(row.roles)))
    return found
