"""Pairs that may be one customer's, as people work through them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy

from qibu.customers.models import Customer, Duplicate
from qibu.customers.selectors.customers import Point, phones_of, visible
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

PAGE = 50
SIGNS: dict[str, Any] = {
    "identity": gettext_lazy("证件号码相同"), "phone": gettext_lazy("电话相同"), "car": gettext_lazy("同一台车"),
    "birthday": gettext_lazy("同城同生日"), "firm": gettext_lazy("同一单位"), "name": gettext_lazy("姓名相同"),
    "alike": gettext_lazy("姓名相近"),
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    duplicate: Duplicate
    phones: dict[int, Point]

    @property
    def first(self) -> Customer:
        found: Customer = self.duplicate.first
        return found

    @property
    def second(self) -> Customer:
        found: Customer = self.duplicate.second
        return found

    @property
    def signs(self) -> list[Any]:
        return [SIGNS[sign] for sign in self.duplicate.signs if sign in SIGNS]

    @property
    def phone_of_first(self) -> Point | None:
        return self.phones.get(self.duplicate.first_id)

    @property
    def phone_of_second(self) -> Point | None:
        return self.phones.get(self.duplicate.second_id)


def pairs(actor: Actor) -> QuerySet[Duplicate]:
    """Both are living files that the actor may see."""
    rows: QuerySet[Duplicate] = Duplicate.objects.all()
    if actor.may(Capability.CUSTOMERS_VIEW_ALL):
        return rows.filter(first__merged_into__isnull=True, second__merged_into__isnull=True)
    seen = visible(actor).values("pk")
    return rows.filter(first__in=seen, second__in=seen)


def open_pairs(actor: Actor, strength: int | None = None) -> QuerySet[Duplicate]:
    """The strongest first."""
    rows = pairs(actor).filter(state=Duplicate.State.OPEN)
    return (rows.filter(strength=strength) if strength else rows).order_by("-strength", "id")


def decided_pairs(actor: Actor) -> QuerySet[Duplicate]:
    """What people said of, the last verdict first."""
    rows = pairs(actor).exclude(state=Duplicate.State.OPEN)
    return rows.select_related("decided_by").order_by("-decided_at", "-id")


def counts(actor: Actor) -> dict[int, int]:
    """Strength → open pairs. One query."""
    rows = pairs(actor).filter(state=Duplicate.State.OPEN).order_by()
    return dict(rows.values_list("strength").annotate(Count("pk")))


def shown(duplicates: Iterable[Duplicate]) -> list[Pair]:
    rows = list(duplicates)
    phones = phones_of([pk for row in rows for pk in (row.first_id, row.second_id)])
    return [Pair(row, phones) for row in rows]


def after(actor: Actor, duplicate: Duplicate | None, strength: int | None = None) -> Duplicate | None:
    """The next one to look at."""
    rows = open_pairs(actor, strength)
    if duplicate is not None:
        later = Q(strength__lt=duplicate.strength) | Q(strength=duplicate.strength, pk__gt=duplicate.pk)
        rows = rows.filter(later)
    return rows.first()


def between(actor: Actor, one_id: int, other_id: int) -> Duplicate | None:
    first, second = sorted((one_id, other_id))
    return pairs(actor).filter(first_id=first, second_id=second).first()


def hints(actor: Actor, customer_id: int, limit: int = 3) -> list[tuple[Duplicate, Customer]]:
    """Who may be the same as this customer, for the head of their page; shared numbers alone are no news there."""
    rows = open_pairs(actor).filter(Q(first_id=customer_id) | Q(second_id=customer_id), related=False)
    found = rows.select_related("first", "second")[:limit]
    return [(row, row.second if row.first_id == customer_id else row.first) for row in found]
