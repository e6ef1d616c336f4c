"""A car's history goes with the car; the people who had it before don't.

Every page that leads off from the car and from its present owner is read for words that only the former owner's file
and dealings hold.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from crawling import Visited, links_of, name_of
from qibu.aftersales.models import Visit
from qibu.aftersales.services import visits
from qibu.aftersales.services.visits import Sender
from qibu.care.services import dues, planner
from qibu.customers.models import Customer
from qibu.customers.services import consents, customers, holds, notes, points, relations
from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.network.rules import Role
from qibu.tasks.services import results, tasks
from qibu.vehicles.models import Policy, Vehicle
from qibu.vehicles.services import policies, readings, transfers, vehicles
from qibu.vehicles.tests.places import VIN, Store, a_store, client_of

pytestmark = pytest.mark.django_db
PLATE, PHONE, SENDER = "皖BQ7788", "13905530001", "13705530002"
NAME = "旧事甲"
HISTORY = ("XS-0001", "更换刹车片", "23,400", "1,234.50", "人保")  # of the car itself
# What only the former owner's file and dealings hold.
SECRETS = (
    NAME, "旧事乙", "旧事丙", "旧事丁", "旧事戊", "旧事己", "旧事庚", "旧事辛", "旧事壬", "旧事癸", "旧事子", "旧事丑",
    "旧事寅", "旧事卯", "旧事辰", "旧事巳", "JIUSHI-BD-01", PHONE, "139****0001", SENDER, "137****0002", "88123.00",
)  # fmt: skip
# Lists and desks of the whole store: they lead to everybody, whatever page one came from.
EVERYWHERE = re.compile(
    r"^(customers:(list|search|tags|duplicates|create|export)|aftersales:(list|create)|care:|network:|ui:|connect:|contact:"
    r"|tasks:(workbench|list|print|team|escalations|calendar|ladders|absence|share))"
)


@dataclass
class Case:
    store: Store
    former: Customer
    present: Customer
    car: Vehicle
    visit: Visit
    policy: Policy


@pytest.fixture
def case() -> Case:
    store = a_store()
    with scope(store.actor()) as actor:
        former = _former(actor)
        present = customers.register(actor=actor, values={"name": "今主刘芳", "stage": "owner"}, phones=["13605539999"])
        car = vehicles.register(
            actor=actor, owner_id=former.pk, plate=PLATE, vin=VIN, series="瑞虎8",
            purchased_on=times.today() - timedelta(days=900), price=Decimal(88123),
        )  # fmt: skip
        visit = _dealings(actor, former, car)
        return Case(store, former, present, car, visit, Policy.objects.get())


def _former(actor: Any) -> Customer:
    values = {
        "name": NAME, "stage": "owner", "city": "旧事乙", "address": "旧事丙", "occupation": "旧事丁",
        "family": "旧事戊", "hobbies": "旧事己", "taboos": "旧事庚",
        "driving": "旧事辛", "remark": "旧事壬", "industry": "旧事癸",
    }  # fmt: skip
    former = customers.register(actor=actor, values=values, phones=[PHONE])
    notes.write(actor=actor, customer_id=former.pk, text="旧事子")
    holds.place(actor=actor, customer_id=former.pk, reach="marketing", reason="旧事丑")
    family = customers.register(actor=actor, values={"name": "旧事寅"})
    relations.add(actor=actor, customer_id=former.pk, other_id=family.pk, kind="夫妻")
    consents.record(
        actor=actor, customer_id=former.pk, purpose="marketing", channel="phone", state="given", evidence="旧事卯"
    )
    points.add(actor=actor, customer_id=former.pk, kind="wechat", value="jiushi-wx", person="旧事丁")
    return former


def _dealings(actor: Any, former: Customer, car: Vehicle) -> Visit:
    """A visit, a policy, a reading, a call that was made and a promise that is open."""
    day = times.today() - timedelta(days=30)
    visit = visits.record(
        actor=actor, vehicle_id=car.pk, number="XS-0001", kind="维修", jobs="更换刹车片", opened_on=day, closed_on=day,
        mileage=23400, total=Decimal("1234.50"), remark="旧事辰", sender=Sender("旧事巳", SENDER),
    )  # fmt: skip
    policies.record(
        actor=actor, vehicle_id=car.pk, kind="commercial", starts_on=day, ends_on=times.today() + timedelta(days=20),
        insurer="人保", number="JIUSHI-BD-01",
    )  # fmt: skip
    readings.record(actor=actor, vehicle_id=car.pk, on=times.today(), km=24000)
    soon = {"due_at": times.now() + timedelta(hours=9), "customer_id": former.pk, "vehicle_id": car.pk}
    called = tasks.create_todo(actor=actor, title="旧事辰", **soon)
    results.record(actor=actor, task_ids=[called.pk], outcome="reached", note="旧事巳")
    tasks.create_promise(actor=actor, title="旧事辰", **soon)
    return visit


def hand_on(case: Case) -> None:
    """By a colleague: whoever hands a car over knew both, and sees on its record to whom it would go back."""
    with scope(case.store.actor(Role.SERVICE_MANAGER)) as actor:
        case.car.refresh_from_db()
        transfers.transfer(
            actor=actor, vehicle_id=case.car.pk, version=case.car.version, new_owner_id=case.present.pk,
            on=times.today(), reason="sold", end_others=True,
        )  # fmt: skip
        dues.refresh(actor=actor, vehicle_ids=[case.car.pk])
        planner.plan(actor=actor, on=times.today())


def around(client: Client, *starts: str) -> Iterator[Visited]:
    """The pages that lead off from the middle of these pages, and off from those; not the lists of the whole store."""
    waiting, seen = deque(starts), set(starts)
    while waiting:
        address = waiting.popleft()
        page = Visited(address, name_of(address), client.get(address))
        yield page
        for link in links_of(page) if page.answer.status_code == 302 else _in_the_middle(page):
            if (name := name_of(link)) and link not in seen and not EVERYWHERE.match(name):
                seen.add(link)
                waiting.append(link)
    assert len(seen) < MOST, "a ring of addresses"


def _in_the_middle(page: Visited) -> list[str]:
    middle = re.search(r"<main.*</main>", page.html, re.DOTALL)
    links = re.findall(r'(?:href|hx-get)="([^"#]+)', middle.group(0) if middle else page.html)
    return [link.replace("&amp;", "&") for link in links if link.startswith("/")]


def starts(case: Case, customer: Customer) -> tuple[str, ...]:
    pages = (f"/vehicles/{case.car.pk}/", f"/customers/{customer.pk}/", f"/visits/{case.visit.pk}/")
    return (*pages, f"/visits/?q={PLATE}", f"/vehicles/{case.car.pk}/policies/{case.policy.pk}/")


MOST = 200
ROLES = (Role.STORE_MANAGER, Role.SERVICE_ADVISOR)


@pytest.mark.parametrize("role", ROLES)
def test_the_pages_around_a_car_and_its_owner_say_all_about_the_owner_of_today(case: Case, role: Role) -> None:
    """The control: what is looked for below is really shown as long as the car is theirs."""
    client = client_of(case.store, role)
    read = "".join(page.html for page in around(client, *starts(case, case.former)))
    assert [word for word in (*SECRETS, *HISTORY) if word not in read and word not in (PHONE, SENDER)] == []


@pytest.mark.parametrize("role", ROLES)
def test_once_handed_on_no_page_around_the_car_and_its_owner_says_a_word_of_the_former_one(
    case: Case, role: Role
) -> None:
    hand_on(case)
    client = client_of(case.store, role)
    pages = list(around(client, *starts(case, case.present)))
    names = {page.name for page in pages}
    assert {"vehicles:detail", "vehicles:transferred", "vehicles:policy", "vehicles:edit", "aftersales:detail",
            "aftersales:edit", "aftersales:of-customer", "customers:detail", "aftersales:list"} <= names  # fmt: skip
    for page in pages:
        assert page.answer.status_code in {200, 302, 405}, page.address
        assert [word for word in SECRETS if word in page.html] == [], page.address
    read = "".join(page.html for page in pages)
    assert [word for word in HISTORY if word not in read] == []


def test_the_former_owners_page_tells_their_time_with_the_car_and_nothing_after(case: Case) -> None:
    hand_on(case)
    with scope(case.store.actor()) as actor:
        visits.record(
            actor=actor, vehicle_id=case.car.pk, number="XS-0002", kind="保养", jobs="后来的保养", mileage=25000,
            opened_on=times.today(), closed_on=times.today(),
        )  # fmt: skip
    client = client_of(case.store)
    page = client.get(f"/customers/{case.former.pk}/").content.decode()
    tab = client.get(f"/visits/customers/{case.former.pk}/").content.decode()
    mine = client.get(f"/visits/{case.visit.pk}/of/{case.former.pk}/").content.decode()
    assert "XS-0001" in page and "XS-0001" in tab and NAME in mine and "旧事辰" in mine
    for after in ("XS-0002", "后来的保养", "今主刘芳"):
        assert after not in page and after not in tab and after not in mine


def test_the_plate_finds_the_present_owner_and_the_former_ones_name_finds_no_car(case: Case) -> None:
    hand_on(case)
    client = client_of(case.store)
    for text in (PLATE, PLATE[1:], VIN[-6:]):
        found = client.get(f"/customers/search/?q={text}").content.decode()
        assert "今主刘芳" in found and NAME not in found, text
    for text in (NAME, PHONE, PHONE[-4:]):
        found = client.get(f"/customers/search/?q={text}").content.decode()
        assert NAME in found and PLATE not in found and "Q7788" not in found, text
        assert f'value="{case.car.pk}"' not in client.get(f"/vehicles/find/?q={text}").content.decode()
    row = client.get(f"/customers/?q={NAME}").content.decode()
    assert NAME in row and "Q7788" not in row


def test_whoever_is_looked_for_by_name_is_told_with_their_own_visits(case: Case) -> None:
    hand_on(case)
    client = client_of(case.store)
    assert NAME in client.get(f"/visits/?q={NAME}").content.decode()
    through_the_car = client.get(f"/visits/?q={PLATE}").content.decode()
    assert "XS-0001" in through_the_car and "前任车主" in through_the_car and NAME not in through_the_car


def test_what_was_not_shown_is_not_lost_by_saving_the_form(case: Case) -> None:
    hand_on(case)
    client = client_of(case.store)
    with scope(case.store.actor()):
        case.car.refresh_from_db()
        policy = Policy.objects.get()
    facts = {"plate": PLATE, "vin": VIN, "series": "瑞虎8", "use": "private", "body": "car", "colour": "白"}
    client.post(f"/vehicles/{case.car.pk}/edit/", {**facts, "version": case.car.version})
    until = (times.today() + timedelta(days=25)).isoformat()
    client.post(f"/vehicles/{case.car.pk}/policies/{policy.pk}/", {"kind": "commercial", "ends_on": until})
    typed = {"number": "XS-0001", "opened_on": case.visit.opened_on.isoformat(), "version": 1, "kind": "维修"}
    client.post(f"/visits/{case.visit.pk}/edit/", typed)
    with scope(case.store.actor()):
        car, policy, visit = Vehicle.objects.get(), Policy.objects.get(), Visit.objects.get(pk=case.visit.pk)
    assert (car.colour, car.price) == ("白", Decimal(88123))
    assert (policy.ends_on.isoformat(), policy.number) == (until, "JIUSHI-BD-01")
    assert (visit.remark, visit.contact_name) == ("旧事辰", "旧事巳")


def test_printed_lists_and_what_is_taken_along_name_the_present_owner_with_the_car(case: Case) -> None:
    hand_on(case)
    client = client_of(case.store)
    printed = client.get(f"/care/print/?month={times.today():%Y-%m}").content.decode()
    later = client.get(f"/care/print/?month={times.today() + timedelta(days=20):%Y-%m}").content.decode()
    for page in (printed, later, client.get("/care/").content.decode()):
        for line in re.findall(r"<tr.*?</tr>", page, re.DOTALL):
            assert not ("Q7788" in line and NAME in line)
    assert "Q7788" in printed + later and "今主刘芳" in printed + later


def test_a_car_that_comes_back_to_its_former_owner_tells_of_them_again(case: Case) -> None:
    hand_on(case)
    with scope(case.store.actor()) as actor:
        case.car.refresh_from_db()
        transfers.transfer(
            actor=actor, vehicle_id=case.car.pk, version=case.car.version, new_owner_id=case.former.pk, on=times.today()
        )
    page = client_of(case.store).get(f"/vehicles/{case.car.pk}/").content.decode()
    assert NAME in page and "JIUSHI-BD-01" in page and "今主刘芳" not in page
