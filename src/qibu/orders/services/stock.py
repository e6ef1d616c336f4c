"""Cars come into stock, are corrected and leave it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from qibu.catalog import selectors as catalog
from qibu.contracts.orders import StockCarAdded, StockCarChanged, StockCarLeft, StockLoaded
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.orders import selectors
from qibu.orders.errors import CarGone, ChangedMeanwhile, HeldByOrder, InTheFuture, VinTaken
from qibu.orders.models import StockCar
from qibu.vehicles.rules import read_vin

FIELDS = (
    "model_code", "brand", "series", "model", "colour", "interior", "expected_on", "arrived_on", "place", "cost_centre",
    "note",
)  # fmt: skip


class Facts(TypedDict, total=False):
    vin: str
    model_code: str
    brand: str
    series: str
    model: str
    colour: str
    interior: str
    expected_on: date | None
    arrived_on: date | None
    place: str
    cost_centre: str
    note: str


def add(*, actor: Actor, **facts: Unpack[Facts]) -> StockCar:
    """A car that is there or expected. VINs are read as those of customers' cars are."""
    actor.require(Capability.SALES_MANAGE)
    values = _named(actor, _spelled(dict(facts)))
    _not_ahead(values)
    try:
        with transaction.atomic():
            car: StockCar = StockCar.objects.create(organisation_id=actor.organisation_id, **values)
    except IntegrityError:
        raise VinTaken from None
    journal.record(StockCarAdded(subject_id=car.pk, vin=car.vin), actor=actor)
    return car


def change(*, actor: Actor, car_id: int, version: int, **facts: Unpack[Facts]) -> StockCar:
    actor.require(Capability.SALES_MANAGE)
    car = selectors.stock_car_or_404(actor, car_id, lock=True)
    if car.version != version:
        raise ChangedMeanwhile(car.version)
    values = _named(actor, _spelled(dict(facts)))
    _not_ahead(values)
    changed = {name: value for name, value in values.items() if getattr(car, name) != value}
    if not changed:
        return car
    try:
        with transaction.atomic():
            StockCar.objects.filter(pk=car.pk).update(**changed, version=F("version") + 1, updated_at=Now())
    except IntegrityError:
        raise VinTaken from None
    event = StockCarChanged(subject_id=car.pk, vin=changed.get("vin", car.vin), changes=tuple(sorted(changed)))
    journal.record(event, actor=actor)
    return selectors.stock_car_or_404(actor, car_id)


def leave(*, actor: Actor, car_id: int, why: str, on: date) -> None:
    """It goes to another store, back to the maker, or becomes a car of one's own. A customer's goes by its delivery."""
    actor.require(Capability.SALES_MANAGE)
    car = selectors.stock_car_or_404(actor, car_id, lock=True)
    if car.left_on is not None:
        raise CarGone
    if on > times.today():
        raise InTheFuture
    if number := selectors.holder_of(car):
        raise HeldByOrder(number)
    go(actor, car, why, on)


def go(actor: Actor, car: StockCar, why: str, on: date) -> None:
    """A part of acts that have asked."""
    StockCar.objects.filter(pk=car.pk).update(
        left_on=on, left_why=why, arrived_on=car.arrived_on or on, version=F("version") + 1, updated_at=Now()
    )
    journal.record(StockCarLeft(subject_id=car.pk, vin=car.vin, why=why), actor=actor)


def come_back(actor: Actor, car: StockCar) -> None:
    """A part of acts that have asked: it never left."""
    StockCar.objects.filter(pk=car.pk).update(left_on=None, left_why="", version=F("version") + 1, updated_at=Now())
    journal.record(StockCarChanged(subject_id=car.pk, vin=car.vin, changes=("left_on",)), actor=actor)


# A sheet ----------------------------------------------------------------------------------------
# A line, what it would do, and which fields it says otherwise.
Fate = tuple[Mapping[str, Any], str, tuple[str, ...]]


@dataclass(frozen=True)
class Loaded:
    new: int
    changed: int


