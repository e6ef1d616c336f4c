"""Mileage readings: appended, never corrected; the newest one is kept on the car."""

from __future__ import annotations

from datetime import date

from django.db.models.functions import Now

from qibu.contracts.vehicles import MileageRead
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
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


def _agree(vehicle_id: int, on: date, km: int) -> None:
    """The nearest reading before may not be higher, the nearest one after not lower."""
    rows = Reading.objects.filter(vehicle_id=vehicle_id)
    before = rows.filter(on__lte=on).order_by("-on", "-pk").first()
    after = rows.filter(on__gt=on).order_by("on", "pk").first()
    if before and before.km > km:
        raise ContradictoryReading(before.on, before.km)
    if after and not after.reason and after.km < km:
        raise ContradictoryReading(after.on, after.km)
