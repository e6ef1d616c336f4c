"""Days of the calendar, birthdays and warranties, against what is published and against plain reckoning."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qibu.care.rules import (
    BIRTHDAY_GRACE,
    Car,
    Granted,
    Part,
    Person,
    Reading,
    Trigger,
    dues_of,
    dues_of_person,
    occasion_day,
    occasion_near,
    occasions,
    warranty_end,
)
from qibu.care.rules.maintenance import Basis, DailyMileage
from qibu.customers.rules.birthdays import lunar_of_solar, next_birthday
from qibu.kernel.days import add_months

# Days of public holidays as the State Council's notices of these years name them.
PUBLISHED = {
    "spring_festival": {
        2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17),
        2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3),
    },
    "dragon_boat": {
        2020: (6, 25), 2021: (6, 14), 2022: (6, 3), 2023: (6, 22), 2024: (6, 10), 2025: (5, 31), 2026: (6, 19),
        2027: (6, 9), 2028: (5, 28), 2029: (6, 16), 2030: (6, 5),
    },
    "mid_autumn": {
        2020: (10, 1), 2021: (9, 21), 2022: (9, 10), 2023: (9, 29), 2024: (9, 17), 2025: (10, 6), 2026: (9, 25),
        2027: (9, 15), 2028: (10, 3), 2029: (9, 22), 2030: (9, 12),
    },
    "qingming": {
        2020: (4, 4), 2021: (4, 4), 2022: (4, 5), 2023: (4, 5), 2024: (4, 4), 2025: (4, 4), 2026: (4, 5),
    },
    "dongzhi": {2020: (12, 21), 2021: (12, 21), 2022: (12, 22), 2023: (12, 22), 2024: (12, 21), 2025: (12, 21)},
    "lidong": {2020: (11, 7), 2021: (11, 7), 2022: (11, 7), 2023: (11, 8), 2024: (11, 7), 2025: (11, 7)},
    "lichun": {2020: (2, 4), 2021: (2, 3), 2022: (2, 4), 2023: (2, 4), 2024: (2, 4), 2025: (2, 3)},
}  # fmt: skip
# The lunar years from 2019 on as almanacs print them: length of the twelve months from the highest bit (30 days where
# it is set), the leap month in the lowest four bits, its length in the bits above the twelve.
FIRST, NEW_YEAR = 2019, date(2019, 2, 5)
LUNAR_YEARS = (
    0x0A930, 0x07954, 0x06AA0, 0x0AD50, 0x05B52, 0x04B60, 0x0A6E6, 0x0A4E0, 0x0D260, 0x0EA65, 0x0D530, 0x05AA0,
    0x076A3,
)  # fmt: skip


def almanac() -> list[tuple[date, int, int, bool, int]]:
    """First day, lunar year, month, leap, and days of every lunar month."""
    found, first = [], NEW_YEAR
    for year, bits in enumerate(LUNAR_YEARS, start=FIRST):
        for month in range(1, 13):
            days = 30 if bits & (0x10000 >> month) else 29
            found.append((first, year, month, False, days))
            first += timedelta(days)
            if bits & 0xF == month:
                days = 30 if bits & 0x10000 else 29
                found.append((first, year, month, True, days))
                first += timedelta(days)
    return found


ALMANAC = almanac()


def lunar_day(day: date) -> tuple[int, int, int, bool]:
    first, year, month, leap, _days = [row for row in ALMANAC if row[0] <= day][-1]
    return year, month, (day - first).days + 1, leap


def lunar_birthdays(month: int, day: int, leap: bool) -> list[date]:
    """Every lunar year's day: in the leap month where the year has it, on the 29th where the month is short."""
    found = []
    for year in range(FIRST, FIRST + len(LUNAR_YEARS)):
        rows = [row for row in ALMANAC if row[1:3] == (year, month)]
        first, _year, _month, _leap, days = rows[-1] if leap else rows[0]
        found.append(first + timedelta(min(day, days) - 1))
    return found


@pytest.mark.parametrize("occasion", PUBLISHED)
def test_festivals_and_solar_terms_fall_on_the_published_days(occasion: str) -> None:
    for year, day in PUBLISHED[occasion].items():
        assert occasion_day(occasion, year) == date(year, *day)


def test_every_occasion_falls_once_into_every_year_from_2020_to_2030() -> None:
    for occasion in occasions():
        for year in range(2020, 2031):
            assert occasion_day(occasion, year).year == year, occasion


def test_the_lunar_calendar_is_that_of_the_almanac_day_by_day() -> None:
    day = date(2020, 1, 1)
    while day < date(2031, 1, 1):
        assert lunar_of_solar(day) == lunar_day(day), day
        day += timedelta(1)


def test_an_occasion_is_near_also_across_the_turn_of_the_year() -> None:
    assert occasion_near("new_year", date(2026, 12, 29), 0, 3) == [date(2027, 1, 1)]
    assert occasion_near("new_year", date(2027, 1, 2), -2, 0) == [date(2027, 1, 1)]
    assert occasion_near("new_year", date(2026, 7, 1), -30, 30) == []


