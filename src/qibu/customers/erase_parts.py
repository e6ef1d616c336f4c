"""What goes when a customer is erased (PIPL art. 47), and what law keeps.

An app says in its `erasing.py`, found at start-up, what of its rows tells who somebody was:

    remove(ContactPoint, "customer", gettext_lazy("联系方式"))           # the rows go
    blank(Visit, "customer", {"remark": ""}, gettext_lazy("…"))          # they stay, without these
    special("vehicles.parts", act)                                       # what isn't said by columns, before the above
    lock("vehicles.cars", hold)                                          # taken before the customers are
    keeps(gettext_lazy("工单和金额"), count)                              # what the preview says stays

`of` is the path from the row to the customer. A test goes through every column of text, JSON and sealed bytes that the
product has and fails for one of which nobody said anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet

from qibu.kernel.actors import Actor


@dataclass(frozen=True)
class Whom:
    """Who is erased: all files, the living one first, and by which words they are found where no key leads to them."""

    ids: tuple[int, ...]
    words: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    @property
    def marks(self) -> tuple[str, ...]:
        """What is long enough not to be found in everything."""
        return tuple(word for word in (*self.words, *self.phones) if len(word) > 1)


Act = Callable[[Actor, Whom], None]
Count = Callable[[Whom], int]


@dataclass(frozen=True)
class Part:
    """Rows that lead to a customer; `values` empty: they are removed."""

    model: type[Model]
    of: str
    values: Mapping[str, Any]
    label: Any = None

    def rows(self, whom: Whom) -> QuerySet[Any]:
        found: QuerySet[Any] = self.model._default_manager.filter(**{f"{self.of}__in": whom.ids})
        return found


@dataclass
class Parts:
    told: list[Part] = field(default_factory=list)
    acts: dict[str, Act] = field(default_factory=dict)
    locks: dict[str, Act] = field(default_factory=dict)
    goes: list[tuple[Any, Count]] = field(default_factory=list)
    kept: list[tuple[Any, Count]] = field(default_factory=list)
    promises: list[Count] = field(default_factory=list)


PARTS = Parts()


def remove(model: type[Model], of: str, label: Any = None) -> None:
    PARTS.told.append(Part(model, of, {}, label))


def blank(model: type[Model], of: str, values: Mapping[str, Any], label: Any = None) -> None:
    PARTS.told.append(Part(model, of, values, label))


def special(key: str, act: Act) -> None:
    PARTS.acts[key] = act


def lock(key: str, take: Act) -> None:
    PARTS.locks[key] = take


def goes(label: Any, count: Count) -> None:
    """Told in the preview beside the rows of `remove` and `blank`."""
    PARTS.goes.append((label, count))


def keeps(label: Any, count: Count) -> None:
    PARTS.kept.append((label, count))


def promised(count: Count) -> None:
    """What of an app's rows was promised to them and isn't done: it isn't forgotten without a word."""
    PARTS.promises.append(count)


def take_locks(actor: Actor, whom: Whom) -> None:
    for _key, take in sorted(PARTS.locks.items()):
        take(actor, whom)


def carry_out(actor: Actor, whom: Whom) -> None:
    """Acts first: they may need what is blanked. Then rows lose their words, then rows go."""
    for _key, act in sorted(PARTS.acts.items()):
        act(actor, whom)
    for part in sorted(PARTS.told, key=lambda one: not one.values):
        rows = part.rows(whom)
        rows.update(**part.values) if part.values else rows.delete()


def told(whom: Whom) -> tuple[Sequence[tuple[Any, int]], Sequence[tuple[Any, int]]]:
    """What goes and what stays, as the preview says it: word and number."""
    gone: dict[Any, int] = {}
    for part in PARTS.told:
        if part.label is not None:
            gone[part.label] = gone.get(part.label, 0) + part.rows(whom).count()
    for label, count in PARTS.goes:
        gone[label] = gone.get(label, 0) + count(whom)
    stays = [(label, count(whom)) for label, count in PARTS.kept]
    return [each for each in gone.items() if each[1]], [each for each in stays if each[1]]
