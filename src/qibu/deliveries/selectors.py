"""What people may read of deliveries: those of the orders they see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404

from qibu.catalog import selectors as catalog
from qibu.deliveries.models import Delivery, DeliveryFile, ListItem, Tick, WarrantyTerm
from qibu.deliveries.rules import Granted, Lack, Readiness, granted, lacks, narrowest
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.meanwhile import mark
from qibu.network.inheritance import Resolved, lineage, resolve
from qibu.network.models import Staff
from qibu.network.rules import CAPABILITIES, Capability, Role
from qibu.network.selectors import able
from qibu.orders import selectors as orders
from qibu.orders.models import Order

State = Delivery.State
Kind = DeliveryFile.Kind
ADVISING = (Role.SERVICE_ADVISOR.value, Role.SERVICE_MANAGER.value)
SELLING = tuple(role.value for role, granted in CAPABILITIES.items() if Capability.SALES_WORK in granted)


def visible(actor: Actor) -> QuerySet[Delivery]:
    if not actor.may(Capability.SALES_VIEW):
        return Delivery.objects.none()
    rows: QuerySet[Delivery] = Delivery.objects.filter(order__in=orders.visible(actor))
    return rows.select_related("order__lead__customer", "order__car", "consultant", "advisor")


def delivery_or_404(actor: Actor, delivery_id: int, *, lock: bool = False) -> Delivery:
    """Hidden and missing deliveries look the same."""
    rows = visible(actor).filter(pk=delivery_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows.select_related("vehicle", "delivered_by")).first()
    if found is None:
        raise Http404
    return found


def of_order(actor: Actor, order_id: int) -> Delivery | None:
    """The living one: planned, or what came of it."""
    return visible(actor).filter(order_id=order_id).exclude(state=State.CALLED_OFF).first()


def of_orders(actor: Actor, order_ids: list[int]) -> dict[int, Delivery]:
    rows = visible(actor).filter(order_id__in=order_ids).exclude(state=State.CALLED_OFF)
    return {one.order_id: one for one in rows}


def of_vehicle(actor: Actor, vehicle_id: int) -> Delivery | None:
    return visible(actor).filter(vehicle_id=vehicle_id, state=State.DELIVERED).order_by("-delivered_on").first()


# The calendar -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Day:
    on: date
    deliveries: list[Delivery]

    @property
    def today(self) -> bool:
        return self.on == times.today()


def week_of(actor: Actor, day: date) -> list[Day]:
    """Monday to Sunday, with how far each is prepared."""
    monday = day - timedelta(days=day.weekday())
    start, end = times.start_of(monday), times.start_of(monday + timedelta(days=7))
    rows = with_progress(visible(actor)).filter(at__gte=start, at__lt=end).exclude(state=State.CALLED_OFF)
    by_day: dict[date, list[Delivery]] = defaultdict(list)
    for one in rows.order_by("at", "pk"):
        by_day[times.day_of(one.at)].append(one)
    return [Day(on, by_day[on]) for on in (monday + timedelta(days=number) for number in range(7))]


def with_progress(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """`prepared` of `to_prepare` lines are seen to."""
    before = Q(ticks__part=ListItem.Part.PREPARATION)
    done = before & Q(ticks__done_at__isnull=False)
    return rows.annotate(to_prepare=Count("ticks", filter=before), prepared=Count("ticks", filter=done))


# One delivery -----------------------------------------------------------------------------------
def ticks_of(delivery: Delivery) -> dict[str, list[Tick]]:
    found: dict[str, list[Tick]] = {part: [] for part in ListItem.Part.values}
    for tick in delivery.ticks.select_related("by"):
        found[tick.part].append(tick)
    return found


def files_of(delivery: Delivery) -> dict[str, list[DeliveryFile]]:
    found: dict[str, list[DeliveryFile]] = {kind: [] for kind in Kind.values}
    for file in delivery.files.order_by("pk"):
        found[file.kind].append(file)
    return found


def readiness(delivery: Delivery) -> Readiness:
    order: Order = delivery.order
    car = order.car
    steps = delivery.ticks.filter(must=True, done_at__isnull=True).count()
    signed = delivery.signed_on_paper or delivery.files.filter(kind=Kind.SIGNATURE).exists()
    return Readiness(
        counts=order.open, has_car=car is not None, arrived=car is not None and car.arrived_on is not None,
        due=max(orders.account_of(order).due, Decimal(0)), steps=steps, signed=signed,
        advisor=delivery.advisor_id is not None,
    )  # fmt: skip


def lacking(delivery: Delivery) -> tuple[Lack, ...]:
    return lacks(readiness(delivery))


def energy_of(actor: Actor, order: Order) -> str:
    """What drives the car, as the catalogue has it."""
    found = catalog.by_code(actor, order.model_code) if order.model_code else None
    return str(found.energy) if found else ""


def warranty_of(actor: Actor, order: Order, on: date) -> Granted:
    """By the terms of the nearest organisation that says something of such cars."""
    terms = list(WarrantyTerm.objects.all())
    for organisation in (*lineage(actor.organisation_id), None):
        theirs = [row.term for row in terms if row.organisation_id == organisation]
        if (found := narrowest(theirs, order.brand, order.series)) is not None:
            return granted(found, on, energy_of(actor, order))
    return Granted()


# Content ----------------------------------------------------------------------------------------
def items_mark(actor: Actor, part: str) -> str:
    rows = (one.row for one in items(actor, part))
    return mark((row.code, row.order, row.name, row.name_en, row.must, row.active) for row in rows)


def items(actor: Actor, part: str, *, above: bool = False) -> list[Resolved[Any]]:
    """Line by line what counts, those switched off among them. `above`: without the organisation's own word."""
    line = lineage(actor.organisation_id)
    found: list[Any] = list(ListItem.objects.filter(part=part))
    rows = resolve(found, line[1:] if above else line, lambda row: row.code)
    return sorted(rows.values(), key=lambda one: (one.row.order, one.row.code))


def terms(actor: Actor) -> list[Resolved[Any]]:
    found: list[Any] = list(WarrantyTerm.objects.all())
    rows = resolve(found, lineage(actor.organisation_id), lambda row: (row.brand, row.series))
    return list(rows.values())


def advisors() -> QuerySet[Staff]:
    """Who can look after an owner from now on (F1)."""
    return able().filter(roles__overlap=list(ADVISING)).order_by("sort_key", "pk")


def consultants() -> QuerySet[Staff]:
    return able().filter(roles__overlap=list(SELLING)).order_by("sort_key", "pk")


def bays() -> list[str]:
    """Places that were used before, for the form to offer."""
    rows = Delivery.objects.exclude(bay="").values_list("bay", flat=True).distinct().order_by(F("bay"))
    return list(rows[:20])
