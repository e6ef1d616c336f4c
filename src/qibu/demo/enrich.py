"""What no spreadsheet knows of the demo's customers and cars: personal files, policies, drivers, consents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from qibu.customers.models import Consent, ContactPoint, Customer, Tag, Tagging
from qibu.customers.services import fingerprints
from qibu.demo import further, sets
from qibu.demo.records import Car, Energy, Household, Stage
from qibu.demo.records import Customer as Described
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.vehicles.models import Ownership, Policy, Vehicle

STAGES = {
    Stage.POTENTIAL: Customer.Stage.POTENTIAL, Stage.INTENDING: Customer.Stage.INTENDING,
    Stage.LOST: Customer.Stage.LOST,
}  # fmt: skip
ENERGIES = {
    Energy.PETROL: Vehicle.Energy.PETROL, Energy.HYBRID: Vehicle.Energy.PLUG_IN,
    Energy.ELECTRIC: Vehicle.Energy.ELECTRIC,
}  # fmt: skip
FILE = (
    "stage", "industry", "education", "income_band", "vip", "base_customer", "influencer", "preferred_channel",
    "preferred_time", "family", "hobbies", "taboos", "driving", "birthday_lunar", "custom",
)  # fmt: skip
CAR = (
    "energy", "use", "warranty_until", "warranty_km", "battery_warranty_until", "battery_warranty_km", "custom",
)  # fmt: skip


def enrich(actor: Actor, homes: list[Household], names: dict[str, str], today: date) -> None:
    """Runs in the store's scope, after the loader."""
    described = [customer for home in homes for customer in home.customers]
    customers = files_of(described)
    cars = {car.vin: car for home in homes for car in home.cars}
    vehicles = {vehicle.vin or "": vehicle for vehicle in Vehicle.objects.filter(vin__in=cars)}
    further.of_customers(actor, described, customers)
    _fill_files(described, customers)
    further.of_cars(actor, vehicles.values())
    _fill_cars(cars, vehicles)
    _add_policies(actor, homes, vehicles)
    _add_drivers(actor, homes, customers, vehicles)
    _add_consents(actor, described, customers)
    _add_tags(actor, described, customers)


def files_of(described: Iterable[Described]) -> dict[str, Customer]:
    """By the world's number; found again by phone."""
    by_hash = {
        bytes(point.hash): point.customer
        for point in ContactPoint.objects.filter(kind="phone").exclude(role="sender").select_related("customer")
    }
    found = {person.number: by_hash.get(fingerprints.phone_hash(person.phone)) for person in described}
    return {number: customer for number, customer in found.items() if customer is not None}


def _fill_files(described: Iterable[Described], customers: dict[str, Customer]) -> None:
    changed = []
    for person in described:
        customer = customers.get(person.number)
        if customer is None:
            continue
        customer.stage = STAGES.get(person.stage, Customer.Stage.OWNER)
        customer.base_customer = person.stage is Stage.BASE
        customer.influencer = person.stage is Stage.INFLUENCER
        customer.vip = person.card_tier in {"金卡", "白金卡", "钻石卡"}
        customer.industry, customer.education = person.industry, person.education
        customer.income_band, customer.family = person.income_band, person.family
        customer.hobbies, customer.taboos = "、".join(person.hobbies), "、".join(person.taboos)
        customer.driving, customer.preferred_time = person.driving_habit, person.preferred_time
        if person.preferred_channel in Customer.Channel.values:
            customer.preferred_channel = person.preferred_channel
        customer.birthday_lunar = person.lunar_birthday is not None
        changed.append(customer)
    sets.update(changed, FILE)


def _fill_cars(cars: dict[str, Car], vehicles: dict[str, Vehicle]) -> None:
    for vin, vehicle in vehicles.items():
        car = cars[vin]
        series = car.model.series
        vehicle.energy = ENERGIES[series.energy]
        vehicle.use = Vehicle.Use.COMMERCIAL if car.use == "营运" else Vehicle.Use.PRIVATE
        vehicle.warranty_until, vehicle.warranty_km = car.warranty_ends_on, series.warranty_km
        vehicle.battery_warranty_until = car.battery_warranty_ends_on
        vehicle.battery_warranty_km = series.battery_km
    sets.update(vehicles.values(), CAR)


def _add_policies(actor: Actor, homes: list[Household], vehicles: dict[str, Vehicle]) -> None:
    vins = {car.number: car.vin for home in homes for car in home.cars}
    Policy.objects.bulk_create(
        (
            Policy(
                organisation_id=actor.organisation_id, vehicle=vehicles[vins[policy.car]], kind=policy.kind,
                insurer=policy.insurer, number=policy.number, starts_on=policy.starts_on, ends_on=policy.ends_on,
            )
            for home in homes
            for policy in home.policies
        ),
        batch_size=1000, ignore_conflicts=True,
    )  # fmt: skip


def _add_drivers(
    actor: Actor, homes: list[Household], customers: dict[str, Customer], vehicles: dict[str, Vehicle]
) -> None:
    vins = {car.number: car.vin for home in homes for car in home.cars}
    Ownership.objects.bulk_create(
        (
            Ownership(
                organisation_id=actor.organisation_id, vehicle=vehicles[vins[user.car]],
                customer=customers[user.customer], role=Ownership.Role.DRIVER,
            )
            for home in homes
            for user in home.users
            if user.customer in customers
        ),
        ignore_conflicts=True,
    )  # fmt: skip


def _add_consents(actor: Actor, described: Iterable[Described], customers: dict[str, Customer]) -> None:
    rows = []
    for person in described:
        if person.number not in customers:
            continue
        for consent in person.consents:
            given = Consent(
                organisation_id=actor.organisation_id, customer=customers[person.number],
                purpose=consent.purpose, channel=consent.channel, state=Consent.State.GIVEN,
                evidence=consent.evidence, at=times.start_of(consent.given_on),
            )  # fmt: skip
            rows.append(given)
            if consent.withdrawn_on:
                rows.append(_withdrawn(given, consent.withdrawn_on))
    Consent.objects.bulk_create(rows, batch_size=1000)


def _withdrawn(given: Consent, on: date) -> Consent:
    return Consent(
        organisation_id=given.organisation_id, customer_id=given.customer_id, purpose=given.purpose,
        channel=given.channel, state=Consent.State.WITHDRAWN, evidence="客户本人提出", at=times.start_of(on),
    )  # fmt: skip


def _add_tags(actor: Actor, described: Iterable[Described], customers: dict[str, Customer]) -> None:
    people = [person for person in described if person.number in customers]
    names = sorted({tag for person in people for tag in person.tags})
    Tag.objects.bulk_create(
        (Tag(organisation_id=actor.organisation_id, name=name[:30]) for name in names), ignore_conflicts=True
    )
    tags = {tag.name: tag for tag in Tag.objects.all()}
    Tagging.objects.bulk_create(
        Tagging(organisation_id=actor.organisation_id, customer=customers[person.number], tag=tags[tag[:30]])
        for person in people
        for tag in person.tags
    )
