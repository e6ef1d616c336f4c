"""What a customer is asked after a drive."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

ITEMS = ("power", "handling", "comfort", "quiet", "space", "interior", "smart", "service")
LEAST, MOST = 1, 5


class Intention(StrEnum):
    """What they mean to do next."""

    ORDER = "order"
    FAMILY = "family"
    COMPARE = "compare"
    LATER = "later"
    NO = "no"


def average(scores: Mapping[str, int]) -> Decimal | None:
    """Of the items that were answered, to one place; none where nothing was."""
    given = [score for item, score in scores.items() if item in ITEMS]
    if not given:
        return None
    return (Decimal(sum(given)) / len(given)).quantize(Decimal("0.1"), ROUND_HALF_UP)
