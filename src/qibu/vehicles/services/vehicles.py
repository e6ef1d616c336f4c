"""A car comes into the store's books, and what is known of it changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from qibu.contracts.vehicles import VehicleChanged, VehicleRegistered
from qibu.customers import selectors as customers
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network import custom
from qibu.network.rules import Capability
from qibu.vehicles import rules, selectors
from qibu.vehicles.errors import ChangedMeanwhile, Nameless, VinTaken
from qibu.vehicles.models import Ownership, Vehicle
from qibu.vehicles.services import finding, ownerships
from qibu.vehicles.services.moments import moment_of


class Facts(TypedDict, total=False):
    vin: str | None
    plate: str
    brand: str
    series: str
    model: str
    colour: str
    energy: str
    use: str
    body: str
    seats: int | None
    price: Decimal | None
    purchased_on: date | None
    registered_on: date | None
    warranty_until: date | None
    warranty_km: int | None
    battery_warranty_until: date | None
    battery_warranty_km: int | None
    further: dict[str, str]  # fields that the organisation added, called as network.custom calls them


def register(
    *, actor: Actor, owner_id: int | None = None, since: date | None = None, **facts: Unpack[Facts]
) -> Vehicle:
    """A new car, with its owner where one is named; `since` is by default the day of purchase."""
    actor.require(Capability.CUSTOMERS_EDIT)
    if owner_id is not None:
        customers.customer_or_404(actor, owner_id)
    further = facts.pop("further", {})
    vehicle = _inserted(actor, {**_spelled(dict(facts)), "custom": custom.values_of(further)})
    if owner_id is not None:
        ownerships.begin(actor, vehicle, owner_id, Ownership.Role.OWNER, since or vehicle.purchased_on)
    registered = VehicleRegistered(
        customer_id=owner_id, vehicle_id=vehicle.pk, subject_id=vehicle.pk,
        plate=vehicle.plate, series=vehicle.series,
    )  # fmt: skip
    journal.record(registered, actor=actor, at=moment_of(vehicle.purchased_on))
    finding.refresh(actor, [vehicle.pk])
    return vehicle


def change(*, actor: Actor, vehicle_id: int, version: int, **facts: Unpack[Facts]) -> Vehicle:
    """What is new about a car; `version` is the one the changed form was opened with."""
    actor.require(Capability.CUSTOMERS_EDIT)
    vehicle = selectors.car_or_404(actor, vehicle_id, lock=True)
    if vehicle.version != version:
        raise ChangedMeanwhile(vehicle.version)
    further = custom.write(vehicle, facts.pop("further", {}))
    changed = _differing(vehicle, _spelled({**_identity(vehicle), **facts}))
    if not changed and not further:
        return vehicle
    names = sorted(changed.keys() - {"plate_kind"}) + custom.called(actor.organisation_id, "vehicle", further)
    _updated(vehicle, changed | ({"custom": vehicle.custom} if further else {}))
    event = VehicleChanged(
        customer_id=selectors.owner_id_of(vehicle_id), vehicle_id=vehicle_id, subject_id=vehicle_id,
        changes=tuple(names),
    )  # fmt: skip
    journal.record(event, actor=actor)
    if changed.keys() & {"vin", "plate"}:
        finding.refresh(actor, [vehicle_id])
    return vehicle


def _identity(vehicle: Vehicle) -> dict[str, Any]:
    return {"vin": vehicle.vin, "plate": vehicle.plate}


def _spelled(facts: dict[str, Any]) -> dict[str, Any]:
    """VIN and plate in one spelling, as the import writes them."""
    vin, plate = rules.read_vin(facts.get("vin")), rules.read_plate(facts.get("plate"))
    if vin is None and plate is None:
        raise Nameless
    return {
        **facts,
        "vin": vin.text if vin else None,
        "plate": plate.text if plate else "",
        "plate_kind": plate.kind.value if plate else "",
    }


def _differing(vehicle: Vehicle, facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if getattr(vehicle, name) != value}


def _inserted(actor: Actor, facts: dict[str, Any]) -> Vehicle:
    try:
        with transaction.atomic():
            created: Vehicle = Vehicle.objects.create(organisation_id=actor.organisation_id, **facts)
            return created
    except IntegrityError:
        raise _taken(facts["vin"]) from None


def _updated(vehicle: Vehicle, changed: dict[str, Any]) -> None:
    for name, value in changed.items():
        setattr(vehicle, name, value)
    try:
        with transaction.atomic():
            Vehicle.objects.filter(pk=vehicle.pk).update(
                **changed, version=F("version") + 1, updated_at=Now()
            )
    except IntegrityError:
        raise _taken(changed["vin"]) from None
    vehicle.version += 1


def _taken(vin: str) -> VinTaken:
    """The only constraint that typed facts can break."""
    return VinTaken(Vehicle.objects.values_list("pk", flat=True).get(vin=vin))
