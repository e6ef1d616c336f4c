"""What an organisation inherits, kind by kind, for the page 内容与继承 (A7). Each app tells of its own in a module
called `inheriting`, found at start-up:

    register(Kind("plan", _("关怀计划"), Capability.CARE_EDIT, contents, restore, effect, below))

`contents(actor)` lists what counts here, `restore(actor, key)` takes back what was said here, `effect(actor, key)` says
in sentences what that would change, and `below(actor)` which organisations below have a word of their own on what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from qibu.kernel.actors import Actor
from qibu.network.inheritance import Resolved, heirs, organisation_names

Below = Mapping[str, list[int]]


@dataclass(frozen=True)
class Difference:
    """A field that is said here, and what would count without."""

    label: str
    here: str
    above: str


@dataclass(frozen=True)
class Content:
    """One thing as it counts here. `source`: the organisation it comes from, None is supplied with the product.

    `key` is its name within the kind, also below: "insurance_end". It may be taken back when there is something above.
    """

    key: str
    label: str
    url: str
    source: int | None
    differences: tuple[Difference, ...] = ()
    restorable: bool = False
    counted_as: str = ""  # the key that organisations below are counted by, where it is another one


@dataclass(frozen=True)
class Kind:
    key: str
    label: Any
    capability: str
    contents: Callable[[Actor], list[Content]]
    restore: Callable[[Actor, str], None]
    effect: Callable[[Actor, str], list[str]]
    below: Callable[[Actor], Below]
    order: int = 50


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    known = KINDS.get(kind.key)
    if known is not None and known.contents.__module__ != kind.contents.__module__:
        raise ValueError(f"The inherited content {kind.key!r} is registered twice.")
    KINDS[kind.key] = kind


def kinds_for(actor: Actor) -> list[Kind]:
    """Those that the person may change."""
    return sorted((kind for kind in KINDS.values() if actor.may(kind.capability)), key=lambda kind: kind.order)


@dataclass(frozen=True)
class Followers:
    """Organisations below: who follows when something changes here, and who has a word of their own on it."""

    follow: list[str]
    own: list[str]

    @property
    def number(self) -> int:
        return len(self.follow) + len(self.own)


def followers(actor: Actor, kind: str, key: str = "") -> Followers:
    """Without a key: of anything of that kind."""
    below = heirs(actor.organisation_id)
    if not below:
        return Followers([], [])
    said = KINDS[kind].below(actor)
    own = {number for name, numbers in said.items() if not key or name == key for number in numbers}
    names = organisation_names(below)
    return Followers(
        [names[number] for number in below if number not in own], [names[number] for number in below if number in own]
    )


def by_code(found: Mapping[str, Resolved[Any]], page: str, called: Callable[[Any], Any] = str) -> list[Content]:
    """Content of whole rows: each with the page of that name, and taken back where it stands before another."""
    return [
        Content(code, str(called(one.row)), reverse(page, args=[code]), one.source_id, (), one.own and one.overrides)
        for code, one in found.items()
    ]


def differing(here: Any, above: Any, called: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Field by field what is said here, and would count without."""
    both = [(label, told(getattr(here, name)), told(getattr(above, name))) for name, label in called.items()]
    return tuple(Difference(str(label), one, other) for label, one, other in both if one != other)


def told(value: object) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return _("、").join(map(str, value)) or _("空")
    return _("空") if value in (None, "") else str(value)


def told_by(function: str, kind: str) -> Callable[[Actor], Below]:
    return lambda actor: said_below(function, kind)


def said_below(function: str, kind: str) -> dict[str, list[int]]:
    """Content → organisations below with a word of their own on it, from an app's function in the database: row
    security shows nobody the rows of those below, so it tells just that."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key, organisation_id FROM {function}() WHERE kind = %s ORDER BY 1, 2", [kind])  # noqa: S608  (a constant of an app)
        found: dict[str, list[int]] = {}
        for key, number in cursor.fetchall():
            found.setdefault(key, []).append(number)
    return found
