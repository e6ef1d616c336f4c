"""Whose personal facts stand beside a car: a car's history goes with the car, the people of before don't.

Source: 个人信息保护法 Art. 6 (no more than the purpose needs). A later owner's purpose is the state of the car: visits,
jobs, mileage, amounts, cover. Who brought it, what was remarked about people and the number of their contract isn't.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date


def shows_person(customer_id: int | None, present: Collection[int], seen_as: Collection[int] = ()) -> bool:
    """May names, remarks and contacts of a row about a car be shown? Those of people with a part in the car today; of
    others only to a reader who came to them as people (`seen_as`), not through the car."""
    return customer_id is None or customer_id in present or customer_id in seen_as


@dataclass(frozen=True)
class Owned:
    """Who owned a car from when to when; unknown days are open."""

    customer_id: int
    since: date | None
    until: date | None


def owner_on(owned: Sequence[Owned], day: date) -> int | None:
    """Whose contract one of this day is. Before anybody is known it is the first owner's: it is bought ahead."""
    fits = [one for one in owned if (one.since or day) <= day and (one.until is None or day < one.until)]
    held = fits or sorted(owned, key=lambda one: (one.since or date.min, one.until or date.max))[:1]
    return held[-1].customer_id if held else None
