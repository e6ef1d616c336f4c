"""All that falls due for one car, from what is known of it: the same facts on the same day give the same dues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from qibu.care.rules.inspections import Body, Use, next_inspection
from qibu.care.rules.insurance import Cover, insurance_ends
from qibu.care.rules.lines import ProductLine
from qibu.care.rules.maintenance import (
    Interval,
    LastMaintenance,
    PartOfInterval,
    Reading,
    daily_mileage,
    maintenance_due,
    trusted_readings,
)
from qibu.care.rules.warranties import Granted, Part, WarrantyEnd, warranty_end

# History starts no reminders of the past: a visit closed longer ago begins nothing.
VISIT_WINDOW = timedelta(days=60)
# An inspection is talked of until a month after its last day, then the next one takes its place.
INSPECTION_GRACE = timedelta(days=31)
# A car that was handed over longer ago is no news.
DELIVERY_WINDOW = timedelta(days=45)
_COACH_SEATS = 20
_WITH_BATTERY = frozenset({"electric", "plug_in"})
# GA 36-2018 (中华人民共和国机动车号牌), small new-energy cars: the letter after the office's says what drives them.
_ELECTRIC_SIGNS, _PLUG_IN_SIGNS = frozenset("DABCE"), frozenset("FGHJK")


class Trigger(StrEnum):
    """What a due is about; the triggers of plans."""

    DELIVERY = "delivery"
    VISIT_CLOSED = "visit_closed"
    MAINTENANCE = "maintenance"
    INSURANCE = "insurance"
    INSPECTION = "inspection"
    WARRANTY = "warranty"
    BIRTHDAY = "birthday"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class ClosedVisit:
    """The last visit that was closed."""

    id: int
    closed_on: date
    customer_id: int | None = None
    number: str = ""
    jobs: str = ""
    contact: str = ""


@dataclass(slots=True)
class Car:
    """What is known of a car."""

    id: int
    owner_id: int | None
    series: str = ""
    energy: str = ""
    plate: str = ""
    use: str = Use.PRIVATE
    body: str = Body.CAR
    seats: int | None = None
    purchased_on: date | None = None
    registered_on: date | None = None
    warranty: Granted = field(default_factory=Granted)
    battery_warranty: Granted = field(default_factory=Granted)
    owned_since: date | None = None  # where somebody had the car before
    readings: list[Reading] = field(default_factory=list)
    last: LastMaintenance | None = None
    covers: list[Cover] = field(default_factory=list)
    visit: ClosedVisit | None = None
    called: Mapping[str, int] = field(default_factory=dict)  # trigger → who is called, where it isn't the owner
    brand: str = ""


@dataclass(frozen=True, slots=True)
class CarDue:
    """One due. `begins` is false for what may go on but not start: a visit of long ago."""

    trigger: Trigger
    cycle: str
    due_on: date
    facts: Mapping[str, object]
    estimated: bool = False
    begins: bool = True


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """An interval, or a part of one, and the cars it is for; empty is any."""

    series: str
    energy: str
    interval: Interval | PartOfInterval
    brand: str = ""

    def fits(self, series: str, energy: str, brand: str = "") -> bool:
        return ProductLine(self.brand, self.series, self.energy).fits(ProductLine(brand, series, energy))


def interval_of(rows: Sequence[IntervalRow], car: ProductLine) -> Interval | None:
    """Number by number from the first row that fits and has it; a whole interval is the last word."""
    said = PartOfInterval()
    for row in (row for row in rows if row.fits(car.series, car.energy, car.brand)):
        if isinstance(row.interval, Interval):
            return said.completed(row.interval)
        said = said.with_more(row.interval)
    return None


def dues_of(car: Car, rows: Sequence[IntervalRow], today: date) -> list[CarDue]:
    """Nothing for a car without a living owner: there is nobody to tell."""
    if car.owner_id is None:
        return []
    return [
        *_delivery(car, today), *_visit(car, today), *_maintenance(car, rows), *_insurance(car),
        *_inspection(car, today), *_warranty(car),
    ]  # fmt: skip


def energy_of(energy: str, plate: str) -> str:
    """What drives the car, read from a green plate where nobody has entered it."""
    if energy or len(plate) != 8:
        return energy
    if plate[2] in _ELECTRIC_SIGNS:
        return "electric"
    return "plug_in" if plate[2] in _PLUG_IN_SIGNS else ""


def _delivery(car: Car, today: date) -> list[CarDue]:
    """The first owner's first days; who bought the car of somebody else got no delivery."""
    day = car.purchased_on
    if day is None or (car.owned_since or day) > day or day > today:
        return []
    return [CarDue(Trigger.DELIVERY, "delivery", day, {"series": car.series}, begins=day >= today - DELIVERY_WINDOW)]


