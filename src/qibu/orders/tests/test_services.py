from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.http import Http404

from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.actors import PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead, StageChange
from qibu.orders import errors, selectors
from qibu.orders.models import Cancellation, Decision, Order, OrderChange, OrderPolicy, Payment, StockCar
from qibu.orders.services import cancelling, cars, orders, payments, policies, stock
from qibu.orders.tests import world
from qibu.orders.tests.world import CODE, IDENTITY, Shop, in_stock, lead_of, ordered, pay, ready, terms, vin
from qibu.tasks.models import Task

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Iterator[Shop]:
    found = world.shop()
    with scope(found.seller):
        yield found


def again(order: Order) -> Order:
    found: Order = Order.objects.get(pk=order.pk)
    return found


# Drawing up -------------------------------------------------------------------------------------
def test_a_draft_has_the_stores_next_number_and_the_catalogues_words(shop: Shop) -> None:
    first = orders.draw_up(actor=shop.seller, lead_id=lead_of(shop).pk, **terms())
    second = orders.draw_up(actor=shop.seller, lead_id=first.lead_id, **terms())
    assert first.number == f"DD{times.today():%Y%m%d}001" and second.number.endswith("002")
    assert (first.series, first.model, first.suggested, first.state) == ("追光", "Pro 四驱版", D(200000), "draft")
    assert first.total == D(199000)


def test_a_contracts_number_stands_once(shop: Shop) -> None:
    lead = lead_of(shop)
    orders.draw_up(actor=shop.seller, lead_id=lead.pk, number="HT-1", **terms())
    with pytest.raises(errors.NumberTaken):
        orders.draw_up(actor=shop.seller, lead_id=lead.pk, number="HT-1", **terms())


def test_more_earnest_money_than_a_fifth_is_refused_with_the_most_there_can_be(shop: Shop) -> None:
    with pytest.raises(errors.DepositTooHigh) as refused:
        orders.draw_up(actor=shop.seller, lead_id=lead_of(shop).pk, **terms(deposit=D(50000)))
    assert refused.value.most == D("39200")
    advance = terms(deposit=D(50000), deposit_kind="advance")
    order = orders.draw_up(actor=shop.seller, lead_id=lead_of(shop).pk, **advance)
    assert order.deposit == D(50000)


def test_signing_brings_the_lead_forwards_and_seals_the_identity_number(shop: Shop) -> None:
    order = ordered(shop)
    lead = Lead.objects.get(pk=order.lead_id)
    assert (order.state, lead.stage) == ("confirmed", "ordered")
    assert StageChange.objects.filter(lead=lead, stage="ordered").exists()
    assert Customer.objects.get(pk=lead.customer_id).identity == IDENTITY
    assert IDENTITY not in str(list(Entry.objects.values_list("data", flat=True)))


def test_a_contract_without_the_buyers_identity_number_is_not_signed(shop: Shop) -> None:
    order = orders.draw_up(actor=shop.seller, lead_id=lead_of(shop).pk, **terms())
    with pytest.raises(errors.IdentityMissing):
        orders.submit(actor=shop.seller, order_id=order.pk)


def test_beyond_the_limits_somebody_else_agrees(shop: Shop) -> None:
    order = ordered(shop, discount=D(20000))
    assert (order.state, Decision.objects.get().beyond) == ("waiting", ["discount"])
    assert list(selectors.to_decide(shop.manager)) == [order]
    with pytest.raises(PermissionRefused):
        orders.decide(actor=shop.seller, order_id=order.pk, granted=True)
    orders.decide(actor=shop.manager, order_id=order.pk, granted=True)
    assert again(order).state == "confirmed"
    assert Lead.objects.get(pk=order.lead_id).stage == "ordered"


def test_a_no_needs_its_reason_and_makes_a_draft_again(shop: Shop) -> None:
    order = ordered(shop, discount=D(20000))
    with pytest.raises(errors.ReasonMissing):
        orders.decide(actor=shop.manager, order_id=order.pk, granted=False)
    orders.decide(actor=shop.manager, order_id=order.pk, granted=False, note="让得太多")
    assert again(order).state == "draft"
    assert Decision.objects.get().note == "让得太多"


