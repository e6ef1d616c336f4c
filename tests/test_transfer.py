"""A car goes over to its next owner: work ends and comes back, what falls due follows, and it can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from qibu.aftersales.services import visits
from qibu.care.models import Due
from qibu.care.services import dues, planner
from qibu.customers.models import Customer
from qibu.customers.services import merges
from qibu.kernel import times
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.rules import Role
from qibu.tasks.models import Clock, Task
from qibu.tasks.services import tasks
from qibu.vehicles import transfer_parts
from qibu.vehicles.errors import NumberKnown, OwnedSince
from qibu.vehicles.models import Ownership, Transfer, Vehicle
from qibu.vehicles.selectors import owner_id_of
from qibu.vehicles.services import ownerships, policies, transfers
from qibu.vehicles.services.newcomers import Newcomer
from qibu.vehicles.tests.places import Store, a_car, a_customer, a_store, client_of

pytestmark = pytest.mark.django_db
Reason = Transfer.Reason
TODAY = times.today


@pytest.fixture
def store() -> Iterator[Store]:
    found = a_store()
    with scope(found.actor()):
        yield found


@pytest.fixture
def seller(store: Store) -> Customer:
    return a_customer(store, "王建国")


@pytest.fixture
def buyer(store: Store) -> Customer:
    return a_customer(store, "刘芳")


@pytest.fixture
def car(store: Store, seller: Customer) -> Vehicle:
    return a_car(store, seller)


def sell(store: Store, car: Vehicle, buyer: Customer | None, **further: Any) -> Transfer:
    car.refresh_from_db()
    given = {"new_owner_id": buyer.pk if buyer else None, "on": TODAY(), "reason": Reason.SOLD} | further
    return transfers.transfer(actor=store.actor(), vehicle_id=car.pk, version=car.version, **given)


def take_back(store: Store, car: Vehicle, one: Transfer) -> Transfer:
    return transfers.undo(actor=store.actor(), vehicle_id=car.pk, transfer_id=one.pk)


def a_promise(store: Store, customer: Customer, car: Vehicle | None, title: str = "送行驶证") -> Task:
    return tasks.create_promise(
        actor=store.actor(), customer_id=customer.pk, title=title, due_at=times.now() + timedelta(hours=5),
        vehicle_id=car.pk if car else None,
    )  # fmt: skip


def living() -> set[tuple[int, str]]:
    return set(Ownership.objects.filter(until__isnull=True).values_list("customer_id", "role"))


def open_work() -> set[tuple[int | None, str]]:
    return set(Task.objects.filter(state="open").values_list("customer_id", "title"))


def told(customer: Customer) -> list[tuple[str, bool]]:
    """What the customer's time line says of cars, what was taken back left out."""
    gone = Entry.objects.filter(retracts_id__isnull=False).values("retracts_id")
    rows = Entry.objects.filter(customer_id=customer.pk, timeline=True, type="vehicles.OwnershipChanged")
    rows = rows.filter(retracts_id__isnull=True).exclude(pk__in=gone).order_by("pk")
    return [(entry.data["how"], entry.data["began"]) for entry in rows]


def test_work_about_the_car_ends_with_the_reason_and_other_work_goes_on(
    store: Store, seller: Customer, buyer: Customer, car: Vehicle
) -> None:
    about_car, other = a_promise(store, seller, car), a_promise(store, seller, None, "寄台历")
    sell(store, car, buyer)
    about_car.refresh_from_db()
    assert (about_car.state, about_car.note) == ("cancelled", "车已过户：私下转让")
    assert not Clock.objects.filter(task=about_car, stopped_at__isnull=True).exists()
    assert open_work() == {(seller.pk, other.title)}
    assert Entry.objects.filter(type="tasks.TaskCancelled", data__reason="车已过户：私下转让").count() == 1


def test_whoever_still_has_a_part_in_the_car_keeps_their_work(
    store: Store, seller: Customer, buyer: Customer, car: Vehicle
) -> None:
    ownerships.add(actor=store.actor(), vehicle_id=car.pk, customer_id=seller.pk, role="driver")
    a_promise(store, seller, car)
    sell(store, car, buyer, reason=Reason.PERSON_TO_FIRM)
    assert open_work() == {(seller.pk, "送行驶证")}
    assert living() == {(buyer.pk, "owner"), (seller.pk, "driver")}


def test_taking_it_back_brings_the_work_with_its_clock(
    store: Store, seller: Customer, buyer: Customer, car: Vehicle
) -> None:
    mine = a_promise(store, seller, car)
    clock = Clock.objects.get(task=mine)
    one = sell(store, car, buyer)
    a_promise(store, buyer, car, "寄保单")
    take_back(store, car, one)
    assert open_work() == {(seller.pk, "送行驶证")}
    now = Clock.objects.get(task=mine)
    assert (now.due_at, now.stopped_at, now.climb_at) == (clock.due_at, None, clock.climb_at)
    assert living() == {(seller.pk, "owner")}
    assert told(seller) == [("", True)] and told(buyer) == []


