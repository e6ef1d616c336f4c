"""Who has which part in a car, from when to when."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.http import Http404

from qibu.contracts.vehicles import OwnershipChanged
from qibu.customers import selectors as customers
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.vehicles import selectors
from qibu.vehicles.errors import ChangedMeanwhile, InTheFuture, OwnerExists, PartExists, TooEarly
from qibu.vehicles.models import Ownership, Vehicle
from qibu.vehicles.services import finding
from qibu.vehicles.services.moments import moment_of

Role = Ownership.Role


def add(
    *, actor: Actor, vehicle_id: int, customer_id: int, role: str, since: date | None = None
) -> Ownership:
    """A further part in a car; an owner only where there is none."""
    actor.require(Capability.CUSTOMERS_EDIT)
    customers.customer_or_404(actor, customer_id)
    vehicle = selectors.car_or_404(actor, vehicle_id, lock=True)
    _not_later(since)
    if role == Role.OWNER and selectors.owner_id_of(vehicle_id) is not None:
        raise OwnerExists
    part = begin(actor, vehicle, customer_id, role, since)
    finding.refresh(actor, [vehicle_id])
    return part


def remove(*, actor: Actor, ownership_id: int, on: date) -> None:
    """The part ends on a day; it stays in the history of the car."""
    actor.require(Capability.CUSTOMERS_EDIT)
    part = Ownership.objects.filter(pk=ownership_id).first()
    if part is None:
        raise Http404
    vehicle = selectors.car_or_404(actor, part.vehicle_id, lock=True)
    living = Ownership.objects.filter(pk=ownership_id, until__isnull=True).first()
    if living is None:
        return
    _not_later(on)
    _end(actor, vehicle, living, on)
    finding.refresh(actor, [vehicle.pk])


def transfer(
    *, actor: Actor, vehicle_id: int, version: int, new_owner_id: int, on: date, end_others: bool = False
) -> Ownership:
    """The car goes over to a new owner; `version` keeps two people from selling it at once."""
    actor.require(Capability.CUSTOMERS_EDIT)
    customers.customer_or_404(actor, new_owner_id)
    vehicle = selectors.car_or_404(actor, vehicle_id, lock=True)
    if vehicle.version != version:
        raise ChangedMeanwhile(vehicle.version)
    _not_later(on)
    living = list(Ownership.objects.filter(vehicle_id=vehicle_id, until__isnull=True).order_by("pk"))
    if any(part.role == Role.OWNER and part.customer_id == new_owner_id for part in living):
        raise PartExists
    for part in living:
        if part.role == Role.OWNER or (end_others and part.customer_id != new_owner_id):
            _end(actor, vehicle, part, on)
    begun = begin(actor, vehicle, new_owner_id, Role.OWNER, on)
    Vehicle.objects.filter(pk=vehicle_id).update(version=F("version") + 1, updated_at=Now())
    finding.refresh(actor, [vehicle_id])
    return begun


def begin(actor: Actor, vehicle: Vehicle, customer_id: int, role: str, since: date | None) -> Ownership:
    """Within another act: the row and its event, without gate and lock."""
    try:
        with transaction.atomic():
            part: Ownership = Ownership.objects.create(
                organisation_id=actor.organisation_id, vehicle=vehicle,
                customer_id=customer_id, role=role, since=since,
            )  # fmt: skip
    except IntegrityError:
        raise PartExists from None
    _record(actor, vehicle, part, began=True, on=since)
    return part


def _end(actor: Actor, vehicle: Vehicle, part: Ownership, on: date) -> None:
    if part.since and on < part.since:
        raise TooEarly(part.since)
    part.until = on
    part.save(update_fields=["until"])
    _record(actor, vehicle, part, began=False, on=on)


def _record(actor: Actor, vehicle: Vehicle, part: Ownership, *, began: bool, on: date | None) -> None:
    event = OwnershipChanged(
        customer_id=part.customer_id, vehicle_id=vehicle.pk, subject_id=part.pk,
        role=part.role, began=began, plate=vehicle.plate, on=on,
    )  # fmt: skip
    journal.record(event, actor=actor, at=moment_of(on))


def _not_later(day: date | None) -> None:
    if day is not None and day > times.today():
        raise InTheFuture
