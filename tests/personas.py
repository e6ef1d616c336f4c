"""A small world with names, made through the product's own services: who works where, and whose customers are whose.

星辰汽车 (manufacturer) › 华东 (region) › 芜湖弋江店 and 合肥包河店; 宣城独立店 stands alone. The two stores under one
manufacturer are what the isolation tests are about: nothing of one may show in the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client

from qibu.aftersales.models import Visit
from qibu.aftersales.services import visits
from qibu.aftersales.services.visits import Sender
from qibu.care.models import Due
from qibu.catalog.services import saying
from qibu.connect.models import Import
from qibu.connect.services import imports, steps
from qibu.contact.models import Message
from qibu.customers.models import Consent, Customer, Duplicate
from qibu.customers.services import (
    assignments,
    consents,
    customers,
    holds,
    merges,
    notes,
    points,
    relations,
    tags,
)
from qibu.deliveries.forms import next_hour
from qibu.deliveries.models import Delivery
from qibu.deliveries.services import appointments, checking
from qibu.drives.models import DemoCar, Drive
from qibu.drives.services import bookings, driving, fleet
from qibu.drives.services.driving import Shown
from qibu.drives.services.planning import Plan
from qibu.intake.rules import Draft as LeadDraft
from qibu.intake.services import arriving, quarantine
from qibu.intake.services import forms as web_forms
from qibu.intake.services import sheets as lead_sheets
from qibu.intake.services.arriving import Brought
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.kernel.tests.pictures import png
from qibu.leads.models import Lead
from qibu.leads.rules import Door, Received
from qibu.leads.rules import Person as Caller
from qibu.leads.services import allocating, ending, receiving, sharing
from qibu.leads.services.ending import Loss
from qibu.network.models import (
    Absence,
    Export,
    HandOver,
    HandOverItem,
    OpenSession,
    Organisation,
    Staff,
    User,
)
from qibu.network.rules import Capability, ExportLevel, Role
from qibu.network.services import absences, actors, custom_fields, saved_views, tokens
from qibu.network.services.batches import begin
from qibu.network.services.custom_fields import Draft
from qibu.network.services.exports import Asked, ask
from qibu.network.services.saved_views import Look
from qibu.network.services.sounds import sort_key
from qibu.network.tokens import Scope
from qibu.nurturing.models import Sequence
from qibu.nurturing.rules import Step
from qibu.nurturing.services import library, runs
from qibu.nurturing.services import sending as pieces
from qibu.nurturing.services.sending import Wish
from qibu.orders.models import Order, StockCar
from qibu.orders.services import cancelling, cars, orders, payments, stock
from qibu.quotes.models import Quote
from qibu.quotes.services import appraisals, drafts, sending, terms
from qibu.quotes.services.appraisals import Looked
from qibu.quotes.services.book import Header, Offer
from qibu.showroom.services import reception
from qibu.showroom.services.reception import Arrival
from qibu.spotchecks.models import Check, Draw, LedgerEntry, Proposal
from qibu.tasks.models import Task
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.services import clocks, results, tasks
from qibu.vehicles.models import Ownership, Vehicle
from qibu.vehicles.services import ownerships, policies, transfers, vehicles

BACKEND = "django.contrib.auth.backends.ModelBackend"
PASSWORD = "七步走稳-2026-弋江"
SELLERS = (Role.SALES_CONSULTANT, Role.SERVICE_ADVISOR, Role.STORE_MANAGER)
SEPARATED = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR)

# Everyone of store A, by role. The first letters of the store's own people never occur in the other store.
TEAM_A = {
    Role.STORE_MANAGER: "周敏", Role.SALES_MANAGER: "郭亮", Role.SALES_CONSULTANT: "李思远",
    Role.SERVICE_MANAGER: "何志刚", Role.SERVICE_ADVISOR: "陈晓燕", Role.TECHNICIAN: "吴铁军",
    Role.CARE_MANAGER: "林可欣", Role.CALL_AGENT: "赵婷婷", Role.MARKETING: "孙一鸣", Role.TRAINER: "冯教文",
    Role.FINANCE: "钱静", Role.SYSTEM_ADMINISTRATOR: "管系统", Role.SECURITY_ADMINISTRATOR: "安保全",
    Role.AUDITOR: "审计明",
}  # fmt: skip
OFFICE = {Role.MANUFACTURER_ANALYST: "厂家析", Role.NETWORK_MANAGER: "厂家营"}
TEAM_B = {Role.STORE_MANAGER: "欧阳震华", Role.SERVICE_ADVISOR: "司马青衫", Role.SALES_CONSULTANT: "慕容复兴"}
TEAM_C = {Role.STORE_MANAGER: "端木云起", Role.SERVICE_ADVISOR: "上官若谷"}

PEOPLE_A = ("王建国", "刘桂兰", "张伟", "陈雨桐", "杨帆")
PEOPLE_B = ("尉迟海棠", "诸葛南山", "皇甫清明", "宇文拓疆", "令狐半夏")
PEOPLE_C = ("澹台白露", "濮阳霜降")


@dataclass
class Person:
    """A persona: a member of staff and their sign-in."""

    role: Role
    actor: Actor
    user: User
    session: str = ""

    @property
    def name(self) -> str:
        return self.actor.name

    def client(self, **headers: Any) -> Client:
        """A browser in which the person is signed in; each has a life of its own."""
        client = Client(headers={"accept-language": "zh-hans", **headers})
        client.cookies[settings.SESSION_COOKIE_NAME] = self.session
        return client


@dataclass
class Store:
    organisation: Organisation
    people: dict[Role, Person]
    ids: dict[str, Any] = field(
        default_factory=dict
    )  # one row of each kind, by the word the isolation table uses
    customers: list[Customer] = field(default_factory=list)
    cars: list[Vehicle] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)  # words that occur in this store's data alone
    numbers: set[str] = field(default_factory=set)  # phones and identity numbers, in the clear

    @property
    def manager(self) -> Person:
        return self.people[Role.STORE_MANAGER]

    @property
    def actor(self) -> Actor:
        return self.manager.actor


@dataclass
class World:
    manufacturer: Organisation
    region: Organisation
    analyst: Person
    chief: Person  # says for the whole network how its stores work
    a: Store
    b: Store
    c: Store

    @property
    def stores(self) -> tuple[Store, Store, Store]:
        return self.a, self.b, self.c

    @property
    def colleagues(self) -> list[Person]:
        """Everyone of store A and the manufacturer's people."""
        return [*self.a.people.values(), self.analyst, self.chief]


