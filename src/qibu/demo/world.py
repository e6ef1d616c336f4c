"""The demo world: the same for the same seed and day, and shifted as a whole by another day.

Nothing is kept: each iterator makes its rows anew, household by household, from the seed and the customer's
number, so a world of a hundred thousand customers needs no more memory than one of a hundred.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from qibu.demo import brand, garage, people, workshop
from qibu.demo.people import Desk, Outline, at
from qibu.demo.records import (
    Appointment,
    Car,
    CarUser,
    Consent,
    Customer,
    Household,
    Model,
    Organisation,
    Policy,
    Promise,
    Reading,
    Role,
    Series,
    Staff,
    Stage,
    Visit,
)
from qibu.demo.stories import NO_STORY, Story, clock, story_of

_OPEN = (Stage.POTENTIAL, Stage.INTENDING)
_RELATIONS = ("配偶", "配偶", "配偶", "子女", "父母")
_PROMISES = (
    "查询配件到货时间后回复", "与技师确认异响原因后答复", "核对保修范围后回电",
    "确认代步车安排", "回复保险理赔进度", "答复发票开具",
)  # fmt: skip
_REQUESTS = ("常规保养", "常规保养", "刹车异响检查", "空调检查", "四轮定位", "年检代办", "钣金喷漆")
# Visits for each customer that the rhythm of the cars gives when all come that are wont to.
_VISITS_AT_FULL_ATTENDANCE = 14.2


class World:
    """One manufacturer, one region, three stores; `customers` and `visits` are for each store."""

    def __init__(self, seed: int, today: date, *, customers: int = 600, visits: int = 3500) -> None:
        self.seed, self.today, self.customer_count, self.visit_count = seed, today, customers, visits
        self.attendance = min(1.0, visits / customers / _VISITS_AT_FULL_ATTENDANCE)
        self.manufacturer: Organisation = brand.MANUFACTURER
        self.region: Organisation = brand.REGION
        self.stores: tuple[Organisation, ...] = brand.STORES
        self.series: tuple[Series, ...] = brand.SERIES
        self.models: tuple[Model, ...] = brand.MODELS
        self.staff: tuple[Staff, ...] = brand.staff(today)

    @property
    def organisations(self) -> tuple[Organisation, ...]:
        return (self.manufacturer, self.region, *self.stores)

    def staff_of(self, organisation: Organisation, role: Role | None = None) -> tuple[Staff, ...]:
        mine = (person for person in self.staff if person.organisation == organisation.code)
        return tuple(person for person in mine if role in (None, person.role))

    def households(self, store: Organisation) -> Iterator[Household]:
        desk = self.desk(store)
        number = 0
        while number < self.customer_count:
            couple = number % 20 == 10 and number + 1 < self.customer_count
            yield self._household(desk, number, couple=couple)
            number += 2 if couple else 1

    def customers(self, store: Organisation) -> Iterator[Customer]:
        return (row for household in self.households(store) for row in household.customers)

    def cars(self, store: Organisation) -> Iterator[Car]:
        return (row for household in self.households(store) for row in household.cars)

    def car_users(self, store: Organisation) -> Iterator[CarUser]:
        return (row for household in self.households(store) for row in household.users)

    def policies(self, store: Organisation) -> Iterator[Policy]:
        return (row for household in self.households(store) for row in household.policies)

    def readings(self, store: Organisation) -> Iterator[Reading]:
        return (row for household in self.households(store) for row in household.readings)

    def visits(self, store: Organisation) -> Iterator[Visit]:
        return (row for household in self.households(store) for row in household.visits)

    def appointments(self, store: Organisation) -> Iterator[Appointment]:
        return (row for household in self.households(store) for row in household.appointments)

    def promises(self, store: Organisation) -> Iterator[Promise]:
        return (row for household in self.households(store) for row in household.promises)

    def deliveries(self, store: Organisation, days: int = 30) -> Iterator[Car]:
        """Cars handed over within these days, today excluded."""
        since = self.today - timedelta(days=days)
        return (car for car in self.cars(store) if car.delivered_at.date() >= since)

    def desk(self, store: Organisation) -> Desk:
        def logins(role: Role) -> tuple[str, ...]:
            return tuple(person.login for person in self.staff_of(store, role))

        return Desk(
            store, self.stores.index(store), self.today, logins(Role.SALES_CONSULTANT),
            logins(Role.SERVICE_ADVISOR), logins(Role.TECHNICIAN), logins(Role.CALL_AGENT),
        )  # fmt: skip

    def _household(self, desk: Desk, number: int, *, couple: bool) -> Household:
        rng = Random((self.seed * 16 + desk.index) * 100_000_000 + number)
        story = story_of(number)
        told = couple or story is not NO_STORY
        stage = Stage.OWNER if told else people.stage(rng)
        firm = not told and stage not in _OPEN and rng.random() < 0.1
        known = rng.randrange(3, 120) if stage in _OPEN else garage.OLDEST_DAYS
        drawn = people.customer(rng, desk, Outline(number, stage, firm, known, story.birthday))
        cars = [
            garage.car(rng, desk, drawn, number, place, story if place == 0 else NO_STORY)
            for place in range(_car_count(rng, stage, firm))
        ]
        folk: tuple[Customer, ...] = (_known_since(drawn, cars),)
        if couple:
            folk = (*folk, self._relative(rng, desk, number + 1, folk[0]))
        return self._with_history(rng, desk, folk, cars, story)

    def _relative(self, rng: Random, desk: Desk, number: int, owner: Customer) -> Customer:
        days = (self.today - owner.created_on).days
        same_name = owner.name[:1] if rng.random() < 0.4 else None
        outline = Outline(number, Stage.POTENTIAL, False, days, None, same_name, "家庭共用车")
        return people.customer(rng, desk, outline)

    def _with_history(
        self, rng: Random, desk: Desk, folk: tuple[Customer, ...], cars: list[Car], story: Story
    ) -> Household:
        policies: list[Policy] = []
        readings: list[Reading] = []
        visits: list[Visit] = []
        for place, car in enumerate(cars):
            told = story if place == 0 else NO_STORY
            policies += garage.policies(rng, desk, car, told)
            came, read = workshop.life(
                rng, desk, car, folk, self._rhythm(rng, folk[0], car), _must(car, told, self.today)
            )
            visits += came
            readings += read
        relation = rng.choice(_RELATIONS)
        users = [CarUser(cars[0].number, other.number, relation) for other in folk[1:]]
        return Household(
            folk, tuple(cars), tuple(users), tuple(policies), tuple(readings), tuple(visits),
            tuple(_appointments(rng, desk, folk[0], cars, story)),
            tuple(_promises(rng, desk, folk[0], cars, visits, story)),
        )  # fmt: skip

    def _rhythm(self, rng: Random, owner: Customer, car: Car) -> workshop.Rhythm:
        km = rng.lognormvariate(4.2 if owner.is_company else 3.55, 0.35)
        last = self.today - timedelta(days=1)
        gone = [day for day in (owner.lost_on, car.sold_on) if day]
        age = (min([last, *gone]) - car.purchased_on).days
        if owner.stage is Stage.OWNER and rng.random() < 0.18:
            age = int(age * rng.uniform(0.5, 0.95))  # overdue, and nobody has noticed
        return workshop.Rhythm(
            min(km, 160.0), age, self.attendance * (1.1 if owner.stage is Stage.BASE else 1.0)
        )


def _car_count(rng: Random, stage: Stage, firm: bool) -> int:
    if stage in _OPEN:
        return 0
    if firm:
        return min(garage.CARS_PER_CUSTOMER, 2 + int(rng.expovariate(0.24)))
    return 2 if rng.random() < 0.24 else 1


def _known_since(customer: Customer, cars: list[Car]) -> Customer:
    """On file since shortly before the first purchase; consents and loss follow."""
    if not cars:
        return customer
    first = min(car.purchased_on for car in cars) - timedelta(days=len(customer.name) * 3)
    latest = max(car.delivered_at.date() for car in cars)
    lost = customer.lost_on
    if lost and lost <= latest:
        lost = latest + timedelta(days=1)
    return replace(
        customer,
        created_on=first,
        lost_on=lost,
        consents=tuple(_given(consent, first) for consent in customer.consents),
    )


def _given(consent: Consent, day: date) -> Consent:
    withdrawn = consent.withdrawn_on
    return replace(consent, given_on=day, withdrawn_on=withdrawn if withdrawn and withdrawn > day else None)


def _must(car: Car, story: Story, today: date) -> int | None:
    return None if story.visited is None else (today - car.purchased_on).days - story.visited


def _appointments(
    rng: Random, desk: Desk, owner: Customer, cars: list[Car], story: Story
) -> Iterator[Appointment]:
    chance = rng.random() < 0.015 and owner.stage in (Stage.OWNER, Stage.BASE)
    when = story.appointment
    if when is None and chance:
        when = (rng.randrange(0, 7), clock(8, 30) + rng.randrange(0, 16) * 30)
    if when is None:
        return
    car, (days, minutes) = cars[0], when
    yield Appointment(
        number=f"YY{car.number[-7:]}",
        store=car.store,
        car=car.number,
        customer=owner.number,
        at=at(desk.today + timedelta(days=days), minutes),
        kind=rng.choice(("保养", "保养", "维修")),
        channel=rng.choice(("电话", "微信", "柜台")),
        advisor=car.advisor,
        request=rng.choice(_REQUESTS),
        confirmed=rng.random() < 0.7,
    )


def _promises(
    rng: Random, desk: Desk, owner: Customer, cars: list[Car], visits: list[Visit], story: Story
) -> Iterator[Promise]:
    """The open one of the story, and those kept after visits of the last two months."""
    recent = [visit for visit in visits if 8 < (desk.today - visit.arrived_at.date()).days < 60]
    for visit in recent:
        if rng.random() < 0.3:
            due = visit.arrived_at + timedelta(days=rng.randrange(1, 4))
            yield _promise(rng, desk, owner, visit.car, visit.advisor, visit.arrived_at, due, kept=True)
    if story.promise is not None:
        days, minutes = story.promise
        due = at(desk.today + timedelta(days=days), minutes)
        made = due - timedelta(days=1, minutes=rng.randrange(0, 90))
        staff = rng.choice((cars[0].advisor, rng.choice(desk.agents)))
        yield _promise(rng, desk, owner, cars[0].number, staff, made, due, kept=False)


def _promise(
    rng: Random,
    desk: Desk,
    owner: Customer,
    car: str,
    staff: str,
    made: datetime,
    due: datetime,
    *,
    kept: bool,
) -> Promise:
    return Promise(
        number=f"CN{made:%y%m%d}{car[-7:]}",
        store=desk.store.code,
        customer=owner.number,
        car=car,
        staff=staff,
        made_at=made,
        due_at=due,
        text=rng.choice(_PROMISES),
        kept_at=due - timedelta(minutes=rng.randrange(5, 30)) if kept else None,
    )