def _warranty(car: Car) -> list[CarDue]:
    parts = [(Part.CAR, car.warranty)]
    if car.battery_warranty or energy_of(car.energy, car.plate) in _WITH_BATTERY:
        parts.append((Part.BATTERY, car.battery_warranty))
    return [_of_warranty(end) for part, granted in parts if (end := _warranty_end(car, part, granted))]


def _warranty_end(car: Car, part: Part, granted: Granted) -> WarrantyEnd | None:
    bought, readings = car.purchased_on or car.registered_on, trusted_readings(car.readings)
    start = bought or (readings[0].on if readings else None)
    if start is None:
        return warranty_end(part, Granted(granted.until), bought=None, readings=(), daily=daily_mileage((), date.min))
    return warranty_end(
        part, granted, bought=bought, readings=readings, daily=daily_mileage(readings, start),
        household=car.use == Use.PRIVATE,
    )  # fmt: skip


def _of_warranty(end: WarrantyEnd) -> CarDue:
    facts: dict[str, object] = {"part": end.part.value, "by": "km" if end.by_km else "months", "km": end.km}
    return CarDue(Trigger.WARRANTY, end.cycle, end.ends_on, facts, end.estimated)


def _visit(car: Car, today: date) -> list[CarDue]:
    visit = car.visit
    if visit is None or visit.customer_id not in (None, car.owner_id):
        return []
    facts = {
        "number": visit.number, "last_on": visit.closed_on.isoformat(), "jobs": visit.jobs,
        "contact": visit.contact if visit.customer_id == car.owner_id else "",  # from before there was an owner
    }  # fmt: skip
    begins = visit.closed_on >= today - VISIT_WINDOW
    return [CarDue(Trigger.VISIT_CLOSED, f"visit:{visit.id}", visit.closed_on, facts, begins=begins)]


def _maintenance(car: Car, rows: Sequence[IntervalRow]) -> list[CarDue]:
    bought = car.purchased_on or car.registered_on
    interval = interval_of(rows, ProductLine(car.brand, car.series, energy_of(car.energy, car.plate)))
    start = bought or (car.last.on if car.last else None)
    if interval is None or start is None:
        return []
    due = maintenance_due(
        interval, purchase_on=start, readings=car.readings, last=car.last, purchase_estimated=not car.purchased_on
    )
    facts: dict[str, object] = {
        "by": due.by.value, "km": due.km, "daily_km": round(due.daily.km), "basis": due.daily.basis.value,
    }  # fmt: skip
    if car.last:
        facts |= {"last_on": car.last.on.isoformat(), "last_km": car.last.km}
    if due.last_reading:
        facts |= {"read_on": due.last_reading.on.isoformat(), "read_km": due.last_reading.km}
    return [CarDue(Trigger.MAINTENANCE, due.cycle, due.due_on, facts, due.estimated)]


def _insurance(car: Car) -> list[CarDue]:
    return [
        CarDue(Trigger.INSURANCE, end.cycle, end.ends_on, {"kinds": list(end.kinds), "insurer": end.insurer})
        for end in insurance_ends(car.covers)
    ]


def _inspection(car: Car, today: date) -> list[CarDue]:
    registered = car.registered_on or car.purchased_on
    if registered is None:
        return []
    use, body = Use(car.use), Body.CAR if car.body == "bus" else Body(car.body)
    seats = car.seats or (_COACH_SEATS if car.body == "bus" else None)
    due = next_inspection(
        registered, use, seats, body, today - INSPECTION_GRACE, estimated=car.registered_on is None
    )
    facts = {
        "inspection": due.kind.value, "year": due.year, "opens_on": due.opens_on.isoformat(),
        "valid_until": due.valid_until.isoformat(),
    }  # fmt: skip
    return [CarDue(Trigger.INSPECTION, due.cycle, due.due_on, facts, due.estimated)]