def test_an_approvers_own_order_counts_at_once_and_says_so(shop: Shop) -> None:
    order = orders.draw_up(actor=shop.seller, lead_id=lead_of(shop).pk, **terms(discount=D(20000)))
    orders.submit(actor=shop.manager, order_id=order.pk, identity=IDENTITY)
    assert again(order).state == "confirmed"
    assert Decision.objects.get().granted


# Changing ---------------------------------------------------------------------------------------
def test_a_contract_that_counts_is_changed_with_its_reason_on_record(shop: Shop) -> None:
    order = ordered(shop)
    facts = terms(colour="雪山白")
    with pytest.raises(errors.ReasonMissing):
        orders.change(actor=shop.seller, order_id=order.pk, version=order.version, **facts)
    orders.change(actor=shop.seller, order_id=order.pk, version=order.version, why="太太喜欢白色", **facts)
    kept = OrderChange.objects.get()
    assert (kept.changes, kept.why) == ({"colour": ["曜石黑", "雪山白"]}, "太太喜欢白色")
    assert kept.by_id == shop.seller.staff_id


def test_two_who_change_one_order_dont_overwrite_each_other(shop: Shop) -> None:
    order = ordered(shop)
    orders.change(actor=shop.seller, order_id=order.pk, version=order.version, why="x", **terms(colour="雪山白"))
    with pytest.raises(errors.ChangedMeanwhile):
        orders.change(actor=shop.seller, order_id=order.pk, version=order.version, why="x", **terms(colour="灰"))


def test_a_change_beyond_the_limits_waits_again_and_another_model_lets_go_of_the_car(shop: Shop) -> None:
    order = ordered(shop)
    cars.allocate(actor=shop.seller, order_id=order.pk, car_id=in_stock(shop).pk)
    now = again(order)
    orders.change(
        actor=shop.seller, order_id=order.pk, version=now.version, why="改买大的",
        **terms(model_code="", series="远航", model="Max", discount=D(20000)),
    )  # fmt: skip
    found = again(order)
    assert (found.state, found.car_id, found.series) == ("waiting", None, "远航")


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
    draft = orders.draw_up(actor=shop.seller, lead_id=order.lead_id, **terms())
    with pytest.raises(errors.WrongState):
        cars.allocate(actor=shop.seller, order_id=draft.pk, car_id=in_stock(shop, 2).pk)


def test_cars_that_fit_are_offered_the_longest_standing_first(shop: Shop) -> None:
    order = ordered(shop)
    new, old = in_stock(shop, 1, arrived_on=times.today()), in_stock(shop, 2)
    coming = in_stock(shop, 3, arrived_on=None, expected_on=times.today() + timedelta(days=9))
    assert list(selectors.allocable(shop.seller, order)) == [old, new, coming]


# The money --------------------------------------------------------------------------------------
def test_with_car_and_money_an_order_is_paid(shop: Shop) -> None:
    order = ready(shop)
    assert order.state == "paid"
    assert selectors.account_of(order).due == 0
    assert selectors.dues_of([order]) == {order.pk: D(0)}


def test_more_than_is_due_is_not_taken(shop: Shop) -> None:
    order = ordered(shop)
    with pytest.raises(errors.TooMuch) as refused:
        pay(shop, order, D("199000.01"))
    assert refused.value.most == D(199000)


def test_only_the_till_takes_money_and_a_receipt_stands_once(shop: Shop) -> None:
    order = ordered(shop)
    pay(shop, order, 5000, "deposit", "SJ-1")
    with pytest.raises(errors.ReceiptTaken):
        pay(shop, order, 100, "balance", "SJ-1")
    with pytest.raises(PermissionRefused):
        payments.record(
            actor=shop.seller, order_id=order.pk, kind="deposit", way="cash", amount=D(1), on=times.today(), receipt="",
            note="",
        )  # fmt: skip


def test_a_payment_written_down_by_mistake_is_struck_out_and_stays_readable(shop: Shop) -> None:
    order = ready(shop)
    payment = Payment.objects.get()
    payments.strike(actor=shop.till, payment_id=payment.pk, why="录错了客户")
    assert again(order).state == "allocated"
    assert (Payment.objects.get().struck_why, selectors.account_of(again(order)).received) == ("录错了客户", 0)


def test_money_is_taken_for_contracts_alone(shop: Shop) -> None:
    draft = orders.draw_up(actor=shop.seller, lead_id=lead_of(shop).pk, **terms())
    with pytest.raises(errors.WrongState):
        pay(shop, draft, 100)


