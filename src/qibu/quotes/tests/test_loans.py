"""Loans: published examples to the cent, and what holds for every loan."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qibu.quotes.rules.loans import (
    BadTerms,
    Repayment,
    Terms,
    annual_rate,
    internal_rate,
    monthly_payment,
    schedule,
)

A, P, B, S = Repayment.ANNUITY, Repayment.PRINCIPAL, Repayment.BALLOON, Repayment.SUBSIDISED


# Instalments as published: banks' examples at the 4.90 % rate of 2015 (中国人民银行 2015-10-24) as consumer pages print
# them, and those of the function PMT of spreadsheets (Microsoft, GrapeCity; with a balloon Oracle PeopleTools).
@pytest.mark.parametrize(
    ("amount", "rate", "months", "balloon", "payment"),
    [
        ("630000", "4.90", 360, "0", "3343.58"),
        ("300000", "4.90", 360, "0", "1592.18"),
        ("700000", "4.90", 360, "0", "3715.09"),
        ("1000000", "4.90", 240, "0", "6544.44"),
        ("730000", "4.90", 276, "0", "4414.40"),
        ("10000", "8", 10, "0", "1037.03"),
        ("5000", "6", 15, "0", "346.82"),
        ("50000", "14", 120, "0", "776.33"),
        ("50000", "14", 120, "30000", "660.53"),
    ],
)
def test_equal_instalments_are_those_that_are_published(
    amount: str, rate: str, months: int, balloon: str, payment: str
) -> None:
    assert monthly_payment(Decimal(amount), Decimal(rate), months, Decimal(balloon)) == Decimal(payment)


def test_an_annuity_begins_as_the_published_one() -> None:
    """1,000,000 at 4.9 %: of the first 6,544.44 interest is 4,083.33 and principal 2,461.11."""
    first = schedule(Terms(kind=A, amount=Decimal(1_000_000), months=120, rate=Decimal("4.9"))).instalments[0]
    assert first.interest == Decimal("4083.33")
    assert Decimal("6544.44") - first.interest == Decimal("2461.11")


@pytest.mark.parametrize(
    ("amount", "months", "principal", "first", "interest"),
    [
        ("630000", 360, "1750.00", "4322.50", "464336.25"),
        ("730000", 276, "2644.93", "5625.76", "412845.42"),
        ("700000", 360, "1944.44", "4802.77", "515929.17"),  # printed 4,802.78: they round the sum, we what is paid
    ],
)
def test_equal_principal_is_the_published_one(
    amount: str, months: int, principal: str, first: str, interest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qibu.quotes.rules.loans.LONGEST", 360)
    made = schedule(Terms(kind=P, amount=Decimal(amount), months=months, rate=Decimal("4.9")))
    assert made.instalments[0].principal == Decimal(principal)
    assert made.first == Decimal(first)
    assert abs(made.interest - Decimal(interest)) <= Decimal("0.01") * months  # a cent of rounding a month


def test_the_annual_rate_is_that_of_the_regulation() -> None:
    """Regulation Z (12 CFR 1026), appendix J (c)(1)(i): 5,000 lent, 24 payments of 230 are 9.69 % a year."""
    assert internal_rate(Decimal(5000), [Decimal(230)] * 24).quantize(Decimal("0.01")) == Decimal("9.69")


def test_a_car_loan_reads_as_in_the_show_room() -> None:
    """100,000 over 36 months at 3.99 %: 2,952 and some a month; the fee makes it dearer than the rate says."""
    terms = Terms(kind=A, amount=Decimal(100_000), months=36, rate=Decimal("3.99"))
    assert annual_rate(terms) == pytest.approx(Decimal("3.99"), abs=Decimal("0.002"))
    dearer = Terms(kind=A, amount=Decimal(100_000), months=36, rate=Decimal("3.99"), fee=Decimal(3000))
    assert annual_rate(dearer) > Decimal("5.9")


def test_a_subsidised_loan_costs_nothing_while_the_maker_pays() -> None:
    made = schedule(Terms(kind=S, amount=Decimal(60_000), months=24, rate=Decimal("4.5"), free_months=24))
    assert {one.payment for one in made.instalments} == {Decimal(2500)}
    assert (made.interest, made.cost) == (0, 0)
    assert abs(made.borne - Decimal("2812.50")) < Decimal("0.13")  # 60,000 × 4.5 % / 12 × 25 / 2, rounded each month
    assert annual_rate(made.terms) == 0


def test_after_the_free_months_the_customer_pays_the_interest() -> None:
    made = schedule(Terms(kind=S, amount=Decimal(60_000), months=24, rate=Decimal("4.5"), free_months=12))
    assert made.instalments[11].payment == Decimal(2500)
    assert made.instalments[12].payment == Decimal(2500) + Decimal("112.50")


def test_a_balloon_is_due_with_the_last_instalment() -> None:
    made = schedule(Terms(kind=B, amount=Decimal(100_000), months=36, rate=Decimal("4.8"), balloon=Decimal(40_000)))
    assert made.last - made.first == pytest.approx(Decimal(40_000), abs=Decimal("0.30"))
    assert made.instalments[-2].balance > 40_000


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("amount", {"amount": Decimal(0)}), ("amount", {"amount": Decimal("1.005")}), ("months", {"months": 0}),
        ("months", {"months": 121}), ("rate", {"rate": Decimal(-1)}), ("rate", {"rate": Decimal("36.1")}),
        ("balloon", {"balloon": Decimal(5)}), ("free", {"free_months": 3}),
        ("balloon", {"kind": B, "balloon": Decimal(10_001)}), ("free", {"kind": S, "free_months": 13}),
    ],
)  # fmt: skip
def test_what_nobody_lends_is_refused(code: str, changed: dict[str, object]) -> None:
    terms = {"kind": A, "amount": Decimal(10_000), "months": 12, "rate": Decimal(5), **changed}
    with pytest.raises(BadTerms) as refused:
        schedule(Terms(**terms))  # type: ignore[arg-type]  # some are wrong on purpose
    assert refused.value.code == code


@st.composite
def loans(draw: st.DrawFn) -> Terms:
    kind = draw(st.sampled_from(Repayment))
    amount = draw(st.decimals(Decimal("0.01"), Decimal(2_000_000), places=2))
    months = draw(st.integers(1, 120))
    balloon = draw(st.decimals(0, amount, places=2)) if kind == B else Decimal(0)
    return Terms(
        kind=kind, amount=amount, months=months, rate=draw(st.decimals(0, 36, places=3)), balloon=balloon,
        free_months=draw(st.integers(0, months)) if kind == S else 0,
    )  # fmt: skip


@given(loans())
@settings(max_examples=150, deadline=None)
def test_every_schedule_repays_the_loan_to_the_cent(terms: Terms) -> None:
    rows = schedule(terms).instalments
    assert len(rows) == terms.months
    assert sum(one.principal for one in rows) == terms.amount
    assert rows[-1].balance == 0
    before = terms.amount
    for one in rows:
        assert one.balance == before - one.principal and one.principal >= 0
        assert one.payment == one.principal + one.interest
        assert one.payment == one.payment.quantize(Decimal("0.01"))
        exact = Fraction(before) * Fraction(terms.rate) / 1200
        assert abs(Fraction(one.interest + one.borne) - exact) <= Fraction(1, 200)
        before = one.balance


@given(loans())
@settings(max_examples=150, deadline=None)
def test_instalments_are_equal_but_for_rounding_at_the_end(terms: Terms) -> None:
    rows = schedule(terms).instalments
    if terms.kind == A and len(rows) > 1:
        paying = {one.payment for one in rows[:-1] if one.balance > 0}
        assert len(paying) <= 1
    if terms.kind in {P, S} and len(rows) > 1:
        assert len({one.principal for one in rows[:-1] if one.balance > 0}) <= 1


@given(st.decimals(1000, 500_000, places=2), st.integers(3, 60), st.decimals(1, 24, places=2))
@settings(max_examples=60, deadline=None)
def test_without_a_fee_the_annual_rate_is_the_rate_that_was_said(amount: Decimal, months: int, rate: Decimal) -> None:
    """But for the rounding of each instalment to the cent."""
    found = annual_rate(Terms(kind=A, amount=amount, months=months, rate=rate))
    assert abs(found - rate) < Decimal("0.06")


@given(loans(), st.integers(1, 20))
@settings(max_examples=60, deadline=None)
def test_a_fee_never_makes_a_loan_cheaper(terms: Terms, share: int) -> None:
    fee = (terms.amount * share / 100).quantize(Decimal("0.01"))
    dearer = Terms(**{**vars(terms), "fee": fee})
    assert annual_rate(dearer) >= annual_rate(terms)
