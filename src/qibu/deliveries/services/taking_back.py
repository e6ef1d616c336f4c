"""A delivery that was recorded by mistake is taken back on its day: the sale stands where it stood, and the car is
nobody's.

What was gone through stays (lists, photos, signatures), and so does the car's file with its warranty: the next
recording finds it by its VIN and writes over it. Care ends by the transfer, as with every car that leaves its owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from qibu.contracts.deliveries import DeliveryTakenBack, DeliveryUndone, VehicleDelivered
from qibu.contracts.vehicles import PolicyRecorded
from qibu.customers.models import Customer
from qibu.customers.services import assignments, customers
from qibu.deliveries.errors import OwnedSince, ReasonMissing, TooLate
from qibu.deliveries.models import Delivery
from qibu.deliveries.services import appointments
from qibu.deliveries.services.holding import delivered
from qibu.deliveries.services.recording import LOOK_AFTER
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.leads.models import Lead
from qibu.leads.services import ending, following
from qibu.leads.services import facts as wishes
from qibu.network.rules import Capability
from qibu.network.selectors import able
from qibu.orders.models import Order
from qibu.orders.rules import State
from qibu.orders.services import standing, stock
from qibu.orders.services.orders import at_the_desk
from qibu.vehicles import selectors as cars
from qibu.vehicles.models import Ownership, Policy, Transfer, Vehicle
from qibu.vehicles.services import policies, readings, transfers

SOON = timedelta(days=1)


def take_back(*, actor: Actor, delivery_id: int, why: str) -> Delivery:
    actor.require(Capability.SALES_APPROVE)
    lead, order, delivery = delivered(actor, delivery_id)
    if delivery.delivered_at is None or times.day_of(delivery.delivered_at) != times.today():
        raise TooLate
    if not why:
        raise ReasonMissing
    desk, told = at_the_desk(actor), _told(delivery)
    _leaves_the_customer(desk, lead, delivery)
    _without_what_came_along(desk, delivery, told)
    if order.car is not None:
        stock.come_back(actor, order.car)
    _order_is_open(order)
    before = delivery.before
    _planned_again(delivery)
    _goes_on(actor, lead, delivery)
    _as_before(desk, lead, order, before)
    event = DeliveryTakenBack(**delivery.about(), number=order.number, car=order.title, why=why)
    journal.record(event, actor=actor)
    undone = DeliveryUndone(**delivery.about(), number=order.number)
    journal.record(undone, actor=actor, retracts_id=told.pk if told else None)
    return delivery


def _told(delivery: Delivery) -> Entry | None:
    """What the journal said when it was recorded."""
    rows = Entry.objects.filter(type=VehicleDelivered.name, subject_id=delivery.pk)
    found: Entry | None = rows.order_by("-pk").first()
    return found


# The customer and the car -----------------------------------------------------------------------
def _leaves_the_customer(actor: Actor, lead: Lead, delivery: Delivery) -> None:
    """Ends the ownership on the day on which it began, with the work for it; whoever has no other car is no owner."""
    vehicle = Vehicle.objects.only("pk", "version").get(deliveries=delivery)
    if cars.owner_id_of(vehicle.pk) != lead.customer_id:
        raise OwnedSince
    transfers.transfer(
        actor=actor, vehicle_id=vehicle.pk, version=vehicle.version, new_owner_id=None,
        on=delivery.delivered_on or times.today(), reason=Transfer.Reason.OTHER,
    )  # fmt: skip
    others = Ownership.objects.filter(customer=lead.customer_id, role=Ownership.Role.OWNER, until__isnull=True)
    if not others.exists():
        customer = Customer.objects.only("pk", "version", "organisation_id").get(pk=lead.customer_id)
        values = {"stage": Customer.Stage.INTENDING}
        customers.change(actor=actor, customer_id=customer.pk, version=customer.version, values=values, seen={})


def _without_what_came_along(actor: Actor, delivery: Delivery, told: Entry | None) -> None:
    """Its first reading and the cover that was recorded in the same act would stand in the way of the right ones."""
    if delivery.km is not None and delivery.vehicle_id is not None:
        on = delivery.delivered_on or times.today()
        readings.take_back(actor, vehicle_id=delivery.vehicle_id, on=on, km=delivery.km, source="delivery")
    if told is None:
        return
    same_act = Entry.objects.filter(xid=told.xid, type=PolicyRecorded.name, vehicle_id=delivery.vehicle_id)
    for number in Policy.objects.filter(pk__in=same_act.values("subject_id")).values_list("pk", flat=True):
        policies.remove(actor=actor, policy_id=number)


# The sale ---------------------------------------------------------------------------------------
def _order_is_open(order: Order) -> None:
    order.state, order.delivered_on, order.updated_at = State.CONFIRMED, None, times.now()
    order.version += 1
    order.save(update_fields=["state", "delivered_on", "updated_at", "version"])
    standing.settle(order)


def _planned_again(delivery: Delivery) -> None:
    delivery.state, delivery.vehicle, delivery.km, delivery.left_out = Delivery.State.PLANNED, None, None, ""
    delivery.delivered_on, delivery.delivered_at, delivery.delivered_by = None, None, None
    delivery.before = {}
    delivery.version, delivery.updated_at = delivery.version + 1, times.now()
    delivery.save()


def _as_before(actor: Actor, lead: Lead, order: Order, before: Mapping[str, Any]) -> None:
    """What they wanted and who looks after them is as it was before the sale, but what somebody changed since then."""
    wish = before.get("wish", {})
    wishes.write(actor, lead, {name: was for name, was in wish.items() if getattr(lead, name) == getattr(order, name)})
    set_by_sale = before.get("set", {})
    there = set(able().filter(pk__in=[before.get(role) or 0 for role in LOOK_AFTER]).values_list("pk", flat=True))
    now: dict[str, Any] = dict(Customer.objects.values("seller_id", "advisor_id").get(pk=lead.customer_id))
    for role, sold_to in set_by_sale.items():
        was = before.get(role)
        if now[f"{role}_id"] == sold_to and (was is None or was in there):
            assignments.follow(actor=actor, customer_id=lead.customer_id, role=role, staff_id=was)


def _goes_on(actor: Actor, lead: Lead, delivery: Delivery) -> None:
    """The next action is to hand the car over; a lead that was won by it is open again."""
    due = max(delivery.ends, times.now() + SOON)
    following.replace(
        actor, lead, kind=following.FOLLOW, title=appointments.HAND_OVER, due_at=due, detail=delivery.bay
    )
    if not lead.living:
        ending.take_up(actor, lead)