def build() -> World:
    """The whole world, in the running transaction or committed, as the caller wants it."""
    kind = Organisation.Kind
    manufacturer = Organisation.objects.create(code="XC", name="星辰汽车", kind=kind.MANUFACTURER)
    region = Organisation.objects.create(code="XC-HD", name="华东大区", kind=kind.REGION, parent=manufacturer)
    office = _people(manufacturer, OFFICE)
    return World(
        manufacturer,
        region,
        office[Role.MANUFACTURER_ANALYST],
        office[Role.NETWORK_MANAGER],
        _store("XC-WH", "芜湖弋江店", "芜湖", region, TEAM_A, PEOPLE_A, 1),
        _store("XC-HF", "合肥包河店", "合肥", region, TEAM_B, PEOPLE_B, 2),
        _store("XCDL", "宣城独立店", "宣城", None, TEAM_C, PEOPLE_C, 3),
    )


def _store(
    code: str,
    name: str,
    city: str,
    parent: Organisation | None,
    team: dict[Role, str],
    names: tuple[str, ...],
    number: int,
) -> Store:
    organisation = Organisation.objects.create(
        code=code, name=name, short_name=name, city=city, parent=parent
    )
    store = Store(organisation, _people(organisation, team))
    store.marks |= set(team.values()) | set(names)
    with scope(store.actor):
        for index, who in enumerate(names):
            add_customer(store, who, number, index)
        _fill(store)
        _sales(store)
    store.ids["import"] = _import(store)
    store.ids["message"] = _message(store)
    return store


@lru_cache(maxsize=1)
def _hashed() -> str:
    return make_password(PASSWORD)


def _people(organisation: Organisation, team: dict[Role, str]) -> dict[Role, Person]:
    found = {}
    for role, name in team.items():
        username = f"{role.value}@{organisation.code}".lower()
        user = User.objects.create(username=username, password=_hashed())
        with scope(actors.system(organisation)):
            staff = Staff.objects.create(
                organisation=organisation,
                user=user,
                name=name,
                sort_key=sort_key(name),
                roles=[role.value],
                joined_on=date(2024, 5, 6),
                number=f"{organisation.pk:02}{len(found):02}",
            )
        found[role] = Person(role, actors.of_staff(staff), user)
    for person in found.values():
        person.session = sign_in(person)
    return found


def sign_in(person: Person) -> str:
    """A session of its own, without the hashing of a password. Its use is noted once a minute, on whichever page comes
    then: not within the coming hour, so that pages ask the same number of queries every time."""
    client = Client()
    client.force_login(person.user, backend=BACKEND)
    now, session = times.now().timestamp(), client.session
    session.update({"organisation": person.actor.organisation_id, "since": now, "seen": now + 3600})
    session.save()
    OpenSession.objects.create(user=person.user, key=session.session_key)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def phone_of(number: int, index: int) -> str:
    return f"13{number}0553{number}{index:03}"


def plate_of(number: int, index: int) -> str:
    return f"皖{'BAP'[number - 1]}{number}QB{index:02}"


def vin_of(number: int, index: int) -> str:
    return f"LVVDB11B{number}RD0{index:05}"


def identity_of(number: int, index: int) -> str:
    """A number whose check digit is right, of a district that doesn't exist."""
    body = f"99020{number}1985{index % 12 + 1:02}12{number}{index:02}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return (
        body
        + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]
    )


def add_customer(store: Store, name: str, number: int, index: int) -> None:
    """The first one is looked after by nobody, so that everyone who sees customers at all sees them."""
    phone, identity = phone_of(number, index), identity_of(number, index)
    values = {
        "kind": "person",
        "stage": "owner",
        "name": name,
        "source": "展厅",
        "identity": identity,
        "city": store.organisation.city,
    }
    customer = customers.register(actor=store.actor, values=values, phones=[phone])
    if index:
        advisor = store.people[Role.SERVICE_ADVISOR].actor.staff_id
        assignments.assign(actor=store.actor, customer_ids=[customer.pk], role="advisor", staff_id=advisor)
    bought = times.today() - timedelta(days=400 + 30 * index)
    car = vehicles.register(
        actor=store.actor,
        owner_id=customer.pk,
        vin=vin_of(number, index),
        plate=plate_of(number, index),
        brand="星辰",
        series=f"远航{number}",
        purchased_on=bought,
        registered_on=bought,
    )
    store.customers.append(customer)
    store.cars.append(car)
    store.marks |= {plate_of(number, index), vin_of(number, index), phone, phone[:3] + "****" + phone[-4:]}
    store.numbers |= {phone, identity}


