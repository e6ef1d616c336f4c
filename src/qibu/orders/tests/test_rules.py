from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qibu.orders import rules
from qibu.orders.rules import Beyond, Limits, State, Sum, Terms

D = Decimal
yuan = st.decimals(min_value=0, max_value=D("9999999"), places=2)


def test_what_came_in_counts_and_what_went_back_doesnt() -> None:
    sums = [Sum("deposit", D(5000)), Sum("balance", D(100)), Sum("refund", D(2000))]
    assert rules.received(sums) == D(3100)
    assert rules.due(D(10000), sums) == D(6900)


def test_the_total_is_price_less_discount_and_what_else_is_on_the_contract() -> None:
    assert rules.total(D(200000), D(4000), D(3000)) == D(199000)


@pytest.mark.parametrize(("price", "most"), [(D(200000), D(40000)), (D("99999.99"), D("19999.99")), (D(0), D(0))])
def test_earnest_money_is_at_most_a_fifth_of_the_price(price: Decimal, most: Decimal) -> None:
    assert rules.largest_earnest(price) == most
    assert not rules.deposit_too_high("earnest", most, price)
    assert rules.deposit_too_high("earnest", most + D("0.01"), price)


@given(yuan)
def test_earnest_money_never_passes_a_fifth_by_rounding(price: Decimal) -> None:
    assert rules.largest_earnest(price) * 5 <= price


def test_an_advance_may_be_more_than_a_fifth_but_not_more_than_the_price() -> None:
    assert not rules.deposit_too_high("advance", D(150000), D(200000))
    assert rules.deposit_too_high("advance", D(200001), D(200000))


@pytest.mark.parametrize(("kind", "agreed", "paid", "earnest"), [
    ("earnest", D(5000), D(5000), D(5000)), ("earnest", D(5000), D(3000), D(3000)),
    ("earnest", D(5000), D(8000), D(5000)), ("advance", D(5000), D(5000), D(0)),
])  # fmt: skip
def test_what_was_really_paid_is_security_up_to_what_was_agreed(
    kind: str, agreed: Decimal, paid: Decimal, earnest: Decimal
) -> None:
    assert rules.earnest_of(kind, agreed, paid) == earnest


@pytest.mark.parametrize(("cause", "back"), [("buyer", D(15000)), ("store", D(25000)), ("nobody", D(20000))])
def test_who_breaks_the_contract_loses_the_earnest_money_or_gives_it_twice(cause: str, back: Decimal) -> None:
    assert rules.owed_back(D(5000), D(20000), cause) == back


def test_an_advance_is_given_back_whoever_withdraws() -> None:
    assert {rules.owed_back(D(0), D(5000), cause) for cause in rules.Cause} == {D(5000)}


@pytest.mark.parametrize(("state", "has_car", "due", "stands"), [
    (State.CONFIRMED, False, D(0), State.CONFIRMED), (State.CONFIRMED, True, D(1), State.ALLOCATED),
    (State.ALLOCATED, True, D(0), State.PAID), (State.PAID, True, D(1), State.ALLOCATED),
    (State.PAID, False, D(0), State.CONFIRMED), (State.DRAFT, True, D(0), State.DRAFT),
    (State.CANCELLED, True, D(0), State.CANCELLED), (State.WAITING, False, D(5), State.WAITING),
])  # fmt: skip
def test_an_order_stands_where_its_car_and_its_money_are(state: str, has_car: bool, due: Decimal, stands: str) -> None:
    assert rules.standing(state, has_car=has_car, due=due) == stands


LIMITS = Limits(D(3), D(2000))


@pytest.mark.parametrize(("terms", "found"), [
    (Terms(D(200000), D(6000), D(2000), D(200000)), ()),
    (Terms(D(200000), D("6000.01"), D(2000), D(200000)), (Beyond.DISCOUNT,)),
    (Terms(D(190000), D(0), D(2000), D(200000)), (Beyond.DISCOUNT,)),  # written down lower is a discount, too
    (Terms(D(210000), D(10000), D(1999), D(200000)), (Beyond.DEPOSIT,)),
    (Terms(D(100000), D(4000), D(0)), (Beyond.DISCOUNT, Beyond.DEPOSIT)),
])  # fmt: skip
def test_what_goes_beyond_a_consultants_limits_is_named(terms: Terms, found: tuple[Beyond, ...]) -> None:
    assert rules.beyond(terms, LIMITS) == found


def test_a_car_stands_from_its_arrival_until_it_leaves() -> None:
    today = date(2026, 11, 26)
    assert rules.days_in_stock(None, None, today) is None
    assert rules.days_in_stock(date(2026, 11, 1), None, today) == 25
    assert rules.days_in_stock(date(2026, 11, 1), date(2026, 11, 11), today) == 10
