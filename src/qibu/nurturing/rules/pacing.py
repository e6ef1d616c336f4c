"""Which step of a sequence is due, and when a sequence is over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True)
class Step:
    """So many days after the beginning a piece goes out by a channel, with words before its link."""

    day: int
    piece: str
    channel: str
    words: str = ""

    def written(self) -> dict[str, Any]:
        """In the order in which the database gives it back, so that it compares with what a form has seen."""
        return {"day": self.day, "piece": self.piece, "words": self.words, "channel": self.channel}


May = Callable[[Step], bool]


def due_step(steps: Sequence[Step], done: Collection[str], begun: date, on: date, may: May) -> Step | None:
    """The earliest whose day has come and that isn't done. What may not be sent (an offer that has ended, a channel
    without a yes) is passed over; it is looked at again while the sequence goes on, should it come back."""
    waiting = [one for one in _come(steps, begun, on) if one.piece not in done and may(one)]
    return min(waiting, key=lambda one: one.day, default=None)


def is_over(steps: Sequence[Step], done: Collection[str], begun: date, on: date, may: May) -> bool:
    """Nothing is due, and nothing will be."""
    later = any(begun + timedelta(days=one.day) > on for one in steps)
    return not later and due_step(steps, done, begun, on, may) is None


def _come(steps: Sequence[Step], begun: date, on: date) -> list[Step]:
    return [one for one in steps if begun + timedelta(days=one.day) <= on]
