"""Loans for cars: what is paid when, to the cent (C6).

等额本息 is the annuity: payment = P·i / (1 − (1+i)⁻ⁿ), i a twelfth of the year's rate; with a balloon 尾款 F that is
due with the last instalment, payment = (P − F·(1+i)⁻ⁿ)·i / (1 − (1+i)⁻ⁿ) (the `PMT` of spreadsheets with a future
value, ISO/IEC 29500-1 §18.17.7, PMT). 等额本金 repays the same principal each month and the interest on what is left.
Subsidised 贴息 plans repay equal principal, and the interest of the first months is the maker's.

Interest of a month is rounded half up to the cent (what can be paid), the last instalment takes what rounding left, so
that the principal adds up to the loan and nothing is left over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum

CENT, NOTHING, MONTHS = Decimal("0.01"), Decimal(0), 12
LONGEST, HIGHEST_RATE = 120, Decimal(36)  # months; percent a year


class Repayment(StrEnum):
    ANNUITY = "annuity"  # 等额本息
    PRINCIPAL = "principal"  # 等额本金
    BALLOON = "balloon"  # 尾款
    SUBSIDISED = "subsidised"  # 贴息


class BadTerms(ValueError):
    """A loan that can't be repaid as it is said; `code` is amount, months, rate, balloon or free."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Terms:
    """`rate` in percent a year; `balloon` in yuan; of the first `free_months` the maker pays the interest; `fee` is
    what the customer pays at the beginning for having the loan."""

    kind: Repayment
    amount: Decimal
    months: int
    rate: Decimal
    balloon: Decimal = NOTHING
    free_months: int = 0
    fee: Decimal = NOTHING


@dataclass(frozen=True)
class Instalment:
    """`payment` is the customer's; `borne` is interest that the maker pays for them."""

    number: int
    payment: Decimal
    principal: Decimal
    interest: Decimal
    balance: Decimal
    borne: Decimal = NOTHING


@dataclass(frozen=True)
class Schedule:
    terms: Terms
    instalments: tuple[Instalment, ...]

    @property
    def interest(self) -> Decimal:
        """What the customer pays for the loan, without the fee."""
        return sum((one.interest for one in self.instalments), NOTHING)

    @property
    def borne(self) -> Decimal:
        return sum((one.borne for one in self.instalments), NOTHING)

    @property
    def cost(self) -> Decimal:
        return self.interest + self.terms.fee

    @property
    def paid(self) -> Decimal:
        return sum((one.payment for one in self.instalments), NOTHING)

    @property
    def first(self) -> Decimal:
        return self.instalments[0].payment

    @property
    def last(self) -> Decimal:
        return self.instalments[-1].payment


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def check(terms: Terms) -> None:
    """Raises `BadTerms` for what nobody lends."""
    if terms.amount <= 0 or terms.amount != cents(terms.amount):
        raise BadTerms("amount")
    if not 1 <= terms.months <= LONGEST:
        raise BadTerms("months")
    if not 0 <= terms.rate <= HIGHEST_RATE:
        raise BadTerms("rate")
    if not 0 <= terms.balloon <= terms.amount or (terms.balloon and terms.kind != Repayment.BALLOON):
        raise BadTerms("balloon")
    if not 0 <= terms.free_months <= terms.months or (terms.free_months and terms.kind != Repayment.SUBSIDISED):
        raise BadTerms("free")


def monthly_payment(amount: Decimal, rate: Decimal, months: int, balloon: Decimal = NOTHING) -> Decimal:
    """The equal instalment of an annuity that leaves `balloon` after the last one."""
    with localcontext() as exact:
        exact.prec = 50
        monthly = rate / 100 / MONTHS
        if not monthly:
            return cents((amount - balloon) / months)
        shrunk = (1 + monthly) ** -months
        return cents((amount - balloon * shrunk) * monthly / (1 - shrunk))


def schedule(terms: Terms) -> Schedule:
    check(terms)
    equal = cents(terms.amount / terms.months)
    annuity = monthly_payment(terms.amount, terms.rate, terms.months, terms.balloon)
    by_annuity = terms.kind in {Repayment.ANNUITY, Repayment.BALLOON}
    balance, rows = terms.amount, list[Instalment]()
    for number in range(1, terms.months + 1):
        interest = cents(balance * terms.rate / 100 / MONTHS)
        principal = annuity - interest if by_annuity else equal
        principal = balance if number == terms.months else min(max(principal, NOTHING), balance)
        balance -= principal
        rows.append(_row(terms, number, principal, interest, balance))
    return Schedule(terms, tuple(rows))


def _row(terms: Terms, number: int, principal: Decimal, interest: Decimal, balance: Decimal) -> Instalment:
    if number <= terms.free_months:
        return Instalment(number, principal, principal, NOTHING, balance, interest)
    return Instalment(number, principal + interest, principal, interest, balance)


def annual_rate(terms: Terms) -> Decimal:
    """What the loan costs in percent a year, fee included: twelve times the monthly rate at which what is paid is
    worth what was lent (the internal rate of return, which 中国人民银行公告〔2021〕第3号 asks lenders to show; the same
    is the actuarial method of Regulation Z, appendix J (b)). By bisection, to a thousandth of a percent."""
    payments = [one.payment for one in schedule(terms).instalments]
    return internal_rate(terms.amount - terms.fee, payments)


def internal_rate(lent: Decimal, payments: Sequence[Decimal]) -> Decimal:
    """Twelve times the monthly rate in percent; nothing where no more is paid back than was lent."""
    if sum(payments, NOTHING) <= lent:
        return NOTHING
    if lent <= 0:
        raise BadTerms("fee")
    low, high = 0.0, 1.0
    while _worth(payments, high) > float(lent):  # a fee may eat nearly all that is lent
        high *= 2
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if _worth(payments, middle) > float(lent) else (low, middle)
    return Decimal((low + high) / 2 * MONTHS * 100).quantize(Decimal("0.001"), ROUND_HALF_UP)


def _worth(payments: Sequence[Decimal], monthly: float) -> float:
    """Today's worth of payments at the ends of the months."""
    worth = 0.0
    for payment in reversed(payments):
        worth = (worth + float(payment)) / (1 + monthly)
    return worth
