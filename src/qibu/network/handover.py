"""What a portfolio consists of (A6). Each app above registers its part in its own `portfolio.py`, found at start-up.

    register_mover("customers.advisor", _("服务的客户"), count, move)

`count(actor, staff_id)` says how much a person holds; `move(actor, giver_id, taker_id)` moves all of it with one
UPDATE … WHERE and says how much it moved. Both run in the scope and transaction of the hand-over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qibu.kernel.actors import Actor

Count = Callable[[Actor, int], int]
Move = Callable[[Actor, int, int], int]


@dataclass(frozen=True)
class Mover:
    key: str
    label: Any
    count: Count
    move: Move


@dataclass(frozen=True)
class Holding:
    """How much of one kind a person holds, or how much of it was moved."""

    key: str
    label: Any
    number: int


MOVERS: dict[str, Mover] = {}


def register_mover(key: str, label: Any, count: Count, move: Move) -> None:
    known = MOVERS.get(key)
    if known is not None and known.move.__module__ != move.__module__:
        raise ValueError(f"The part {key!r} of a portfolio is registered twice.")
    MOVERS[key] = Mover(key, label, count, move)


def holdings(actor: Actor, staff_id: int) -> list[Holding]:
    """All kinds with their counts, in order of their keys; kinds without anything are among them."""
    return [Holding(key, mover.label, mover.count(actor, staff_id)) for key, mover in sorted(MOVERS.items())]


def move_all(actor: Actor, giver_id: int, taker_id: int) -> dict[str, int]:
    return {key: mover.move(actor, giver_id, taker_id) for key, mover in sorted(MOVERS.items())}


def described(moved: dict[str, int]) -> list[Holding]:
    """A record's counts in words; what an app no longer registers keeps its key."""
    return [Holding(key, MOVERS[key].label if key in MOVERS else key, number) for key, number in sorted(moved.items())]
