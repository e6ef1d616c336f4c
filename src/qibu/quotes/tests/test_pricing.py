"""The parts of a price, their sum, insurance by its tables, and who may take how much off."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qibu.quotes.rules import insurance
from qibu.quotes.rules.authority import Limit, Refusal, Unit, may_agree, most, within
from qibu.quotes.rules.insurance import Cover
from qibu.quotes.rules.pricing import (
    Extra,
    Kind,
    Part,
    Tables,
    TooMuchOff,
    Wish,
    financed,
    given_away,
    parts_of,
    read_part,
    sum_of,
    total,
)
from qibu.quotes.rules.taxes import Car

# 交强险基础费率 (2008), 家庭自用 and 企业非营业.
COMPULSORY = [
    {"use": "private", "seats": "5", "premium": "950"}, {"use": "private", "seats": "", "premium": "1100"},
    {"use": "company", "seats": "5", "premium": "1000"}, {"use": "company", "seats": "10", "premium": "1130"},
]  # fmt: skip
LIABILITY = [{"sum": "1000000", "seats": "5", "premium": "2242"}, {"sum": "500000", "seats": "5", "premium": "1721"}]
DAMAGE = [{"seats": "5", "base": "539", "percent": "1.28"}, {"seats": "10", "base": "646", "percent": "1.28"}]
PEOPLE = [{"seats": "5", "driver": "0.41", "passenger": "0.26"}]
TABLES = Tables(COMPULSORY, LIABILITY, DAMAGE, PEOPLE, [Decimal(n) for n in (60, 300, 360, 660, 1200, 2400, 3600)])
CAR = Car("petrol", displacement=1498)
DAY = date(2026, 11, 26)


def wish(**facts: Any) -> Wish:
    return Wish(**{"car": CAR, "price": Decimal(159_800), "bought_on": DAY, **facts})


def amounts(parts: list[Part]) -> dict[str, Decimal]:
    return {part.kind.value: part.amount for part in parts}


@pytest.mark.parametrize(
    ("seats", "company", "premium"),
    [(5, False, 950), (2, False, 950), (6, False, 1100), (7, False, 1100), (5, True, 1000), (7, True, 1130)],
)
def test_the_compulsory_premium_goes_by_seats_and_use(seats: int, company: bool, premium: int) -> None:
    assert insurance.compulsory(COMPULSORY, seats, company) == premium


def test_what_no_table_has_is_said_and_not_taken_for_free() -> None:
    assert insurance.compulsory(COMPULSORY, 12, True) is None
    found = parts_of(wish(car=Car("petrol", seats=12)), TABLES)
    noted = {part.kind: part.note for part in found}
    assert noted[Kind.VESSEL_TAX] == "unknown"
    assert {part.note for part in parts_of(wish(), Tables())} >= {"no_table"}


def test_a_whole_price_by_hand() -> None:
    """159,800 less 5,000; tax on what is paid; a month of vessel tax; what an accessory costs; an old car given."""
    parts = parts_of(
        wish(
            discount=Decimal(5000), cover=Cover(1_000_000, damage=True, people=10_000), trade_in=Decimal(42_000),
            extras=(
                Extra(Kind.ACCESSORY, "mats", "脚垫", Decimal(480)), Extra(Kind.SUBSIDY, "swap", "补贴", Decimal(3000)),
                Extra(Kind.SERVICE, "wash", "洗车卡", Decimal(600), gift=True),
            ),
        ),
        TABLES,
    )  # fmt: skip
    assert amounts(parts) == {
        "vehicle": Decimal(159_800), "discount": Decimal(-5000), "purchase_tax": Decimal("13699.12"),
        "compulsory": Decimal(950), "liability": Decimal(2242), "damage": Decimal("2520.44"),
        "people": Decimal("145.00"), "vessel_tax": Decimal("50.00"), "accessory": Decimal(480), "service": Decimal(0),
        "subsidy": Decimal(-3000), "trade_in": Decimal(-42_000),
    }  # fmt: skip
    assert total(parts) == Decimal("129886.56")
    assert financed(parts) == Decimal(154_800)
    assert given_away(parts) == Decimal(5600)
    assert sum_of(parts, Kind.LIABILITY, Kind.DAMAGE) == Decimal("4762.44")


def test_what_an_insurer_offers_takes_the_place_of_the_estimates() -> None:
    parts = amounts(parts_of(wish(cover=Cover(1_000_000, damage=True), insured_for=Decimal(3888)), TABLES))
    assert parts["insurance"] == 3888 and "damage" not in parts and parts["compulsory"] == 950


def test_nobody_takes_off_more_than_the_car_costs() -> None:
    with pytest.raises(TooMuchOff):
        parts_of(wish(discount=Decimal(159_801)), TABLES)


@given(
    st.decimals(1, 900_000, places=2), st.decimals(0, 1, places=3), st.booleans(),
    st.lists(st.decimals(0, 20_000, places=2), max_size=6), st.decimals(0, 90_000, places=2),
)  # fmt: skip
def test_the_total_is_the_sum_of_what_stands_there(
    price: Decimal, share: Decimal, damage: bool, extras: list[Decimal], trade_in: Decimal
) -> None:
    discount = (price * share).quantize(Decimal("0.01"), "ROUND_DOWN")
    offered = tuple(Extra(Kind.SERVICE, f"x{n}", "件", each) for n, each in enumerate(extras))
    parts = parts_of(
        wish(price=price, discount=discount, cover=Cover(500_000, damage), extras=offered, trade_in=trade_in), TABLES
    )
    assert total(parts) == sum(part.amount for part in parts)
    assert [read_part(part.stored()) for part in parts] == parts
    assert all(part.amount == part.amount.quantize(Decimal("0.01")) for part in parts)
    order = list(Kind)
    assert [order.index(part.kind) for part in parts] == sorted(order.index(part.kind) for part in parts)


LIMITS = {
    "sales_consultant": Limit(Unit.PERCENT, Decimal(1)), "sales_manager": Limit(Unit.YUAN, Decimal(8000)),
    "store_manager": Limit(Unit.ALL),
}  # fmt: skip
PRICE = Decimal(159_800)


@pytest.mark.parametrize(
    ("roles", "limit"),
    [
        ({"sales_consultant"}, "1598.00"), ({"sales_manager"}, "8000"), ({"store_manager"}, "159800"),
        ({"sales_consultant", "sales_manager"}, "8000"), ({"marketing"}, "0"), (set[str](), "0"),
    ],
)  # fmt: skip
def test_the_limit_is_that_of_the_role_with_the_most(roles: set[str], limit: str) -> None:
    assert most(roles, LIMITS, PRICE) == Decimal(limit)


def test_a_discount_is_ones_own_to_give_up_to_the_cent() -> None:
    assert within({"sales_consultant"}, LIMITS, [(PRICE, Decimal("1598.00"))])
    assert not within({"sales_consultant"}, LIMITS, [(PRICE, Decimal("1598.01"))])
    assert not within({"sales_consultant"}, LIMITS, [(PRICE, Decimal(100)), (PRICE, Decimal(1600))])
    assert within(set(), LIMITS, [(PRICE, Decimal(0))])


def test_nobody_agrees_to_their_own_or_above_their_limit() -> None:
    high, offer = {"store_manager"}, [(PRICE, Decimal(9000))]
    assert may_agree(capable=True, own=False, roles=high, limits=LIMITS, offers=offer) is None
    assert may_agree(capable=True, own=True, roles=high, limits=LIMITS, offers=offer) == Refusal.OWN
    assert may_agree(capable=False, own=False, roles=high, limits=LIMITS, offers=offer) == Refusal.RIGHT
    found = may_agree(capable=True, own=False, roles={"sales_manager"}, limits=LIMITS, offers=offer)
    assert found == Refusal.LIMIT
