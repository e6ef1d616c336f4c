"""Who may take how much off the price, and who agrees to more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from qibu.quotes.rules.loans import NOTHING, cents


class Unit(StrEnum):
    YUAN = "yuan"
    PERCENT = "percent"
    ALL = "all"  # no limit


@dataclass(frozen=True)
class Limit:
    unit: Unit
    value: Decimal = NOTHING

    def most(self, price: Decimal) -> Decimal:
        """The largest discount on a car of that price."""
        if self.unit == Unit.ALL:
            return price
        return min(price, self.value) if self.unit == Unit.YUAN else cents(price * self.value / 100)


NO_LIMIT = Limit(Unit.YUAN)  # of a role that nobody named: nothing may be taken off
Limits = Mapping[str, Limit]


def most(roles: Iterable[str], limits: Limits, price: Decimal) -> Decimal:
    """Of several roles the one with the most counts."""
    return max((limits.get(role, NO_LIMIT).most(price) for role in roles), default=NOTHING)


def within(roles: Iterable[str], limits: Limits, offers: Iterable[tuple[Decimal, Decimal]]) -> bool:
    """Whether each discount of (price, discount) is one's own to give."""
    named = tuple(roles)
    return all(discount <= most(named, limits, price) for price, discount in offers)


class Refusal(StrEnum):
    OWN = "own"  # nobody agrees to what they asked for themselves
    LIMIT = "limit"  # it is above the limit of who would agree
    RIGHT = "right"  # they don't agree to discounts at all


def may_agree(
    *, capable: bool, own: bool, roles: Iterable[str], limits: Limits,
    offers: Iterable[tuple[Decimal, Decimal]],
) -> Refusal | None:  # fmt: skip
    """None: they may."""
    if not capable:
        return Refusal.RIGHT
    if own:
        return Refusal.OWN
    return None if within(roles, limits, offers) else Refusal.LIMIT
