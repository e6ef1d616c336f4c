"""What an order costs, what was paid and what is still due. All pages, lists and papers ask here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What a payment is for. A refund is what the store gave back."""

    DEPOSIT = "deposit"
    INSTALMENT = "instalment"  # a part of the price, before the rest
    LOAN = "loan"  # the lender's part
    BALANCE = "balance"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Sum:
    """A payment as the rules need it; the amount is never negative."""

    kind: str
    amount: Decimal


def agreed(price: Decimal, discount: Decimal) -> Decimal:
    """What the car itself costs the customer."""
    return price - discount


def total(price: Decimal, discount: Decimal, extras: Decimal) -> Decimal:
    """With what else is on the contract: tax paid for them, insurance, registration, accessories."""
    return agreed(price, discount) + extras


def received(sums: Iterable[Sum]) -> Decimal:
    """What the store has of the customer's money now."""
    return sum((-one.amount if one.kind == Kind.REFUND else one.amount for one in sums), Decimal(0))


def due(whole: Decimal, sums: Iterable[Sum]) -> Decimal:
    """What is still to be paid; negative where too much came in."""
    return whole - received(sums)
