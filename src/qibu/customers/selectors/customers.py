"""Who sees which customers, and the facts about them that lists and pages show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy

from qibu.customers.models import ContactPoint, Customer, Tag, Tagging
from qibu.kernel.actors import Actor
from qibu.network.models import Staff
from qibu.network.rules import Capability


def visible(actor: Actor) -> QuerySet[Customer]:
    """The customers this actor may see: all, or one's own and those nobody looks after.

    The sealed identity number stays out: reading it is asked for by name. What was merged into another file is gone,
    and so is who was erased.
    """
    living = Customer.objects.filter(merged_into__isnull=True, erased_at__isnull=True)
    rows: QuerySet[Customer] = living.defer("identity", "sheet")
    if actor.may(Capability.CUSTOMERS_VIEW_ALL):
        return rows
    if not actor.may(Capability.CUSTOMERS_VIEW):
        return rows.none()
    return rows.filter(mine(actor) | nobody())


def mine(actor: Actor) -> Q:
    return Q(advisor_id=actor.staff_id) | Q(seller_id=actor.staff_id) if actor.staff_id else Q(pk__in=())


def nobody() -> Q:
    """公共客户: neither advisor nor seller."""
    return Q(advisor__isnull=True, seller__isnull=True)


def customer_or_404(actor: Actor, customer_id: int) -> Customer:
    """Hidden and missing customers look the same: nothing tells that there is one."""
    actor.require(Capability.CUSTOMERS_VIEW)
    found = visible(actor).select_related("advisor", "seller").filter(pk=customer_id).first()
    if found is None:
        raise Http404
    return found


def survivor_of(actor: Actor, customer_id: int) -> int | None:
    """The file into which this one was merged, if the actor may see that."""
    found: int | None = (
        Customer.objects.filter(pk=customer_id, merged_into__isnull=False)
        .filter(merged_into_id__in=visible(actor).values("pk"))
        .values_list("merged_into_id", flat=True)
        .first()
    )
    return found


def told_as(customer_id: int) -> QuerySet[Customer, Any]:
    """The customer and those merged into them, by number: the journal is never rewritten, its readers follow."""
    return Customer.objects.filter(Q(pk=customer_id) | Q(merged_into_id=customer_id)).values("pk")


ROLES = {"contact": gettext_lazy("联系人"), "sender": gettext_lazy("送修人")}


@dataclass(frozen=True)
class Point:
    """A contact point as people see it: masked."""

    id: int
    customer_id: int
    kind: str
    masked: str
    person: str
    role: str
    primary: bool
    unusable: bool

    @property
    def role_label(self) -> str:
        """What a sheet brought is a code, what a colleague wrote is a word."""
        return str(ROLES.get(self.role, self.role))

    @property
    def kind_label(self) -> str:
        return str(ContactPoint.Kind(self.kind).label)

    @property
    def icon(self) -> str:
        return {"wechat": "wx", "email": "mail"}.get(self.kind, "phone")


_POINT = ("id", "customer_id", "kind", "masked", "person", "role", "primary", "unusable")


def points_of(customer_id: int) -> list[Point]:
    """All ways to reach a customer, the first number first."""
    rows = ContactPoint.objects.filter(customer_id=customer_id).order_by("-primary", "unusable", "kind", "id")
    return [Point(**row) for row in rows.values(*_POINT)]


def phones_of(customer_ids: Iterable[int]) -> dict[int, Point]:
    """The number to show for each of these customers: the primary one, else the oldest usable."""
    rows = ContactPoint.objects.filter(customer_id__in=list(customer_ids), kind=ContactPoint.Kind.PHONE)
    found: dict[int, Point] = {}
    for row in rows.order_by("-primary", "unusable", "id").values(*_POINT):
        found.setdefault(row["customer_id"], Point(**row))
    return found


def tags_of(customer_ids: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = Tagging.objects.filter(customer_id__in=list(customer_ids)).order_by("tag__name")
    for customer_id, tag_id, name in rows.values_list("customer_id", "tag_id", "tag__name"):
        found[customer_id].append((tag_id, name))
    return dict(found)


def tag_choices() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in Tag.objects.order_by("name").values_list("id", "name")]


def counted_tags() -> QuerySet[Tag]:
    """All tags of the store with how many customers carry each, the most used first."""
    rows: QuerySet[Tag] = Tag.objects.annotate(carried=Count("taggings")).order_by("-carried", "name")
    return rows


def staff_choices(*, active: bool = True) -> list[tuple[str, str]]:
    rows: QuerySet[Staff, Any] = Staff.objects.order_by("sort_key", "name")
    if active:
        rows = rows.filter(left_on__isnull=True)
    return [(str(pk), name) for pk, name in rows.values_list("id", "name")]
