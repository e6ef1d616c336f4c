"""Puts the demo world into the database, through the product's own loader where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from qibu.connect.checks import Record
from qibu.connect.mapping import OWNERS, VISITS
from qibu.connect.models import Import
from qibu.connect.services.loading import apply
from qibu.connect.services.loading.sql import Load
from qibu.customers.rules import sort_key
from qibu.demo import enrich
from qibu.demo.records import Car, Customer, Household, Policy, Role, Visit
from qibu.demo.records import Organisation as Described
from qibu.demo.records import Staff as Person
from qibu.demo.world import World
from qibu.kernel import relay, times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, Staff, User
from qibu.network.services import actors

SEED = 7
PASSWORD = "qibu-demo-7"  # noqa: S105  (printed with the accounts; the demo holds invented people alone)
ROLES = {Role.SYSTEM_ADMIN: "system_administrator", Role.SECURITY_ADMIN: "security_administrator"}
Report = Callable[[str], None]


@dataclass(frozen=True)
class Account:
    """A sign-in to show: name, who it is, where."""

    username: str
    name: str
    title: str
    organisation: str


def exists() -> bool:
    """Whether the demo network is in this database."""
    return Organisation.objects.filter(code=World(SEED, times.today()).manufacturer.code).exists()


def accounts() -> list[Account]:
    """One of each role of the first store, and the manufacturer's people."""
    world = World(SEED, times.today())
    names = {organisation.code: organisation.short_name for organisation in world.organisations}
    shown: dict[tuple[str, str], Account] = {}
    for person in world.staff:
        if person.organisation in (world.stores[0].code, world.manufacturer.code):
            account = Account(person.login, person.name, person.title, names[person.organisation])
            shown.setdefault((person.organisation, person.role), account)
    return list(shown.values())


def plant(report: Report, *, customers: int = 600, visits: int = 3500) -> None:
    """Make the network, its people and the customers of every store."""
    world = World(SEED, times.today(), customers=customers, visits=visits)
    made = _network(world)
    _people(world, made)
    for store in world.stores:
        report(f"{store.short_name}：客户、车辆和工单…")
        fill_store(world, store, actors.system(made[store.code]))


def _network(world: World) -> dict[str, Organisation]:
    made: dict[str, Organisation] = {}
    for described in world.organisations:
        made[described.code] = Organisation.objects.create(
            parent=made[described.parent] if described.parent else None,
            kind=described.kind, code=described.code, name=described.name, short_name=described.short_name,
            city=described.city, phone=described.phone, address=described.address,
        )  # fmt: skip
    return made


def _people(world: World, made: dict[str, Organisation]) -> None:
    hashed = make_password(PASSWORD)
    for organisation in world.organisations:
        people = world.staff_of(organisation)
        users = User.objects.bulk_create(User(username=person.login, password=hashed) for person in people)
        with scope(actors.system(made[organisation.code])):
            Staff.objects.bulk_create(
                _staff(person, user, made[organisation.code]) for person, user in zip(people, users, strict=True)
            )


def _staff(person: Person, user: User, organisation: Organisation) -> Staff:
    return Staff(
        organisation=organisation, user=user, name=person.name, sort_key=sort_key(person.name)[:120],
        title=person.title, phone=person.phone, roles=[ROLES.get(person.role, person.role.value)],
        joined_on=person.hired_on,
    )  # fmt: skip


def fill_store(world: World, store: Described, actor: Actor) -> None:
    """Customers and cars, then visits, then what no spreadsheet knows."""
    names = {person.login: person.name for person in world.staff_of(store)}
    homes = list(world.households(store))
    _load(actor, OWNERS, f"{store.short_name}车主档案", owner_records(homes, names))
    _load(actor, VISITS, f"{store.short_name}维修工单", visit_records(homes, names))
    with scope(actor):
        enrich.enrich(actor, homes, names, world.today)
    relay.catch_up(actor)


def _load(actor: Actor, kind: str, name: str, records: Iterator[Record]) -> None:
    with scope(actor):
        source = Import.objects.create(
            organisation_id=actor.organisation_id, kind=kind, state=Import.State.LOADED, file_name=name,
            evidence="售车合同与服务协议", loaded_at=times.now(),
        )  # fmt: skip
    counts = apply.load(
        Load(actor, source.pk), kind=kind, records=enumerate(records, 1), basis="contract", marketing=False,
        evidence="售车合同与服务协议",
    )  # fmt: skip
    rows = counts["visits_created"] or counts["customers_created"]
    with scope(actor):
        source.counts = {**counts, "rows": rows, "loaded": rows, "rejected": 0, "repeated": 0}
        source.save(update_fields=["counts"])


def owner_records(homes: list[Household], names: dict[str, str]) -> Iterator[Record]:
    """One row a car, and one for each customer without a car, as a careful person would have typed them."""
    for home in homes:
        newest = {policy.car: policy for policy in sorted(home.policies, key=lambda policy: policy.ends_on)}
        for customer in home.customers:
            cars = [car for car in home.cars if car.owner == customer.number]
            for car in cars:
                yield _person(customer, names) | _car(car, newest.get(car.number))
            if not cars:
                yield _person(customer, names)


def _person(customer: Customer, names: dict[str, str]) -> Record:
    phones = tuple(phone for phone in (customer.phone, customer.second_phone) if phone)
    record = {
        "name": customer.name, "contact_name": customer.contact_name, "gender": customer.gender,
        "customer_kind": "company" if customer.is_company else "person", "birthday": customer.birthday,
        "identity": customer.id_number, "phone": customer.phone, "phones": phones, "province": customer.province,
        "city": customer.city, "district": customer.district, "address": customer.address,
        "occupation": customer.occupation, "source": customer.source, "remark": customer.remark,
        "seller": names.get(customer.seller), "advisor": names.get(customer.advisor),
    }  # fmt: skip
    return {name: value for name, value in record.items() if value}


def _car(car: Car, policy: Policy | None) -> Record:
    record = {
        "vin": car.vin, "plate": car.plate, "brand": "", "series": car.model.series.name, "model": car.model.name,
        "colour": car.colour, "price": car.price, "purchased_on": car.purchased_on,
        "registered_on": car.registered_on, "insurer": policy.insurer if policy else "",
    }  # fmt: skip
    return {name: value for name, value in record.items() if value}


def visit_records(homes: list[Household], names: dict[str, str]) -> Iterator[Record]:
    for home in homes:
        for visit in home.visits:
            yield _visit(visit, names)


def _visit(visit: Visit, names: dict[str, str]) -> Record:
    record = {
        "order_number": visit.number, "kind": visit.kind, "vin": visit.vin, "plate": visit.plate,
        "contact_name": visit.brought_by, "phone": visit.brought_by_phone,
        "phones": (visit.brought_by_phone,) if visit.brought_by_phone else (),
        "opened_on": _day(visit.arrived_at), "closed_on": _day(visit.left_at), "mileage": visit.km,
        "jobs": "、".join(job.name for job in visit.jobs), "labour": visit.labour, "parts": visit.parts,
        "total": visit.total, "advisor": names.get(visit.advisor), "remark": visit.complaint,
    }  # fmt: skip
    return {name: value for name, value in record.items() if value or isinstance(value, Decimal)}


def _day(moment: object) -> date | None:
    return moment.date() if hasattr(moment, "date") else None
