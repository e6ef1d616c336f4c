"""What a portfolio consists of (A6). Each app above registers its parts in its own `portfolio.py`, found at start-up.

    register_part(Part("customers.advisor", _("服务的客户"), held, "advisor", customer="pk", also=…, tell=…))

A hand-over shares the rows out among the takers (`services.handovers`), a customer with all that is theirs to one of
them, and moves each part with one UPDATE a taker. Which customers there are and how they are called is registered
the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from qibu.kernel.actors import Actor

if TYPE_CHECKING:
    from qibu.network.models import HandOver, Staff

Held = Callable[[Any], QuerySet[Any]]  # of a person's number, or of a column that holds it
Lines = Callable[[Collection[int]], Mapping[int, str]]  # rows → words, in the order in which they are told
Tell = Callable[[Actor, "HandOver", bool], None]


@dataclass(frozen=True)
class Part:
    """`held(staff_id)` are the rows of a person, `column` is the key that names the person, `customer` the column that
    says whose row it is, `also` what changes with it. `tell(actor, record, back)` writes what the time line says.
    `load` says in a few words how many a person has, where that is worth knowing beside their name. `fits(rows, who)`
    leaves those that somebody can take; what doesn't fit stays, and `stays` says why and what to do."""

    key: str
    label: Any
    held: Held
    column: str
    customer: str = "customer_id"
    also: Mapping[str, Any] = field(default_factory=dict)
    tell: Tell | None = None
    load: Any = ""  # "任务 {n} 件"
    lines: Lines | None = None  # what single rows are, on paper
    fits: Callable[[QuerySet[Any], int], QuerySet[Any]] | None = None
    stays: Any = ""

    @property
    def of_customers(self) -> bool:
        """Its rows are the customers themselves."""
        return self.customer == "pk"


@dataclass(frozen=True)
class Holding:
    """How much of one kind a person holds, or how much of it was moved."""

    key: str
    label: Any
    number: int


@dataclass(frozen=True)
class Known:
    """A customer as a hand-over shows them, as far as the reader may see them: number masked, cars by their plates."""

    id: int
    name: str
    phone: str = ""
    cars: str = ""


@dataclass(frozen=True)
class Offered:
    """A page of the customers that may be given by hand; `total` is all that the words find."""

    rows: list[Known]
    total: int
    page: int = 1
    size: int = 60

    @property
    def first(self) -> int:
        return (self.page - 1) * self.size + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


@dataclass(frozen=True)
class Customers:
    """How the app of customers is asked: names by number, as far as the actor may see them, with their address; what is
    known of those the actor sees; and customers of a person, narrowed by words, but for some, page by page."""

    named: Callable[[Actor, Iterable[int]], Mapping[int, str]]
    address: Callable[[int], str]
    seen: Callable[[Actor, Iterable[int]], Mapping[int, Known]]
    offered: Callable[[Actor, int, str, Collection[int], int], Offered]


Cars = Callable[[Actor, Iterable[int]], Mapping[int, str]]  # customer → plates, as far as the actor sees them
PARTS: dict[str, Part] = {}
_CUSTOMERS: list[Customers] = []
_CARS: list[Cars] = []


def register_part(part: Part) -> None:
    known = PARTS.get(part.key)
    if known is not None and known.held.__module__ != part.held.__module__:
        raise ValueError(f"The part {part.key!r} of a portfolio is registered twice.")
    PARTS[part.key] = part


def register_customers(customers: Customers) -> None:
    _CUSTOMERS[:] = [customers]


def register_cars(cars: Cars) -> None:
    _CARS[:] = [cars]


def customers() -> Customers:
    nobody = Customers(lambda *_a: {}, lambda _pk: "", lambda *_a: {}, lambda *_a: Offered([], 0))
    return _CUSTOMERS[0] if _CUSTOMERS else nobody


def known(actor: Actor, ids: Iterable[int]) -> dict[int, Known]:
    """What may be shown of these customers; of those whom the actor doesn't see, the name as the trail has it."""
    wanted = list(ids)
    names, seen = customers().named(actor, wanted), customers().seen(actor, wanted)
    found = {pk: seen.get(pk) or Known(pk, name) for pk, name in names.items()}
    return {one.id: one for one in _with_cars(actor, found.values())}


def offered(actor: Actor, staff_id: int, text: str, but: Collection[int] = (), page: int = 1) -> Offered:
    found = customers().offered(actor, staff_id, text, but, page)
    return replace(found, rows=_with_cars(actor, found.rows))


def _with_cars(actor: Actor, rows: Collection[Known]) -> list[Known]:
    cars = _CARS[0](actor, [one.id for one in rows]) if _CARS else {}
    return [replace(one, cars=cars.get(one.id, "")) for one in rows]


def parts() -> list[Part]:
    """In order of their keys."""
    return [part for _key, part in sorted(PARTS.items())]


def holdings(actor: Actor, staff_id: int) -> list[Holding]:
    """All kinds with their counts; kinds without anything are among them."""
    return [Holding(part.key, part.label, part.held(staff_id).count()) for part in parts()]


def loads(people: QuerySet[Staff]) -> dict[int, list[str]]:
    """Person → what they have on their hands already, in words. One query."""
    shown = {f"n{place}": part for place, part in enumerate(parts()) if part.load}
    counted = people.order_by().annotate(**{name: _number_of(part) for name, part in shown.items()})
    return {
        row["pk"]: [str(part.load).format(n=row[name]) for name, part in shown.items() if row[name]]
        for row in counted.values("pk", *shown)
    }


def _number_of(part: Part) -> Coalesce:
    rows = part.held(OuterRef("pk")).order_by().values(f"{part.column}_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


def why_stayed(stayed: Mapping[str, int]) -> list[Any]:
    """What may have kept rows where they were, in sentences."""
    return [PARTS[key].stays for key in sorted(stayed) if key in PARTS and PARTS[key].stays]


def described(moved: Mapping[str, int]) -> list[Holding]:
    """A record's counts in words; what an app no longer registers keeps its key."""
    return [Holding(key, PARTS[key].label if key in PARTS else key, number) for key, number in sorted(moved.items())]