def test_work_that_somebody_dealt_with_since_stays_as_they_left_it(
    store: Store, seller: Customer, buyer: Customer, car: Vehicle
) -> None:
    mine = a_promise(store, seller, car)
    one = sell(store, car, buyer)
    tasks.reopen(actor=store.actor(), task_id=mine.pk)
    tasks.cancel(actor=store.actor(), task_id=mine.pk, reason="客户自己来取了")
    take_back(store, car, one)
    mine.refresh_from_db()
    assert (mine.state, mine.note) == ("cancelled", "客户自己来取了")


def test_taking_back_twice_does_it_once(store: Store, buyer: Customer, car: Vehicle) -> None:
    one = sell(store, car, buyer)
    take_back(store, car, one)
    number = Entry.objects.count()
    take_back(store, car, one)
    assert Entry.objects.count() == number


def test_a_car_that_went_on_is_not_taken_back_under_the_next_owner(
    store: Store, seller: Customer, buyer: Customer, car: Vehicle
) -> None:
    first = sell(store, car, buyer)
    second = sell(store, car, a_customer(store, "李敏"), reason=Reason.DEALER)
    with pytest.raises(OwnedSince):
        take_back(store, car, first)
    take_back(store, car, second)
    take_back(store, car, first)
    assert living() == {(seller.pk, "owner")}


def test_sold_to_nobody_knows_whom_ends_what_falls_due_and_may_get_an_owner_later(
    store: Store, seller: Customer, buyer: Customer, car: Vehicle
) -> None:
    one = sell(store, car, None)
    assert owner_id_of(car.pk) is None
    assert not Due.objects.filter(over=False, vehicle=car, customer=seller).exists()
    ownerships.add(actor=store.actor(), vehicle_id=car.pk, customer_id=buyer.pk, role="owner")
    with pytest.raises(OwnedSince):
        take_back(store, car, one)


def test_a_new_owner_is_written_down_with_the_transfer(store: Store, seller: Customer, car: Vehicle) -> None:
    one = sell(store, car, None, created=Newcomer("芜湖安顺物流有限公司", "13905539001"), reason=Reason.PERSON_TO_FIRM)
    made = Customer.objects.get(pk=one.owner_id)
    assert (made.name, made.kind, owner_id_of(car.pk)) == ("芜湖安顺物流有限公司", "company", made.pk)
    take_back(store, car, one)
    with pytest.raises(NumberKnown) as refusal:
        sell(store, car, None, created=Newcomer("安顺物流", "13905539001"))
    assert refusal.value.customer_id == made.pk


def test_what_falls_due_follows_the_car_at_once_and_comes_back(
    store: Store, seller: Customer, buyer: Customer, car: Vehicle
) -> None:
    policies.record(
        actor=store.actor(), vehicle_id=car.pk, kind="commercial", ends_on=TODAY() + timedelta(days=20),
        starts_on=None, insurer="人保", number="",
    )  # fmt: skip
    dues.refresh(actor=store.actor(), vehicle_ids=[car.pk])

    def insured() -> set[int]:
        return set(Due.objects.filter(trigger="insurance", over=False).values_list("customer_id", flat=True))

    def planned() -> set[int | None]:
        planner.plan(actor=store.actor(), on=TODAY())
        rows = Task.objects.filter(state__in=("open", "backlog"), kind__startswith="insurance")
        return set(rows.values_list("customer_id", flat=True))

    assert insured() == {seller.pk} and planned() == {seller.pk}
    one = sell(store, car, buyer)
    assert insured() == {buyer.pk} and planned() == {buyer.pk}
    take_back(store, car, one)
    assert insured() == {seller.pk} and planned() == {seller.pk}


def test_what_came_since_is_told_and_stays(store: Store, seller: Customer, buyer: Customer, car: Vehicle) -> None:
    one = sell(store, car, buyer)
    assert transfer_parts.stays(store.actor(), one) == []
    visit = visits.record(actor=store.actor(), vehicle_id=car.pk, number="RO-9", opened_on=TODAY())
    assert [number for _label, number in transfer_parts.stays(store.actor(), one)] == [1]
    take_back(store, car, one)
    visit.refresh_from_db()
    assert visit.customer_id == buyer.pk


def test_a_merge_since_does_not_stand_in_the_way(store: Store, seller: Customer, buyer: Customer, car: Vehicle) -> None:
    one = sell(store, car, buyer)
    twin = a_customer(store, "王建囯")
    merges.merge(actor=store.actor(), survivor_id=twin.pk, merged_ids=[seller.pk])
    take_back(store, car, one)
    assert living() == {(twin.pk, "owner")}
    assert told(seller) == [("", True)]


