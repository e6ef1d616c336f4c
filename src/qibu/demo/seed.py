"""Puts the demo world into the database, through the product's own loader and services, as if a store had worked
with it for half a year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.db import connection

from qibu.care.models import CarePolicy, Due
from qibu.connect.checks import Record
from qibu.connect.mapping import OWNERS, VISITS
from qibu.connect.models import Import
from qibu.connect.services.loading import apply
from qibu.connect.services.loading.sql import Load
from qibu.connect.storage import Folder
from qibu.contracts.tasks import TaskTried
from qibu.customers.models import Customer as File
from qibu.customers.rules import sort_key
from qibu.demo import (
    clockwork,
    deeds,
    enrich,
    files,
    further,
    life,
    past,
    sales_cars,
    sales_drives,
    sales_funnel,
    sales_intake,
    sales_leads,
    sales_nurturing,
    sales_orders,
    sales_quotes,
    sales_showroom,
    sales_spotchecks,
    sales_stories,
)
from qibu.demo.clockwork import told
from qibu.demo.records import Car, Customer, Household, Policy, Role, Visit
from qibu.demo.records import Organisation as Described
from qibu.demo.records import Staff as Person
from qibu.demo.shop import Shop, at
from qibu.demo.world import World
from qibu.kernel import relay, times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, Staff, User
from qibu.network.services import actors
from qibu.tasks.rules import LEADS

SEED = 7
PASSWORD = "qibu-demo-7"  # noqa: S105  (printed with the accounts; the demo holds invented people alone)
GENDERS = {"男": "male", "女": "female"}
ROLES = {Role.SYSTEM_ADMIN: "system_administrator", Role.SECURITY_ADMIN: "security_administrator"}
KNOWN = timedelta(days=183)  # since when the stores have worked with the product
PLAYED, LIGHTLY = 12, 7  # days that are played one by one, in the first store and in the others
A_DAY = 4  # customers from the backlog for each person a day
Report = Callable[[str], None]


def exists() -> bool:
    """Whether the demo network is in this database."""
    return Organisation.objects.filter(code=World(SEED, times.today()).manufacturer.code).exists()


def plant(
    report: Report, *, customers: int = 600, visits: int = 3500, stores: int = 3, now: datetime | None = None
) -> None:
    """Make the network, its people and the customers of the stores, and let the stores work until now."""
    now = now or times.now()
    world = World(SEED, times.day_of(now), customers=customers, visits=visits)
    found(world, now, stores=stores)
    for store in world.stores[:stores]:
        settle(report, world, store, now)
    close(world, now)


def found(world: World, now: datetime, *, stores: int = 3) -> None:
    """The network with its people, and what the manufacturer and the stores say of themselves."""
    with clockwork.running(), told(now):
        made = _network(world)
        _people(world, made)
        sales_cars.plant(made[world.manufacturer.code], world.today.year)
        further.define(made[world.manufacturer.code], [made[store.code] for store in world.stores[:stores]])
        sales_quotes.stock(made["SC"], made["SC-HD"], [made[store.code] for store in world.stores[:stores]])
        sales_orders.define(made[world.manufacturer.code], world.today.year)
        sales_nurturing.define(made[world.manufacturer.code], now)


def settle(report: Report, world: World, store: Described, now: datetime) -> None:
    """The customers of a store and its work until now; no store needs another one for it."""
    report(f"{store.short_name}：客户、车辆、工单和半年来的工作…")
    with clockwork.running(), told(now):
        shop = Shop.open(world, store)
        _begin_work(shop, now)
        # Sales: each area plants its own here.
        sales_showroom.plant(shop, now)
        sales_nurturing.plant(shop, now)
        sales_funnel.plant(shop, now)


def close(world: World, now: datetime) -> None:
    with clockwork.running(), told(now):
        deeds.office(world, now)


def bring_up_to_date(report: Report, *, now: datetime | None = None) -> None:
    """A demo planted on an earlier day: the stores work through the days since, up to this hour."""
    now = now or times.now()
    world = World(SEED, times.day_of(now))
    with clockwork.running(), told(now):
        for store in world.stores:
            shop = Shop.open(world, store)
            for day in _days_since(shop, times.day_of(now)):
                report(f"{store.short_name}：补上 {day:%Y-%m-%d} 的工作…")
                life.play(shop, day, now)
                deeds.sign_ins(shop, day, now)
                # Sales: each area plays its own day here.
                sales_showroom.play(shop, day, now)
            life.owe_something(shop, now)


def _days_since(shop: Shop, today: date) -> Iterator[date]:
    """The days on which nobody has worked yet, of many the last ones; none where nobody ever did."""
    with scope(shop.system):
        newest = Entry.objects.filter(type=TaskTried.name).order_by("-at").first()
    if newest:
        yield from _days(max(times.day_of(newest.at) + timedelta(days=1), today - timedelta(days=PLAYED)), today)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _begin_work(shop: Shop, now: datetime) -> None:
    """Loaded half a year ago; the last days are played one by one; the files of a taken-over branch came yesterday."""
    today, since = times.day_of(now), times.day_of(now - KNOWN)
    days = PLAYED if shop.described is shop.world.stores[0] else LIGHTLY
    first, yesterday = today - timedelta(days=days), today - timedelta(days=1)
    homes = list(shop.world.households(shop.described))
    late = [home for home in homes if _of_the_branch(home)]
    ours = [home for home in homes if not _of_the_branch(home)]
    old = [home for home in ours if home.customers[0].created_on <= since]
    new = [home for home in ours if home.customers[0].created_on > since]
    loader = _Loader(shop)
    with told(at(since, 9, 14)):
        loader.load(OWNERS, "全部车主档案.xlsx", old)
    with told(at(first - timedelta(days=1), 18, 22)):
        loader.load(OWNERS, f"新增客户_{first:%Y%m%d}.xlsx", new)
    with told(at(first - timedelta(days=1), 18, 31)):
        loader.load(VISITS, f"维修工单_{first:%Y%m%d}.xlsx", ours)
        deeds.past(shop, ours)
    with told(at(first, 6)):
        relay.catch_up(shop.system, patience=20)
        _known_since(shop, since)
    past.settle(shop, first)
    deeds.promised(shop, ours, now)
    for day in _days(first, yesterday):
        if day == yesterday:
            with told(at(day - timedelta(days=1), 18, 46)):
                loader.load(OWNERS, "并入网点车主档案.xlsx", late)
            with told(at(day - timedelta(days=1), 18, 55)):
                loader.load(VISITS, "并入网点维修工单.xlsx", late)
        life.play(shop, day, now)
        deeds.sign_ins(shop, day, now)
        if day == yesterday and shop.described is shop.world.stores[0]:
            files.bring(shop, day)
    with told(at(yesterday, 17, 12)):
        further.made_twice(shop.system, [one for home in old for one in home.customers])
    sales_leads.plant(shop, homes, loader.leads(now - timedelta(days=sales_stories.QUARTER, hours=2)), now)
    sales_orders.plant(shop, now)  # before today's work: deliveries of these days are followed up
    life.play(shop, today, now)
    life.owe_something(shop, now)
    sales_intake.doors(shop, now)
    sales_quotes.quote(shop, now)
    deeds.sign_ins(shop, today, now)
    sales_drives.plant(shop, now)
    sales_spotchecks.plant(shop, now)
    if shop.described is shop.world.stores[0]:
        files.begin_one(shop, now - timedelta(minutes=25))


def _of_the_branch(home: Household) -> bool:
    """One household in three, but none of those that have something to show on this day."""
    number = int(home.customers[0].number[-6:]) - 1
    return number % 3 == 1 and number % 20 != 3 and len(home.customers) == 1


def _known_since(shop: Shop, since: date) -> None:
    """The store has had its data for half a year, so what fell due since is no backlog. There is no service for
    this: in truth `known_on` is the day on which the readers of the journal first came by."""
    with scope(shop.system):
        Due.objects.update(known_on=since)
        CarePolicy.objects.update_or_create(
            organisation_id=shop.system.organisation_id, defaults={"daily_backlog": A_DAY, "due_time": time(18)}
        )


class _Loader:
    """Loads what a spreadsheet would say of households, and completes it with what no spreadsheet says."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.names = shop, shop.names

    def load(self, kind: str, name: str, homes: list[Household]) -> None:
        records = owner_records if kind == OWNERS else visit_records
        began = self._database_time()
        _load(self.shop.one(Role.CARE_MANAGER), kind, name, records(homes, self.names))
        with scope(self.shop.system):
            if kind == OWNERS:
                enrich.enrich(self.shop.system, homes, self.names, self.shop.world.today)
            # The loader writes sets, whose times the database fills by its own clock.
            for column in ("created_at", "updated_at"):
                File.objects.filter(**{f"{column}__gte": began}).update(**{column: times.now()})

    def leads(self, at: datetime) -> sales_leads.Load:
        """The way in for people who may buy a car."""

        def load(name: str, homes: list[Household]) -> None:
            with told(at):
                self.load(OWNERS, name, homes)

        return load

    def _database_time(self) -> datetime:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (moment,) = cursor.fetchone()
        return moment  # type: ignore[no-any-return]


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
            _lines(list(Staff.objects.order_by("pk")))


