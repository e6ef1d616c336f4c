from __future__ import annotations

from decimal import Decimal

import pytest
from django.http import Http404

from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.actors import PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead, StageChange
from qibu.orders import errors, selectors
from qibu.orders.models import Cancellation, Decision, Order, OrderChange, OrderPolicy, Payment
from qibu.orders.services import cancelling, cars, orders, payments, policies
from qibu.orders.tests import world
from qibu.orders.tests.world import (
    IDENTITY,
    Shop,
    again,
    in_stock,
    lead_of,
    ordered,
    pay,
    ready,
    terms,
)
from qibu.tasks.models import Task

D = Decimal
pytestmark = pytest.mark.django_db


# Drawing up -------------------------------------------------------------------------------------
def test_a_draft_has_the_stores_next_number_and_the_catalogues_words(shop: Shop) -> None:
    first = orders.draw_up(actor=shop.seller, lead_id=lead_of(shop).pk, **terms())
    second = orders.draw_up(actor=shop.seller, lead_id=first.lead_id, another=True, **terms())
    assert first.number == f"DD{times.today():%Y%m%d}001" and second.number.endswith("002")
    assert (first.series, first.model, first.suggested, first.state) == ("追光", "Pro 四驱版", D(200000), "draft")
    assert first.total == D(199000)


def test_a_contracts_number_stands_once(shop: Shop) -> None:
    lead = lead_of(shop)
    orders.draw_up(actor=shop.seller, lead_id=lead.pk, number="HT-1", **terms())
    with pytest.raises(errors.NumberTaken):
        orders.draw_up(actor=shop.seller, lead_id=lead.pk, number="HT-1", another=True, **terms())


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


def test_a_car_that_no_catalogue_names_is_another_one_by_its_series_and_stays_for_another_colour(shop: Shop) -> None:
    facts = terms(model_code="", series="远航", model="Max")
    order, car = ordered(shop, **facts), in_stock(shop, model_code="", series="远航")
    cars.allocate(actor=shop.seller, order_id=order.pk, car_id=car.pk)
    for colour, series, kept in (("雪山白", "远航", car.pk), ("雪山白", "追光", None)):
        new = {**facts, "colour": colour, "series": series}
        orders.change(actor=shop.seller, order_id=order.pk, version=again(order).version, why="改了", **new)
        assert again(order).car_id == kept


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


def test_no_more_is_given_back_than_is_there_when_somebody_agrees(shop: Shop) -> None:
    order = ordered(shop)
    pay(shop, order, 5000, "deposit")
    cancelling.ask(actor=shop.seller, order_id=order.pk, cause="nobody", reason="loan", refund=D(5000))
    payments.strike(actor=shop.till, payment_id=Payment.objects.get().pk, why="记错了订单")
    with pytest.raises(errors.TooMuch):
        cancelling.decide(actor=shop.manager, order_id=order.pk, granted=True)
    assert again(order).state == "confirmed"


def test_what_was_handed_over_is_cancelled_no_more(shop: Shop) -> None:
    order = ordered(shop)
    pay(shop, order, 5000, "deposit")
    cancelling.ask(actor=shop.seller, order_id=order.pk, cause="buyer", reason="price", refund=D(0))
    Order.objects.filter(pk=order.pk).update(state="delivered")
    with pytest.raises(errors.WrongState):
        cancelling.decide(actor=shop.manager, order_id=order.pk, granted=True)
    cancelling.decide(actor=shop.manager, order_id=order.pk, granted=False, answer="车已经交了")
    assert again(order).state == "delivered" and not selectors.to_decide(shop.manager).exists()


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


# Content ----------------------------------------------------------------------------------------
def test_a_stores_own_limits_count_until_it_inherits_again(shop: Shop) -> None:
    with scope(shop.manager):
        policies.change(actor=shop.manager, discount_percent=D(15), least_deposit=D(0))
    assert ordered(shop, discount=D(20000)).state == "confirmed"
    with scope(shop.manager):
        policies.inherit_again(actor=shop.manager)
    assert OrderPolicy.objects.count() == 1
    assert ordered(shop, lead_of(shop, "王一", "13855530002"), discount=D(20000)).state == "waiting"


