"""Whose turn it is: among those who could take something, whoever received the fewest for their weight.

With counts c and weights w the next one goes to the smallest c/w. These are the divisors of Adams, which stay within
the upper quota (Balinski, Young: Fair Representation, 1982): whoever takes one is less than one ahead of their share of
what those who could take it received together, whatever happened before and whoever was there then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Taker:
    """Somebody who is there. `received` counts what came by the turn since all of those who could take were there, so
    that who comes in at noon is not given the whole morning; `before` what came in the last days, which settles what is
    even; `load` is what lies with them. `room` None: as much as comes. A weight of 0 takes none."""

    staff_id: int
    name: str = ""
    received: int = 0
    before: int = 0
    load: int = 0
    room: int | None = None
    weight: int = 1
    last_at: datetime | None = None

    @property
    def can_take(self) -> bool:
        return self.weight > 0 and (self.room is None or self.load < self.room)


def in_turn(takers: Iterable[Taker]) -> list[Taker]:
    """Those who can take one, in the order in which it is their turn. What is even goes to whoever waited longest."""
    return sorted(filter(lambda one: one.can_take, takers), key=_place)


def next_taker(takers: Iterable[Taker]) -> Taker | None:
    return next(iter(in_turn(takers)), None)


def _place(one: Taker) -> tuple[Fraction, Fraction, datetime, int]:
    received, before = Fraction(one.received, one.weight), Fraction(one.before, one.weight)
    return received, before, one.last_at or NEVER, one.staff_id
