"""Cars and their insurance."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from qibu.demo.brand import COLOURS, MODELS, PLACES
from qibu.demo.people import Desk, at
from qibu.demo.records import Car, Customer, Energy, Model, Policy, Stage
from qibu.demo.stories import Story
from qibu.demo.vin import blue_plate, green_plate, vin

CARS_PER_CUSTOMER = 16  # room in the numbering, so that a car's number follows from its owner's
OLDEST_DAYS = 3650
_INSURERS = ("江左财险", "守拙财险", "云岭财险", "同渡财险")
_MODELS_OF_YEAR = {
    year: [model for model in MODELS if model.first_year <= year] for year in range(2014, 2025)
}
_PLANTS = "ABCDEFGHJKLMNPRST"


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _purchase(rng: Random, today: date, story: Story) -> tuple[date, date, date]:
    """Purchase, delivery and registration, as the story asks."""
    if story.delivered is not None:
        delivered = today - timedelta(days=story.delivered)
        return (
            delivered - timedelta(days=rng.randrange(0, 3)),
            delivered,
            delivered + timedelta(days=rng.randrange(1, 6)),
        )
    wait, plates = rng.randrange(0, 3), rng.randrange(1, 15)
    age = 45 + int((OLDEST_DAYS - 45) * rng.random() ** 1.15)
    if rng.random() < 0.012:
        age = rng.randrange(4, 45)
    bought = today - timedelta(days=age)
    if story.insurance_ends is not None:  # policies run from the day of purchase
        bought = months_later(today + timedelta(days=story.insurance_ends), -12 * rng.randrange(1, 6))
    if story.inspection is not None:  # in the sixth year the car itself is inspected
        bought = months_later(today + timedelta(days=story.inspection), -72) - timedelta(days=plates)
    delivered = min(bought + timedelta(days=wait), today - timedelta(days=1))
    return bought, delivered, delivered + timedelta(days=max(1, plates - wait))


def _model(rng: Random, year: int) -> Model:
    return rng.choice(_MODELS_OF_YEAR[min(2024, max(2014, year))])


def _plate(rng: Random, desk: Desk, model: Model, index: int) -> str:
    office = desk.store.plate_office
    if rng.random() < 0.1:
        office = rng.choice(PLACES[desk.store.code].other_offices)
    index += desk.index * 7919  # stores don't get the same plates in turn
    if model.series.energy is Energy.PETROL:
        return blue_plate(office, index)
    return green_plate(office, index, battery=model.series.energy is Energy.ELECTRIC)


def car(rng: Random, desk: Desk, owner: Customer, number: int, place: int, story: Story) -> Car:
    """The `place`-th car of the customer with this number."""
    bought, delivered, registered = _purchase(rng, desk.today, story)
    model = _model(rng, bought.year)
    index = number * CARS_PER_CUSTOMER + place
    plant, serial = divmod(index, 1_000_000)
    lost = owner.stage is Stage.LOST and owner.lost_reason == "已卖车"
    sold = owner.lost_on if lost and owner.lost_on and owner.lost_on > delivered else None
    plated = registered < desk.today
    series = model.series
    return Car(
        number=f"{desk.store.code}-V{index:07d}",
        store=desk.store.code,
        owner=owner.number,
        vin=vin(model.descriptor, bought.year, _PLANTS[desk.index + plant * 3], serial),
        plate=_plate(rng, desk, model, index) if plated else "",
        model=model,
        colour=rng.choice(COLOURS),
        price=Decimal(int(model.price * rng.uniform(0.9, 1.0)) // 100 * 100),
        purchased_on=bought,
        delivered_at=at(delivered, rng.randrange(9 * 60, 17 * 60, 15)),
        registered_on=registered if plated else None,
        seller=owner.seller,
        advisor=owner.advisor,
        use=rng.choice(("公务", "公务", "营运")) if owner.is_company else "家用",
        warranty_ends_on=months_later(delivered, series.warranty_months),
        battery_warranty_ends_on=months_later(delivered, series.battery_months)
        if series.battery_months
        else None,
        sold_on=sold,
    )


def policies(rng: Random, desk: Desk, car: Car, story: Story) -> list[Policy]:
    """One compulsory and mostly one commercial policy a year; the last three years are on file."""
    first = max(0, (desk.today - car.purchased_on).days // 365 - 2)
    years = []
    while (starts := months_later(car.purchased_on, 12 * first)) <= desk.today:
        years.append((first, starts))
        first += 1
    if story.insurance_ends is not None and story.insurance_ends < 0:
        years = years[:-1]  # ended and not renewed
    made: list[Policy] = []
    insurer, before = rng.choice(_INSURERS), {"compulsory": "", "commercial": ""}
    for year, starts in years:
        if rng.random() < 0.2:
            insurer = rng.choice(_INSURERS)
        if car.sold_on and starts > car.sold_on:
            break
        if story.insurance_ends is None and rng.random() > (0.97 if year == 0 else 0.86):
            continue
        through = rng.random() < (0.9 if year == 0 else 0.55)
        for kind in ("compulsory", "commercial"):
            if kind == "commercial" and rng.random() < 0.15:
                continue
            number = f"{'JQ' if kind == 'compulsory' else 'SY'}{starts:%Y}{car.number[:4]}{car.number[-7:]}"
            made.append(
                Policy(
                    number, car.store, car.number, kind, insurer, starts,
                    months_later(car.purchased_on, 12 * year + 12),
                    _premium(rng, car, kind, year), before[kind] or None, through,
                )
            )  # fmt: skip
            before[kind] = number
    return made


def _premium(rng: Random, car: Car, kind: str, year: int) -> Decimal:
    if kind == "compulsory":
        return Decimal((950, 855, 760, 665)[min(year, 3)])
    return Decimal(int(car.price * 2 // 100 * int(rng.uniform(80, 120) - min(year, 4) * 6))).scaleb(-2)