def _sold_on(store: Store) -> dict[str, int]:
    """A car that went over from somebody to nobody knows whom."""
    number = store.organisation.pk
    plate = plate_of(number % 3 + 1, 80 + number % 10)
    car = vehicles.register(actor=store.actor, owner_id=_nobodys(store).pk, plate=plate)
    one = transfers.transfer(
        actor=store.actor, vehicle_id=car.pk, version=1, new_owner_id=None, on=times.today(), reason="sold"
    )
    return {"sold_car": car.pk, "transfer": one.pk}


def _sales(store: Store) -> None:
    """One row of each kind that sales have."""
    # catalog
    store.ids |= _sharing(store)
    _catalogue(store)
    store.ids["lead"] = _lead(store)
    _further_leads(store)
    # showroom
    store.ids |= _showroom(store)
    # drives
    store.ids.update(_drives(store))
    # quotes
    _quotes(store)
    # spotchecks
    store.ids.update(_spotchecks(store))
    # nurturing
    store.ids |= _nurturing(store)
    # orders
    store.ids |= _orders(store)
    # deliveries
    store.ids |= _delivery(store)
    # intake
    store.ids |= _intake(store)
    # funnel


def add_lead(store: Store, index: int) -> None:
    """Somebody who comes in about a car and lies in the pool."""
    who = Caller(name=f"来电{index}", phones=(f"13855571{index:03d}",))
    wish = {"brand": "星辰", "series": "追光"}
    received = Received(door=Door.HAND, source="walk-in", person=who, at=times.now(), wish=wish)
    receiving.receive(actor=store.actor, received=received)


def _further_leads(store: Store) -> None:
    """A second open lead of the first customer, as two files that became one leave it, and one that was lost."""
    number = store.organisation.pk
    for place, (kind, phone) in enumerate((("second_lead", "1385554"), ("lost_lead", "1385556"))):
        who = Caller(name=f"又来{number}{place}", phones=(f"{phone}{number:04d}",))
        wish = {"brand": "星辰", "series": "远航"}
        received = Received(door=Door.HAND, source="walk-in", person=who, at=times.now(), wish=wish)
        store.ids[kind] = receiving.receive(actor=store.actor, received=received).lead.pk
        store.marks.add(who.name)
    Lead.objects.filter(pk=store.ids["second_lead"]).update(customer=store.customers[0])
    consultant = store.people.get(Role.SALES_CONSULTANT, store.manager).actor.staff_id
    allocating.give(actor=store.actor, lead_id=store.ids["lost_lead"], staff_id=consultant)
    ending.lose(actor=store.actor, lead_id=store.ids["lost_lead"], loss=Loss(reason="price", detail="budget"))
def _showroom(store: Store) -> dict[str, int]:
    """Somebody who came in and left no number; the manager and whoever leads sales receive people."""
    number = store.organisation.pk
    found = Arrival(purpose="look", at=times.now(), name=f"来客{number}", remark=f"带着{number}个孩子")
    visitor = reception.welcome(actor=store.actor, arrival=found)
    store.marks |= {visitor.name, visitor.remark}
    return {"visitor": visitor.pk}


def _sharing(store: Store) -> dict[str, int]:
    """A rule and a group of the store; the rule leaves who walks in in the pool."""
    number = store.organisation.pk
    seller = store.actor.staff_id or 0
    group = sharing.set_group(actor=store.actor, name=f"网销{number}组", people=[seller])
    facts = {"name": f"到店{number}规则", "sources": ["walk-in"], "target": "pool"}
    rule = sharing.save_rule(actor=store.actor, facts=facts)
    store.marks |= {group.name, rule.name}
    return {"seller": seller, "seller_group": group.pk, "sharing_rule": rule.pk}


def _intake(store: Store) -> dict[str, int]:
    """What came in and waits, a form, a sheet that nobody has loaded yet, a token; words that occur here alone."""
    actor, number = store.actor, store.organisation.pk
    waits, dropped = (_arrival(store, f"{word}{number}") for word in ("等处理的人", "丢弃的人"))
    quarantine.drop(actor=actor, arrival_id=dropped, reason=f"同行来打听{number}")
    headline = f"来{store.organisation.name}试驾"
    plan = web_forms.Plan(name=f"试驾月{number}", source="form", headline=headline, consent=headline)
    rows = lead_sheets.Read(["姓名", "电话"], {"0": "name", "1": "phone"}, [(2, [f"表里的人{number}", "没有"])])
    sheet = lead_sheets.keep(actor=actor, read=rows, file_name=f"线索{number}.xlsx", source="vertical", campaign="")
    token = tokens.create(actor=actor, name=f"官网对接{number}", scopes=[Scope.LEADS_WRITE]).token
    words = ("等处理的人", "丢弃的人", "同行来打听", "试驾月", "表里的人", "官网对接")
    store.marks |= {*(f"{word}{number}" for word in words), f"线索{number}.xlsx", headline}
    web_form = web_forms.make(actor=actor, plan=plan)
    return {"arrival": waits, "dropped": dropped, "web_form": web_form.pk, "sheet": sheet.pk, "token": token.pk}


