from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qibu.care import rules
from qibu.care.rules import (
    Basis,
    Body,
    DueBy,
    InspectionKind,
    Interval,
    LastMaintenance,
    Reading,
    Use,
)
from qibu.care.rules.maintenance import first_day_at

LINE, MARK = InspectionKind.LINE, InspectionKind.MARK
REGISTERED = date(2016, 11, 5)
LATE = date(2036, 12, 31)


def ages(
    use: Use, seats: int | None, body: Body, *, reformed: bool = True, until: date = LATE
) -> list[float]:
    found = rules.next_inspections(REGISTERED, use, seats, body, until, reformed=reformed)
    return [one.months / 12 for one in found]


def test_a_small_private_car_goes_on_the_line_in_years_6_and_10_then_yearly() -> None:
    found = list(rules.next_inspections(REGISTERED, Use.PRIVATE, 5, Body.CAR, date(2029, 1, 1)))
    assert [(one.year, one.kind) for one in found] == [
        (2, MARK), (4, MARK), (6, LINE), (8, MARK), (10, LINE), (11, LINE), (12, LINE),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("use", "seats", "body", "reformed", "expected"),
    [
        (Use.PRIVATE, 9, Body.CAR, True, [2, 4, 6, 8, 10, 11, 12, 13, 14, 15, 16, 17]),
        (Use.PRIVATE, None, Body.CAR, True, [2, 4, 6, 8, 10, 11, 12, 13, 14, 15, 16, 17]),
        (Use.PRIVATE, 5, Body.CAR, False, [2, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15.5, 16, 16.5, 17]),
        (Use.PRIVATE, 7, Body.VAN, True, [2, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15.5, 16, 16.5, 17]),
        (Use.PRIVATE, 12, Body.CAR, True, [*range(1, 11), 10.5, 11, 11.5, 12, 12.5, 13]),
        (Use.PRIVATE, 2, Body.TRUCK, True, [*range(1, 11), 10.5, 11, 11.5, 12, 12.5, 13]),
        (Use.COMMERCIAL, 2, Body.TRUCK, True, [*range(1, 11), 10.5, 11, 11.5, 12, 12.5, 13]),
        (Use.COMMERCIAL, 5, Body.CAR, True, [1, 2, 3, 4, 5, 5.5, 6, 6.5, 7]),
        (Use.PRIVATE, 2, Body.MOTORCYCLE, True, [2, 4, 6, 8, 10, 11, 12]),
        (Use.PRIVATE, 2, Body.MOTORCYCLE, False, [2, 4, 5, 6, 7]),
        (Use.PRIVATE, 1, Body.OTHER, True, [1, 2, 3, 4]),
        (Use.SCHOOL_BUS, 30, Body.CAR, True, [0.5, 1, 1.5, 2]),
    ],
)
def test_other_vehicles_follow_article_16(
    use: Use, seats: int | None, body: Body, reformed: bool, expected: list[float]
) -> None:
    assert ages(use, seats, body, reformed=reformed)[: len(expected)] == expected


def test_an_inspection_may_be_done_in_three_months_and_holds_to_the_months_end() -> None:
    found = rules.next_inspection(REGISTERED, Use.PRIVATE, 5, Body.CAR, date(2026, 6, 1), estimated=True)
    assert (found.due_on, found.opens_on, found.valid_until) == (
        date(2026, 11, 5), date(2026, 9, 1), date(2026, 11, 30),
    )  # fmt: skip
    assert found.estimated and found.year == 10 and found.kind is LINE


@pytest.mark.parametrize(
    ("today", "due_on"),
    [
        (date(2026, 11, 30), date(2026, 11, 5)),
        (date(2026, 12, 1), date(2027, 11, 5)),
        (date(2016, 11, 5), date(2018, 11, 5)),
        (date(2010, 1, 1), date(2018, 11, 5)),
    ],
)
def test_the_next_inspection_is_the_first_that_has_not_lapsed(today: date, due_on: date) -> None:
    assert rules.next_inspection(REGISTERED, Use.PRIVATE, 5, Body.CAR, today).due_on == due_on


def test_a_car_registered_on_29_february_is_due_on_the_28th() -> None:
    found = rules.next_inspection(date(2024, 2, 29), Use.PRIVATE, 5, Body.CAR, date(2025, 1, 1))
    assert (found.due_on, found.valid_until) == (date(2026, 2, 28), date(2026, 2, 28))


@settings(deadline=None)
@given(
    st.dates(date(1990, 1, 1), date(2026, 12, 31)),
    st.sampled_from(Use),
    st.one_of(st.none(), st.integers(1, 60)),
    st.sampled_from(Body),
    st.booleans(),
    st.dates(date(2026, 1, 1), date(2040, 12, 31)),
)
def test_there_is_always_a_next_inspection_within_two_years(
    registered: date, use: Use, seats: int | None, body: Body, reformed: bool, today: date
) -> None:
    found = rules.next_inspection(registered, use, seats, body, today, reformed=reformed)
    assert today <= found.valid_until <= max(today, registered) + timedelta(days=770)
    assert found.opens_on <= found.due_on <= found.valid_until


