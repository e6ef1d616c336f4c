"""What belongs to a customer when two files become one (B6).

Every key that points at a customer moves by itself: a new table needs nothing here. An app says in its `merging.py`,
found at start-up, what is special about its rows:

    once(Tagging, "customer_id", same=("tag_id",))      # the same row on both sides: the survivor's stays
    lock("care", one_at_a_time)                         # taken before any row, in order of their names
    called(Visit, gettext_lazy("工单"))                 # how the page counts them
    special("aftersales.visits", merged=…, undone=…)    # acts of its own, around the move

`merged` gets the book of the merge (`services.ledger.Ledger`) before the rows move and writes through it; `settled`
comes after they have moved, `undone` after they have moved back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from qibu.customers.services.ledger import Ledger
from qibu.kernel.actors import Actor

Lock = Callable[[Actor, list[int]], None]  # the customers whose rows will move
Act = Callable[[Ledger], None]


class Busy(Exception):
    """Something long is at work on customers; merging waits for nobody. `what` is a sentence."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True)
class Once:
    """Of rows with equal `same` columns a customer has one; only those that fit `where` count."""

    model: type[models.Model]
    column: str
    same: tuple[str, ...]
    where: str = "true"


@dataclass
class Parts:
    once: dict[tuple[str, str], Once] = field(default_factory=dict)
    locks: dict[str, Lock] = field(default_factory=dict)
    merged: dict[str, Act] = field(default_factory=dict)
    settled: dict[str, Act] = field(default_factory=dict)
    undone: dict[str, Act] = field(default_factory=dict)
    labels: dict[str, Any] = field(default_factory=dict)


PARTS = Parts()


def once(model: type[models.Model], column: str, *, same: Iterable[str], where: str = "true") -> None:
    PARTS.once[model._meta.db_table, column] = Once(model, column, tuple(same), where)


def called(model: type[models.Model], label: Any) -> None:
    """The rows as the page of a merge counts them: "3 张工单"; tables without a word are not told of."""
    PARTS.labels[model._meta.db_table] = label


def lock(key: str, take: Lock) -> None:
    """Taken before the customers are locked, in order of keys; may raise `Busy`."""
    PARTS.locks[key] = take


def special(key: str, *, merged: Act | None = None, settled: Act | None = None, undone: Act | None = None) -> None:
    for acts, act in ((PARTS.merged, merged), (PARTS.settled, settled), (PARTS.undone, undone)):
        if act is not None:
            acts[key] = act


def take_locks(actor: Actor, customer_ids: list[int]) -> None:
    for _key, take in sorted(PARTS.locks.items()):
        take(actor, customer_ids)
