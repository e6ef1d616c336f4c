"""What people may read of visits. Every read starts from `visible`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.http import Http404

from qibu.aftersales.models import Visit
from qibu.aftersales.words import of_kind
from qibu.customers import selectors as customers
from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.days import add_months
from qibu.kernel.distinct import values_of
from qibu.network.rules import Capability
from qibu.ui import cursor
from qibu.vehicles import selectors as vehicles

SPENT_MONTHS = 24
BEYOND = "\U0010ffff"  # every number with a beginning lies below it + this
SHORTEST_NUMBER = 4


def visible(actor: Actor) -> QuerySet[Visit]:
    """A visit is visible with its customer or with its car."""
    rows: QuerySet[Visit] = Visit.objects.defer("sheet")
    if actor.may(Capability.CUSTOMERS_VIEW_ALL):
        return rows
    if not actor.may(Capability.CUSTOMERS_VIEW):
        return rows.none()
    seen_customers, seen_cars = customers.visible(actor).values("pk"), vehicles.visible(actor).values("pk")
    return rows.filter(Q(customer_id__in=seen_customers) | Q(vehicle_id__in=seen_cars))


def numbered(actor: Actor, text: str) -> QuerySet[Visit]:
    """Repair orders whose number begins with a text, which is a range of the index that row security lets through."""
    start = text.strip().upper()
    if len(start) < SHORTEST_NUMBER or not any(char.isdigit() for char in start):
        return Visit.objects.none()
    rows = visible(actor).filter(number__gte=start, number__lt=start + BEYOND)
    return rows.select_related("vehicle").order_by("number")


def visit_or_404(actor: Actor, visit_id: int, *, lock: bool = False) -> Visit:
    actor.require(Capability.CUSTOMERS_VIEW)
    rows = visible(actor).filter(pk=visit_id).select_related("vehicle")
    found = (rows.select_for_update(of=("self",)) if lock else rows.select_related("advisor")).first()
    if found is None:
        raise Http404
    return found


def known_people(
    actor: Actor, visits: Iterable[Visit], seen_as: Collection[int] = ()
) -> dict[int, Customer]:
    """Visit → its customer, where the reader may be told: who has no part in the car today is named only to a reader
    who came to them as people. Names of others, 送修人 among them, and remarks are shown with visits of these alone."""
    rows = list(visits)
    told = vehicles.told_people(actor, [(visit.vehicle_id, visit.customer_id) for visit in rows], seen_as)
    found = {visit.pk: told[visit.vehicle_id].get(visit.customer_id or 0) for visit in rows}
    return {pk: customer for pk, customer in found.items() if customer}


def of_customer(actor: Actor, customer_id: int) -> QuerySet[Visit]:
    customers.customer_or_404(actor, customer_id)
    rows: QuerySet[Visit] = Visit.objects.filter(customer_id=customer_id).defer("sheet")
    return rows.select_related("vehicle", "advisor")


def of_car(actor: Actor, vehicle_id: int) -> QuerySet[Visit]:
    """For cars that the reader was found to see."""
    rows: QuerySet[Visit] = Visit.objects.filter(vehicle_id=vehicle_id).defer("sheet")
    return rows.select_related("advisor").order_by("-opened_on", "-pk")


def spent_since() -> date:
    return add_months(times.today(), -SPENT_MONTHS)


def spent(customer_ids: Iterable[int]) -> dict[int, Decimal]:
    """What customers paid in visits opened within the last 24 months; customers without any are left out."""
    rows = Visit.objects.filter(customer_id__in=list(customer_ids), opened_on__gt=spent_since())
    return dict(rows.values_list("customer_id").annotate(Sum("total")))


@dataclass(frozen=True)
class Custom:
    """A customer's dealings with the workshop, for the head of the page."""

    visits: int
    recent_total: Decimal
    last_on: date | None


def custom_of(customer_id: int) -> Custom:
    found = Visit.objects.filter(customer_id=customer_id).aggregate(
        visits=Count("pk"),
        recent_total=Sum("total", filter=Q(opened_on__gt=spent_since()), default=Decimal(0)),
        last_on=Max("opened_on"),
    )
    return Custom(**found)


def last_visits(customer_ids: Iterable[int]) -> dict[int, Visit]:
    """The latest visit of each customer."""
    rows = Visit.objects.filter(customer_id__in=list(customer_ids)).order_by(
        "customer_id", "-opened_on", "-pk"
    )
    newest = rows.distinct("customer_id").defer("sheet", "remark")
    return {visit.customer_id: visit for visit in newest if visit.customer_id is not None}


def kind_choices() -> list[tuple[str, str]]:
    return [(kind, of_kind(kind)) for kind in values_of(Visit, "kind")]


PAGE = 20
KEYS = (cursor.Key("opened_on", descending=True), cursor.Key("pk", descending=True))


def page_of_customer(actor: Actor, customer_id: int, after: str) -> tuple[list[Visit], str]:
    """Twenty visits, the latest first, and the key of the next page, empty when there is none."""
    rows = of_customer(actor, customer_id).order_by("-opened_on", "-pk")
    try:
        start = cursor.decode(after, len(KEYS)) if after else ()
    except cursor.BadCursor:
        start = ()
    if start:
        later = Q()
        for conditions in cursor.beyond(KEYS, start):
            later |= Q(*conditions)
        rows = rows.filter(later)
    found = list(rows[: PAGE + 1])
    more = cursor.encode((found[PAGE - 1].opened_on, found[PAGE - 1].pk)) if len(found) > PAGE else ""
    return found[:PAGE], more