PLAN = Interval(first_km=5000, first_months=6, km=10000, months=12)
BOUGHT = date(2025, 1, 10)


def due(
    *readings: Reading, last: LastMaintenance | None = None, plan: Interval = PLAN
) -> rules.MaintenanceDue:
    return rules.maintenance_due(plan, purchase_on=BOUGHT, readings=readings, last=last)


def test_without_readings_the_usual_mileage_counts_and_is_marked() -> None:
    found = due()
    assert (found.due_on, found.by, found.km) == (BOUGHT + timedelta(days=125), DueBy.KM, 5000)
    assert found.daily.basis is Basis.DEFAULT and found.estimated and found.cycle == "maintenance:first"


def test_one_reading_counts_from_purchase() -> None:
    found = due(Reading(BOUGHT + timedelta(days=100), 2000))
    assert (found.daily.km, found.daily.basis) == (20, Basis.PURCHASE)
    assert (found.due_on, found.by) == (date(2025, 7, 10), DueBy.MONTHS)
    assert not found.estimated


def test_much_driven_cars_are_due_by_kilometres() -> None:
    last = LastMaintenance(date(2025, 6, 1), 5000)
    readings = [
        Reading(date(2025, 6, 1), 5000),
        Reading(date(2025, 7, 1), 8000),
        Reading(date(2025, 7, 31), 11000),
    ]
    found = due(*readings, last=last)
    assert found.daily.km == 100 and found.daily.basis is Basis.READINGS
    assert (found.due_on, found.by, found.km) == (date(2025, 9, 9), DueBy.KM, 15000)


def test_little_driven_cars_are_due_by_months() -> None:
    last = LastMaintenance(date(2025, 6, 1), 5000)
    found = due(Reading(date(2025, 6, 1), 5000), Reading(date(2025, 9, 1), 5100), last=last)
    assert (found.due_on, found.by, found.daily.km) == (date(2026, 6, 1), DueBy.MONTHS, 5)


def test_without_kilometres_only_months_count() -> None:
    electric = Interval(None, 6, None, 12)
    assert due(plan=electric).due_on == date(2025, 7, 10)
    assert due(last=LastMaintenance(date(2025, 8, 31)), plan=PLAN).due_on == date(2026, 8, 31)


def test_the_cycle_is_named_by_its_visit_and_not_by_the_forecast() -> None:
    last = LastMaintenance(date(2025, 6, 1), 5000)
    early = due(Reading(date(2025, 6, 1), 5000), last=last)
    late = due(Reading(date(2025, 6, 1), 5000), Reading(date(2025, 12, 1), 14000), last=last)
    assert early.due_on != late.due_on
    assert early.cycle == late.cycle == "maintenance:2025-06-01"


@pytest.mark.parametrize(
    ("kms", "trusted"),
    [
        ([100, 200, 300], [100, 200, 300]),
        ([100, 900_000, 300], [100, 300]),
        ([1000, 10, 3000], [1000, 3000]),
        ([100, 200, 900_000], [100, 200]),
        ([50_000, 60_000, 100, 2000], [100, 2000]),
        ([50_000, 60_000, 100], [50_000, 60_000]),
        ([100], [100]),
        ([], []),
    ],
)
def test_typing_errors_and_replaced_odometers_are_told_apart(kms: list[int], trusted: list[int]) -> None:
    readings = [Reading(BOUGHT + timedelta(days=30 * at), km) for at, km in enumerate(kms)]
    assert [reading.km for reading in rules.trusted_readings(reversed(readings))] == trusted


def test_after_a_new_odometer_the_target_counts_from_the_visit() -> None:
    last = LastMaintenance(date(2026, 1, 1), 100)
    found = due(Reading(date(2025, 5, 1), 50_000), Reading(date(2025, 9, 1), 56_000), last=last)
    assert found.km == 10_100 and found.due_on > last.on + timedelta(days=90)


READINGS = st.lists(
    st.builds(Reading, st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(0, 2_000_000)), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(
    READINGS,
    st.one_of(st.none(), st.builds(LastMaintenance, st.just(date(2025, 6, 1)), st.integers(0, 10**6))),
)
def test_any_readings_give_a_due_day_within_the_interval(
    readings: list[Reading], last: LastMaintenance | None
) -> None:
    found = due(*readings, last=last)
    start, latest = (last.on, date(2026, 6, 1)) if last else (BOUGHT, date(2025, 7, 10))
    assert start <= found.due_on <= latest
    assert 5 <= found.daily.km <= 300
    assert found == due(*reversed(readings), last=last)


def test_a_pace_that_is_no_exact_number_makes_no_day() -> None:
    """436 km in 53 days: 436 km back is 53 days, to the day."""
    first, last = Reading(date(2025, 4, 18), 10_000), Reading(date(2025, 6, 10), 10_436)
    pace = rules.daily_mileage([first, last], BOUGHT)
    assert first_day_at(10_000, last, pace) == first.on
    assert first_day_at(10_872, last, pace) == date(2025, 8, 2)
