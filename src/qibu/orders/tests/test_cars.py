from __future__ import annotations

import threading
from contextlib import ExitStack, suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections

from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.kernel.tests.races import meanwhile, until_somebody_waits
from qibu.orders import errors, selectors
from qibu.orders.models import Order, StockCar
from qibu.orders.services import cars, orders, stock
from qibu.orders.tests import world
from qibu.orders.tests.world import (
    CODE,
    Shop,
    again,
    in_stock,
    lead_of,
    ordered,
    terms,
    vin,
)

D = Decimal
pytestmark = pytest.mark.django_db


# The car ----------------------------------------------------------------------------------------
def test_a_car_is_kept_for_one_order_alone(shop: Shop) -> None:
    first, second = ordered(shop), ordered(shop, lead_of(shop, "王一", "13855530002"))
    car = in_stock(shop)
    cars.allocate(actor=shop.seller, order_id=first.pk, car_id=car.pk)
    with pytest.raises(errors.CarTaken) as refused:
        cars.allocate(actor=shop.seller, order_id=second.pk, car_id=car.pk)
    assert refused.value.number == first.number
    assert again(first).state == "allocated" and again(second).car_id is None
    assert selectors.stock_car_or_404(shop.seller, car.pk).standing == "reserved"  # type: ignore[attr-defined]


def test_what_is_let_go_is_free_for_others(shop: Shop) -> None:
    first, second, car = ordered(shop), ordered(shop, lead_of(shop, "王一", "13855530002")), in_stock(shop)
    cars.allocate(actor=shop.seller, order_id=first.pk, car_id=car.pk)
    cars.release(actor=shop.seller, order_id=first.pk, why="客户想等新款")
    cars.allocate(actor=shop.seller, order_id=second.pk, car_id=car.pk)
    assert (again(first).state, again(second).car_id) == ("confirmed", car.pk)


def test_another_model_is_refused_and_a_draft_gets_no_car(shop: Shop) -> None:
    order, other = ordered(shop), in_stock(shop, model_code="", series="远航")
    StockCar.objects.filter(pk=other.pk).update(model_code="yh-max")
    with pytest.raises(errors.OtherModel):
        cars.allocate(actor=shop.seller, order_id=order.pk, car_id=other.pk)
    draft = orders.draw_up(actor=shop.seller, lead_id=order.lead_id, another=True, **terms())
    with pytest.raises(errors.WrongState):
        cars.allocate(actor=shop.seller, order_id=draft.pk, car_id=in_stock(shop, 2).pk)


def test_cars_that_fit_are_offered_the_longest_standing_first(shop: Shop) -> None:
    order = ordered(shop)
    new, old = in_stock(shop, 1, arrived_on=times.today()), in_stock(shop, 2)
    coming = in_stock(shop, 3, arrived_on=None, expected_on=times.today() + timedelta(days=9))
    assert list(selectors.allocable(shop.seller, order)) == [old, new, coming]


# Stock ------------------------------------------------------------------------------------------
def test_a_car_in_stock_stands_once_and_its_words_come_from_the_catalogue(shop: Shop) -> None:
    car = in_stock(shop)
    assert (car.series, car.model, car.days) == ("追光", "Pro 四驱版", 40)
    with pytest.raises(errors.VinTaken):
        stock.add(actor=shop.manager, vin=vin(1).lower())


def test_a_car_that_an_order_holds_doesnt_leave(shop: Shop) -> None:
    order, car = ordered(shop), in_stock(shop)
    cars.allocate(actor=shop.seller, order_id=order.pk, car_id=car.pk)
    with pytest.raises(errors.HeldByOrder):
        stock.leave(actor=shop.manager, car_id=car.pk, why="moved", on=times.today())
    cars.release(actor=shop.seller, order_id=order.pk, why="x")
    stock.leave(actor=shop.manager, car_id=car.pk, why="moved", on=times.today())
    assert selectors.stock_car_or_404(shop.manager, car.pk).standing == "gone"  # type: ignore[attr-defined]
    with pytest.raises(errors.CarGone):
        cars.allocate(actor=shop.seller, order_id=order.pk, car_id=car.pk)