def test_the_till_takes_money_while_an_order_waits_for_its_approval(shop: Shop) -> None:
    order = ordered(shop, discount=Decimal("40000"))
    assert order.state == "waiting"
    pay(shop, order, 5000, "deposit")
    assert again(order).state == "waiting"
    with pytest.raises(errors.TooMuch):
        pay(shop, order, order.total)
    orders.decide(actor=shop.manager, order_id=order.pk, granted=True)
    assert (again(order).state, selectors.account_of(again(order)).received) == ("confirmed", 5000)


def test_what_was_paid_for_an_order_that_was_sent_back_stays_on_its_account(shop: Shop) -> None:
    order = ordered(shop, discount=Decimal("40000"))
    pay(shop, order, 5000, "deposit")
    orders.decide(actor=shop.manager, order_id=order.pk, granted=False, note="太低了")
    assert again(order).state == "draft"
    with pytest.raises(errors.WrongState):
        pay(shop, order, 100)
    cancelling.ask(actor=shop.manager, order_id=order.pk, cause="nobody", reason="price", refund=Decimal(5000))
    pay(shop, order, 5000, "refund")
    assert selectors.account_of(again(order)).to_give_back == 0


def test_what_was_paid_while_a_cancellation_waited_is_given_back_by_a_further_word(shop: Shop) -> None:
    order = ordered(shop)
    pay(shop, order, 5000, "deposit")
    cancelling.ask(actor=shop.seller, order_id=order.pk, cause="nobody", reason="loan", refund=Decimal(5000))
    pay(shop, order, 20000)
    cancelling.decide(actor=shop.manager, order_id=order.pk, granted=True)
    pay(shop, order, 5000, "refund")
    with pytest.raises(errors.TooMuch):
        pay(shop, order, 1, "refund")
    with pytest.raises(errors.ReasonMissing):
        cancelling.ask_further(actor=shop.seller, order_id=order.pk, refund=Decimal(20000), note="")
    with pytest.raises(errors.TooMuch):
        cancelling.ask_further(actor=shop.seller, order_id=order.pk, refund=Decimal(25001), note="多退")
    one = cancelling.ask_further(actor=shop.seller, order_id=order.pk, refund=Decimal(20000), note="后来又交了尾款")
    assert one.granted is None and order in selectors.to_decide(shop.manager)
    with pytest.raises(errors.AskedAlready):
        cancelling.ask_further(actor=shop.seller, order_id=order.pk, refund=Decimal(1), note="再来")
    assert selectors.account_of(again(order)).to_give_back == 0
    cancelling.decide(actor=shop.manager, order_id=order.pk, granted=True)
    assert order in selectors.refunds_open(shop.manager)
    pay(shop, order, 20000, "refund")
    account = selectors.account_of(again(order))
    assert (account.to_give_back, account.received, again(order).state) == (0, 0, "cancelled")
    assert order not in selectors.refunds_open(shop.manager)


def test_a_further_refund_is_refused_with_a_word_and_only_of_a_cancelled_order(shop: Shop) -> None:
    order = ordered(shop)
    pay(shop, order, 5000, "deposit")
    with pytest.raises(errors.WrongState):
        cancelling.ask_further(actor=shop.seller, order_id=order.pk, refund=Decimal(1), note="早了")
    cancelling.ask(actor=shop.manager, order_id=order.pk, cause="buyer", reason="price", refund=Decimal(0))
    cancelling.ask_further(actor=shop.seller, order_id=order.pk, refund=Decimal(5000), note="客户家里有事")
    cancelling.decide(actor=shop.manager, order_id=order.pk, granted=False, answer="按合同办")
    assert Entry.objects.filter(type="orders.RefundRefused").count() == 1
    assert selectors.account_of(again(order)).to_give_back == 0
