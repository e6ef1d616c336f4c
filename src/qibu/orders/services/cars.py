"""A car with a VIN is kept for an order: never for two at once."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from qibu.contracts.orders import CarAllocated, CarReleased
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.orders import rules, selectors
from qibu.orders.errors import CarGone, CarTaken, OtherModel, WrongState
from qibu.orders.models import Order, StockCar
from qibu.orders.services.holding import held, stands
from qibu.orders.services.standing import settle


def allocate(*, actor: Actor, order_id: int, car_id: int) -> Order:
    """The unique key of the table decides where two ask for one car at the same moment."""
    actor.require(Capability.SALES_WORK)
    _lead, order = held(actor, order_id)
    stands(order, *rules.OPEN)
    car = selectors.stock_car_or_404(actor, car_id, lock=True)
    if car.left_on is not None:
        raise CarGone
    if is_another(order, car):
        raise OtherModel
    if order.car_id == car.pk:
        return order
    if order.car is not None:
        let_go(actor, order, "other_car")
    _take(order, car)
    settle(order)
    journal.record(CarAllocated(**order.about(), vin=car.vin), actor=actor)
    return order


def release(*, actor: Actor, order_id: int, why: str) -> Order:
    """The car is free for somebody else."""
    actor.require(Capability.SALES_WORK)
    _lead, order = held(actor, order_id)
    stands(order, *rules.OPEN)
    if order.car is None:
        raise WrongState(order.state)
    let_go(actor, order, why)
    settle(order)
    return order


def is_another(order: Order, car: StockCar) -> bool:
    """Than was ordered: by the catalogue's codes where both have one, else by the series."""
    if order.model_code and car.model_code:
        return order.model_code != car.model_code
    return order.series != car.series


def let_go(actor: Actor, order: Order, why: str) -> None:
    """A part of acts on a held order that has a car."""
    car = order.car
    if car is None:
        return
    order.car, order.allocated_at = None, None
    order.save(update_fields=["car", "allocated_at"])
    journal.record(CarReleased(**order.about(), vin=car.vin, why=why), actor=actor)


def _take(order: Order, car: StockCar) -> None:
    order.car, order.allocated_at, order.updated_at = car, times.now(), times.now()
    order.version += 1
    try:
        with transaction.atomic():
            order.save(update_fields=["car", "allocated_at", "updated_at", "version"])
    except IntegrityError:
        raise CarTaken(selectors.holder_of(car)) from None
