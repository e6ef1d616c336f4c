"""The pages and forms of visits: who sees them, what they keep, what they cost."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from qibu.aftersales.models import Visit
from qibu.aftersales.services import visits
from qibu.aftersales.services.visits import Sender
from qibu.customers.models import ContactPoint, Customer
from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.network.rules import CAPABILITIES, Capability, Role
from qibu.vehicles.models import Vehicle
from qibu.vehicles.services import transfers
from qibu.vehicles.tests.places import OTHER_VIN, Store, a_car, a_customer, a_store, client_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
CAME = date(2026, 10, 1)


@pytest.fixture
def store() -> Store:
    return a_store()


@pytest.fixture
def client(store: Store) -> Client:
    return client_of(store)


@pytest.fixture
def owner(store: Store) -> Customer:
    with scope(store.actor()):
        return a_customer(store)


@pytest.fixture
def car(store: Store, owner: Customer) -> Vehicle:
    with scope(store.actor()):
        return a_car(store, owner)


def a_visit(store: Store, car: Vehicle, number: str = "RO-1", **facts: Any) -> Visit:
    facts = {"kind": "保养", "opened_on": CAME, "closed_on": CAME, "total": Decimal(498)} | facts
    with scope(store.actor()):
        return visits.record(actor=store.actor(), vehicle_id=car.pk, number=number, **facts)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_gets_the_pages_or_a_refusal(store: Store, car: Vehicle, role: Role) -> None:
    visit, client, may = a_visit(store, car), client_of(store, role), CAPABILITIES[role]
    seen = 200 if Capability.CUSTOMERS_VIEW in may else 403
    edits = 200 if Capability.CUSTOMERS_EDIT in may else 403
    for path in ("", f"{visit.pk}/", f"{visit.pk}/?drawer=1", f"customers/{visit.customer_id}/"):
        assert client.get(f"/visits/{path}").status_code == seen, path
    for path in ("new/", "new/?past=1", f"new/?drawer=1&vehicle={car.pk}", f"{visit.pk}/edit/"):
        assert client.get(f"/visits/{path}").status_code == edits, path


def test_the_visit_of_another_store_is_not_there(store: Store, car: Vehicle) -> None:
    visit, stranger = a_visit(store, car), client_of(a_store("B"))
    for path in (f"{visit.pk}/", f"{visit.pk}/edit/", f"customers/{visit.customer_id}/", f"new/?vehicle={car.pk}"):
        assert stranger.get(f"/visits/{path}").status_code == 404, path
    assert "RO-1" not in stranger.get("/visits/").content.decode()


def test_a_car_is_checked_in_from_the_list(store: Store, client: Client, car: Vehicle) -> None:
    offered = client.get("/vehicles/find/?q=皖B12345").content.decode()
    assert f'name="vehicle" value="{car.pk}"' in offered
    typed = {
        "vehicle": car.pk, "number": "RO-7", "kind": "保养", "opened_on": times.today().isoformat(),
        "mileage": "20000", "labour": "100", "parts": "98.50", "contact_name": "李敏",
        "contact_phone": "139 1234 5678",
    }  # fmt: skip
    answer = client.post("/visits/new/?drawer=1", typed, **HTMX)
    assert answer.headers["HX-Redirect"] == "/visits/"
    with scope(store.actor()):
        visit = Visit.objects.get()
        assert (visit.total, visit.closed_on, visit.maintenance) == (Decimal("198.50"), None, True)
        assert ContactPoint.objects.get().role == "sender"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"number": ""}, "请填写工单号"),
        ({"number": "RO-1"}, "店里已有这个工单号"),
        ({"closed_on": "2026-09-30"}, "离店日期早于到店日期"),
        ({"opened_on": "2099-01-01", "closed_on": ""}, "这一天还没到"),
        ({"vehicle": "", "q": ""}, "请输入车牌、VIN 或车主姓名来找车"),
        ({"vehicle": "", "q": "皖B12345"}, "请在下面选一台车"),
        ({"contact_phone": "139123456789012345678"}, "号码多了几位"),
        ({"mileage": "300"}, "2026-10-01 的里程是 20,000 公里"),
        ({"total": "很多"}, "请填金额"),
    ],
)
def test_a_refused_form_says_what_keeps_the_rest_and_records_nothing(
    store: Store, client: Client, car: Vehicle, typed: Any, words: str
) -> None:
    a_visit(store, car, mileage=20_000)
    right = {
        "vehicle": car.pk, "q": "皖B12345", "number": "RO-2", "opened_on": "2026-10-01",
        "closed_on": "2026-10-02", "jobs": "更换刹车片",
    }  # fmt: skip
    answer = client.post("/visits/new/", {**right, **typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page and "更换刹车片" in page
    with scope(store.actor()):
        assert Visit.objects.count() == 1


def test_a_known_number_leads_to_its_visit(store: Store, client: Client, car: Vehicle) -> None:
    visit = a_visit(store, car)
    typed = {"vehicle": car.pk, "number": "RO-1", "opened_on": "2026-10-01"}
    assert f'href="/visits/{visit.pk}/"' in client.post("/visits/new/", typed).content.decode()


def test_the_palette_finds_a_visit_by_its_number(store: Store, client: Client, car: Vehicle) -> None:
    visit = a_visit(store, car, number="GD2611250009328")
    for typed in ("GD2611250009328", "gd26112"):
        assert f'href="/visits/{visit.pk}/"' in client.get("/customers/search/", {"q": typed}).text
    assert "GD2611250009328" not in client.get("/customers/search/", {"q": "GD27"}).text


def test_a_visit_is_closed_by_its_day_of_leaving(store: Store, client: Client, car: Vehicle) -> None:
    visit = a_visit(store, car, closed_on=None)
    assert "在店" in client.get("/visits/").content.decode()
    typed = {"number": "RO-1", "opened_on": "2026-10-01", "closed_on": "2026-10-02", "version": 1}
    client.post(f"/visits/{visit.pk}/edit/", typed)
    late = client.post(f"/visits/{visit.pk}/edit/", {**typed, "remark": "晚了一步"})
    assert late.status_code == 422
    assert "刚被同事改过" in late.content.decode() and "晚了一步" in late.content.decode()
    with scope(store.actor()):
        assert Visit.objects.get().closed_on == CAME + timedelta(1)


def test_a_later_owners_adviser_reads_nothing_of_the_earlier_owner(store: Store) -> None:
    with scope(store.actor()):
        seller = a_customer(store, "老车主", seller=store.staff[Role.SALES_MANAGER])
        buyer = a_customer(store, "新车主", seller=store.staff[Role.SALES_CONSULTANT])
        car = a_car(store, seller)
    visit = a_visit(store, car, sender=Sender("送车的人", "13912345678"), remark="老车主爱人来取")
    with scope(store.actor()):
        transfers.transfer(
            actor=store.actor(), vehicle_id=car.pk, version=1, new_owner_id=buyer.pk, on=times.today()
        )
    client = client_of(store, Role.SALES_CONSULTANT)
    for path in ("", f"{visit.pk}/", f"{visit.pk}/?drawer=1", f"{visit.pk}/edit/"):
        page = client.get(f"/visits/{path}").content.decode()
        assert "前任车主" in page, path
        for secret in ("老车主", "送车的人", "139"):
            assert secret not in page, (path, secret)
    assert "data-row=" not in client.get("/visits/?q=老车主").content.decode()
    manager = client_of(store)
    assert "老车主" not in manager.get(f"/visits/{visit.pk}/").content.decode()
    for address in (f"/visits/{visit.pk}/of/{seller.pk}/", f"/visits/{visit.pk}/edit/?of={seller.pk}"):
        page = manager.get(address).content.decode()
        assert "送车的人" in page and "老车主爱人来取" in page, address
        assert client.get(address).status_code in {200, 404}
        assert "送车的人" not in client.get(address).content.decode(), address


def test_the_list_is_narrowed(store: Store, client: Client, car: Vehicle) -> None:
    with scope(store.actor()):
        other = a_car(store, a_customer(store, "刘芳"), vin=OTHER_VIN, plate="皖B77777")
    advisor = store.staff[Role.SERVICE_ADVISOR]
    a_visit(store, car, "RO-1", advisor_id=advisor.pk)
    a_visit(store, other, "RO-2", kind="事故维修", total=Decimal(6000), closed_on=None)

    def shown(query: str) -> set[str]:
        page = client.get(f"/visits/?{query}").content.decode()
        return {number for number in ("RO-1", "RO-2") if f'class="nm">{number}' in page}

    for query in ("q=RO-1", "q=皖B·12345", "q=王建国", "q=wjg", "kind=保养", f"advisor={advisor.pk}", "amount=0-500"):
        assert shown(query) == {"RO-1"}, query
    for query in ("q=皖B77777", "view=open", "state=open", "amount=5000-", "kind=事故维修"):
        assert shown(query) == {"RO-2"}, query
    assert shown("opened_from=2026-10-02") == set()
    assert shown("opened_from=2026-10-01&opened_to=2026-10-01") == {"RO-1", "RO-2"}


def test_a_page_of_the_list_costs_the_same_for_fifty_rows_as_for_one(
    store: Store, client: Client, car: Vehicle, django_assert_num_queries: Any
) -> None:
    a_visit(store, car, "RO-0")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get("/visits/")
    with CaptureQueriesContext(connection) as few:
        client.get("/visits/", **HTMX)
    for n in range(1, 60):
        a_visit(store, car, f"RO-{n}", opened_on=CAME - timedelta(n), closed_on=CAME)
    with django_assert_num_queries(len(few)):
        page = client.get("/visits/", **HTMX).content.decode()
    assert page.count("data-row=") == 50
    assert len(few) <= 16  # whose names may stand beside a car is one of them, saved views another


def test_the_tab_of_a_customer_pages_by_key(store: Store, client: Client, car: Vehicle, owner: Customer) -> None:
    for n in range(45):
        a_visit(store, car, f"RO-{n:02}", opened_on=CAME - timedelta(n // 2), closed_on=CAME)
    address, seen = f"/visits/customers/{owner.pk}/", []
    while address:
        page = client.get(address, **HTMX).content.decode()
        seen += [line.split("<")[0] for line in page.split('hx-swap="innerHTML">')[1:] if line.startswith("RO-")]
        _before, found, rest = page.partition('rel="next" href="')
        address = rest.split('"')[0] if found else ""
    assert len(seen) == len(set(seen)) == 45


def test_the_customers_page_has_the_figures_and_the_time_line(
    store: Store, client: Client, car: Vehicle, owner: Customer
) -> None:
    a_visit(store, car, mileage=20_000, jobs="更换机油机滤")
    page = client.get(f"/customers/{owner.pk}/").content.decode()
    for words in ("近 24 个月消费", "¥498", "到店 RO-1", "20,000 km · 更换机油机滤 · ¥498.00"):
        assert words in page, words


def test_the_customer_list_knows_the_last_visit(store: Store, client: Client, car: Vehicle) -> None:
    with scope(store.actor()):
        never = a_customer(store, "没来过的")
        long_ago = a_customer(store, "很久没来的")
        other = a_car(store, long_ago, vin=OTHER_VIN)
    a_visit(store, car, "RO-1", opened_on=times.today() - timedelta(3), closed_on=times.today())
    a_visit(store, other, "RO-2", opened_on=times.today() - timedelta(400), closed_on=times.today())

    def named(query: str) -> set[str]:
        page = client.get(f"/customers/?view=all&{query}").content.decode()
        return {name for name in ("王建国", never.name, long_ago.name) if f'class="nm">{name}' in page}

    assert "<small>保养</small>" in client.get("/customers/?view=all").content.decode()
    assert named("last_visit=in") == {"王建国"}
    assert named("last_visit=12") == {long_ago.name}
    assert named("last_visit=24") == set()
    assert named("last_visit=never") == {never.name}