def _arrival(store: Store, name: str) -> int:
    brought = Brought(
        door=Door.API, source="website", draft=LeadDraft(name=name), raw=name, at=times.now(), sender=name
    )
    return arriving.take(actor=store.actor, brought=brought).arrival.pk


def _catalogue(store: Store) -> None:
    """A car, an accessory and a loan plan of the store's own."""
    actor, number = store.actor, store.organisation.pk
    series = f"追光{number}"
    facts = {"brand": "星辰", "series": series, "name": f"旗舰{number}", "price": Decimal(159_800)}
    saying.add(actor=actor, kind=saying.CAR, code=f"zg-{number}", values=facts)
    mats = {"name": f"真皮脚垫{number}", "price": Decimal(480)}
    saying.add(actor=actor, kind=saying.EXTRA, code=f"mats-{number}", values=mats)
    plan = {"name": f"店里三年期{number}", "rate": Decimal("3.99"), "months": 36}
    saying.add(actor=actor, kind=terms.PLAN, code=f"bank-{number}", values=plan)
    store.ids |= {"car_code": f"zg-{number}", "extra_code": f"mats-{number}", "plan_code": f"bank-{number}"}
    store.marks |= {f"旗舰{number}", f"真皮脚垫{number}", f"店里三年期{number}"}


def _quotes(store: Store) -> None:
    """Of the lead in the pool: an appraisal, one that was sent, one that waits for agreement, and a draft."""
    actor, number, today = store.actor, store.organisation.pk, times.today()
    used = Looked(car=f"旧捷运{number}", value=Decimal(30_000), valid_until=today + timedelta(days=9))
    one = appraisals.appraise(actor=actor, lead_id=store.ids["lead"], looked=used)
    until = today + timedelta(days=9)
    header = Header(bought_on=today, valid_until=until, remark=f"送首保{number}", appraisal_id=one.pk)
    offer = Offer(car_code=f"zg-{number}", plan=f"bank-{number}", extras=(f"mats-{number}",), trade_in=True)
    made = [
        drafts.write(actor=actor, lead_id=store.ids["lead"], header=header, offers=[offer]) for _each in range(3)
    ]
    sending.send(actor=actor, quote_id=made[0].pk)
    asked = {"state": Quote.State.WAITING, "asked_at": times.now(), "asked_why": f"抢单{number}"}
    Quote.objects.filter(pk=made[1].pk).update(**asked)
    store.ids |= {"sent_quote": made[0].pk, "waiting_quote": made[1].pk, "quote": made[2].pk}
    store.marks |= {f"旧捷运{number}", f"送首保{number}", f"抢单{number}"}


def _nurturing(store: Store) -> dict[str, Any]:
    """A piece with its picture, a sequence that the lead goes through, one that was sent and one that waits."""
    actor, number, lead = store.actor, store.organisation.pk, store.ids["lead"]
    code, words = f"piece-{number}", f"比一比{number}"
    image = library.keep_picture(actor=actor, content=png())
    library.add_piece(actor=actor, code=code, values={
        "title": words, "kind": "comparison", "summary": "", "body": f"看空间{number}", "image": image.pk, "cars": [],
        "interests": [], "valid_from": None, "valid_until": None, "active": True,
    })  # fmt: skip
    library.add_piece(actor=actor, code=f"more-{number}", values={
        "title": f"再看看{number}", "kind": "care", "summary": "", "body": f"看空间{number}", "image": None, "cars": [],
        "interests": [], "valid_from": None, "valid_until": None, "active": True,
    })  # fmt: skip
    step = Step(day=0, piece=code, channel="wechat").written()
    library.add_sequence(actor=actor, code=f"slow-{number}", values={
        "name": f"慢热{number}", "audience": "open", "after_days": 300, "grades": [], "stages": [], "sources": [],
        "interests": [], "cars": [], "steps": [step], "active": True,
    })  # fmt: skip
    wish = Wish(piece=code, channel="wechat", asked=True)
    sent = pieces.prepare(actor=actor, lead_id=lead, wish=wish)
    pieces.mark_sent(actor=actor, sending_id=sent.pk)
    waiting = pieces.prepare(actor=actor, lead_id=lead, wish=wish)
    row = Sequence.objects.get(organisation=store.organisation)
    run = runs.begun(actor, row, [Lead.objects.get(pk=lead)], by_hand=True)[0]
    store.marks |= {words, f"看空间{number}", f"慢热{number}", f"再看看{number}"}
    return {
        "piece_code": code, "piece_unsent": f"more-{number}", "sequence_code": row.code, "piece_picture": image.pk,
        "sending": sent.pk, "waiting_piece": waiting.pk, "run": run.pk,
    }  # fmt: skip


def _order(store: Store, lead_id: int, number: str, **facts: Any) -> Order:
    values = {
        "series": f"追光{store.organisation.pk}", "price": Decimal("200000"), "deposit": Decimal("5000"),
        "deposit_kind": "earnest", "expected_on": times.today() + timedelta(days=9), **facts,
    }  # fmt: skip
    called = f"{number}-{store.organisation.code}"
    return orders.draw_up(actor=store.actor, lead_id=lead_id, another=True, number=called, **values)