def test_the_colleague_whose_customer_sold_it_may_not_take_it_back_from_anothers(store: Store, car: Vehicle) -> None:
    from django.http import Http404

    theirs = a_customer(store, "周强", seller=store.staff[Role.SALES_MANAGER])
    one = sell(store, car, theirs, on=date(2026, 1, 5))
    with pytest.raises(Http404):
        transfers.undo(actor=store.actor(Role.SALES_CONSULTANT), vehicle_id=car.pk, transfer_id=one.pk)


def taken_back(customer: Customer) -> list[tuple[str, bool]]:
    rows = Entry.objects.filter(customer_id=customer.pk, timeline=True, type="vehicles.TransferTakenBack")
    return [(entry.data["role"], entry.data["back"]) for entry in rows.order_by("pk")]


def test_a_transfer_that_was_taken_back_is_told_on_both_time_lines_and_the_cars(
    store: Store, seller: Customer, buyer: Customer, car: Vehicle
) -> None:
    ownerships.add(actor=store.actor(), vehicle_id=car.pk, customer_id=seller.pk, role="payer")
    one = sell(store, car, buyer, end_others=True)
    assert taken_back(seller) == taken_back(buyer) == []
    take_back(store, car, one)
    assert (taken_back(seller), taken_back(buyer)) == ([("owner", True)], [("owner", False)])
    client = client_of(store)
    page = client.get(f"/vehicles/{car.pk}/").content.decode().partition("<main")[2]
    assert "过户已撤销" in page and f"/transfers/{one.pk}/" in page and buyer.name not in page
    for customer, words, other in ((seller, "仍是", buyer), (buyer, "不再是", seller)):
        told_there = client.get(f"/customers/{customer.pk}/").content.decode().partition("<main")[2]
        assert f"过户已撤销，{words}" in told_there and f"/transfers/{one.pk}/" in told_there
        assert other.name not in told_there


def test_whoever_handed_the_car_over_sees_to_whom_it_would_go_back(
    store: Store, seller: Customer, buyer: Customer, car: Vehicle
) -> None:
    client = client_of(store)
    answer = client.post(
        f"/vehicles/{car.pk}/transfer/",
        {"customer": buyer.pk, "reason": "sold", "on": TODAY().isoformat(), "version": car.version},
    )
    assert answer.status_code == 302
    record = f"/vehicles/{car.pk}/transfers/{Transfer.objects.get().pk}/"
    assert seller.name in client.get(record).content.decode()
    others = client_of(store, Role.SERVICE_MANAGER).get(record).content.decode()
    assert seller.name not in others and "办理过户的同事看得到" in others and buyer.name in others


def test_a_part_lies_between_the_cars_first_day_and_a_sane_last_one(
    store: Store, buyer: Customer, car: Vehicle
) -> None:
    Vehicle.objects.filter(pk=car.pk).update(purchased_on=date(2019, 5, 1))
    Ownership.objects.filter(vehicle=car).update(since=date(2019, 5, 3))
    client, address = client_of(store), f"/vehicles/{car.pk}/parts/"
    given = {"customer": buyer.pk, "role": "driver"}
    early = client.post(address, {**given, "since": "1900-01-01", "ends_on": "2099-01-01"})
    assert early.status_code == 422 and "这台车 2019-05-01 才有" in early.content.decode()
    late = client.post(address, {**given, "since": "2019-05-01", "ends_on": "2099-01-01"})
    assert late.status_code == 422 and "太远了" in late.content.decode()
    assert client.post(address, {**given, "since": "2019-05-01"}).status_code == 302


def test_a_driver_without_a_file_is_written_down_and_the_last_day_moves(
    store: Store, buyer: Customer, car: Vehicle
) -> None:
    client, address = client_of(store), f"/vehicles/{car.pk}/parts/"
    both = client.post(address, {"customer": buyer.pk, "new_name": "赵师傅", "role": "driver"})
    assert both.status_code == 422 and "只能是一位" in both.content.decode()
    soon, later = TODAY() + timedelta(days=5), TODAY() + timedelta(days=50)
    sent = {"new_name": "赵师傅", "new_phone": "139 0553 9100", "role": "driver", "ends_on": soon.isoformat()}
    assert client.post(address, sent).status_code == 302
    part = Ownership.objects.get(role="driver")
    assert (part.customer.name, part.customer.stage, part.ends_on) == ("赵师傅", "potential", soon)
    again = client.post(address, {**sent, "new_name": "赵先生"})
    assert again.status_code == 422 and "赵师傅" in again.content.decode()

    limit = f"{address}{part.pk}/last-day/"
    assert client.post(limit, {"ends_on": (TODAY() - timedelta(days=1)).isoformat()}).status_code == 422
    client.post(limit, {"ends_on": later.isoformat()})
    assert Ownership.objects.get(pk=part.pk).ends_on == later
    client.post(limit, {"ends_on": ""})
    assert Ownership.objects.get(pk=part.pk).ends_on is None
    assert Entry.objects.filter(type="vehicles.PartLimited").count() == 2
    owner = Ownership.objects.get(role="owner")
    assert client.post(f"{address}{owner.pk}/last-day/", {"ends_on": later.isoformat()}).status_code == 404