def test_a_sheet_brings_what_is_new_and_corrects_what_it_says_otherwise(shop: Shop) -> None:
    lines = [{"vin": vin(1), "model_code": CODE, "colour": "黑"}, {"vin": vin(2), "series": "远航", "place": "二号库"}]
    assert stock.load(actor=shop.manager, lines=lines) == stock.Loaded(2, 0)
    assert stock.load(actor=shop.manager, lines=lines) == stock.Loaded(0, 0)
    newer = [{**lines[0], "colour": "白", "place": ""}, lines[1]]
    assert stock.load(actor=shop.manager, lines=newer) == stock.Loaded(0, 1)
    assert dict(StockCar.objects.values_list("vin", "colour"))[vin(1)] == "白"
    assert StockCar.objects.get(vin=vin(2)).place == "二号库"


def test_a_sheet_leaves_cars_alone_that_have_gone(shop: Shop) -> None:
    car = in_stock(shop)
    stock.leave(actor=shop.manager, car_id=car.pk, why="moved", on=times.today())
    line = {"vin": car.vin, "colour": "白"}
    assert [fate for _row, fate, _differs in stock.compare(shop.manager, [line])] == ["gone"]
    assert stock.load(actor=shop.manager, lines=[line]) == stock.Loaded(0, 0)


# At once ----------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_of_two_orders_that_ask_for_one_car_at_once_exactly_one_gets_it() -> None:
    shop = world.shop()
    with scope(shop.seller):
        pair = [ordered(shop).pk, ordered(shop, lead_of(shop, "王一", "13855530002")).pk]
        car = in_stock(shop).pk
    barrier, told = threading.Barrier(2), dict[int, str]()

    def take(order_id: int) -> None:
        try:
            with scope(shop.seller):
                barrier.wait(timeout=20)
                cars.allocate(actor=shop.seller, order_id=order_id, car_id=car)
            told[order_id] = "got"
        except errors.CarTaken as taken:
            told[order_id] = taken.number
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=[order_id]) for order_id in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    connection.close()
    with scope(shop.seller):
        numbers = dict(Order.objects.values_list("pk", "number"))
        winner = Order.objects.get(car_id=car).pk
    loser = next(pk for pk in pair if pk != winner)
    assert told == {winner: "got", loser: numbers[winner]}


def a_car_and_an_order(shop: Shop) -> tuple[int, int]:
    with scope(shop.seller):
        return in_stock(shop).pk, ordered(shop).pk


@pytest.mark.django_db(transaction=True)
def test_a_car_stays_that_an_order_gets_in_the_moment_in_which_it_would_leave() -> None:
    shop, told = world.shop(), list[str]()
    car, order = a_car_and_an_order(shop)

    def leaving() -> None:
        with suppress(errors.HeldByOrder), scope(shop.manager):
            stock.leave(actor=shop.manager, car_id=car, why="moved", on=times.today())
            told.append("gone")

    with ExitStack() as done, scope(shop.seller):
        cars.allocate(actor=shop.seller, order_id=order, car_id=car)
        done.enter_context(meanwhile(leaving))
        until_somebody_waits()
    assert told == []


@pytest.mark.django_db(transaction=True)
def test_no_order_gets_a_car_that_leaves_in_that_moment() -> None:
    shop, told = world.shop(), list[str]()
    car, order = a_car_and_an_order(shop)

    def allocating() -> None:
        with suppress(errors.CarGone), scope(shop.seller):
            cars.allocate(actor=shop.seller, order_id=order, car_id=car)
            told.append("got")

    with ExitStack() as done, scope(shop.manager):
        stock.leave(actor=shop.manager, car_id=car, why="moved", on=times.today())
        done.enter_context(meanwhile(allocating))
        until_somebody_waits()
    assert told == []