def _signed(store: Store, lead_id: int, number: str) -> Order:
    order = _order(store, lead_id, number)
    return orders.submit(actor=store.actor, order_id=order.pk)


def _stock_car(store: Store, index: int) -> StockCar:
    number = store.organisation.pk
    car = stock.add(
        actor=store.actor, vin=f"LXCZG5A1{number % 10}RD{900 + index:06}", series=f"追光{number}",
        arrived_on=times.today() - timedelta(days=20), place=f"二号库{number}",
    )  # fmt: skip
    store.marks |= {car.vin, f"二号库{number}"}
    return car


def _orders(store: Store) -> dict[str, int]:
    """In each state that a page needs; the customer's identity number is known already."""
    lead = store.ids["lead"]
    draft, order = _order(store, lead, "HT-E"), _signed(store, lead, "HT-S")
    waiting = _order(store, lead, "HT-W", discount=Decimal("30000"))
    seller = store.people.get(Role.SALES_CONSULTANT) or store.manager
    orders.submit(actor=replace(store.actor, capabilities=seller.actor.capabilities - {Capability.SALES_APPROVE}
                                | {Capability.SALES_VIEW_ALL}), order_id=waiting.pk)  # fmt: skip
    paid = payments.record(
        actor=store.actor, order_id=order.pk, kind="deposit", way="card", amount=Decimal("5000"), on=times.today(),
        receipt=f"SJ-{store.organisation.code}", note="",
    )  # fmt: skip
    asked = _asked(store, _signed(store, lead, "HT-A"))
    store.marks |= {one.number for one in (draft, order, waiting)} | {paid.receipt}
    free = _stock_car(store, 0)
    return {
        "draft": draft.pk, "contract": order.pk, "contract_version": Order.objects.get(pk=order.pk).version,
        "waiting_order": waiting.pk, "payment": paid.pk, "asked_order": asked.pk, "free_car": free.pk,
        "free_car_version": free.version,
    }  # fmt: skip


def _asked(store: Store, order: Order) -> Order:
    """Money came in, and somebody without the right to agree asks for its end."""
    payments.record(
        actor=store.actor, order_id=order.pk, kind="deposit", way="card", amount=Decimal("5000"), on=times.today(),
        receipt="", note="",
    )  # fmt: skip
    asker = replace(store.actor, capabilities=store.actor.capabilities - {Capability.SALES_APPROVE})
    cancelling.ask(actor=asker, order_id=order.pk, cause="buyer", reason="price", note=f"不想买了{order.number}")
    store.marks |= {order.number, f"不想买了{order.number}"}
    return order


def _with_car(store: Store, number: str, index: int) -> Order:
    order = _signed(store, store.ids["lead"], number)
    cars.allocate(actor=store.actor, order_id=order.pk, car_id=_stock_car(store, index).pk)
    payments.record(
        actor=store.actor, order_id=order.pk, kind="balance", way="card", amount=order.total, on=times.today(),
        receipt="", note="",
    )  # fmt: skip
    store.marks.add(order.number)
    return order


def _delivery(store: Store) -> dict[str, int]:
    """One that may take place at any moment; another order waits for its appointment."""
    planned, waits = _with_car(store, "HT-D", 1), _with_car(store, "HT-C", 2)
    bay = f"交车位{store.organisation.pk}"
    delivery = appointments.plan(
        actor=store.actor, order_id=planned.pk, at=next_hour(), bay=bay,
        advisor_id=store.people[Role.SERVICE_ADVISOR].actor.staff_id,
    )  # fmt: skip
    file = checking.keep_photo(actor=store.actor, delivery_id=delivery.pk, content=png(), agreed=True)
    store.marks.add(bay)
    tick = delivery.ticks.order_by("pk").first()
    return {
        "planned_order": planned.pk, "car_order": waits.pk, "delivery": delivery.pk, "tick": tick.pk if tick else 0,
        "delivery_version": Delivery.objects.get(pk=delivery.pk).version, "delivery_file": file.pk,
    }  # fmt: skip


def _drives(store: Store) -> dict[str, Any]:
    """One of each state for the first lead: booked, late, ready to leave, out, done; cars and a way of the store."""
    actor, number = store.actor, store.organisation.pk
    facts = {"series": f"试光{number}", "insured_until": times.today() + timedelta(days=300), "mileage": 1200}
    cars = [fleet.add_car(actor=actor, facts={**facts, "vin": vin_of(number % 10, 90 + n)}) for n in range(2)]
    route = fleet.add_route(actor=actor, facts={"name": f"环线{number}", "km": Decimal(6), "minutes": 20})
    starts = [_opening(store, days) for days in range(2, 8)]
    drives = [_drive(store, cars[place % 2].pk, start) for place, start in enumerate(starts[:5])]
    shown = Shown(driver=f"试驾人{number}", licence_class="C1")
    for place, drive in enumerate(drives[2:]):
        driving.see_licence(actor=actor, drive_id=drive.pk, shown=shown)
        driving.sign(actor=actor, drive_id=drive.pk, strokes="[[[0,0],[300,200]]]")
        if place:
            driving.leave(actor=actor, drive_id=drive.pk, km=1200)
    driving.come_back(actor=actor, drive_id=drives[4].pk, km=1208, damage=f"前杠划痕{number}")
    past = times.now() - timedelta(minutes=30)
    late = Drive.objects.filter(pk=drives[1].pk)
    late.update(starts_at=past - timedelta(minutes=30), ends_at=past, held_until=past)
    store.marks |= {f"试光{number}", f"环线{number}", f"试驾人{number}", f"前杠划痕{number}"}
    names = ("drive", "late_drive", "ready_drive", "out_drive", "done_drive")
    return {
        **{name: drive.pk for name, drive in zip(names, drives, strict=True)}, "demo_car": cars[0].pk,
        "route": route.pk, "drive_start": f"{starts[5].astimezone(times.ZONE):%Y-%m-%dT%H:%M}",
        "demo_car_version": DemoCar.objects.get(pk=cars[0].pk).version,
    }  # fmt: skip


