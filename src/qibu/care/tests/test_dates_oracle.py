"""Every rule that gives a day, against a plain second reckoning, over all days from 2020 to 2030.

The walkers stand in `plain`. What has more cars and people than can be tried is drawn, a little in each run and much
with `--all`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qibu.care import rules
from qibu.care.rules import (
    Body,
    Car,
    ClosedVisit,
    Cover,
    Granted,
    Interval,
    IntervalRow,
    LastMaintenance,
    Person,
    Reading,
    Trigger,
    Use,
)
from qibu.care.tests.plain import cars, days, sky
from qibu.customers.rules.birthdays import lunar_of_solar
from qibu.kernel.days import add_months

FIRST, LAST = date(2020, 1, 1), date(2030, 12, 31)
EVERY_DAY = days.every_day(FIRST, LAST)
MONTH = timedelta(days=31)
A_FEW, MANY = 100, 5_000
ANY_DAY = st.dates(date(2012, 1, 1), LAST)


# Months, moon and sun --------------------------------------------------------------------------------
def test_months_are_added_as_one_walks_them() -> None:
    for day in EVERY_DAY:
        for months in (1, 6, 12, 36):
            assert add_months(day, months) == days.months_later(day, months)


def test_the_lunar_calendar_is_that_of_sun_and_moon() -> None:
    """From the birth of the oldest customers on."""
    for day in days.every_day(date(1940, 1, 1), date(2031, 12, 31)):
        assert lunar_of_solar(day) == sky.lunar_day(day), day


def test_every_occasion_is_on_its_day_and_on_no_other() -> None:
    found = {day: set[str]() for day in EVERY_DAY}
    for occasion in rules.occasions():
        for year in range(FIRST.year, LAST.year + 1):
            found[rules.occasion_day(occasion, year)].add(occasion)
    for day, named in found.items():
        assert named == days.occasions_of(day), day


def test_occasions_near_a_day_are_those_that_a_walk_finds() -> None:
    drawn = random.Random(7)
    for day in EVERY_DAY:
        occasion = drawn.choice(sorted(rules.occasions()))
        first = drawn.randint(-40, 40)
        last = first + drawn.randint(0, 20)
        walked = [day + timedelta(at) for at in range(first, last + 1)]
        wanted = [each for each in walked if occasion in days.occasions_of(each)]
        assert rules.occasion_near(occasion, day, first, last) == wanted, (occasion, day)


# People ----------------------------------------------------------------------------------------------
def births(number: int) -> Iterator[tuple[date, bool]]:
    """The awkward ones: leap days, leap months, ends of months, the turn of the year. Then any."""
    yield from ((date(1988, 2, 29), False), (date(1984, 11, 23), True), (date(1999, 1, 27), True))
    yield from ((date(2004, 3, 21), True), (date(1990, 12, 31), False), (date(1989, 12, 17), True))
    drawn = random.Random(11)
    for at in range(number):
        yield date(1940, 1, 1) + timedelta(drawn.randrange(30_000)), bool(at % 2)


def agree_on_birthdays(born: date, lunar: bool) -> None:
    """The one that is talked of is the first that was not over a month ago."""
    walked = days.every_day(FIRST - 2 * MONTH, LAST + timedelta(800))
    kept = [day for day in walked if days.is_birthday(born, lunar, day)]
    for day in EVERY_DAY:
        while kept[0] < day - MONTH:
            kept.pop(0)
        (due,) = rules.dues_of_person(Person(1, born, lunar), day)
        assert (due.trigger, due.due_on) == (Trigger.BIRTHDAY, kept[0]), (born, lunar, day)


def test_birthdays_are_those_of_the_calendar_on_every_day() -> None:
    for born, lunar in births(6):
        agree_on_birthdays(born, lunar)


@pytest.mark.slow
def test_birthdays_of_many_people() -> None:
    for born, lunar in births(200):
        agree_on_birthdays(born, lunar)


def test_every_birthday_is_a_cycle_of_its_own() -> None:
    """A lunar birthday may come twice into one civil year and be left out of another; each is greeted."""
    for born, lunar in births(40):
        found = {}
        for day in EVERY_DAY[::20]:
            (due,) = rules.dues_of_person(Person(1, born, lunar), day)
            assert found.setdefault(due.cycle, due.due_on) == due.due_on, (born, lunar, due)


# Inspections -----------------------------------------------------------------------------------------
KINDS_OF_CARS = [
    (Use.PRIVATE, Body.CAR, None), (Use.PRIVATE, Body.CAR, 9), (Use.PRIVATE, Body.CAR, 10), (Use.PRIVATE, Body.VAN, 7),
    (Use.PRIVATE, Body.TRUCK, 2), (Use.PRIVATE, Body.MOTORCYCLE, 2), (Use.PRIVATE, Body.OTHER, 1),
    (Use.COMMERCIAL, Body.CAR, 5), (Use.COMMERCIAL, Body.VAN, 7), (Use.COMMERCIAL, Body.TRUCK, 2),
    (Use.COMMERCIAL, Body.CAR, 45), (Use.SCHOOL_BUS, Body.CAR, 30), (Use.PRIVATE, "bus", None),
]  # fmt: skip


def agree_on_inspections(registered: date, use: Use, body: str, seats: int | None) -> None:
    """The one that is talked of is the first whose mark did not run out over a month ago."""
    bus = (Body.CAR, seats or 20)
    asked = cars.inspected_at(use, *(bus if body == "bus" else (body, seats)))
    kept = cars.inspections(registered, asked, LAST + timedelta(800))
    car = Car(1, 7, use=use, body=body, seats=seats, registered_on=registered)
    for day in EVERY_DAY:
        if day < registered:
            continue
        while kept[0][3] < day - MONTH:
            kept.pop(0)
        due = next(due for due in rules.dues_of(car, [], day) if due.trigger is Trigger.INSPECTION)
        found = (due.due_on, due.facts["inspection"], due.facts["opens_on"], due.facts["valid_until"])
        assert found == (*kept[0][:2], *(each.isoformat() for each in kept[0][2:])), (day, use, body, seats)


@pytest.mark.parametrize(("use", "body", "seats"), KINDS_OF_CARS)
def test_inspections_are_those_of_the_law_on_every_day(use: Use, body: str, seats: int | None) -> None:
    drawn = random.Random(f"{use}{body}{seats}")
    agree_on_inspections(date(2008, 1, 1) + timedelta(drawn.randrange(5000)), use, body, seats)


@pytest.mark.slow
@pytest.mark.parametrize(("use", "body", "seats"), KINDS_OF_CARS)
def test_inspections_of_many_cars(use: Use, body: str, seats: int | None) -> None:
    drawn = random.Random(f"{use}{body}{seats}")
    for registered in (date(2008, 2, 29), date(2016, 8, 31), date(2019, 12, 31)):
        agree_on_inspections(registered, use, body, seats)
    for _ in range(6):
        agree_on_inspections(date(2000, 1, 1) + timedelta(drawn.randrange(9000)), use, body, seats)


# Maintenance and warranty ----------------------------------------------------------------------------
PLANS = st.tuples(
    st.none() | st.integers(1_000, 20_000), st.integers(1, 24), st.none() | st.integers(1_000, 30_000),
    st.integers(1, 36),
)  # fmt: skip


@st.composite
def odometers(draw: st.DrawFn) -> list[tuple[date, int]]:
    """Read now and then on a car that is driven, with a typing error, another odometer, or twice on a day."""
    on, km, found = draw(ANY_DAY), draw(st.integers(0, 60_000)), []
    for _ in range(draw(st.integers(0, 9))):
        found.append((on, km))
        on += timedelta(draw(st.integers(0, 300)))
        km += draw(st.integers(0, 12_000))
        if draw(st.integers(0, 9)) == 0:
            found.append((on, draw(st.integers(0, 900_000))))
        if draw(st.integers(0, 19)) == 0:
            km = draw(st.integers(0, 500))
    return found


LASTS = st.none() | st.tuples(ANY_DAY, st.none() | st.integers(0, 200_000))


def agree_on_maintenance(plan, bought, readings, last) -> None:
    found = rules.maintenance_due(
        Interval(*plan), purchase_on=bought, readings=[Reading(*one) for one in readings],
        last=LastMaintenance(*last) if last else None,
    )  # fmt: skip
    assert (found.due_on, found.by == "km") == cars.maintenance(plan, bought, readings, last)


@settings(max_examples=A_FEW, deadline=None)
@given(PLANS, ANY_DAY, odometers(), LASTS)
def test_maintenance_is_due_on_the_first_day_that_walking_finds(plan, bought, readings, last) -> None:
    agree_on_maintenance(plan, bought, readings, last)


@pytest.mark.slow
@settings(max_examples=MANY, deadline=None)
@given(PLANS, ANY_DAY, odometers(), LASTS)
def test_maintenance_of_many_cars(plan, bought, readings, last) -> None:
    agree_on_maintenance(plan, bought, readings, last)


CARS = st.fixed_dictionaries({
    "energy": st.sampled_from(["petrol", "electric", "plug_in", ""]), "use": st.sampled_from(Use),
    "plate": st.sampled_from(["皖G12345", "皖GD12345", "皖GF12345", ""]),
    "purchased_on": st.none() | ANY_DAY, "registered_on": st.none() | ANY_DAY,
})  # fmt: skip
GRANTED = st.tuples(st.none() | st.dates(FIRST, LAST), st.none() | st.integers(10_000, 300_000))


def agree_on_warranties(facts, readings, of_car, of_battery) -> None:
    car = Car(
        1, 7, readings=[Reading(*one) for one in readings], warranty=Granted(*of_car),
        battery_warranty=Granted(*of_battery), **facts,
    )  # fmt: skip
    told = rules.dues_of(car, [], FIRST)
    found = {due.facts["part"]: due.due_on for due in told if due.trigger is Trigger.WARRANTY}
    known = {"bought": facts["purchased_on"] or facts["registered_on"], "private": facts["use"] == "private"}
    wanted = {"car": cars.warranty(*of_car, readings=readings, battery=False, **known)}
    green = facts["plate"][2:3] in ("D", "F")
    if any(of_battery) or facts["energy"] in ("electric", "plug_in") or (not facts["energy"] and green):
        wanted["battery"] = cars.warranty(*of_battery, readings=readings, battery=True, **known)
    assert found == {part: day for part, day in wanted.items() if day}


@settings(max_examples=A_FEW, deadline=None)
@given(CARS, odometers(), GRANTED, GRANTED)
def test_warranties_end_on_the_first_day_that_walking_finds(facts, readings, of_car, of_battery) -> None:
    agree_on_warranties(facts, readings, of_car, of_battery)


@pytest.mark.slow
@settings(max_examples=MANY, deadline=None)
@given(CARS, odometers(), GRANTED, GRANTED)
def test_warranties_of_many_cars(facts, readings, of_car, of_battery) -> None:
    agree_on_warranties(facts, readings, of_car, of_battery)


# Insurance, deliveries, visits -----------------------------------------------------------------------
KINDS = ("compulsory", "commercial", "unknown")


def test_cover_ends_on_the_days_that_nothing_newer_follows() -> None:
    drawn = random.Random(13)
    for _ in range(12):
        start, gaps = FIRST + timedelta(drawn.randrange(3000)), (0, 3, 179, 180, 181, 365, 366, drawn.randrange(900))
        covers = [
            (drawn.choice(KINDS), start + timedelta(drawn.choice(gaps))) for _ in range(drawn.randint(1, 7))
        ]  # fmt: skip
        found = {end.ends_on: set(end.kinds) for end in rules.insurance_ends(Cover(*one) for one in covers)}
        for day in EVERY_DAY:
            assert found.get(day) == cars.cover_ends(covers, day), (covers, day)


def test_a_delivery_and_a_visit_are_due_from_their_day_and_begin_something_for_a_while() -> None:
    drawn = random.Random(17)
    for _ in range(3):
        bought = FIRST + timedelta(drawn.randrange(4000))
        closed = FIRST + timedelta(drawn.randrange(4000))
        since = drawn.choice((None, bought, bought + timedelta(1)))
        car = Car(1, 7, purchased_on=bought, owned_since=since, visit=ClosedVisit(3, closed))
        for day in EVERY_DAY[::3]:
            found = {due.trigger: due for due in rules.dues_of(car, [], day)}
            delivery, visit = found.get(Trigger.DELIVERY), found[Trigger.VISIT_CLOSED]
            assert (delivery is not None) == (day >= bought and since in (None, bought))
            if delivery:
                assert (delivery.due_on, delivery.begins) == (bought, (day - bought).days <= 45)
            assert (visit.due_on, visit.begins) == (closed, day - timedelta(60) <= closed)


def test_the_first_interval_that_fits_counts() -> None:
    rows = [
        IntervalRow("青禾 E", "", Interval(None, 1, None, 1)), IntervalRow("", "electric", Interval(None, 2, None, 2)),
        IntervalRow("", "", Interval(None, 3, None, 3)),
    ]  # fmt: skip
    for series, energy, plate, months in (
        ("青禾 E5", "petrol", "", 1), ("青禾", "electric", "", 2), ("青禾", "", "皖GD12345", 2),
        ("青禾", "", "皖GF12345", 3), ("E", "petrol", "皖GD12345", 3),
    ):  # fmt: skip
        car = Car(1, 7, series=series, energy=energy, plate=plate, purchased_on=FIRST)
        due = next(due for due in rules.dues_of(car, rows, FIRST) if due.trigger is Trigger.MAINTENANCE)
        assert due.due_on == days.months_later(FIRST, months)
