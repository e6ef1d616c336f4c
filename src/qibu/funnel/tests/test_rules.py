from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qibu.funnel.rules import Chance, error, expected, falls_within, month_of, price_each, steps

STAGES = ("new", "contacted", "visited", "ordered")


def test_who_stands_further_has_passed_the_earlier_stages() -> None:
    found = steps(STAGES, {0: 4, 2: 3}, won=1)
    assert [(one.code, one.came, one.before) for one in found] == [
        ("new", 8, 8), ("contacted", 4, 8), ("visited", 4, 4), ("ordered", 1, 4), ("won", 1, 1),
    ]  # fmt: skip


@given(st.dictionaries(st.integers(0, 3), st.integers(0, 50)), st.integers(0, 50))
def test_no_bar_is_longer_than_the_one_before_and_nobody_is_lost(reached: dict[int, int], won: int) -> None:
    found = steps(STAGES, reached, won)
    assert found[0].came == found[0].whole == sum(reached.values()) + won
    assert all(one.came <= one.before for one in found)
    assert found[-1].came == won


@pytest.mark.parametrize(("cost", "number", "price"), [
    ("300", 3, "100.00"), ("100", 3, "33.33"), ("0", 5, "0.00"), ("100", 0, None), ("0.05", 10, "0.01"),
])  # fmt: skip
def test_a_price_each_is_rounded_to_the_cent(cost: str, number: int, price: str | None) -> None:
    assert price_each(Decimal(cost), number) == (Decimal(price) if price else None)


ON, LAST = date(2026, 11, 20), date(2026, 11, 30)


def chance(grade: str = "H", buys_by: date | None = None, probability: float = 0.5) -> Chance:
    return Chance(probability, grade, ON - timedelta(days=10), buys_by)


@pytest.mark.parametrize(("one", "within"), [
    (chance("H"), True), (chance("A"), False), (chance("C"), False), (chance(""), False),
    (chance("C", LAST), True), (chance("H", LAST + timedelta(days=1)), False),
    (chance("C", ON - timedelta(days=40)), True),  # a day that has passed is now
])  # fmt: skip
def test_delivery_is_looked_for_by_what_was_said_else_by_the_grade(one: Chance, within: bool) -> None:
    assert falls_within(one, ON, LAST) is within


@given(st.lists(st.floats(0, 1), max_size=30))
def test_a_forecast_lies_between_nobody_and_everybody(probabilities: list[float]) -> None:
    found = expected([chance(probability=one) for one in probabilities], ON, LAST)
    assert 0 <= found <= len(probabilities)


@pytest.mark.parametrize(("forecast", "actual", "off"), [(12, 10, 20), (8, 10, -20), (10, 10, 0), (3, 0, None)])
def test_an_error_is_told_in_hundredths_of_what_came(forecast: float, actual: int, off: int | None) -> None:
    assert error(forecast, actual) == off


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_month_has_its_first_and_its_last_day(day: date) -> None:
    first, last = month_of(day)
    assert first.day == 1 and first <= day <= last and (last + timedelta(days=1)).day == 1
    assert (first.year, first.month) == (last.year, last.month)
