"""How a store deals with leads: how fast, how many, how long. Each number is inherited by itself (A7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from qibu.leads.rules.grades import Grade


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The numbers that count, as the product supplies them. Minutes are of the store's opening hours."""

    answer_minutes: int = 30  # by when the store says its first word
    grace_minutes: int = 15  # so long after that silence takes a lead away
    passed_on: int = 2  # so often silence passes a lead to a colleague before it goes into the pool
    room: int = 60  # open leads with which somebody is given no more
    claims_a_day: int = 5
    claims_open: int = 60  # open leads with which nobody takes any from the pool
    not_again_days: int = 7  # whoever gave a lead back doesn't take it again for so long
    quiet_h: int = 3  # days without a word after which a lead of this grade goes back into the pool
    quiet_a: int = 7
    quiet_b: int = 15
    quiet_c: int = 30

    @property
    def answer_within(self) -> timedelta:
        return timedelta(minutes=self.answer_minutes)

    @property
    def grace(self) -> timedelta:
        return timedelta(minutes=self.grace_minutes)

    def quiet_days(self, grade: str) -> int:
        days: int = getattr(self, f"quiet_{(grade or Grade.C).lower()}")
        return days


# Least and most of each: outside of these a number is a slip of the hand.
BOUNDS: dict[str, tuple[int, int]] = {
    "answer_minutes": (5, 480), "grace_minutes": (0, 480), "passed_on": (0, 5), "room": (1, 500),
    "claims_a_day": (1, 100), "claims_open": (1, 500), "not_again_days": (0, 90),
    "quiet_h": (1, 365), "quiet_a": (1, 365), "quiet_b": (1, 365), "quiet_c": (1, 365),
}  # fmt: skip
NAMES = tuple(one.name for one in fields(Policy))


def policy_of(values: Mapping[str, Any]) -> Policy:
    """What is not a number within its bounds counts as not said."""
    return Policy(**{name: values[name] for name in NAMES if name in values and sound(name, values[name])})


def sound(name: str, value: Any) -> bool:
    least, most = BOUNDS[name]
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
