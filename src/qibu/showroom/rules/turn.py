"""The turn in the show-room 轮序: a queue. Whoever receives somebody goes to its end; so does who is skipped.

A place in the queue is a number that stays over days: who took the last one yesterday is last this morning, and who was
away for a week stands where they stood, so that they are not given everybody who comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Stand:
    """How a consultant stands: `number` is the place in the queue, `visitors` are in the house with them now, `busy`
    they said themselves, `full`: they have no room for more leads, `out`: they take no part in the turn."""

    staff_id: int
    name: str
    number: int
    here: bool = True
    busy: bool = False
    visitors: int = 0
    full: bool = False
    out: bool = False
    today: int = 0

    @property
    def free(self) -> bool:
        return self.here and not (self.out or self.busy or self.visitors or self.full)


def queue(stands: Iterable[Stand]) -> list[Stand]:
    """Everybody who is there and takes part, in order."""
    return sorted((one for one in stands if one.here and not one.out), key=lambda one: (one.number, one.staff_id))


def next_in_turn(stands: Iterable[Stand]) -> Stand | None:
    """The first who is free; who is busy keeps their place before them."""
    return next((one for one in queue(stands) if one.free), None)
