"""Visits by hand: what is recorded, told and refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import Http404

from qibu.aftersales import selectors
from qibu.aftersales.errors import (
    ChangedMeanwhile,
    InTheFuture,
    NoCustomer,
    NumberTaken,
    PeriodReversed,
)
from qibu.aftersales.models import Visit
from qibu.aftersales.services import visits
from qibu.aftersales.services.visits import Sender
from qibu.customers.models import ContactPoint
from qibu.kernel import times
from qibu.kernel.actors import PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.handover import PARTS
from qibu.network.rules import Role
from qibu.network.services import handovers
from qibu.network.services.handovers import Plan
from qibu.vehicles.errors import ContradictoryReading
from qibu.vehicles.models import Ownership, Reading, Vehicle
from qibu.vehicles.services import transfers
from qibu.vehicles.tests.places import OTHER_VIN, Store, a_car, a_customer, a_store

pytestmark = pytest.mark.django_db
CAME, LEFT = date(2026, 10, 1), date(2026, 10, 2)
PHONE = "13912345678"


@pytest.fixture
def store() -> Iterator[Store]:
    found = a_store()
    with scope(found.actor()):
        yield found


def a_visit(store: Store, car: Vehicle, **facts: Any) -> Visit:
    facts = {
        "number": "RO-1", "kind": "保养", "jobs": "更换机油机滤", "opened_on": CAME, "closed_on": LEFT,
        "mileage": 20_000, "total": Decimal("498.00"),
    } | facts  # fmt: skip
    return visits.record(actor=store.actor(), vehicle_id=car.pk, **facts)


def told(name: str) -> list[Entry]:
    return list(Entry.objects.filter(type=f"aftersales.{name}").order_by("id"))


def test_a_closed_visit_is_told_at_its_time_and_reads_the_mileage(store: Store) -> None:
    owner = a_customer(store)
    car = a_car(store, owner)
    advisor = store.staff[Role.SERVICE_ADVISOR]
    visit = a_visit(store, car, advisor_id=advisor.pk)
    (entry,) = told("VisitClosed")
    assert (entry.customer_id, entry.vehicle_id, entry.subject_id) == (owner.pk, car.pk, visit.pk)
    assert times.day_of(entry.at) == LEFT
    assert entry.data == {
        "number": "RO-1", "kind": "保养", "jobs": "更换机油机滤", "plate": "皖B12345", "mileage": 20_000,
        "total": "498.00", "advisor": advisor.name, "opened_on": "2026-10-01",
    }  # fmt: skip
    assert Reading.objects.get().source == "visit"
    car.refresh_from_db()
    assert (car.mileage, car.mileage_on) == (20_000, LEFT)
    assert (visit.maintenance, visit.customer_id) == (True, owner.pk)


def test_a_car_that_is_checked_in_is_closed_when_it_leaves(store: Store) -> None:
    car = a_car(store, a_customer(store))
    visit = a_visit(store, car, closed_on=None)
    assert (len(told("VisitOpened")), told("VisitClosed"), Reading.objects.count()) == (1, [], 0)
    visits.change(actor=store.actor(), visit_id=visit.pk, version=1, closed_on=LEFT, total=Decimal(600))
    (closed,) = told("VisitClosed")
    assert closed.data["total"] == "600"
    assert told("VisitChanged")[0].data["changes"] == ["closed_on", "total"]
    visits.change(actor=store.actor(), visit_id=visit.pk, version=2, total=Decimal(650))
    assert len(told("VisitClosed")) == 1


def test_a_number_names_one_visit_in_the_store(store: Store) -> None:
    car = a_car(store)
    first = a_visit(store, car)
    with pytest.raises(NumberTaken) as refusal:
        a_visit(store, car)
    assert refusal.value.visit_id == first.pk


def test_the_second_of_two_who_change_is_told(store: Store) -> None:
    visit = a_visit(store, a_car(store))
    visits.change(actor=store.actor(), visit_id=visit.pk, version=1, remark="一")
    with pytest.raises(ChangedMeanwhile):
        visits.change(actor=store.actor(), visit_id=visit.pk, version=1, remark="二")


def test_who_brought_the_car_becomes_a_contact_of_the_customer_and_no_owner(store: Store) -> None:
    owner = a_customer(store)
    car = a_car(store, owner)
    for number in ("RO-1", "RO-2"):
        a_visit(store, car, number=number, mileage=None, sender=Sender("李敏", PHONE))
    point = ContactPoint.objects.get()
    assert (point.customer_id, point.person, point.role) == (owner.pk, "李敏", "sender")
    assert set(Visit.objects.values_list("contact_id", "contact_name")) == {(point.pk, "李敏")}
    assert Ownership.objects.get().customer_id == owner.pk


def test_a_number_needs_somebody_to_be_kept_with(store: Store) -> None:
    with pytest.raises(NoCustomer):
        a_visit(store, a_car(store), sender=Sender("李敏", PHONE))
    assert a_visit(store, a_car(store, vin=OTHER_VIN), number="RO-9", sender=Sender("李敏")).contact is None


def test_a_visit_belongs_to_the_owner_of_its_day(store: Store) -> None:
    seller, buyer = a_customer(store), a_customer(store, "刘芳")
    car = a_car(store, seller)
    transfers.transfer(
        actor=store.actor(), vehicle_id=car.pk, version=1, new_owner_id=buyer.pk, on=CAME
    )
    before = a_visit(store, car, opened_on=CAME - timedelta(1), closed_on=CAME - timedelta(1), mileage=None)
    after = a_visit(store, car, number="RO-2", mileage=None)
    assert (before.customer_id, after.customer_id) == (seller.pk, buyer.pk)


def test_days_are_in_order_and_not_to_come(store: Store) -> None:
    car = a_car(store)
    with pytest.raises(PeriodReversed):
        a_visit(store, car, closed_on=CAME - timedelta(1))
    with pytest.raises(InTheFuture):
        a_visit(store, car, opened_on=times.today() + timedelta(1), closed_on=None)


def test_a_lower_mileage_needs_its_reason(store: Store) -> None:
    car = a_car(store)
    a_visit(store, car)
    later = {"number": "RO-2", "closed_on": LEFT + timedelta(9), "mileage": 300}
    with pytest.raises(ContradictoryReading):
        a_visit(store, car, **later)
    a_visit(store, car, **later | {"number": "RO-3"}, mileage_reason="更换里程表")


def test_sums_and_the_last_visit_of_customers(store: Store, django_assert_num_queries: Any) -> None:
    one, two = a_customer(store), a_customer(store, "刘芳")
    car = a_car(store, one)
    old = date(2020, 1, 1)
    a_visit(store, car, number="RO-0", opened_on=old, closed_on=old, mileage=None, total=Decimal(9000))
    a_visit(store, car, number="RO-1", total=Decimal(100))
    last = a_visit(store, car, number="RO-2", total=Decimal("50.50"), opened_on=LEFT, mileage=None)
    with django_assert_num_queries(1):
        assert selectors.spent([one.pk, two.pk]) == {one.pk: Decimal("150.50")}
    with django_assert_num_queries(1):
        assert selectors.last_visits([one.pk, two.pk]) == {one.pk: last}
    with django_assert_num_queries(1):
        custom = selectors.custom_of(one.pk)
    assert (custom.visits, custom.recent_total, custom.last_on) == (3, Decimal("150.50"), LEFT)


def test_a_visit_is_seen_with_its_customer_or_its_car(store: Store) -> None:
    consultant = store.actor(Role.SALES_CONSULTANT)
    others = a_customer(store, seller=store.staff[Role.SALES_MANAGER])
    mine = a_customer(store, "刘芳", seller=store.staff[Role.SALES_CONSULTANT])
    car = a_car(store, others)
    visit = a_visit(store, car)
    with pytest.raises(Http404):
        selectors.visit_or_404(consultant, visit.pk)
    transfers.transfer(
        actor=store.actor(), vehicle_id=car.pk, version=1, new_owner_id=mine.pk, on=times.today()
    )
    assert selectors.visit_or_404(consultant, visit.pk) == visit
    assert selectors.known_people(consultant, [visit]) == {}
    assert selectors.known_people(store.actor(), [visit]) == {}
    assert selectors.known_people(store.actor(), [visit], [others.pk]) == {visit.pk: others}
    assert selectors.known_people(consultant, [visit], [others.pk]) == {}


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.MARKETING, Role.FINANCE, Role.AUDITOR])
def test_who_may_not_edit_is_refused(store: Store, role: Role) -> None:
    car = a_car(store)
    visit = a_visit(store, car)
    with pytest.raises(PermissionRefused):
        visits.record(actor=store.actor(role), vehicle_id=car.pk, number="RO-2", opened_on=CAME)
    with pytest.raises(PermissionRefused):
        visits.change(actor=store.actor(role), visit_id=visit.pk, version=1, remark="一")


def test_another_store_neither_sees_nor_meets_a_visit() -> None:
    mine, theirs = a_store("M"), a_store("T")
    with scope(mine.actor()):
        visit = a_visit(mine, a_car(mine))
    with scope(theirs.actor()):
        with pytest.raises(Http404):
            selectors.visit_or_404(theirs.actor(), visit.pk)
        assert a_visit(theirs, a_car(theirs)).number == visit.number


def test_a_hand_over_moves_the_cars_that_are_in_the_workshop(store: Store) -> None:
    giver, taker = store.staff[Role.SERVICE_ADVISOR].pk, store.staff[Role.SERVICE_MANAGER].pk
    car = a_car(store)
    a_visit(store, car, advisor_id=giver)
    a_visit(store, car, number="RO-2", closed_on=None, advisor_id=giver)
    assert PARTS["aftersales.visits"].held(giver).count() == 1
    actor = store.actor(Role.STORE_MANAGER)
    handovers.hand_over(actor=actor, giver_id=giver, plan=Plan({taker: 1}), reason="调岗")
    assert set(Visit.objects.values_list("number", "advisor_id")) == {("RO-1", giver), ("RO-2", taker)}
