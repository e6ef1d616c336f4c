"""A car goes over to its next owner: its history stays with it, and it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import F
from django.db.models.functions import Now

from qibu.contracts.vehicles import OwnershipChanged, TransferTakenBack, TransferUndone, VehicleTransferred
from qibu.customers import selectors as customers
from qibu.customers.models import Customer
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.network.rules import Capability
from qibu.vehicles import selectors, transfer_parts
from qibu.vehicles.errors import ChangedMeanwhile, OwnedSince, PartExists
from qibu.vehicles.models import Ownership, Transfer, Vehicle
from qibu.vehicles.selectors import transfers as reading
from qibu.vehicles.services import finding, ownerships
from qibu.vehicles.services.newcomers import Newcomer, written
from qibu.vehicles.transfer_parts import PARTS

Role = Ownership.Role
Reason = Transfer.Reason


def transfer(
    *, actor: Actor, vehicle_id: int, version: int, new_owner_id: int | None, on: date,
    reason: str = Reason.OTHER, created: Newcomer | None = None, end_others: bool = False,
) -> Transfer:  # fmt: skip
    """`version` keeps two people from selling a car at once. Neither `new_owner_id` nor `created`: it is sold, and
    nobody here knows to whom."""
    actor.require(Capability.CUSTOMERS_EDIT)
    transfer_parts.take_locks(actor, vehicle_id)
    vehicle = selectors.car_or_404(actor, vehicle_id, lock=True)
    if vehicle.version != version:
        raise ChangedMeanwhile(vehicle.version)
    ownerships.not_later(on)
    living = _living(vehicle_id)
    _refuse_same(living, new_owner_id)
    if new_owner_id is not None:
        customers.customer_or_404(actor, new_owner_id)
    owner_id = written(actor, created, Customer.Stage.OWNER) if created else new_owner_id
    one = _made(actor, vehicle, living, owner_id, reason, on)
    _go_over(actor, vehicle, one, living, end_others=end_others)
    return one


def undo(*, actor: Actor, vehicle_id: int, transfer_id: int) -> Transfer:
    """The parts stand as before, and apps take back what they did. Refused when the car went on since; what else came
    since stays as it is (`transfer_parts.stays`)."""
    actor.require(Capability.CUSTOMERS_EDIT)
    transfer_parts.take_locks(actor, vehicle_id)
    vehicle = selectors.car_or_404(actor, vehicle_id, lock=True)
    one = reading.transfer_or_404(actor, vehicle_id, transfer_id)
    if one.undone_at is not None:
        return one
    if reading.contradicted(one):
        raise OwnedSince
    _stand_as_before(actor, vehicle, one)
    one.undone_at, one.undone_by_id = times.now(), actor.staff_id
    one.save(update_fields=["undone_at", "undone_by"])
    _changed(vehicle)
    transfer_parts.follow(PARTS.undone, actor, one)
    return one


def _go_over(
    actor: Actor, vehicle: Vehicle, one: Transfer, living: Iterable[Ownership], *, end_others: bool
) -> None:
    for part in living:
        if part.role == Role.OWNER or (end_others and part.customer_id != one.owner_id):
            ownerships.end(actor, vehicle, part, one.on, by=one)
    if one.owner_id is not None:
        ownerships.begin(actor, vehicle, one.owner_id, Role.OWNER, one.on, by=one)
    event = VehicleTransferred(vehicle_id=vehicle.pk, subject_id=one.pk, how=one.reason, on=one.on)
    journal.record(event, actor=actor)
    _changed(vehicle)
    finding.refresh(actor, [vehicle.pk])
    transfer_parts.follow(PARTS.done, actor, one)


def _living(vehicle_id: int) -> list[Ownership]:
    return list(Ownership.objects.filter(vehicle_id=vehicle_id, until__isnull=True).order_by("pk"))


def _refuse_same(living: Iterable[Ownership], new_owner_id: int | None) -> None:
    if any(part.role == Role.OWNER and part.customer_id == new_owner_id for part in living):
        raise PartExists


def _made(
    actor: Actor, vehicle: Vehicle, living: Iterable[Ownership], owner_id: int | None, reason: str, on: date
) -> Transfer:
    former = next((part.customer_id for part in living if part.role == Role.OWNER), None)
    made: Transfer = Transfer.objects.create(
        organisation_id=actor.organisation_id, vehicle=vehicle, former_id=former, owner_id=owner_id,
        reason=reason, on=on, by_id=actor.staff_id, at=times.now(),
    )  # fmt: skip
    return made


def _changed(vehicle: Vehicle) -> None:
    Vehicle.objects.filter(pk=vehicle.pk).update(version=F("version") + 1, updated_at=Now())


# Taking back ----------------------------------------------------------------------------------------
def _stand_as_before(actor: Actor, vehicle: Vehicle, one: Transfer) -> None:
    """Somebody who was given the same part anew since keeps that one; their earlier part stays ended."""
    parts = Ownership.objects.filter(vehicle_id=vehicle.pk).order_by("pk")
    begun, ended = list(parts.filter(begun_by=one)), list(parts.filter(ended_by=one))
    again = {(part.customer_id, part.role) for part in _living(vehicle.pk)}
    back = [part for part in ended if (part.customer_id, part.role) not in again]
    told = _entries(one, [*begun, *back])
    finding.forget(actor, begun)
    Ownership.objects.filter(pk__in=[part.pk for part in begun]).delete()
    Ownership.objects.filter(pk__in=[part.pk for part in back]).update(until=None, ended_by=None)
    finding.refresh(actor, [vehicle.pk])
    for part in (*back, *begun):
        _retract(actor, vehicle, one, part, told.get(part.pk), lives=part in back)
    _tell(actor, vehicle, one, back, begun)
    event = TransferUndone(vehicle_id=vehicle.pk, subject_id=one.pk, how=one.reason, on=one.on)
    journal.record(event, actor=actor)


def _tell(
    actor: Actor, vehicle: Vehicle, one: Transfer, back: Iterable[Ownership], begun: Iterable[Ownership]
) -> None:
    """Each of them finds on their time line that it was taken back, once; the other isn't named there."""
    concerned = {part.customer_id: (part, part in back) for part in (*begun, *sorted(back, key=_owners_last))}
    for customer_id, (part, again) in concerned.items():
        event = TransferTakenBack(
            customer_id=customer_id, vehicle_id=vehicle.pk, subject_id=one.pk, role=part.role, back=again,
            plate=vehicle.plate, car=vehicle.without_plate, how=one.reason, on=one.on,
        )  # fmt: skip
        journal.record(event, actor=actor)


def _owners_last(part: Ownership) -> bool:
    return bool(part.role == Role.OWNER)


def _entries(one: Transfer, parts: Sequence[Ownership]) -> dict[int | None, Entry]:
    """What the journal said of each part when the car went over."""
    numbers = [part.pk for part in parts]
    people = reading.told_of({part.customer_id for part in parts})
    rows = Entry.objects.filter(
        type=OwnershipChanged.name, timeline=True, customer_id__in=people, subject_id__in=numbers,
        data__transfer=one.pk, retracts_id__isnull=True,
    )  # fmt: skip
    return {entry.subject_id: entry for entry in rows}


def _retract(
    actor: Actor, vehicle: Vehicle, one: Transfer, part: Ownership, entry: Entry | None, *, lives: bool
) -> None:
    event = OwnershipChanged(
        customer_id=entry.customer_id if entry else part.customer_id, vehicle_id=vehicle.pk, subject_id=part.pk,
        role=part.role, began=lives, plate=vehicle.plate, car=vehicle.without_plate, on=one.on,
        transfer=one.pk, how=one.reason,
    )  # fmt: skip
    journal.record(event, actor=actor, retracts_id=entry.pk if entry else None)
