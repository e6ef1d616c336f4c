"""What is due, for pages: of the cars and customers that the reader may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from qibu.care.models import Due
from qibu.care.rules import Trigger
from qibu.customers import selectors as customers
from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.tasks.models import Task

MONTH = timedelta(days=30)
# What is due for the car itself; the follow-up of a visit or a delivery is a task, not a due.
OF_CARS = (Trigger.MAINTENANCE, Trigger.INSURANCE, Trigger.INSPECTION, Trigger.WARRANTY)
LISTED = (*OF_CARS, Trigger.BIRTHDAY)
# Long past it says more about the file than about the car.
STALE = timedelta(days=400)
# These are not owed: when their day is over there is nothing to make up for.
PASSING = (Trigger.WARRANTY, Trigger.BIRTHDAY)


def _living(triggers: Iterable[str]) -> QuerySet[Due]:
    today = times.today()
    rows: QuerySet[Due] = Due.objects.filter(over=False, trigger__in=list(triggers), due_on__gt=today - STALE)
    return rows.exclude(trigger__in=PASSING, due_on__lt=today)


def visible(actor: Actor) -> QuerySet[Due]:
    rows = _living(LISTED)
    if actor.may(Capability.CUSTOMERS_VIEW_ALL):
        return rows
    return rows.filter(customer__in=customers.visible(actor).only("pk"))


def of_cars(vehicle_ids: Iterable[int]) -> dict[int | None, list[Due]]:
    """The next due of each trigger, for each car. One query."""
    rows = _living(OF_CARS).filter(vehicle_id__in=list(vehicle_ids))
    found: dict[int | None, list[Due]] = defaultdict(list)
    for due in rows.order_by("due_on", "pk"):
        found[due.vehicle_id].append(due)
    return found


def called_for(actor: Actor, rows: Iterable[Due]) -> dict[int, Customer]:
    """Due → who is called for it where it isn't the customer, as far as the reader may see them. One query at most."""
    asked = {due.pk: due.callee_id for due in rows if due.callee_id}
    known = customers.visible(actor).in_bulk(list(asked.values())) if asked else {}
    return {pk: known[who] for pk, who in asked.items() if who in known}


def next_of_customers(customer_ids: Iterable[int]) -> dict[int | None, Due]:
    """The earliest due of each customer that is not long past. One query."""
    rows = _living(OF_CARS).filter(customer_id__in=list(customer_ids))
    rows = rows.filter(due_on__gte=times.today() - MONTH).order_by("customer_id", "due_on", "pk")
    return {due.customer_id: due for due in rows.distinct("customer_id")}


def within(trigger: str, days: int) -> QuerySet[Due]:
    today = times.today()
    rows: QuerySet[Due] = Due.objects.filter(over=False, trigger=trigger)
    return rows.filter(due_on__gte=today, due_on__lte=today + timedelta(days=days))


def of_month(actor: Actor, month: date) -> QuerySet[Due]:
    """The printed list: insurance and inspections of a month (F2)."""
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    rows = visible(actor).filter(due_on__gte=month.replace(day=1), due_on__lt=following)
    wanted = rows.filter(trigger__in=(Trigger.INSURANCE, Trigger.INSPECTION))
    return wanted.select_related("vehicle", "customer", "customer__advisor").order_by("due_on", "pk")


def results(days: int = 30) -> dict[str, tuple[int, int]]:
    """Plan → tasks planned in the last days, and how many of these reached the customer. One query."""
    since = times.now() - timedelta(days=days)
    rows = Task.objects.filter(key__startswith="care:", created_at__gte=since).values("kind")
    counted = rows.annotate(planned=Count("pk"), reached=Count("pk", filter=Q(outcome="reached")))
    found: dict[str, tuple[int, int]] = {}
    for row in counted:
        plan, _slash, _step = row["kind"].partition("/")
        planned, reached = found.get(plan, (0, 0))
        found[plan] = (planned + row["planned"], reached + row["reached"])
    return found
