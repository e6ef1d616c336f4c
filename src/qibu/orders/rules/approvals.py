"""Which orders somebody else agrees to before they count."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

HUNDRED = Decimal(100)


class Beyond(StrEnum):
    """What of an order goes beyond what a consultant may give by themselves."""

    DISCOUNT = "discount"
    DEPOSIT = "deposit"


@dataclass(frozen=True)
class Limits:
    """`discount`: in per cent of the suggested price; `deposit`: the least in yuan."""

    discount: Decimal
    deposit: Decimal


@dataclass(frozen=True)
class Terms:
    """`suggested` is the catalogue's price, empty where the car isn't in it; then the price on the paper counts."""

    price: Decimal
    discount: Decimal
    deposit: Decimal
    suggested: Decimal | None = None

    @property
    def given(self) -> Decimal:
        """How much below the suggested price the customer pays: a price written down lower is a discount, too."""
        return max((self.suggested or self.price) - (self.price - self.discount), Decimal(0))

    @property
    def given_percent(self) -> Decimal:
        base = self.suggested or self.price
        return self.given * HUNDRED / base if base else Decimal(0)


def beyond(terms: Terms, limits: Limits) -> tuple[Beyond, ...]:
    found = [Beyond.DISCOUNT] if terms.given_percent > limits.discount else []
    if terms.deposit < limits.deposit:
        found.append(Beyond.DEPOSIT)
    return tuple(found)
