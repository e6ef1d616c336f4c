"""What apps above do when a car goes over to another owner, and when that is taken back. A closed contract; an app
registers in its `transferring.py`:

    transfer_parts.special("tasks.work", done=_end, undone=_bring_back, stays=_since)

Locks are taken before the car is, in the order of keys; acts happen in the same transaction, after the parts changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from qibu.kernel.actors import Actor
from qibu.vehicles.models import Transfer

Lock = Callable[[Actor, int], None]  # the car
Act = Callable[[Actor, Transfer], None]
Left = Callable[[Actor, int, int], None]  # the car, and the customer who has no part in it any more
Counts = Iterable[tuple[Any, int]]  # "3 张工单"
Ahead = Callable[[Actor, int], Counts]
Stays = Callable[[Actor, Transfer], Counts]


@dataclass
class Parts:
    locks: dict[str, Lock] = field(default_factory=dict)
    done: dict[str, Act] = field(default_factory=dict)
    undone: dict[str, Act] = field(default_factory=dict)
    left: dict[str, Left] = field(default_factory=dict)
    ahead: dict[str, Ahead] = field(default_factory=dict)
    stays: dict[str, Stays] = field(default_factory=dict)


PARTS = Parts()


def lock(key: str, take: Lock) -> None:
    PARTS.locks[key] = take


def special(key: str, *, done: Act | None = None, undone: Act | None = None) -> None:
    for acts, act in ((PARTS.done, done), (PARTS.undone, undone)):
        if act is not None:
            acts[key] = act


def whenever_left(key: str, act: Left) -> None:
    """Somebody's part ended by itself, without a transfer, and it was their last."""
    PARTS.left[key] = act


def count(key: str, *, ahead: Ahead | None = None, stays: Stays | None = None) -> None:
    """`ahead`: what a transfer of this car would end. `stays`: what came since and stays as it is."""
    if ahead is not None:
        PARTS.ahead[key] = ahead
    if stays is not None:
        PARTS.stays[key] = stays


def take_locks(actor: Actor, vehicle_id: int) -> None:
    for _key, take in sorted(PARTS.locks.items()):
        take(actor, vehicle_id)


def follow(acts: dict[str, Act], actor: Actor, one: Transfer) -> None:
    for _key, act in sorted(acts.items()):
        act(actor, one)


def ends(actor: Actor, vehicle_id: int) -> list[tuple[Any, int]]:
    return [each for _key, counts in sorted(PARTS.ahead.items()) for each in counts(actor, vehicle_id) if each[1]]


def stays(actor: Actor, one: Transfer) -> list[tuple[Any, int]]:
    return [each for _key, counts in sorted(PARTS.stays.items()) for each in counts(actor, one) if each[1]]
