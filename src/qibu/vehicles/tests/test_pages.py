"""The pages and forms of cars: who sees them, what they keep, what they cost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from qibu.kernel.scoping import scope
from qibu.network.rules import CAPABILITIES, Capability, Role
from qibu.vehicles.models import Ownership, Policy, Reading, Vehicle
from qibu.vehicles.services import policies
from qibu.vehicles.tests.places import OTHER_VIN, VIN, Store, a_car, a_customer, a_store, client_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def store() -> Store:
    return a_store()


@pytest.fixture
def client(store: Store) -> Client:
    return client_of(store)


@pytest.fixture
def car(store: Store) -> Vehicle:
    with scope(store.actor()):
        car = a_car(store, a_customer(store), mileage=None)
        policies.record(
            actor=store.actor(), vehicle_id=car.pk, kind="commercial", ends_on=date(2027, 1, 14),
            starts_on=None, insurer="人保", number="",
        )  # fmt: skip
        return car


ACTS = ("edit", "readings", "policies", "transfer", "parts", "owner")


@pytest.mark.parametrize("role", list(Role))
def test_every_role_gets_the_pages_or_a_refusal(store: Store, car: Vehicle, role: Role) -> None:
    client, may = client_of(store, role), CAPABILITIES[role]
    seen = 200 if Capability.CUSTOMERS_VIEW in may else 403
    edits = 200 if Capability.CUSTOMERS_EDIT in may else 403
    assert client.get(f"/vehicles/{car.pk}/").status_code == seen
    assert client.get("/vehicles/people/?q=wjg").status_code == seen
    assert client.get("/vehicles/find/?q=皖B12345").status_code == seen
    assert client.get("/vehicles/new/").status_code == edits
    for act in ACTS:
        assert client.get(f"/vehicles/{car.pk}/{act}/").status_code == edits
        assert client.get(f"/vehicles/{car.pk}/{act}/?drawer=1").status_code == edits


def test_the_car_of_another_store_is_not_there(car: Vehicle) -> None:
    stranger = client_of(a_store("B"))
    assert stranger.get(f"/vehicles/{car.pk}/").status_code == 404
    for act in ACTS:
        assert stranger.get(f"/vehicles/{car.pk}/{act}/").status_code == 404
        assert stranger.post(f"/vehicles/{car.pk}/{act}/", {}).status_code == 404


def test_a_consultant_does_not_see_the_car_of_a_colleague(store: Store) -> None:
    with scope(store.actor()):
        car = a_car(store, a_customer(store, seller=store.staff[Role.SALES_MANAGER]))
    assert client_of(store, Role.SALES_CONSULTANT).get(f"/vehicles/{car.pk}/").status_code == 404


def test_the_page_shows_the_vin_masked_and_whole_only_to_copy(client: Client, car: Vehicle) -> None:
    page = client.get(f"/vehicles/{car.pk}/").content.decode()
    assert "LVVDB11B****3456" in page
    assert page.count(VIN) == page.count(f'data-copy="{VIN}"') == 1


def test_a_new_car_belongs_to_the_customer_it_was_opened_from(store: Store, client: Client) -> None:
    with scope(store.actor()):
        owner = a_customer(store)
    facts = {"plate": "皖BD12345", "use": "private", "body": "car"}
    answer = client.post(f"/vehicles/new/?owner={owner.pk}", {**facts, "owner": owner.pk})
    with scope(store.actor()):
        part = Ownership.objects.get()
        assert (part.customer_id, part.vehicle.plate) == (owner.pk, "皖BD12345")
    assert answer.headers["Location"] == f"/vehicles/{part.vehicle_id}/"


def test_a_car_that_is_known_is_linked_and_what_was_typed_stays(client: Client, car: Vehicle) -> None:
    typed = {"vin": VIN, "plate": "皖B99999", "series": "艾瑞泽8", "use": "private", "body": "car"}
    answer = client.post("/vehicles/new/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="/vehicles/{car.pk}/"' in page
    assert 'value="艾瑞泽8"' in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"vin": "LVVDB11B2RD12345"}, "VIN 应为 17 位，这里有 16 位"),
        ({"vin": "LVVDB11B2RDO23456"}, "没有字母 I、O、Q"),
        ({}, "车牌和 VIN 至少填一项"),
        ({"plate": "皖B12345", "purchased_on": "2099-01-01"}, "这一天还没到"),
        ({"plate": "皖B12345", "warranty_km": "十万"}, "请填整数公里"),
    ],
)
def test_a_refused_form_says_what_and_keeps_the_rest(client: Client, typed: Any, words: str) -> None:
    answer = client.post("/vehicles/new/", {"colour": "珠光白", "use": "private", "body": "car", **typed}, **HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'value="珠光白"' in page


def test_two_who_edit_at_once_do_not_overwrite_each_other_unawares(client: Client, car: Vehicle) -> None:
    facts = {"plate": "皖B12345", "vin": VIN, "use": "private", "body": "car", "version": 1}
    client.post(f"/vehicles/{car.pk}/edit/", {**facts, "colour": "白"})
    late = client.post(f"/vehicles/{car.pk}/edit/", {**facts, "colour": "黑"})
    page = late.content.decode()
    assert late.status_code == 422
    assert "刚被同事改过" in page and 'value="黑"' in page
    assert 'name="version" value="2"' in page


def test_a_lower_reading_asks_for_its_reason(store: Store, client: Client, car: Vehicle) -> None:
    address = f"/vehicles/{car.pk}/readings/"
    client.post(address, {"km": 20000, "on": "2026-01-01"})
    refused = client.post(address, {"km": 300, "on": "2026-02-01"})
    assert refused.status_code == 422
    assert "2026-01-01 的里程是 20,000 公里" in refused.content.decode()
    assert client.post(address, {"km": 300, "on": "2026-02-01", "reason": "更换里程表"}).status_code == 302
    with scope(store.actor()):
        assert Reading.objects.count() == 2


def test_a_transfer_finds_the_new_owner_by_the_search(store: Store, client: Client, car: Vehicle) -> None:
    with scope(store.actor()):
        buyer = a_customer(store, "刘芳")
    address = f"/vehicles/{car.pk}/transfer/"
    offered = client.get("/vehicles/people/?q=liufang").content.decode()
    assert f'name="customer" value="{buyer.pk}"' in offered
    unsaid = client.post(address, {"q": "刘芳", "on": "2026-05-01", "version": 1})
    assert "请选一位新车主" in unsaid.content.decode() and "请选择过户原因" in unsaid.content.decode()
    assert f'value="{buyer.pk}"' in unsaid.content.decode()
    done = client.post(
        address,
        {"customer": buyer.pk, "on": "2026-05-01", "version": 1, "end_others": "on", "reason": "sold"},
        **HTMX,
    )
    assert done.headers["HX-Redirect"] == f"/vehicles/{car.pk}/"
    with scope(store.actor()):
        living = Ownership.objects.get(until__isnull=True)
        assert (living.customer_id, living.since) == (buyer.pk, date(2026, 5, 1))
    page = client.get(f"/vehicles/{car.pk}/").content.decode()
    assert "前任车主" in page and "王建国" not in page


def test_policies_are_corrected_and_removed(store: Store, client: Client, car: Vehicle) -> None:
    with scope(store.actor()):
        policy = Policy.objects.get()
    address = f"/vehicles/{car.pk}/policies/{policy.pk}/"
    assert 'value="2027-01-14"' in client.get(address).content.decode()
    client.post(address, {"kind": "compulsory", "ends_on": "2027-02-01"})
    twice = client.post(f"/vehicles/{car.pk}/policies/", {"kind": "compulsory", "ends_on": "2027-02-01"})
    assert "同一险种、同一天到期的保单已经有了" in twice.content.decode()
    assert client.get(f"{address}removal/").status_code == 405
    client.post(f"{address}removal/")
    with scope(store.actor()):
        assert not Policy.objects.exists()


def test_a_part_is_added_and_ended(store: Store, client: Client, car: Vehicle) -> None:
    with scope(store.actor()):
        wife = a_customer(store, "李敏")
    client.post(f"/vehicles/{car.pk}/parts/", {"customer": wife.pk, "role": "driver"})
    again = client.post(f"/vehicles/{car.pk}/parts/", {"customer": wife.pk, "role": "driver"})
    assert "已经是这台车的使用人了" in again.content.decode()
    with scope(store.actor()):
        part = Ownership.objects.get(role="driver")
    address = f"/vehicles/{car.pk}/parts/{part.pk}/end/"
    assert "李敏" in client.get(address).content.decode()
    client.post(address, {"on": "2026-10-01"})
    assert client.get(address).status_code == 404


def test_the_customers_page_shows_the_cars(client: Client, car: Vehicle, store: Store) -> None:
    with scope(store.actor()):
        owner = Ownership.objects.get().customer_id
    page = client.get(f"/customers/{owner}/").content.decode()
    assert "皖B·12345" in page and "LVVDB11B****3456" in page and "商业险" in page
    assert "登记车辆 瑞虎8 皖B·12345" in page


def test_the_customer_list_has_cars_and_their_filters(store: Store, client: Client) -> None:
    with scope(store.actor()):
        fleet, one = a_customer(store, "顺达物流"), a_customer(store, "刘芳")
        a_car(store, fleet)
        a_car(store, fleet, vin=OTHER_VIN, plate="皖BD12345", series="小蚂蚁")
        a_car(store, one, vin="LVVDB11B2RD111111", plate="", series="小蚂蚁")
        a_customer(store, "无车的")
    page = client.get("/customers/?view=all").content.decode()
    assert "× 2" in page

    def named(query: str) -> set[str]:
        found = client.get(f"/customers/?view=all&{query}").content.decode()
        return {name for name in ("顺达物流", "刘芳", "无车的") if f'class="nm">{name}' in found}

    assert named("series=小蚂蚁") == {"顺达物流", "刘芳"}
    assert named("car=fleet") == {"顺达物流"}
    assert named("car=energy") == {"顺达物流"}
    assert named("car=unplated") == {"刘芳"}
    assert named("car=none") == {"无车的"}


def test_the_page_of_a_car_costs_the_same_with_a_long_history(
    store: Store, client: Client, car: Vehicle, django_assert_max_num_queries: Any
) -> None:
    with scope(store.actor()):
        for year in range(2010, 2020):
            policies.record(
                actor=store.actor(), vehicle_id=car.pk, kind="commercial", ends_on=date(year, 1, 1),
                starts_on=None, insurer="", number="",
            )  # fmt: skip
    client.get(f"/vehicles/{car.pk}/")
    with django_assert_max_num_queries(33):
        client.get(f"/vehicles/{car.pk}/")