def _spotchecks(store: Store) -> dict[str, int]:
    """A month that was drawn: one check that waits, one consultant with a proposal, and one with an entry."""
    actor, number = store.actor, store.organisation.pk
    about = next(iter(store.people[role] for role in SELLERS if role in store.people)).actor.staff_id or 0
    month = date(2026, 1, 1)
    made = Draw.objects.create(
        organisation=store.organisation, month=month, seed=f"lot{number}", share=10, number=1, each=1,
        population=[[store.ids["lead"], about]], drawn=[store.ids["lead"]], digest="0" * 64, at=times.now(),
        by_id=actor.staff_id,
    )  # fmt: skip
    task = tasks.create_todo(actor=actor, title=f"抽访{number}", due_at=times.now() + timedelta(days=3))
    check = Check.objects.create(
        organisation=store.organisation, draw=made, lead_id=store.ids["lead"], consultant_id=about, task=task
    )
    facts = {"organisation": store.organisation, "draw": made, "amount": 200, "average": 97, "checks": 3}
    proposal = Proposal.objects.create(staff_id=about, **facts)
    entry = LedgerEntry.objects.create(
        organisation=store.organisation, staff_id=about, month=month, amount=100, reason=f"奖励{number}",
        at=times.now(), by_id=actor.staff_id,
    )  # fmt: skip
    store.marks |= {f"lot{number}", f"抽访{number}", f"奖励{number}"}
    return {"draw": made.pk, "check": check.pk, "proposal": proposal.pk, "ledger_entry": entry.pk}


def _opening(store: Store, days: int) -> datetime:
    """An hour after the store opens, so many open days from now."""
    calendar, at = calendar_of(store.organisation.pk), times.now()
    for _day in range(days):
        at = calendar.next_morning(at)
    return at + timedelta(hours=1)


def _drive(store: Store, car_id: int, start: datetime) -> Drive:
    plan = Plan(car_id=car_id, consultant_id=store.actor.staff_id or 0, starts_at=start, minutes=30)
    return bookings.book(actor=store.actor, lead_id=store.ids["lead"], plan=plan)


def _lead(store: Store) -> int:
    """Of the first customer, in the pool, so that all who see leads see it."""
    number = store.organisation.pk
    wish = {"brand": "星辰", "series": f"追光{number}", "remark": f"想看白色的{number}"}
    received = Received(
        door=Door.HAND, source="walk-in", person=Caller(), at=times.now(), wish=wish, customer_id=store.customers[0].pk
    )
    lead = receiving.receive(actor=store.actor, received=received).lead
    store.marks |= {f"追光{number}", f"想看白色的{number}"}
    return lead.pk


def _fill(store: Store) -> None:
    """One row of every kind that an address or a form names, on the first customer; work for the others."""
    actor, customer, car = store.actor, store.customers[0], store.cars[0]
    number = store.organisation.pk
    policy = policies.record(
        actor=actor,
        vehicle_id=car.pk,
        kind="commercial",
        ends_on=times.today() + timedelta(days=25),
        starts_on=None,
        insurer="平安",
        number=f"BD{number:06}",
    )
    driver = ownerships.add(
        actor=actor, vehicle_id=car.pk, customer_id=store.customers[1].pk, role=Ownership.Role.DRIVER
    )
    further = points.add(
        actor=actor, customer_id=customer.pk, kind="phone", value=f"1390553{number % 10000:04}"
    )
    hold = holds.place(actor=actor, customer_id=customer.pk, reach="marketing", reason=f"旅行到月底{number}")
    relations.add(actor=actor, customer_id=customer.pk, other_id=store.customers[1].pk, kind="邻居")
    tags.put(actor=actor, customer_ids=[customer.pk], names=[f"标签{number}"])
    notes.write(actor=actor, customer_id=customer.pk, text=f"喜欢靠窗的座位{number}")
    own_field = custom_fields.define(actor=actor, record="customer", draft=Draft(f"爱喝的茶{number}", listed=True))
    keep_custom(actor, customer, {f"custom.{own_field.code}": f"太平猴魁{number}"})
    consents.record(
        actor=actor,
        customer_id=customer.pk,
        purpose=Consent.Purpose.SERVICE,
        channel="phone",
        state="given",
        evidence="交车时签字",
    )
    store.ids = {
        "names": [one.name for one in store.customers],
        "session": OpenSession.objects.get(user=store.manager.user).pk,
        "organisation": store.organisation.pk,
        "customer": customer.pk,
        "other_customer": store.customers[1].pk,
        "free_customer": (free := _nobodys(store)).pk,
        "free_name": free.name,
        "car": car.pk,
        "policy": policy.pk,
        "part": driver.pk,
        "point": further.pk,
        "hold": hold.pk,
        "relation": customer.relations.get().pk,
        "tag": customer.taggings.get().tag_id,
        "field": own_field.code,
        "batch": begin(
            actor=actor, kind="customers.tag", rows=Customer.objects.filter(pk=customer.pk),
            args={"names": [f"标签{number}"]},
        ).pk,
        "export": _export_that_waits(store, customer, number).pk,
        "view": saved_views.save(
            actor=actor, page="customers", name=f"久未回厂{number}", look=Look("all", {"kind": ["person"]}), shared=True
        ).pk,
        "staff": _leaver(store).pk,
        "advisor": store.people[Role.SERVICE_ADVISOR].actor.staff_id,
        "manager": actor.staff_id,
        **_sold_on(store),
        "ownerless": vehicles.register(actor=actor, plate=plate_of(number % 3 + 1, 90 + number % 10)).pk,
        "absence": _absence(store).pk,
        **_merges(store),
        **_visits(store),
        **_work(store),
        "handover": _handover(store),
    }
    store.ids["car_version"] = Vehicle.objects.get(pk=car.pk).version
    store.ids["customer_version"] = Customer.objects.get(pk=customer.pk).version
    store.marks |= {f"标签{number}", f"喜欢靠窗的座位{number}", f"旅行到月底{number}"}
    store.marks |= {f"爱喝的茶{number}", f"太平猴魁{number}", f"久未回厂{number}", f"答谢会名单{number}"}
    store.numbers.add(f"1390553{number % 10000:04}")


