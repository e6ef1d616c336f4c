"""The days a store works, against the State Council's notices written off by hand, and where planned work moves to."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from qibu.care.services import planner
from qibu.care.tests.plain import days
from qibu.kernel import times
from qibu.tasks.holidays import known_years, seed_exceptions, statutory_days
from qibu.tasks.models import WorkCalendar
from qibu.tasks.rules import Closed
from qibu.tasks.selectors.calendars import calendar_of

# 国务院办公厅关于部分节假日安排的通知: days off from–to, then the weekend days that are worked for them. 2020 with the
# notice of 27 January that made the Spring Festival longer.
NOTICES = {
    2020: ("1.1 1.24-2.2 4.4-4.6 5.1-5.5 6.25-6.27 10.1-10.8", "1.19 4.26 5.9 6.28 9.27 10.10"),
    2021: ("1.1-1.3 2.11-2.17 4.3-4.5 5.1-5.5 6.12-6.14 9.19-9.21 10.1-10.7", "2.7 2.20 4.25 5.8 9.18 9.26 10.9"),
    2022: (
        "1.1-1.3 1.31-2.6 4.3-4.5 4.30-5.4 6.3-6.5 9.10-9.12 10.1-10.7 12.31", "1.29 1.30 4.2 4.24 5.7 10.8 10.9",
    ),
    2023: ("1.1-1.2 1.21-1.27 4.5 4.29-5.3 6.22-6.24 9.29-10.6", "1.28 1.29 4.23 5.6 6.25 10.7 10.8"),
    2024: ("1.1 2.10-2.17 4.4-4.6 5.1-5.5 6.10 9.15-9.17 10.1-10.7", "2.4 2.18 4.7 4.28 5.11 9.14 9.29 10.12"),
    2025: ("1.1 1.28-2.4 4.4-4.6 5.1-5.5 5.31-6.2 10.1-10.8", "1.26 2.8 4.27 9.28 10.11"),
    2026: ("1.1-1.3 2.15-2.23 4.4-4.6 5.1-5.5 6.19-6.21 9.25-9.27 10.1-10.7", "1.4 2.14 2.28 5.9 9.20 10.10"),
}  # fmt: skip


def spelt_out(year: int, text: str) -> set[date]:
    found: set[date] = set()
    for part in text.split():
        first, last = ([date(year, *map(int, end.split("."))) for end in part.split("-")] * 2)[:2]
        found |= set(days.every_day(first, last))
    return found


OFF = {day for year, (off, _on) in NOTICES.items() for day in spelt_out(year, off)}
# The package closes this weekend, the notice leaves it as it is. Nobody is seeded with a year before 2024.
UNTOLD = {date(2023, 12, 30), date(2023, 12, 31)}
ON = {day for year, (_off, on) in NOTICES.items() for day in spelt_out(year, on)}


def holiday(day: date) -> bool:
    """全国年节及纪念日放假办法, article 2, by walking: with 除夕 and 2 May from 2025 on."""
    names = days.occasions_of(day)
    spring = any("spring_festival" in days.occasions_of(day - timedelta(at)) for at in range(3))
    eve = "spring_festival" in days.occasions_of(day + days.DAY)
    new = day.year >= 2025 and (eve or (day.month, day.day) == (5, 2))
    national = (day.month, day.day) in ((10, 1), (10, 2), (10, 3))
    whole = {"new_year", "qingming", "labour_day", "dragon_boat", "mid_autumn"}
    return spring or new or national or bool(names & whole)


def test_public_holidays_are_those_of_the_law_on_every_day() -> None:
    by_law = {day for year in range(2020, 2031) for day in statutory_days(year)}
    for day in days.every_day(date(2020, 1, 1), date(2030, 12, 31)):
        assert (day in by_law) == holiday(day), day


def test_days_off_and_worked_for_them_are_those_of_the_notices() -> None:
    assert max(known_years()) >= max(NOTICES)
    rows = [row for year in NOTICES for row in seed_exceptions(year)]
    off = {day for day, exception, _name in rows if isinstance(exception, Closed)}
    assert off ^ OFF == UNTOLD
    assert {day for day, _exception, _name in rows} - off == ON


@pytest.mark.parametrize("weekdays", [5, 6, 7])
def test_a_store_works_and_plans_as_the_notices_say_on_every_day(actor, monkeypatch, weekdays: int) -> None:
    """Open at weekends it closes on the holidays alone. From 2027 on there is no notice yet: the week alone counts."""
    hours = {str(weekday): [["09:00", "18:00"]] for weekday in range(1, weekdays + 1)}
    WorkCalendar.objects.create(organisation_id=actor.organisation_id, hours=hours)
    calendar, known = calendar_of(actor.organisation_id), range(2024, max(NOTICES) + 1)

    def works(day: date) -> bool:
        usual = day.isoweekday() <= weekdays
        if day.year not in known:
            return usual
        return not holiday(day) if weekdays == 7 else day in ON or (usual and day not in OFF)

    monkeypatch.setattr(times, "now", lambda: times.at_time(date(2024, 1, 1), time(8)))
    run = planner._Run(actor, date(2024, 1, 1))
    for day in days.every_day(date(2024, 1, 1), date(2027, 12, 31)):
        assert calendar.is_working_day(day) == works(day), day
        wanted = next(each for each in days.every_day(day, day + timedelta(30)) if works(each))
        assert run._deadline(day) == times.at_time(wanted, time(18))
