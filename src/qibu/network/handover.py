"""What a portfolio consists of (A6). Each app above registers its parts in its own `portfolio.py`, found at start-up.

    register_part(Part("customers.advisor", _("服务的客户"), held, "advisor", customer="pk", also=…, tell=…))

A hand-over shares the rows out among the takers (`services.handovers`), a customer with all that is theirs to one of
them, and moves each part with one UPDATE a taker. Which customers there are and how they are called is registered
the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from qibu.kernel.actors import Actor

if TYPE_CHECKING:
    from qibu.network.models import HandOver

Held = Callable[[int], QuerySet[Any]]
Tell = Callable[[Actor, "HandOver", bool], None]


@dataclass(frozen=True)
class Part:
    """`held(staff_id)` are the rows of a person, `column` is the key that names the person, `customer` the column that
    says whose row it is, `also` what changes with it. `tell(actor, record, back)` writes what the time line says."""

    key: str
    label: Any
    held: Held
    column: str
    customer: str = "customer_id"
    also: Mapping[str, Any] = field(default_factory=dict)
    tell: Tell | None = None


@dataclass(frozen=True)
class Holding:
    """How much of one kind a person holds, or how much of it was moved."""

    key: str
    label: Any
    number: int


@dataclass(frozen=True)
class Offered:
    """A customer that may be given to one of the takers by hand."""

    id: int
    name: str
    detail: str = ""


@dataclass(frozen=True)
class Customers:
    """How the app of customers is asked: names by number, as far as the actor may see them, with their address; and
    customers of a person, narrowed by words."""

    named: Callable[[Actor, Iterable[int]], Mapping[int, str]]
    address: Callable[[int], str]
    offered: Callable[[Actor, int, str], list[Offered]]


PARTS: dict[str, Part] = {}
_CUSTOMERS: list[Customers] = []


def register_part(part: Part) -> None:
    known = PARTS.get(part.key)
    if known is not None and known.held.__module__ != part.held.__module__:
        raise ValueError(f"The part {part.key!r} of a portfolio is registered twice.")
    PARTS[part.key] = part


def register_customers(customers: Customers) -> None:
    _CUSTOMERS[:] = [customers]


def customers() -> Customers:
    return _CUSTOMERS[0] if _CUSTOMERS else Customers(lambda *_a: {}, lambda _pk: "", lambda *_a: [])


def parts() -> list[Part]:
    """In order of their keys."""
    return [part for _key, part in sorted(PARTS.items())]


def holdings(actor: Actor, staff_id: int) -> list[Holding]:
    """All kinds with their counts; kinds without anything are among them."""
    return [Holding(part.key, part.label, part.held(staff_id).count()) for part in parts()]


def described(moved: Mapping[str, int]) -> list[Holding]:
    """A record's counts in words; what an app no longer registers keeps its key."""
    return [Holding(key, PARTS[key].label if key in PARTS else key, number) for key, number in sorted(moved.items())]
