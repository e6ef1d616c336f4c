"""The car is handed over: everything that follows from it, in one act.

The customer is an owner, the car theirs, with its warranty, its cover and its first reading; one service advisor looks
after them; the order is fulfilled, the car out of stock, the lead won. Care learns of it by the events of these acts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qibu.contracts.deliveries import VehicleDelivered
from qibu.customers.models import Customer
from qibu.customers.services import assignments, customers
from qibu.deliveries import selectors
from qibu.deliveries.errors import InTheFuture, NotReady, OwnedByOther, ReasonMissing
from qibu.deliveries.models import Delivery
from qibu.deliveries.rules import Granted, Lack
from qibu.deliveries.services import appointments
from qibu.deliveries.services.holding import held
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.leads.services import ending, following
from qibu.leads.services import facts as wishes
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.orders import rules as of_orders
from qibu.orders.models import Order, StockCar
from qibu.orders.services import stock
from qibu.orders.services.orders import at_the_desk
from qibu.vehicles import selectors as cars
from qibu.vehicles.models import Vehicle
from qibu.vehicles.services import ownerships, policies, readings, vehicles
from qibu.vehicles.services.moments import moment_of
from qibu.vehicles.services.policies import Cover


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """What is written down on the day. `left_out`: why not everything was gone through; `on_paper`: the customer signed
    a printed sheet; `unpaid`: somebody with the right lets the car go although something is due."""

    on: date
    km: int
    advisor_id: int | None
    plate: str = ""
    registered_on: date | None = None
    warranty: Granted = field(default_factory=Granted)
    covers: tuple[Cover, ...] = field(default_factory=tuple)
    on_paper: bool = False
    left_out: str = ""
    unpaid: bool = False


def record(*, actor: Actor, delivery_id: int, what: HandOver) -> Delivery:
    actor.require(Capability.SALES_WORK)
    lead, order, delivery = held(actor, delivery_id)
    if what.on > times.today():
        raise InTheFuture
    delivery.advisor_id, delivery.signed_on_paper = what.advisor_id, delivery.signed_on_paper or what.on_paper
    _may_go(actor, delivery, what)
    desk = at_the_desk(actor)
    delivery.before = _as_it_was(lead)
    _becomes_owner(desk, lead.customer_id)
    vehicle = _registered(desk, lead, order, what)
    _insured(desk, vehicle, what.covers)
    readings.record(actor=desk, vehicle_id=vehicle.pk, on=what.on, km=what.km, source="delivery")
    _looked_after(desk, lead, delivery)
    _leaves_stock(actor, order, what.on)
    _on_record(actor, delivery, vehicle, what)
    _fulfilled(order, what.on)
    appointments.introduced(actor, delivery)
    _won(actor, lead, order)
    _tell(actor, delivery, vehicle, what)
    return delivery


# May it go? -------------------------------------------------------------------------------------
def _may_go(actor: Actor, delivery: Delivery, what: HandOver) -> None:
    lacking = set(selectors.lacking(delivery))
    if Lack.STEPS in lacking and what.left_out:
        lacking.discard(Lack.STEPS)
    if Lack.MONEY in lacking and what.unpaid:
        actor.require(Capability.SALES_APPROVE)
        if not what.left_out:
            raise ReasonMissing
        lacking.discard(Lack.MONEY)
    if lacking:
        raise NotReady([lack for lack in Lack if lack in lacking])


SOLD = ("brand", "series", "model", "model_code", "colour")
LOOK_AFTER = ("seller", "advisor")


def _as_it_was(lead: Lead) -> dict[str, Any]:
    """What the sale is going to change, so that it can be put back on the day (`taking_back`)."""
    return {
        "wish": {name: getattr(lead, name) for name in SOLD},
        **{role: getattr(lead.customer, f"{role}_id") for role in LOOK_AFTER},
    }  # fmt: skip


# The customer and the car -----------------------------------------------------------------------
def _becomes_owner(actor: Actor, customer_id: int) -> None:
    customer = Customer.objects.only("pk", "version", "organisation_id").get(pk=customer_id)
    customers.change(
        actor=actor, customer_id=customer_id, version=customer.version, values={"stage": Customer.Stage.OWNER}, seen={}
    )


def _registered(actor: Actor, lead: Lead, order: Order, what: HandOver) -> Vehicle:
    """A new car, or one that is known already by its VIN (a demonstrator, say) and belongs to nobody else."""
    car = _car_of(order)
    facts = _facts(actor, order, car, what)
    known = Vehicle.objects.filter(vin=car.vin).values_list("pk", "version").first()
    if known is None:
        return vehicles.register(actor=actor, owner_id=lead.customer_id, since=what.on, **facts)
    vehicle_id, version = known
    owner = cars.owner_id_of(vehicle_id)
    if owner not in (None, lead.customer_id):
        raise OwnedByOther
    vehicle = vehicles.change(actor=actor, vehicle_id=vehicle_id, version=version, **facts)
    if owner is None:
        role = ownerships.Role.OWNER
        ownerships.add(actor=actor, vehicle_id=vehicle_id, customer_id=lead.customer_id, role=role, since=what.on)
    return vehicle


def _facts(actor: Actor, order: Order, car: StockCar, what: HandOver) -> Any:
    granted = {name: value for name, value in vars(what.warranty).items() if value is not None}
    known: dict[str, Any] = {
        "plate": what.plate, "brand": order.brand or car.brand, "series": order.series or car.series,
        "model": order.model or car.model, "colour": car.colour or order.colour,
        "energy": selectors.energy_of(actor, order), "registered_on": what.registered_on,
    }  # fmt: skip
    said = {name: value for name, value in known.items() if value}
    return {"vin": car.vin, "price": order.agreed, "purchased_on": what.on, **said, **granted}


def _insured(actor: Actor, vehicle: Vehicle, covers: tuple[Cover, ...]) -> None:
    for cover in covers:
        policies.record(actor=actor, vehicle_id=vehicle.pk, **cover)


def _looked_after(actor: Actor, lead: Lead, delivery: Delivery) -> None:
    """One named service advisor (F1); who has no consultant yet keeps the one who handed the car over."""
    assignments.follow(actor=actor, customer_id=lead.customer_id, role="advisor", staff_id=delivery.advisor_id)
    seller = lead.customer.seller_id or lead.consultant_id or delivery.consultant_id
    assignments.follow(actor=actor, customer_id=lead.customer_id, role="seller", staff_id=seller)
    delivery.before |= {"set": {"seller": seller, "advisor": delivery.advisor_id}}


# The sale ---------------------------------------------------------------------------------------
def _leaves_stock(actor: Actor, order: Order, on: date) -> None:
    stock.go(actor, _car_of(order), StockCar.Leaving.SOLD, on)


def _car_of(order: Order) -> StockCar:
    car: StockCar | None = order.car
    if car is None:
        raise NotReady([Lack.CAR])
    return car


def _on_record(actor: Actor, delivery: Delivery, vehicle: Vehicle, what: HandOver) -> None:
    delivery.state, delivery.vehicle, delivery.km = Delivery.State.DELIVERED, vehicle, what.km
    delivery.delivered_on, delivery.delivered_at, delivery.delivered_by_id = what.on, times.now(), actor.staff_id
    delivery.left_out, delivery.updated_at, delivery.version = what.left_out, times.now(), delivery.version + 1
    delivery.save()


def _fulfilled(order: Order, on: date) -> None:
    order.state, order.delivered_on, order.updated_at = of_orders.State.DELIVERED, on, times.now()
    order.version += 1
    order.save(update_fields=["state", "delivered_on", "updated_at", "version"])


def _won(actor: Actor, lead: Lead, order: Order) -> None:
    """Who ordered several cars is won with the last one."""
    if not lead.living:
        return
    others = Order.objects.filter(lead=lead, state__in=list(of_orders.LIVING)).exclude(pk=order.pk)
    if others.exists():
        following.replace(
            actor, lead, kind=following.FOLLOW, title=appointments.AGAIN,
            due_at=times.now() + appointments.AGAIN_WITHIN,
        )  # fmt: skip
    else:
        _as_sold(actor, lead, order)
        ending.win(actor, lead)


def _as_sold(actor: Actor, lead: Lead, order: Order) -> None:
    """A sale counts for the car that was sold, whatever was asked for at first."""
    if order.series:
        wishes.write(actor, lead, {name: getattr(order, name) for name in SOLD})


def _tell(actor: Actor, delivery: Delivery, vehicle: Vehicle, what: HandOver) -> None:
    ids = [delivery.consultant_id or 0, delivery.advisor_id or 0]
    names = dict(Staff.objects.filter(pk__in=ids).values_list("pk", "name"))
    order = delivery.order
    event = VehicleDelivered(
        **delivery.about(), number=order.number, car=order.title, plate=vehicle.plate, on=what.on, km=what.km,
        consultant=names.get(ids[0], ""), advisor=names.get(ids[1], ""),
    )  # fmt: skip
    journal.record(event, actor=actor, at=moment_of(what.on))
