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
from qibu.vehicles.services.transfers import NewOwner
from qibu.vehicles.tests.places import Store, a_car, a_customer, a_store

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
    one = sell(store, car, None, created=NewOwner("芜湖安顺物流有限公司", "13905539001"), reason=Reason.PERSON_TO_FIRM)
    made = Customer.objects.get(pk=one.owner_id)
    assert (made.name, made.kind, owner_id_of(car.pk)) == ("芜湖安顺物流有限公司", "company", made.pk)
    take_back(store, car, one)
    with pytest.raises(NumberKnown) as refusal:
        sell(store, car, None, created=NewOwner("安顺物流", "13905539001"))
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
