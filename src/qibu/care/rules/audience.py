"""For whom a plan is: conditions in a fixed vocabulary, so that the planner can ask them of all cars at once.

A plan's audience maps conditions to lists of values; a customer or car must fit each condition by one of its
values. No condition means everybody.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any


class Condition(StrEnum):
    """What can be asked; the values are those of the fields, texts of `series` and `brand` are beginnings."""

    CUSTOMER_KIND = "customer_kind"  # person, company
    STAGE = "stage"  # potential, intending, owner, lost
    VIP = "vip"  # yes, no
    KEY = "key"  # yes, no: VIP, base customer or influencer
    PROVINCE = "province"  # beginnings: 安徽 is 安徽省
    CITY = "city"
    USE = "use"  # private, commercial
    BODY = "body"
    ENERGY = "energy"
    BRAND = "brand"
    SERIES = "series"
    INSPECTION = "inspection"  # mark, line: of inspections that are due
    COVER = "cover"  # compulsory, commercial, unknown: of insurance that ends
    PART = "part"  # car, battery: of a warranty that ends


ABOUT_CARS = frozenset(
    {Condition.USE, Condition.BODY, Condition.ENERGY, Condition.BRAND, Condition.SERIES}
)  # of a person's due, one of their cars has to fit


Audience = Mapping[Condition, Sequence[str]]


class UnreadableAudience(ValueError):
    """A condition that isn't in the vocabulary, or values that are no list of texts."""


def read_audience(stored: Mapping[str, Any]) -> Audience:
    """What is stored, checked."""
    found: dict[Condition, Sequence[str]] = {}
    for name, values in stored.items():
        if name not in set(Condition):
            raise UnreadableAudience(name)
        if not isinstance(values, list) or not values or not all(isinstance(v, str) for v in values):
            raise UnreadableAudience(name)
        found[Condition(name)] = tuple(values)
    return found
