"""What a customer gets back when an order comes to nothing."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum


class Cause(StrEnum):
    """Whose doing it is."""

    BUYER = "buyer"
    STORE = "store"
    NOBODY = "nobody"  # both agree, or neither could help it


def owed_back(earnest: Decimal, received: Decimal, cause: str) -> Decimal:
    """What the law grants of the money that came in: a buyer who withdraws loses the earnest money, a store that can't
    deliver gives it back twice (民法典 art. 587), anything else is given back as it was paid (art. 566).

    It is what the form proposes; whoever agrees to the cancellation agrees to the sum.
    """
    if cause == Cause.BUYER:
        return max(received - earnest, Decimal(0))
    return received + earnest if cause == Cause.STORE else max(received, Decimal(0))
