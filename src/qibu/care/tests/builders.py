"""Rows of a small store, made directly: the facts that care reads."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from qibu.aftersales.models import Visit
from qibu.care.services import dues
from qibu.customers.models import Customer
from qibu.kernel.scoping import current_actor
from qibu.network.models import Organisation, Staff, User
from qibu.vehicles.models import Ownership, Policy, Reading, Vehicle

_numbers = count(1)


def _org() -> int:
    return current_actor().organisation_id


def staff(name: str = "王芳", *, signs_in: bool = True, **values: Any) -> Staff:
    if signs_in:
        values.setdefault("user", sign_in())
    return Staff.objects.create(organisation_id=_org(), name=name, **values)


def organisation() -> Organisation:
    """A store of its own, also for a property test that tries the same example again."""
    return Organisation.objects.create(code=f"S{next(_numbers)}", name="门店")


def sign_in() -> User:
    return User.objects.create(username=f"person{next(_numbers)}")


def customer(name: str = "李伟", **values: Any) -> Customer:
    return Customer.objects.create(organisation_id=_org(), name=name, **values)


def car(owner: Customer | None = None, **values: Any) -> Vehicle:
    values = {"plate": f"皖G{next(_numbers):05d}", "series": "青禾", "energy": "petrol"} | values
    made = Vehicle.objects.create(organisation_id=_org(), **values)
    if owner:
        Ownership.objects.create(organisation_id=_org(), vehicle=made, customer=owner)
    return made


def reading(vehicle: Vehicle, on: date, km: int) -> Reading:
    return Reading.objects.create(organisation_id=_org(), vehicle=vehicle, on=on, km=km, source="visit")


def policy(vehicle: Vehicle, ends_on: date, kind: str = "commercial") -> Policy:
    return Policy.objects.create(organisation_id=_org(), vehicle=vehicle, ends_on=ends_on, kind=kind)


def visit(vehicle: Vehicle, closed_on: date | None, **values: Any) -> Visit:
    values = {"opened_on": closed_on, "number": f"RO{next(_numbers)}", "jobs": "常规保养"} | values
    return Visit.objects.create(organisation_id=_org(), vehicle=vehicle, closed_on=closed_on, **values)


def reckon(*vehicles: Vehicle, on: date) -> int:
    return dues.refresh(actor=current_actor(), vehicle_ids=[vehicle.pk for vehicle in vehicles], on=on)
