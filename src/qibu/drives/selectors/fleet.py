"""Demonstration cars and routes of the store. Who sells sees them; who manages sales changes them."""

from __future__ import annotations

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import Http404

from qibu.drives.models import DemoCar, Route
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

State = DemoCar.State


def cars(actor: Actor) -> QuerySet[DemoCar]:
    """Those that can be driven first, those that are gone last."""
    if not (actor.may(Capability.SALES_VIEW) or actor.may(Capability.SALES_MANAGE)):
        return DemoCar.objects.none()
    order = Case(
        When(state=State.AVAILABLE, then=Value(0)), When(state=State.REPAIR, then=Value(1)), default=Value(2),
        output_field=IntegerField(),
    )  # fmt: skip
    rows: QuerySet[DemoCar] = DemoCar.objects.order_by(order, "series", "plate", "pk")
    return rows


def cars_in_use(actor: Actor) -> QuerySet[DemoCar]:
    return cars(actor).exclude(state=State.RETIRED)


def car_or_404(actor: Actor, car_id: int, *, lock: bool = False) -> DemoCar:
    rows = cars(actor).filter(pk=car_id)
    found = (rows.select_for_update(no_key=True) if lock else rows).first()
    if found is None:
        raise Http404
    return found


def routes(actor: Actor, *, all_of_them: bool = False) -> QuerySet[Route]:
    if not (actor.may(Capability.SALES_VIEW) or actor.may(Capability.SALES_MANAGE)):
        return Route.objects.none()
    rows: QuerySet[Route] = Route.objects.order_by("-active", "km", "pk")
    return rows if all_of_them else rows.filter(active=True)


def route_or_404(actor: Actor, route_id: int, *, lock: bool = False) -> Route:
    rows = routes(actor, all_of_them=True).filter(pk=route_id)
    found = (rows.select_for_update(no_key=True) if lock else rows).first()
    if found is None:
        raise Http404
    return found