@given(st.dates(date(1950, 1, 1), date(2019, 12, 31)), st.dates(date(2020, 1, 1), date(2029, 12, 31)))
def test_a_civil_birthday_is_that_of_the_calendar(born: date, today: date) -> None:
    wanted = today - BIRTHDAY_GRACE
    while (wanted.month, wanted.day) != (born.month, born.day):
        if (born.month, born.day) == (2, 29) and (wanted.month, wanted.day) == (2, 28):
            try:
                wanted.replace(day=29)
            except ValueError:
                break
        wanted += timedelta(1)
    (due,) = dues_of_person(Person(1, born), today)
    assert (due.trigger, due.due_on, due.cycle) == (Trigger.BIRTHDAY, wanted, f"birthday:{wanted.year}")


@given(st.dates(date(2020, 1, 1), date(2025, 12, 31)), st.dates(date(2026, 2, 1), date(2029, 12, 31)))
def test_a_lunar_birthday_is_that_of_the_almanac(born: date, after: date) -> None:
    _year, month, day, leap = lunar_day(born)
    wanted = min(each for each in lunar_birthdays(month, day, leap) if each > after)
    assert next_birthday(born, True, after) == wanted


def test_who_told_no_birthday_has_none() -> None:
    assert dues_of_person(Person(1, None), date(2026, 11, 25)) == []


BOUGHT, DAILY = date(2024, 3, 10), DailyMileage(50, Basis.READINGS, 2)


@pytest.mark.parametrize(
    ("granted", "readings", "ends_on", "by_km", "estimated"),
    [
        (Granted(date(2027, 3, 9), None), [], date(2027, 3, 9), False, False),
        (Granted(date(2027, 3, 9), 60_000), [Reading(date(2025, 3, 10), 50_000)], date(2025, 9, 26), True, False),
        (Granted(date(2027, 3, 9), 60_000), [Reading(date(2025, 3, 10), 5_000)], date(2027, 3, 9), False, False),
        (Granted(None, 60_000), [Reading(date(2025, 3, 10), 65_000)], date(2024, 11, 30), True, False),
        (Granted(), [], date(2027, 3, 9), False, True),  # the least by law, by time
        (Granted(), [Reading(date(2025, 3, 10), 50_000)], date(2025, 9, 26), True, True),
    ],
)
def test_a_warranty_ends_by_time_or_kilometres_whichever_comes_first(
    granted: Granted, readings: list[Reading], ends_on: date, by_km: bool, estimated: bool
) -> None:
    end = warranty_end(Part.CAR, granted, bought=BOUGHT, readings=readings, daily=DAILY)
    assert end is not None
    assert (end.ends_on, end.by_km, end.estimated) == (ends_on, by_km, estimated)


def test_nothing_is_guessed_for_a_car_that_is_no_households() -> None:
    asked = {"bought": BOUGHT, "readings": [], "daily": DAILY, "household": False}
    assert warranty_end(Part.CAR, Granted(), **asked) is None  # type: ignore[arg-type]
    assert warranty_end(Part.CAR, Granted(date(2027, 1, 1)), **asked) is not None  # type: ignore[arg-type]


@given(
    st.integers(0, 4000), st.none() | st.integers(1, 3000), st.none() | st.integers(1_000, 200_000),
    st.integers(5, 300), st.none() | st.integers(0, 150_000),
)  # fmt: skip
def test_the_end_is_the_first_day_on_which_either_bound_is_reached(
    age: int, months_left: int | None, km: int | None, pace: int, odometer: int | None
) -> None:
    """The odometer goes on from its reading at its pace, back as well as forth, by ten years at the most."""
    bought = date(2020, 1, 1)
    until = bought + timedelta(months_left) if months_left else None
    read_on = bought + timedelta(age)
    readings = [] if odometer is None else [Reading(read_on, odometer)]
    granted = Granted(until, km)
    end = warranty_end(Part.CAR, granted, bought=bought, readings=readings, daily=DailyMileage(pace, Basis.READINGS))
    if not granted:
        until, km = add_months(bought, 36) - timedelta(1), 60_000
    start, shown = (read_on, odometer) if odometer is not None else (bought, 0)
    by_km = None
    if km is not None:
        days = next(day for day in range(-3650, 3651) if day == 3650 or shown + day * pace >= km)
        by_km = start + timedelta(days)
    assert end is not None
    assert end.ends_on == min(day for day in (until, by_km) if day is not None)


def test_a_delivery_is_the_first_owners_and_recent_ones_begin_something() -> None:
    def found(bought: date, since: date | None) -> list[tuple[date, bool]]:
        every = dues_of(Car(1, 7, purchased_on=bought, owned_since=since), [], date(2026, 11, 25))
        return [(due.due_on, due.begins) for due in every if due.trigger is Trigger.DELIVERY]

    assert found(date(2026, 11, 20), date(2026, 11, 20)) == [(date(2026, 11, 20), True)]
    assert found(date(2026, 9, 1), None) == [(date(2026, 9, 1), False)]  # a past that begins nothing
    assert found(date(2026, 9, 1), date(2026, 11, 20)) == []  # bought of somebody else
    assert found(date(2026, 12, 24), None) == []  # not handed over yet


def test_only_cars_with_a_battery_have_its_warranty() -> None:
    def parts(energy: str) -> set[object]:
        car = Car(1, 7, energy=energy, purchased_on=date(2024, 1, 1))
        return {due.facts["part"] for due in dues_of(car, [], date(2026, 11, 25)) if due.trigger is Trigger.WARRANTY}

    assert parts("petrol") == {"car"}
    assert parts("electric") == {"car", "battery"}
