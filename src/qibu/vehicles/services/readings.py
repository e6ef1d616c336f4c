"""Mileage readings: appended, never corrected; the newest one is kept on the car."""

from __future__ import annotations

from datetime import date

from django.db.models.functions import Now

from qibu.contracts.vehicles import MileageRead
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.network.rules import Capability
from qibu.vehicles import selectors
from qibu.vehicles.errors import ContradictoryReading, InTheFuture
from qibu.vehicles.models import Reading, Vehicle
from qibu.vehicles.services.moments import moment_of


def record(
    *, actor: Actor, vehicle_id: int, on: date, km: int, source: str = "staff", reason: str = ""
) -> Reading:
    """What the odometer showed on a day; against its neighbours only with a reason: it was replaced."""
    actor.require(Capability.CUSTOMERS_EDIT)
    vehicle = selectors.car_or_404(actor, vehicle_id, lock=True)
    if on > times.today():
        raise InTheFuture
    if not reason:
        _agree(vehicle_id, on, km)
    reading, new = Reading.objects.get_or_create(
        organisation_id=actor.organisation_id, vehicle_id=vehicle_id, on=on, km=km,
        defaults={"source": source, "reason": reason},
    )  # fmt: skip
    if not new:
        return reading
    if vehicle.mileage_on is None or on >= vehicle.mileage_on:
        Vehicle.objects.filter(pk=vehicle_id).update(mileage=km, mileage_on=on, updated_at=Now())
    event = MileageRead(
        customer_id=selectors.owner_id_of(vehicle_id), vehicle_id=vehicle_id, subject_id=reading.pk,
        on=on, km=km, reason=reason,
    )  # fmt: skip
    journal.record(event, actor=actor, at=moment_of(on))
    return reading


def take_back(actor: Actor, *, vehicle_id: int, on: date, km: int, source: str) -> None:
    """A part of acts that have asked: the act that read it is taken back, and the one before counts again."""
    gone = Reading.objects.filter(vehicle_id=vehicle_id, on=on, km=km, source=source)
    told = list(gone.values_list("pk", flat=True))
    if not told:
        return
    gone.delete()
    last = Reading.objects.filter(vehicle_id=vehicle_id).order_by("-on", "-pk").first()
    Vehicle.objects.filter(pk=vehicle_id).update(
        mileage=last.km if last else None, mileage_on=last.on if last else None, updated_at=Now()
    )
    said = Entry.objects.filter(type=MileageRead.name, vehicle_id=vehicle_id, subject_id__in=told)
    entry = said.order_by("-pk").first()
    event = MileageRead(vehicle_id=vehicle_id, subject_id=told[0], on=on, km=km)
    journal.record(event, actor=actor, retracts_id=entry.pk if entry else None)


def _agree(vehicle_id: int, on: date, km: int) -> None:
    """The nearest reading before may not be higher, the nearest one after not lower."""
    rows = Reading.objects.filter(vehicle_id=vehicle_id)
    before = rows.filter(on__lte=on).order_by("-on", "-pk").first()
    after = rows.filter(on__gt=on).order_by("on", "pk").first()
    if before and before.km > km:
        raise ContradictoryReading(before.on, before.km)
    if after and not after.reason and after.km < km:
        raise ContradictoryReading(after.on, after.km)
