"""A delivery that was recorded by mistake: on its day a manager takes it back, and everything stands as before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import Http404

from qibu.customers.models import Customer
from qibu.deliveries import errors
from qibu.deliveries.models import Delivery
from qibu.deliveries.services import recording, taking_back
from qibu.deliveries.tests.test_services import delivered, gone_through, hand_over, planned
from qibu.kernel import times
from qibu.kernel.actors import PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead, Tally
from qibu.orders.models import Order, StockCar
from qibu.orders.tests import world
from qibu.orders.tests.world import Shop
from qibu.tasks.models import Task
from qibu.vehicles.models import Ownership, Policy, Reading, Vehicle
from qibu.vehicles.selectors import owner_id_of
from qibu.vehicles.services import transfers
from qibu.vehicles.services.policies import Cover

pytestmark = pytest.mark.django_db
COVER = Cover(kind="compulsory", ends_on=date(2027, 11, 25), starts_on=None, insurer="平安", number="JQ1")


@pytest.fixture
def shop() -> Iterator[Shop]:
    found = world.shop()
    with scope(found.manager):
        yield found


def back(shop: Shop, delivery: Delivery, why: str = "录到了别的订单上") -> Delivery:
    return taking_back.take_back(actor=shop.manager, delivery_id=delivery.pk, why=why)


def test_customer_car_order_and_lead_stand_as_before(shop: Shop) -> None:
    done = delivered(shop, covers=(COVER,))
    car = done.vehicle_id or 0
    again = back(shop, done)
    order = Order.objects.select_related("car", "lead__next_task").get(pk=done.order_id)
    assert (again.state, again.vehicle_id, again.delivered_on, again.km) == ("planned", None, None, None)
    assert (order.state, order.delivered_on) == ("paid", None)
    stock_car = StockCar.objects.get(pk=order.car_id)
    assert (stock_car.left_on, stock_car.left_why) == (None, "")
    assert owner_id_of(car) is None
    assert Customer.objects.get(pk=order.lead.customer_id).stage == "intending"
    lead = order.lead
    assert (lead.state, lead.next_task.title if lead.next_task else "") == ("open", "交车")
    assert not Policy.objects.exists() and not Reading.objects.exists()
    assert (Vehicle.objects.get(pk=car).mileage, Tally.objects.filter(won__gt=0).exists()) == (None, False)


def test_their_wish_and_who_looks_after_them_are_as_before_the_sale(shop: Shop) -> None:
    waits = planned(shop, world.ready(shop))
    gone_through(shop, waits)
    lead_id, customer_id = waits.order.lead_id, waits.order.lead.customer_id
    wanted = {"brand": "星辰", "series": "远航", "model": "", "model_code": "", "colour": "黑"}
    Lead.objects.filter(pk=lead_id).update(**wanted)
    Customer.objects.filter(pk=customer_id).update(seller_id=None, advisor_id=None)
    done = recording.record(actor=shop.seller, delivery_id=waits.pk, what=hand_over(shop))
    sold = Lead.objects.get(pk=lead_id)
    assert (sold.series, sold.colour) != ("远航", "黑")
    assert None not in Customer.objects.values_list("seller_id", "advisor_id").get(pk=customer_id)
    again = back(shop, done)
    assert Lead.objects.filter(pk=lead_id).values(*wanted).get() == wanted
    assert Customer.objects.values_list("seller_id", "advisor_id").get(pk=customer_id) == (None, None)
    assert again.before == {}


def test_what_somebody_changed_since_the_sale_stays(shop: Shop) -> None:
    done = delivered(shop)
    lead = done.order.lead
    Lead.objects.filter(pk=lead.pk).update(colour="紫")
    Customer.objects.filter(pk=lead.customer_id).update(advisor_id=shop.manager.staff_id)
    back(shop, done)
    assert Lead.objects.get(pk=lead.pk).colour == "紫"
    assert Customer.objects.get(pk=lead.customer_id).advisor_id == shop.manager.staff_id


def test_what_was_gone_through_stays_and_it_is_recorded_anew(shop: Shop) -> None:
    done = delivered(shop, km=90, covers=(COVER,))
    car = done.vehicle_id
    again = back(shop, done)
    assert not again.ticks.filter(done_at__isnull=True).exists() and again.signed_on_paper
    twice = recording.record(actor=shop.seller, delivery_id=again.pk, what=hand_over(shop, km=18, covers=(COVER,)))
    assert (twice.state, twice.vehicle_id, twice.km) == ("delivered", car, 18)
    customer = twice.order.lead.customer_id
    assert Ownership.objects.filter(vehicle=car, customer=customer, until__isnull=True).count() == 1
    assert Lead.objects.get(pk=twice.order.lead_id).state == "won"


def test_the_time_line_strikes_it_out_and_says_why(shop: Shop) -> None:
    done = delivered(shop)
    back(shop, done)
    told = Entry.objects.get(type="deliveries.VehicleDelivered")
    assert Entry.objects.get(type="deliveries.DeliveryUndone").retracts_id == told.pk
    entry = Entry.objects.get(type="deliveries.DeliveryTakenBack")
    assert (entry.customer_id, entry.data["why"], entry.timeline) == (told.customer_id, "录到了别的订单上", True)


def test_whoever_has_another_car_stays_an_owner(shop: Shop) -> None:
    done = delivered(shop)
    customer = done.order.lead.customer_id
    other = Vehicle.objects.create(organisation_id=shop.organisation_id, plate="皖B88888")
    Ownership.objects.create(
        organisation_id=shop.organisation_id, vehicle=other, customer_id=customer, role=Ownership.Role.OWNER
    )
    back(shop, done)
    assert Customer.objects.get(pk=customer).stage == "owner"


def test_work_for_the_car_ends(shop: Shop) -> None:
    done = delivered(shop)
    work = Task.objects.create(
        organisation_id=shop.organisation_id, kind="delivery.day1", category="follow_up", title="交车次日问候",
        customer_id=done.order.lead.customer_id, vehicle_id=done.vehicle_id, assignee_id=shop.seller.staff_id,
        due_at=times.now() + timedelta(days=1),
    )  # fmt: skip
    back(shop, done)
    work.refresh_from_db()
    assert work.state == "cancelled"


def test_only_a_manager_only_with_a_reason_and_only_what_took_place(shop: Shop) -> None:
    waits, done = planned(shop, world.ready(shop, 2), bay=""), delivered(shop)
    with pytest.raises(PermissionRefused):
        taking_back.take_back(actor=shop.seller, delivery_id=done.pk, why="错了")
    with pytest.raises(errors.ReasonMissing):
        back(shop, done, why="")
    with pytest.raises(errors.NotDelivered):
        back(shop, waits)
    with pytest.raises(Http404):
        taking_back.take_back(actor=shop.manager, delivery_id=10**9, why="错了")


def test_on_the_next_day_it_stands(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    done, tomorrow = delivered(shop), times.now() + timedelta(days=1)
    monkeypatch.setattr(times, "now", lambda: tomorrow)
    with pytest.raises(errors.TooLate):
        back(shop, done)


def test_a_car_that_went_on_is_not_taken_back(shop: Shop) -> None:
    done = delivered(shop)
    car: Any = Vehicle.objects.get(pk=done.vehicle_id)
    transfers.transfer(
        actor=shop.manager, vehicle_id=car.pk, version=car.version, new_owner_id=None, on=times.today(), reason="sold"
    )
    with pytest.raises(errors.OwnedSince):
        back(shop, done)