def _lines(people: list[Staff]) -> None:
    """Everybody answers to who leads their desk, and those to the head of the store."""
    by_role = {role: one.pk for one in reversed(people) for role in one.roles}
    for one in people:
        lead = by_role.get(next((LEADS[role] for role in one.roles if role in LEADS), "store_manager"))
        one.superior_id = lead if lead != one.pk else None
    Staff.objects.bulk_update(people, ["superior"])


def _staff(person: Person, user: User, organisation: Organisation) -> Staff:
    return Staff(
        organisation=organisation, user=user, name=person.name, sort_key=sort_key(person.name)[:120],
        title=person.title, phone=person.phone, roles=[ROLES.get(person.role, person.role.value)],
        joined_on=person.hired_on,
    )  # fmt: skip


def _load(actor: Actor, kind: str, name: str, records: Iterator[Record]) -> None:
    with scope(actor):
        source = Import.objects.create(
            organisation_id=actor.organisation_id, kind=kind, state=Import.State.LOADED, file_name=name,
            evidence="售车合同与服务协议", loaded_at=times.now(), by_id=actor.staff_id,
        )  # fmt: skip
    Folder(actor.organisation_id, source.pk).make()
    counts = apply.load(
        Load(actor, source.pk), kind=kind, records=enumerate(records, 1), basis="contract", marketing=False,
        evidence="售车合同与服务协议",
    )  # fmt: skip
    rows = counts["visits_created"] or counts["customers_created"]
    with scope(actor):
        source.counts = {**counts, "rows": rows, "loaded": rows, "rejected": 0, "repeated": 0}
        source.save(update_fields=["counts"])


