"""Demonstration cars and routes, kept by who manages sales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from qibu.contracts.drives import DemoCarSaved, RouteSaved
from qibu.drives import selectors
from qibu.drives.errors import ChangedMeanwhile, NameTaken, StillBooked
from qibu.drives.models import DemoCar, Drive, Route
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

M = TypeVar("M", DemoCar, Route)
CLASHES = {"demo_car_vin_once": "vin", "demo_car_plate_once": "plate", "route_name_once": "name"}


def add_car(*, actor: Actor, facts: Mapping[str, Any]) -> DemoCar:
    actor.require(Capability.SALES_MANAGE)
    car = DemoCar(organisation_id=actor.organisation_id, **facts)
    _save(car)
    journal.record(DemoCarSaved(subject_id=car.pk, plate=car.called, changes=("added",)), actor=actor)
    return car


def change_car(*, actor: Actor, car_id: int, version: int, facts: Mapping[str, Any]) -> DemoCar:
    """A car that goes to the workshop or away for good keeps no drives that are still to come."""
    actor.require(Capability.SALES_MANAGE)
    car = selectors.car_or_404(actor, car_id, lock=True)
    changes = _changed(car, version, facts)
    if "state" in changes and car.state != DemoCar.State.AVAILABLE:
        coming = Drive.objects.filter(car=car, state=Drive.State.BOOKED, starts_at__gt=times.now()).count()
        if coming:
            raise StillBooked(coming)
    if changes:
        _save(car)
        journal.record(DemoCarSaved(subject_id=car.pk, plate=car.called, changes=changes), actor=actor)
    return car


def add_route(*, actor: Actor, facts: Mapping[str, Any]) -> Route:
    actor.require(Capability.SALES_MANAGE)
    route = Route(organisation_id=actor.organisation_id, **facts)
    _save(route)
    journal.record(RouteSaved(subject_id=route.pk, route=route.name, changes=("added",)), actor=actor)
    return route


def change_route(*, actor: Actor, route_id: int, version: int, facts: Mapping[str, Any]) -> Route:
    """Drives that are booked along it keep it."""
    actor.require(Capability.SALES_MANAGE)
    route = selectors.route_or_404(actor, route_id, lock=True)
    changes = _changed(route, version, facts)
    if changes:
        _save(route)
        journal.record(RouteSaved(subject_id=route.pk, route=route.name, changes=changes), actor=actor)
    return route


def _changed(row: M, version: int, facts: Mapping[str, Any]) -> tuple[str, ...]:
    if row.version != version:
        raise ChangedMeanwhile(row.version)
    changes = sorted(name for name, value in facts.items() if getattr(row, name) != value)
    for name in changes:
        setattr(row, name, facts[name])
    row.version += bool(changes)
    return tuple(changes)


def _save(row: DemoCar | Route) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        field = next((field for name, field in CLASHES.items() if name in str(error)), "")
        if not field:
            raise
        raise NameTaken(field) from None
