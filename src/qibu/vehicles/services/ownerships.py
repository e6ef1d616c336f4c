"""Who has which part in a car, from when to when."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.http import Http404

from qibu.contracts.vehicles import OwnershipChanged, PartLimited
from qibu.customers import selectors as customers
from qibu.customers.models import Customer
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.vehicles import selectors, transfer_parts
from qibu.vehicles.errors import (
    BeforeTheCar,
    InTheFuture,
    OverAlready,
    OwnerExists,
    PartExists,
    TooEarly,
    TooFarAhead,
)  # fmt: skip
from qibu.vehicles.models import Ownership, Transfer, Vehicle
from qibu.vehicles.rules import parts
from qibu.vehicles.services import finding
from qibu.vehicles.services.moments import moment_of
from qibu.vehicles.services.newcomers import Newcomer, written

Role = Ownership.Role


def add(
    *, actor: Actor, vehicle_id: int, customer_id: int | None, role: str, since: date | None = None,
    ends_on: date | None = None, created: Newcomer | None = None,
) -> Ownership:  # fmt: skip
    """A further part in a car, of a customer or of somebody without a file (`created`); an owner only where there is
    none. With `ends_on` it ends by itself after that day."""
    actor.require(Capability.CUSTOMERS_EDIT)
    if customer_id is not None:
        customers.customer_or_404(actor, customer_id)
    vehicle = selectors.car_or_404(actor, vehicle_id, lock=True)
    not_later(since)
    _fits_the_car(vehicle, role, since)
    if role == Role.OWNER and selectors.owner_id_of(vehicle_id) is not None:
        raise OwnerExists
    _fits_ahead(since, ends_on)
    whose = written(actor, created, Customer.Stage.POTENTIAL) if created else customer_id
    if whose is None:
        raise Http404
    part = begin(actor, vehicle, whose, role, since)
    if ends_on is not None:
        part.ends_on = ends_on
        part.save(update_fields=["ends_on"])
    finding.refresh(actor, [vehicle_id])
    return part


def limit(*, actor: Actor, ownership_id: int, ends_on: date | None) -> None:
    """The last day of a part is set, moved or taken away. An owner has none: ownership goes over by a transfer."""
    actor.require(Capability.CUSTOMERS_EDIT)
    rows = Ownership.objects.filter(until__isnull=True).exclude(role=Role.OWNER)
    part = rows.filter(pk=ownership_id).first()
    if part is None:
        raise Http404
    vehicle = selectors.car_or_404(actor, part.vehicle_id, lock=True)
    _fits_ahead(part.since, ends_on)
    if not rows.filter(pk=ownership_id).update(ends_on=ends_on):
        raise Http404
    event = PartLimited(
        customer_id=part.customer_id, vehicle_id=vehicle.pk, subject_id=part.pk, role=part.role, ends_on=ends_on
    )
    journal.record(event, actor=actor)


def _fits_the_car(vehicle: Vehicle, role: str, since: date | None) -> None:
    """Whoever owned the car may have had it before the day of purchase that is known here, nobody else."""
    owners = Ownership.objects.filter(vehicle=vehicle, role=Role.OWNER).values_list("since", flat=True)
    bought, owned = (None, ()) if role == Role.OWNER else (vehicle.purchased_on, owners)
    earliest = parts.earliest(bought, owned, times.today())
    if since is not None and since < earliest:
        raise BeforeTheCar(earliest)


def _fits_ahead(since: date | None, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < max(since or ends_on, times.today()):
        raise OverAlready
    if ends_on is not None and ends_on > parts.latest(times.today()):
        raise TooFarAhead(parts.latest(times.today()))


def remove(*, actor: Actor, ownership_id: int, on: date) -> None:
    """The part ends on a day; it stays in the history of the car."""
    actor.require(Capability.CUSTOMERS_EDIT)
    part = Ownership.objects.filter(pk=ownership_id).first()
    if part is None:
        raise Http404
    transfer_parts.take_locks(actor, part.vehicle_id)
    vehicle = selectors.car_or_404(actor, part.vehicle_id, lock=True)
    living = Ownership.objects.filter(pk=ownership_id, until__isnull=True).first()
    if living is None:
        return
    not_later(on)
    _leave(actor, vehicle, living, on)


def end_due(*, actor: Actor, on: date) -> int:
    """Before a day is planned: parts whose last day was known from the start and is over; gives how many."""
    rows = Ownership.objects.filter(until__isnull=True, ends_on__lt=min(on, times.today()))
    due = list(rows.select_related("vehicle").order_by("vehicle_id", "pk"))
    for part in due:
        transfer_parts.take_locks(actor, part.vehicle_id)
        _leave(actor, part.vehicle, part, part.ends_on or on)
    return len(due)


def _leave(actor: Actor, vehicle: Vehicle, living: Ownership, on: date) -> None:
    end(actor, vehicle, living, on)
    finding.refresh(actor, [vehicle.pk])
    if living.customer_id not in selectors.people_of([vehicle.pk])[vehicle.pk]:
        for _key, act in sorted(transfer_parts.PARTS.left.items()):
            act(actor, vehicle.pk, living.customer_id)


def begin(
    actor: Actor, vehicle: Vehicle, customer_id: int, role: str, since: date | None, *, by: Transfer | None = None
) -> Ownership:
    """Within another act: the row and its event, without gate and lock."""
    try:
        with transaction.atomic():
            part: Ownership = Ownership.objects.create(
                organisation_id=actor.organisation_id, vehicle=vehicle,
                customer_id=customer_id, role=role, since=since, begun_by=by,
            )  # fmt: skip
    except IntegrityError:
        raise PartExists from None
    _record(actor, vehicle, part, began=True, on=since, by=by)
    return part


def end(actor: Actor, vehicle: Vehicle, part: Ownership, on: date, *, by: Transfer | None = None) -> None:
    """Within another act, as `begin`."""
    if part.since and on < part.since:
        raise TooEarly(part.since)
    part.until, part.ended_by = on, by
    part.save(update_fields=["until", "ended_by"])
    _record(actor, vehicle, part, began=False, on=on, by=by)


def _record(
    actor: Actor, vehicle: Vehicle, part: Ownership, *, began: bool, on: date | None, by: Transfer | None
) -> None:
    event = OwnershipChanged(
        customer_id=part.customer_id, vehicle_id=vehicle.pk, subject_id=part.pk,
        role=part.role, began=began, plate=vehicle.plate, car=vehicle.without_plate, on=on,
        transfer=by.pk if by else None, how=by.reason if by else "",
    )  # fmt: skip
    journal.record(event, actor=actor, at=moment_of(on))


def not_later(day: date | None) -> None:
    if day is not None and day > times.today():
        raise InTheFuture