def owner_records(homes: Iterable[Household], names: dict[str, str]) -> Iterator[Record]:
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
        "name": customer.name, "contact_name": customer.contact_name, "gender": GENDERS.get(customer.gender),
        "customer_kind": "company" if customer.is_company else "person", "birthday": customer.birthday,
        "identity": customer.id_number, "phone": customer.phone, "phones": phones, "province": customer.province,
        "city": customer.city, "district": customer.district,
        "address": "" if deeds.by_hand(customer) else customer.address,
        "occupation": customer.occupation, "source": customer.source, "remark": customer.remark,
        "seller": names.get(customer.seller), "advisor": None if _nobodys(customer) else names.get(customer.advisor),
    }  # fmt: skip
    return {name: value for name, value in record.items() if value}


def _nobodys(customer: Customer) -> bool:
    """Some have nobody who looks after them: their tasks lie in the pool."""
    return int(customer.number[-6:]) % 7 == 4


def _car(car: Car, policy: Policy | None) -> Record:
    record = {
        "vin": car.vin, "plate": car.plate, "brand": "", "series": car.model.series.name, "model": car.model.name,
        "colour": car.colour, "price": car.price, "purchased_on": car.purchased_on,
        "registered_on": car.registered_on, "insurer": policy.insurer if policy else "",
    }  # fmt: skip
    return {name: value for name, value in record.items() if value}


def visit_records(homes: Iterable[Household], names: dict[str, str]) -> Iterator[Record]:
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