def keep_custom(actor: Actor, customer: Customer, values: dict[str, str]) -> None:
    version = Customer.objects.values_list("version", flat=True).get(pk=customer.pk)
    customers.change(actor=actor, customer_id=customer.pk, version=version, values=values, seen={})


def _nobodys(store: Store) -> Customer:
    """A second customer whom nobody looks after, without a car."""
    name = f"{store.organisation.city}散客"
    store.marks.add(name)
    return customers.register(
        actor=store.actor, values={"kind": "person", "stage": "potential", "name": name}
    )


def _export_that_waits(store: Store, customer: Customer, number: int) -> Export:
    who = store.people.get(Role.SALES_MANAGER, store.manager).actor
    asked = Asked("customers", Customer.objects.filter(pk=customer.pk), "view=all", picked=True)
    export = ask(actor=who, asked=asked, purpose=f"答谢会名单{number}")
    # One row waits for nobody: it stands for three hundred.
    Export.objects.filter(pk=export.pk).update(state=Export.State.ASKED, level=ExportLevel.AGREED, total=300)
    return export


def _absence(store: Store) -> Absence:
    """The advisor is away some weeks from now."""
    first = times.today() + timedelta(days=40)
    found: Absence = absences.record(
        actor=store.actor, staff_id=store.people[Role.SERVICE_ADVISOR].actor.staff_id or 0,
        days=absences.Days(first, first + timedelta(days=1)), kind="leave", stand_in_id=store.actor.staff_id,
    )  # fmt: skip
    return found


def _merges(store: Store) -> dict[str, int]:
    """A merge that stands and one that was taken back, of customers whom nobody looks after."""
    names = [f"{store.organisation.city}{which}访客" for which in "头二三"]
    store.marks |= set(names)
    first, second, third = (customers.register(actor=store.actor, values={"name": name}) for name in names)
    (undone,) = merges.merge(actor=store.actor, survivor_id=first.pk, merged_ids=[second.pk])
    merges.undo(actor=store.actor, merge_id=undone.pk)
    (living,) = merges.merge(actor=store.actor, survivor_id=first.pk, merged_ids=[third.pk])
    pair = Duplicate.objects.create(
        organisation=store.organisation, first=first, second=second, signs=["alike", "phone"], strength=3
    )
    return {"merge": living.pk, "undone_merge": undone.pk, "duplicate": pair.pk}


def _leaver(store: Store) -> Staff:
    """Works here without a sign-in, holds nothing: can be granted one, barred, marked as left."""
    name = f"{store.organisation.city}跑单员"
    store.marks.add(name)
    found: Staff = Staff.objects.create(
        organisation=store.organisation,
        name=name,
        sort_key=sort_key(name),
        roles=[Role.SALES_CONSULTANT.value],
    )
    return found


def _visits(store: Store) -> dict[str, Any]:
    made = [_visited(store, index) for index in range(len(store.cars))]
    return {"visit": made[0].pk, "visit_version": made[0].version, "order": made[0].number}


def _visited(store: Store, index: int) -> Visit:
    car, day = store.cars[index], times.today() - timedelta(days=3 + 20 * index)
    order = f"{store.organisation.code}-{index:04}"
    visit = visits.record(
        actor=store.actor,
        vehicle_id=car.pk,
        number=order,
        kind="保养",
        jobs="更换机油机滤",
        opened_on=day,
        closed_on=day,
        mileage=10000 + index,
        labour=Decimal(120),
        parts=Decimal(280),
        total=Decimal(400),
        advisor_id=store.people[Role.SERVICE_ADVISOR].actor.staff_id,
        sender=Sender(),
    )
    store.marks.add(order)
    Due.objects.create(
        organisation=store.organisation,
        trigger="maintenance",
        cycle=f"after-{day}",
        vehicle=car,
        customer=store.customers[index],
        due_on=times.today() + timedelta(days=index),
        known_on=day,
        facts={},
    )
    return visit


