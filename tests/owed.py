"""What a store owes its customers on a day, plainly: from the facts that stand in the tables, by walking.

The second planner, for histories that nobody wrote down. It knows nothing of dues, keys or states; it names what is
owed by step, customer, car and cycle, and says from when to when it may be begun.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from qibu.aftersales.models import Visit
from qibu.care.tests.plain import cars, days
from qibu.customers.models import Customer, Hold
from qibu.vehicles.models import Ownership, Policy, Reading, Vehicle

SHIPPED = Path(__file__).resolve().parent.parent / "src/qibu/care/content/plans.toml"
INTERVALS = {"electric": (10_000, 12, 20_000, 12), "petrol": (5_000, 6, 7_500, 6)}
NEAR = timedelta(days=100)
# What is long past when the store hears of it begins nothing; a birthday or an inspection is talked of for a month,
# then the next one takes its place.
NEWS = {
    "delivery": timedelta(days=45), "visit_closed": timedelta(days=60), "birthday": timedelta(days=31),
    "inspection": timedelta(days=31),
}  # fmt: skip


@dataclass
class Step:
    offset: int
    valid: int


@dataclass
class Plan:
    trigger: str
    audience: dict[str, list[str]]
    occasion: str = ""
    active: bool = True
    steps: dict[str, Step] = field(default_factory=dict)


class Event(NamedTuple):
    """Something falls due for a customer, with or without a car."""

    trigger: str
    cycle: str
    due_on: date
    customer: int
    car: int | None = None
    kind: str = ""  # of an inspection; the part of a warranty; the day of the calendar


class Owed(NamedTuple):
    step: str
    customer: int
    car: int | None
    cycle: str
    first: date
    last: date
    sure: bool  # whether it has to be there, also if the store heard of it late

    @property
    def what(self) -> tuple[str, int, int | None, str]:
        return self[:4]


def shipped() -> dict[str, Plan]:
    """The plans as they are shipped."""
    found = {}
    for plan in tomllib.loads(SHIPPED.read_text())["plan"]:
        steps = {step["code"]: Step(step["offset_days"], step["valid_days"]) for step in plan["step"]}
        found[plan["code"]] = Plan(
            plan["trigger"], plan.get("audience", {}), plan.get("occasion", ""), steps=steps
        )
    return found


def owed(plans: dict[str, Plan], today: date) -> list[Owed]:
    """All that is due around this day, whether its time has come or not."""
    people = {customer.pk: customer for customer in Customer.objects.filter(merged_into=None)}
    barred = set(Hold.objects.filter(lifted_at=None, reach="everything").values_list("customer_id", flat=True))
    return [
        Owed(
            f"{code}/{name}", event.customer, event.car, event.cycle, first, first + timedelta(step.valid - 1),
            today <= event.due_on + NEWS.get(event.trigger, NEAR),
        )
        for event in _events(people, today)
        if event.customer not in barred and abs(event.due_on - today) <= NEAR
        for code, plan in plans.items()
        if plan.active and _fits(plan, people[event.customer], event)
        for name, step in plan.steps.items()
        for first in [event.due_on + timedelta(step.offset)]
    ]  # fmt: skip


def _fits(plan: Plan, customer: Customer, event: Event) -> bool:
    if plan.trigger != event.trigger or plan.occasion not in ("", event.kind):
        return False
    key = customer.vip or customer.base_customer or customer.influencer
    says = {"stage": customer.stage, "key": "yes" if key else "no", "inspection": event.kind, "part": event.kind}
    for condition, values in plan.audience.items():
        if condition == "province":
            if not any(customer.province.startswith(value) for value in values):
                return False
        elif says[condition] not in values:
            return False
    return True


def _events(people: dict[int, Customer], today: date) -> Iterator[Event]:
    for customer in people.values():
        yield from _of_person(customer, today)
    owners = dict(Ownership.objects.filter(role="owner", until=None).values_list("vehicle_id", "customer_id"))
    since = dict(Ownership.objects.filter(role="owner", until=None).values_list("vehicle_id", "since"))
    used = set(Ownership.objects.filter(role="owner").exclude(until=None).values_list("vehicle_id", flat=True))
    for car in Vehicle.objects.filter(pk__in=owners):
        yield from _of_car(car, owners[car.pk], since[car.pk] if car.pk in used else None, today)


def _of_person(customer: Customer, today: date) -> Iterator[Event]:
    for day in days.every_day(today - NEAR, today + NEAR):
        for occasion in days.occasions_of(day):
            yield Event("calendar", f"{occasion}:{day.year}", day, customer.pk, None, occasion)
        born, lunar = customer.birthday, customer.birthday_lunar
        if customer.kind == "person" and born and days.is_birthday(born, lunar, day):
            year = days.sky.lunar(day).year if lunar else day.year
            yield Event("birthday", f"birthday:{year}", day, customer.pk)


def _of_car(car: Vehicle, owner: int, since: date | None, today: date) -> Iterator[Event]:
    bought, mine = car.purchased_on or car.registered_on, {"customer": owner, "car": car.pk}
    readings = list(Reading.objects.filter(vehicle=car).values_list("on", "km"))
    maintained = Visit.objects.filter(vehicle=car, maintenance=True).order_by("-opened_on").first()
    last = (maintained.opened_on, maintained.mileage) if maintained else None
    start = bought or (last[0] if last else None)
    if start:
        day, _by_km = cars.maintenance(INTERVALS[car.energy or "petrol"], start, readings, last)
        yield Event("maintenance", f"maintenance:{last[0].isoformat() if last else 'first'}", day, **mine)
    covers: list[Any] = list(Policy.objects.filter(vehicle=car).values_list("kind", "ends_on"))
    for day in {day for _kind, day in covers}:
        if cars.cover_ends(covers, day):
            yield Event("insurance", f"insurance:{day.isoformat()}", day, **mine)
    registered = car.registered_on or car.purchased_on
    asked = cars.inspected_at(car.use, car.body, car.seats)
    for day, kind, _opens, _until in cars.inspections(registered, asked, today + NEAR) if registered else ():
        age = (day.year - registered.year) * 12 + day.month - registered.month
        yield Event("inspection", f"inspection:{age}", day, **mine, kind=kind)
    for part, granted in (
        ("car", (car.warranty_until, car.warranty_km)),
        ("battery", (car.battery_warranty_until, car.battery_warranty_km)),
    ):
        battery = part == "battery"
        if battery and car.energy != "electric" and not any(granted):
            continue
        end = cars.warranty(*granted, bought, readings, battery=battery, private=car.use == "private")
        if end:
            yield Event("warranty", f"warranty:{part}", end, **mine, kind=part)
    if car.purchased_on and (since is None or since <= car.purchased_on) and car.purchased_on <= today:
        yield Event("delivery", "delivery", car.purchased_on, **mine)
    visit = Visit.objects.filter(vehicle=car).exclude(closed_on=None).order_by("-closed_on", "-pk").first()
    if visit and visit.customer_id in (None, owner):
        yield Event("visit_closed", f"visit:{visit.pk}", visit.closed_on, **mine)
