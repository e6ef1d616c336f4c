"""Repair orders entered by hand. A visit never changes who owns the car."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction

from qibu.aftersales import rules, selectors
from qibu.aftersales.errors import ChangedMeanwhile, InTheFuture, NoCustomer, NumberTaken, PeriodReversed
from qibu.aftersales.models import Visit
from qibu.contracts.aftersales import VisitChanged, VisitClosed, VisitOpened
from qibu.customers.models import ContactPoint
from qibu.customers.services import fingerprints, points
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.vehicles import selectors as vehicles
from qibu.vehicles.models import Vehicle
from qibu.vehicles.services import readings
from qibu.vehicles.services.moments import moment_of

SENDER = "sender"


@dataclass(frozen=True)
class Sender:
    """Who brought the car: 送修人. The number, as the rules spell it, is kept with the customer."""

    name: str = ""
    phone: str = ""


class Facts(TypedDict, total=False):
    number: str
    kind: str
    jobs: str
    opened_on: date
    closed_on: date | None
    mileage: int | None
    labour: Decimal
    parts: Decimal
    total: Decimal
    advisor_id: int | None
    remark: str


def record(
    *, actor: Actor, vehicle_id: int, sender: Sender = Sender(), mileage_reason: str = "",
    **facts: Unpack[Facts],
) -> Visit:  # fmt: skip
    """A car is checked in, or a visit of the past is added; with `closed_on` it is closed at once."""
    actor.require(Capability.CUSTOMERS_EDIT)
    vehicle = vehicles.car_or_404(actor, vehicle_id, lock=True)
    _in_order(facts["opened_on"], facts.get("closed_on"))
    customer_id = vehicles.owner_id_on(vehicle_id, facts["opened_on"])
    visit = Visit(
        organisation_id=actor.organisation_id, vehicle=vehicle, customer_id=customer_id,
        contact_name=sender.name, **facts,
    )  # fmt: skip
    visit.maintenance = rules.is_maintenance(visit.jobs, visit.kind)
    _saved(visit)
    _keep_sender(actor, visit, sender)
    if visit.closed_on:
        _close(actor, visit, vehicle, mileage_reason)
    else:
        _tell_opening(actor, visit, vehicle)
    return visit


def change(
    *, actor: Actor, visit_id: int, version: int, sender: Sender | None = None, mileage_reason: str = "",
    **facts: Unpack[Facts],
) -> Visit:  # fmt: skip
    """What is new about a visit; a day of leaving closes it. `version` is the one of the opened form."""
    actor.require(Capability.CUSTOMERS_EDIT)
    visit = selectors.visit_or_404(actor, visit_id, lock=True)
    if visit.version != version:
        raise ChangedMeanwhile(visit.version)
    changed = {name: value for name, value in facts.items() if getattr(visit, name) != value}
    if sender and sender.name != visit.contact_name:
        changed["contact_name"] = sender.name
    closing = visit.closed_on is None and facts.get("closed_on") is not None
    _apply(visit, changed)
    if sender:
        _keep_sender(actor, visit, sender)
    if changed:
        _tell_change(actor, visit, changed)
    if closing:
        _close(actor, visit, visit.vehicle, mileage_reason)
    elif visit.closed_on and changed.keys() & {"mileage", "closed_on"}:
        _read_mileage(actor, visit, mileage_reason)
    return visit


def _apply(visit: Visit, changed: dict[str, Any]) -> None:
    if not changed:
        return
    for name, value in changed.items():
        setattr(visit, name, value)
    _in_order(visit.opened_on, visit.closed_on)
    visit.maintenance = rules.is_maintenance(visit.jobs, visit.kind)
    visit.version += 1
    _saved(visit)


def _in_order(opened_on: date, closed_on: date | None) -> None:
    if max(opened_on, closed_on or opened_on) > times.today():
        raise InTheFuture
    if closed_on and closed_on < opened_on:
        raise PeriodReversed


def _saved(visit: Visit) -> None:
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError:
        taken = Visit.objects.filter(number=visit.number).exclude(pk=visit.pk)
        raise NumberTaken(taken.values_list("pk", flat=True).get()) from None


def _keep_sender(actor: Actor, visit: Visit, sender: Sender) -> None:
    if not sender.phone:
        return
    if visit.customer_id is None:
        raise NoCustomer
    visit.contact = _point_of(actor, visit.customer_id, sender)
    Visit.objects.filter(pk=visit.pk).update(contact=visit.contact)


def _point_of(actor: Actor, customer_id: int, sender: Sender) -> ContactPoint:
    phone = ContactPoint.Kind.PHONE
    hashed = fingerprints.phone_hash(sender.phone)
    known: ContactPoint | None = (
        ContactPoint.objects.filter(customer_id=customer_id, kind=phone, hash=hashed).defer("value").first()
    )
    return known or points.add(
        actor=actor, customer_id=customer_id, kind=phone, value=sender.phone,
        person=sender.name, role=SENDER,
    )  # fmt: skip


def _close(actor: Actor, visit: Visit, vehicle: Vehicle, mileage_reason: str) -> None:
    _read_mileage(actor, visit, mileage_reason)
    advisor = Staff.objects.filter(pk=visit.advisor_id).first() if visit.advisor_id else None
    event = VisitClosed(
        customer_id=visit.customer_id, vehicle_id=vehicle.pk, subject_id=visit.pk,
        number=visit.number, kind=visit.kind, jobs=visit.jobs, plate=vehicle.plate,
        mileage=visit.mileage, total=visit.total, advisor=advisor.name if advisor else "", opened_on=visit.opened_on,
    )  # fmt: skip
    journal.record(event, actor=actor, at=moment_of(visit.closed_on))


def _read_mileage(actor: Actor, visit: Visit, reason: str) -> None:
    if visit.mileage is not None and visit.closed_on:
        readings.record(
            actor=actor, vehicle_id=visit.vehicle_id, on=visit.closed_on, km=visit.mileage,
            source="visit", reason=reason,
        )  # fmt: skip


def _tell_opening(actor: Actor, visit: Visit, vehicle: Vehicle) -> None:
    event = VisitOpened(
        customer_id=visit.customer_id, vehicle_id=vehicle.pk, subject_id=visit.pk,
        number=visit.number, kind=visit.kind, plate=vehicle.plate,
    )  # fmt: skip
    journal.record(event, actor=actor, at=moment_of(visit.opened_on))


def _tell_change(actor: Actor, visit: Visit, changed: dict[str, Any]) -> None:
    event = VisitChanged(
        customer_id=visit.customer_id, vehicle_id=visit.vehicle_id, subject_id=visit.pk,
        number=visit.number, changes=tuple(sorted(changed)),
    )  # fmt: skip
    journal.record(event, actor=actor)