def test_an_invoice_stands_once(shop: Shop) -> None:
    first, second = ordered(shop), ordered(shop, lead_of(shop, "王一", "13855530002"))
    orders.invoice(actor=shop.till, order_id=first.pk, number="FP-1", on=times.today())
    with pytest.raises(errors.InvoiceTaken):
        orders.invoice(actor=shop.till, order_id=second.pk, number="FP-1", on=times.today())


# The end ----------------------------------------------------------------------------------------
def test_what_nothing_was_paid_for_ends_at_once_and_somebody_asks_why(shop: Shop) -> None:
    order = ordered(shop)
    cars.allocate(actor=shop.seller, order_id=order.pk, car_id=in_stock(shop).pk)
    cancelling.ask(actor=shop.seller, order_id=order.pk, cause="buyer", reason="price")
    found, lead = again(order), Lead.objects.select_related("next_task").get(pk=order.lead_id)
    assert (found.state, found.car_id) == ("cancelled", None)
    assert lead.living and lead.next_task is not None
    assert (lead.next_task.state, lead.next_task.title) == (Task.State.OPEN, "订单取消了，问清原因再跟进")


def test_a_refund_is_agreed_to_and_then_given_back(shop: Shop) -> None:
    order = ordered(shop)
    pay(shop, order, 5000, "deposit")
    cancelling.ask(actor=shop.seller, order_id=order.pk, cause="nobody", reason="loan", refund=D(5000))
    assert again(order).state == "confirmed"
    with pytest.raises(errors.AskedAlready):
        cancelling.ask(actor=shop.seller, order_id=order.pk, cause="nobody", reason="loan", refund=D(5000))
    cancelling.decide(actor=shop.manager, order_id=order.pk, granted=True)
    assert list(selectors.refunds_open(shop.till)) == [again(order)]
    assert selectors.account_of(again(order)).to_give_back == D(5000)
    pay(shop, order, 5000, "refund")
    assert not selectors.refunds_open(shop.till).exists()


def test_no_more_is_given_back_than_came_in_and_the_earnest_money_twice(shop: Shop) -> None:
    order = ordered(shop)
    pay(shop, order, 5000, "deposit")
    assert cancelling.most_to_give_back(again(order)) == D(10000)
    with pytest.raises(errors.TooMuch):
        cancelling.ask(actor=shop.seller, order_id=order.pk, cause="store", reason="no_car", refund=D(10001))


def test_a_refused_cancellation_leaves_the_order_as_it_was(shop: Shop) -> None:
    order = ordered(shop)
    pay(shop, order, 5000, "deposit")
    cancelling.ask(actor=shop.seller, order_id=order.pk, cause="buyer", reason="price", refund=D(0))
    with pytest.raises(errors.ReasonMissing):
        cancelling.decide(actor=shop.manager, order_id=order.pk, granted=False)
    cancelling.decide(actor=shop.manager, order_id=order.pk, granted=False, answer="先谈谈")
    assert again(order).state == "confirmed"
    assert Cancellation.objects.get().answer == "先谈谈"


# Who sees ---------------------------------------------------------------------------------------
def test_an_order_is_seen_where_its_lead_is_and_by_the_till(shop: Shop) -> None:
    order = ordered(shop)
    other = world.person(shop.organisation_id, "孙梅", "sales_consultant")
    assert selectors.order_or_404(shop.till, order.pk) == order
    assert selectors.order_or_404(shop.manager, order.pk) == order
    with pytest.raises(Http404):
        selectors.order_or_404(other, order.pk)
    with pytest.raises(Http404):
        selectors.order_or_404(shop.advisor, order.pk)


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


# Content ----------------------------------------------------------------------------------------
def test_a_stores_own_limits_count_until_it_inherits_again(shop: Shop) -> None:
    with scope(shop.manager):
        policies.change(actor=shop.manager, discount_percent=D(15), least_deposit=D(0))
    assert ordered(shop, discount=D(20000)).state == "confirmed"
    with scope(shop.manager):
        policies.inherit_again(actor=shop.manager)
    assert OrderPolicy.objects.count() == 1
    assert ordered(shop, lead_of(shop, "王一", "13855530002"), discount=D(20000)).state == "waiting"


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