def _work(store: Store) -> dict[str, int]:
    """Planned calls for the advisor, one in the pool, a promise, a to-do, and one that is done."""
    actor, advisor, now = store.actor, store.people[Role.SERVICE_ADVISOR].actor, times.now()
    planned = [
        _planned(store, customer, index, advisor.staff_id) for index, customer in enumerate(store.customers)
    ]
    pool = _planned(store, store.customers[0], 90, None)
    due = now + timedelta(hours=3)
    mine = store.customers[1].pk
    promise = tasks.create_promise(
        actor=advisor, customer_id=mine, title=f"送修车费用的答复{store.organisation.pk}", due_at=due
    )
    todo = tasks.create_todo(actor=actor, title=f"核对钥匙登记{store.organisation.pk}", due_at=due)
    done = _planned(store, store.customers[-1], 91, advisor.staff_id)
    tried = results.record(actor=advisor, task_ids=[done.pk], outcome="reached", note="客户满意")
    store.marks |= {promise.title, todo.title}
    clock = planned[1].clocks.get()
    return {
        "task": planned[0].pk, "pool_task": pool.pk, "promise": promise.pk, "todo": todo.pk, "done_task": done.pk,
        "attempt": tried.attempts[0].pk, "clock": clock.pk,
    }  # fmt: skip


def add_work(store: Store, index: int) -> None:
    """Within a scope: a call, a due and a visit for the customer of that number."""
    _planned(store, store.customers[index], index, store.people[Role.SERVICE_ADVISOR].actor.staff_id)
    _visited(store, index)


def _planned(store: Store, customer: Customer, index: int, assignee_id: int | None) -> Task:
    now = times.now()
    task: Task = Task.objects.create(
        organisation=store.organisation,
        category=Task.Category.FOLLOW_UP,
        kind="visit.three_days",
        title="三日回访",
        customer=customer,
        vehicle=store.cars[store.customers.index(customer)],
        assignee_id=assignee_id,
        due_at=now + timedelta(hours=1 + index),
        shown_from=now - timedelta(hours=1),
        key=f"world-{index}",
    )
    clocks.start(actor=store.actor, task=task, at=task.shown_from)
    return task


def _message(store: Store) -> int:
    """A letter to the advisor that did not go out. The store has no account of its own: nothing is tried again."""
    staff_id, now = store.people[Role.SERVICE_ADVISOR].actor.staff_id, times.now()
    with scope(store.actor):
        return Message.objects.create(
            organisation=store.organisation, kind="morning", key="morning:1", staff_id=staff_id,
            address="advisor@example.com", subject="3 件", text="三件事", html="<p>三件事</p>",
            reference="<1@example.com>", state="failed", problem="refused", answer="550 no such mailbox",
            expires_at=now, settled_at=now,
        ).pk  # fmt: skip


def _import(store: Store) -> int:
    """A sheet of two owners, gone all the way: one is loaded, one rejected."""
    number, city = store.organisation.pk % 10, store.organisation.city
    name, plate, vin = f"{city}导入人", f"皖C{number}T8K6", f"LVVDB11B{number}RD9{number:05}"
    phone = f"1350553{number:02}77"
    sheet = f"姓名,手机,车牌号,VIN,购车日期\n{name},{phone},{plate},{vin},2024-03-05\n,,{plate}X,LVV123,2024-03-05\n"
    actor = store.actor
    one = imports.begin(
        actor=actor, file=ContentFile(sheet.encode()), name=f"车主{store.organisation.code}.csv"
    )
    with scope(actor):
        imports.ask_reading(actor=actor, import_id=one.pk)
    steps.work(actor=actor, import_id=one.pk)
    with scope(actor):
        imports.ask_check(
            actor=actor, import_id=one.pk, basis="contract", marketing=False, evidence="购车合同"
        )
    steps.work(actor=actor, import_id=one.pk)
    with scope(actor):
        imports.ask_load(actor=actor, import_id=one.pk)
    steps.work(actor=actor, import_id=one.pk)
    with scope(actor):
        assert Import.objects.get(pk=one.pk).state == Import.State.LOADED, Import.objects.get(pk=one.pk).error
    with (
        connection.cursor() as cursor
    ):  # the loader's tables live until the end of what is one transaction here
        cursor.execute("DISCARD TEMP")
    store.marks |= {name, plate, vin, phone, one.file_name}
    store.numbers.add(phone)
    return one.pk


def _handover(store: Store) -> int:
    advisor, manager = (
        store.people[role].actor.staff_id for role in (Role.SERVICE_ADVISOR, Role.STORE_MANAGER)
    )
    one: HandOver = HandOver.objects.create(
        organisation=store.organisation,
        giver_id=advisor,
        taker_id=manager,
        by_id=manager,
        reason="调岗",
        moved={"customers.advisor": 3},
        shares={str(manager): {"customers.advisor": 3}},
    )
    HandOverItem.objects.create(
        organisation=store.organisation, hand_over=one, part="customers.advisor", row_id=1, taker_id=manager
    )
    return one.pk


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back: one request more of a matrix leaves no trace."""
    point = connection.savepoint()
    try:
        yield
    finally:
        connection.needs_rollback = False
        connection.savepoint_rollback(point)
