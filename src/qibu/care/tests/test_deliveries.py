"""A car is handed over, and care knows it the same day: the calls of the first month lie with the right people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qibu.care.models import Due
from qibu.care.rules import Trigger
from qibu.care.services import dues, planner
from qibu.deliveries.forms import next_hour
from qibu.deliveries.services import appointments, checking, recording
from qibu.deliveries.services.recording import HandOver
from qibu.kernel import relay, times
from qibu.kernel.scoping import scope
from qibu.network.services import actors
from qibu.orders.tests import world
from qibu.orders.tests.world import Shop
from qibu.tasks.models import Task
from qibu.vehicles.services import vehicles

CALLS = ((1, "hour24", "seller"), (3, "day3", "seller"), (7, "day7", "advisor"), (30, "day30", "advisor"))


def delivered(shop: Shop) -> int:
    """The number of the car that was handed over today."""
    order = world.ready(shop)
    delivery = appointments.plan(actor=shop.seller, order_id=order.pk, at=next_hour())
    for tick in delivery.ticks.all():
        checking.tick(actor=shop.seller, delivery_id=delivery.pk, tick_id=tick.pk, done=True)
    what = HandOver(on=times.today(), km=12, advisor_id=shop.advisor.staff_id, on_paper=True)
    done = recording.record(actor=shop.seller, delivery_id=delivery.pk, what=what)
    return done.vehicle_id or 0


@pytest.mark.django_db(transaction=True)
def test_care_reads_of_the_delivery_and_reckons_what_falls_due() -> None:
    shop = world.shop()
    with scope(shop.seller):
        car = delivered(shop)
    relay.catch_up(actors.system(shop.organisation_id))
    with scope(shop.seller):
        triggers = set(Due.objects.filter(vehicle_id=car).values_list("trigger", flat=True))
    assert {Trigger.DELIVERY, Trigger.MAINTENANCE, Trigger.INSPECTION, Trigger.WARRANTY} <= triggers


@pytest.mark.django_db
def test_the_calls_of_the_first_month_lie_with_the_seller_then_with_the_advisor() -> None:
    shop = world.shop()
    system = actors.system(shop.organisation_id)
    with scope(shop.seller):
        dues.refresh(actor=system, vehicle_ids=[delivered(shop)])
        for days, step, who in CALLS:
            planner.plan(actor=system, on=times.today() + timedelta(days=days))
            task = Task.objects.get(kind=f"delivery_care/{step}")
            assert (task.state, task.assignee_id) == ("open", getattr(shop, who).staff_id), step


@pytest.mark.django_db
def test_a_demonstrator_that_is_sold_starts_its_owners_care_anew() -> None:
    """Known by its VIN already, with a purchase of the store's own long ago."""
    shop = world.shop()
    with scope(shop.seller):
        long_ago = times.today() - timedelta(days=300)
        vehicles.register(actor=shop.manager, vin=world.vin(1), brand="星辰", purchased_on=long_ago)
        car = delivered(shop)
        dues.refresh(actor=actors.system(shop.organisation_id), vehicle_ids=[car])
        assert Due.objects.get(vehicle_id=car, trigger=Trigger.DELIVERY).due_on == times.today()