def compare(actor: Actor, lines: Iterable[Mapping[str, Any]]) -> list[Fate]:
    """Each line with what it would do: new, changed (which fields), same, or gone (the car has left)."""
    rows = list(lines)
    known = {car.vin: car for car in StockCar.objects.filter(vin__in=[row["vin"] for row in rows])}
    codes = catalog.resolved(actor)
    found: list[Fate] = []
    for row in rows:
        car, said = known.get(row["vin"]), _from_catalogue(codes, _said(row))
        if car is not None and car.left_on is not None:
            found.append((row, "gone", ()))
            continue
        differs = tuple(name for name, value in said.items() if car is not None and getattr(car, name) != value)
        found.append((row, "new" if car is None else "changed" if differs else "same", differs))
    return found


def load(*, actor: Actor, lines: Sequence[Mapping[str, Any]]) -> Loaded:
    """What a sheet says of cars, by VIN: who is new comes in, what it says otherwise is corrected, what it leaves empty
    stays. The same sheet again changes nothing."""
    actor.require(Capability.SALES_MANAGE)
    codes, org = catalog.resolved(actor), actor.organisation_id
    list(StockCar.objects.filter(vin__in=[row["vin"] for row in lines]).order_by("pk").select_for_update())
    fates = compare(actor, lines)
    new = [
        StockCar(organisation_id=org, vin=row["vin"], **_from_catalogue(codes, _said(row)))
        for row, fate, _differs in fates if fate == "new"
    ]  # fmt: skip
    made = StockCar.objects.bulk_create(new, ignore_conflicts=True)
    changed = _corrected(codes, [row for row, fate, _differs in fates if fate == "changed"])
    events = [
        StockCarChanged(subject_id=changed[row["vin"]], vin=row["vin"], changes=differs)
        for row, fate, differs in fates if fate == "changed"
    ]  # fmt: skip
    if made or changed:
        journal.record_many([*events, StockLoaded(new=len(made), changed=len(changed))], actor=actor)
    return Loaded(len(made), len(changed))


def _corrected(codes: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """VIN → the row's number."""
    cars = {car.vin: car for car in StockCar.objects.filter(vin__in=[row["vin"] for row in rows])}
    for row in rows:
        car = cars[row["vin"]]
        for name, value in _from_catalogue(codes, _said(row)).items():
            setattr(car, name, value)
        car.version, car.updated_at = car.version + 1, times.now()
    StockCar.objects.bulk_update(cars.values(), [*FIELDS, "version", "updated_at"])
    return {vin: car.pk for vin, car in cars.items()}


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in FIELDS if row.get(name) not in (None, "")}


# Parts ------------------------------------------------------------------------------------------
def _spelled(facts: dict[str, Any]) -> dict[str, Any]:
    vin = read_vin(facts.get("vin"))
    return {**facts, "vin": vin.text} if vin else facts


def _named(actor: Actor, facts: dict[str, Any]) -> dict[str, Any]:
    return _from_catalogue(catalog.resolved(actor), facts)


def _from_catalogue(codes: Mapping[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    """The catalogue's words for a code it knows. Who gives words alone is found by them."""
    code = facts.get("model_code") or _code_of(codes, facts)
    found = codes.get(code)
    if found is None:  # a code that nobody set up is no code; what was known of the car stays
        return {name: value for name, value in facts.items() if name != "model_code" or not value}
    row = found.row
    return {**facts, "model_code": row.code, "brand": row.brand, "series": row.series, "model": row.name}


def _code_of(codes: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    series, model = facts.get("series"), facts.get("model")
    if not model:
        return ""
    fitting = [code for code, one in codes.items() if one.row.name == model and series in (None, "", one.row.series)]
    return fitting[0] if len(fitting) == 1 else ""


def _not_ahead(facts: Mapping[str, Any]) -> None:
    arrived = facts.get("arrived_on")
    if arrived is not None and arrived > times.today():
        raise InTheFuture
