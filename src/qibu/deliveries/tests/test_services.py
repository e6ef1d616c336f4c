from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import Http404

from qibu.contracts.deliveries import DeliveryCalledOff, VehicleDelivered
from qibu.contracts.orders import OrderCancelled
from qibu.customers.models import Customer
from qibu.customers.services import erasures
from qibu.deliveries import errors, handlers, selectors, storage, words
from qibu.deliveries.forms import next_hour
from qibu.deliveries.models import Delivery, DeliveryFile, ListItem, Tick, WarrantyTerm
from qibu.deliveries.rules import Lack, Term
from qibu.deliveries.services import appointments, checking, lists, recording
from qibu.deliveries.services.lists import Line
from qibu.deliveries.services.recording import HandOver
from qibu.kernel import times
from qibu.kernel.actors import PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.kernel.tests.pictures import GPS, jpeg, png
from qibu.leads.models import Lead
from qibu.network.services import actors
from qibu.orders import selectors as stock
from qibu.orders.models import Order
from qibu.orders.services import cancelling, orders
from qibu.orders.tests import world
from qibu.orders.tests.world import Shop, ordered, ready
from qibu.tasks.models import Task
from qibu.vehicles.models import Ownership, Policy, Reading, Vehicle
from qibu.vehicles.services import vehicles

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Iterator[Shop]:
    found = world.shop()
    with scope(found.seller):
        yield found


def planned(shop: Shop, order: Order | None = None, **facts: Any) -> Delivery:
    values = {"at": next_hour(), "bay": "一号交车位", "advisor_id": shop.advisor.staff_id, **facts}
    return appointments.plan(actor=shop.seller, order_id=(order or ready(shop)).pk, **values)


def gone_through(shop: Shop, delivery: Delivery) -> None:
    for tick in delivery.ticks.all():
        checking.tick(actor=shop.seller, delivery_id=delivery.pk, tick_id=tick.pk, done=True)


def hand_over(shop: Shop, **facts: Any) -> HandOver:
    values: dict[str, Any] = {
        "on": times.today(), "km": 18, "advisor_id": shop.advisor.staff_id, "plate": "皖BD12345", "on_paper": True,
        **facts,
    }  # fmt: skip
    return HandOver(**values)


def delivered(shop: Shop, **facts: Any) -> Delivery:
    delivery = planned(shop)
    gone_through(shop, delivery)
    return recording.record(actor=shop.seller, delivery_id=delivery.pk, what=hand_over(shop, **facts))


# The appointment --------------------------------------------------------------------------------
def test_an_appointment_is_the_leads_next_action_and_work_for_the_advisor(shop: Shop) -> None:
    delivery = planned(shop)
    lead = Lead.objects.select_related("next_task").get(pk=delivery.order.lead_id)
    assert lead.next_task is not None
    assert (lead.next_task.title, lead.next_task.due_at) == ("交车", delivery.ends)
    meeting = Task.objects.get(kind="deliveries.introduction")
    assert (meeting.assignee_id, meeting.due_at, meeting.desk) == (shop.advisor.staff_id, delivery.at, "service")


def test_the_lists_are_laid_beside_it_in_todays_words(shop: Shop) -> None:
    delivery = planned(shop)
    with scope(shop.manager):
        lists.change(actor=shop.manager, part="handover", lines=[Line("证件点清", code="documents")])
    ticks = selectors.ticks_of(delivery)
    assert (len(ticks["preparation"]), len(ticks["handover"])) == (7, 10)
    assert ticks["handover"][1].name == "证件、发票、钥匙当面点清"


def test_an_order_without_a_car_gets_no_appointment_and_one_gets_one(shop: Shop) -> None:
    with pytest.raises(errors.OrderNotReady):
        planned(shop, ordered(shop))
    order = ready(shop)
    first = planned(shop, order)
    with pytest.raises(errors.PlannedAlready) as refused:
        planned(shop, order, bay="")
    assert refused.value.delivery_id == first.pk


def test_two_cars_are_not_handed_over_in_one_bay_at_once(shop: Shop) -> None:
    first = planned(shop)
    other = ready(shop, 2)
    with pytest.raises(errors.BayTaken) as refused:
        planned(shop, other, at=first.at + timedelta(minutes=60))
    assert refused.value.number == first.order.number
    assert planned(shop, other, at=first.at + timedelta(minutes=90)).bay == first.bay


def test_a_new_time_moves_the_next_action_and_the_advisors_work(shop: Shop) -> None:
    delivery = planned(shop)
    later = delivery.at + timedelta(days=1)
    appointments.change(actor=shop.seller, delivery_id=delivery.pk, version=1, at=later)
    meetings = Task.objects.filter(kind="deliveries.introduction").order_by("pk")
    assert [one.state for one in meetings] == ["cancelled", "open"]
    assert meetings[1].due_at == later
    with pytest.raises(errors.ChangedMeanwhile):
        appointments.change(actor=shop.seller, delivery_id=delivery.pk, version=1, at=later, bay="二号")


def test_what_is_called_off_says_why_and_is_planned_anew(shop: Shop) -> None:
    delivery = planned(shop)
    with pytest.raises(errors.ReasonMissing):
        appointments.call_off(actor=shop.seller, delivery_id=delivery.pk, why="")
    appointments.call_off(actor=shop.seller, delivery_id=delivery.pk, why="客户出差")
    lead = Lead.objects.select_related("next_task").get(pk=delivery.order.lead_id)
    assert lead.next_task is not None and lead.next_task.title == "重新约交车时间"
    assert planned(shop, delivery.order).planned


def test_the_appointment_of_an_order_that_is_cancelled_falls_through(shop: Shop) -> None:
    order = ordered(shop)
    world.cars.allocate(actor=shop.seller, order_id=order.pk, car_id=world.in_stock(shop).pk)
    delivery = planned(shop, order)
    cancelling.ask(actor=shop.seller, order_id=order.pk, cause="buyer", reason="price")
    for _twice in range(2):
        handlers.cancelled(actors.system(shop.organisation_id), list(Entry.objects.filter(type=OrderCancelled.name)))
    found = Delivery.objects.get(pk=delivery.pk)
    assert (found.state, found.called_off_why) == ("called_off", appointments.CANCELLED)
    assert Task.objects.get(kind="deliveries.introduction").state == "cancelled"
    lead = Lead.objects.select_related("next_task").get(pk=order.lead_id)
    assert lead.next_task is not None and lead.next_task.title == "订单取消了，问清原因再跟进"
    assert Entry.objects.filter(type=DeliveryCalledOff.name).count() == 1


# On the day -------------------------------------------------------------------------------------
def test_a_line_that_is_said_to_be_done_twice_is_done_once(shop: Shop) -> None:
    delivery = planned(shop)
    tick = delivery.ticks.first()
    assert tick is not None
    first = checking.tick(actor=shop.seller, delivery_id=delivery.pk, tick_id=tick.pk, done=True)
    second = checking.tick(actor=shop.manager, delivery_id=delivery.pk, tick_id=tick.pk, done=True)
    assert (second.done_at, second.by_id) == (first.done_at, shop.seller.staff_id)
    assert Entry.objects.filter(type="deliveries.DeliveryTicked").count() == 1


def test_a_photo_needs_the_customers_word_and_tells_no_place(shop: Shop) -> None:
    delivery = planned(shop)
    with pytest.raises(errors.NoConsent):
        checking.keep_photo(actor=shop.seller, delivery_id=delivery.pk, content=jpeg(), agreed=False)
    file = checking.keep_photo(actor=shop.seller, delivery_id=delivery.pk, content=jpeg(), agreed=True)
    assert GPS not in storage.path_of(file).read_bytes()
    assert Delivery.objects.get(pk=delivery.pk).photo_agreed_at is not None


def test_a_new_signature_takes_the_place_of_the_former(shop: Shop) -> None:
    delivery = planned(shop)
    for name in ("方雅雯", "方先生"):
        checking.keep_signature(actor=shop.seller, delivery_id=delivery.pk, content=png(), name=name)
    assert DeliveryFile.objects.get().kind == "signature"
    assert Delivery.objects.get(pk=delivery.pk).signed_by == "方先生"
    assert Lack.SIGNATURE not in selectors.lacking(delivery)


# Recording --------------------------------------------------------------------------------------
def test_the_customer_owns_the_car_and_everything_follows(shop: Shop) -> None:
    WarrantyTerm.objects.create(organisation_id=shop.organisation_id, brand="星辰", months=48, battery_months=96)
    order = ready(shop)
    delivery = planned(shop, order)
    gone_through(shop, delivery)
    granted = selectors.warranty_of(shop.seller, order, times.today())
    cover = {
        "kind": "compulsory", "ends_on": times.today() + timedelta(days=364), "starts_on": None, "insurer": "平安",
        "number": "P-1",
    }  # fmt: skip
    what = hand_over(shop, warranty=granted, covers=(cover,))
    recording.record(actor=shop.seller, delivery_id=delivery.pk, what=what)
    car, lead = Vehicle.objects.get(), Lead.objects.select_related("customer").get(pk=order.lead_id)
    assert (lead.state, lead.customer.stage, lead.customer.advisor_id) == ("won", "owner", shop.advisor.staff_id)
    assert (car.vin, car.plate, car.energy, car.purchased_on) == (world.vin(1), "皖BD12345", "electric", times.today())
    assert (car.warranty_until, car.battery_warranty_until) == (granted.warranty_until, granted.battery_warranty_until)
    part = Ownership.objects.get()
    assert (part.customer_id, part.role, part.since) == (lead.customer_id, "owner", times.today())
    assert (Reading.objects.get().km, Policy.objects.get().insurer) == (18, "平安")
    found = Order.objects.get()
    assert (found.state, found.delivered_on) == ("delivered", times.today())
    assert stock.stock_car_or_404(shop.seller, found.car_id or 0).standing == "sold"  # type: ignore[attr-defined]
    entry = Entry.objects.get(type=VehicleDelivered.name)
    assert (entry.customer_id, entry.vehicle_id, entry.timeline) == (lead.customer_id, car.pk, True)
    assert entry.data["advisor"] == "陈晓燕"
    assert not Task.objects.filter(state="open").exists()


def test_what_is_lacking_is_named_and_nothing_is_done(shop: Shop) -> None:
    delivery = planned(shop)
    with pytest.raises(errors.NotReady) as refused:
        recording.record(
            actor=shop.seller, delivery_id=delivery.pk, what=hand_over(shop, on_paper=False, advisor_id=None)
        )
    assert refused.value.lacking == (Lack.STEPS, Lack.SIGNATURE, Lack.ADVISOR)
    assert not Vehicle.objects.exists()
    assert Delivery.objects.get().planned


def test_what_is_left_out_says_why(shop: Shop) -> None:
    delivery = planned(shop)
    recording.record(actor=shop.seller, delivery_id=delivery.pk, what=hand_over(shop, left_out="客户赶飞机"))
    assert Delivery.objects.get().left_out == "客户赶飞机"


def test_an_unpaid_car_goes_only_by_the_word_of_who_may_give_it(shop: Shop) -> None:
    order = ordered(shop)
    world.cars.allocate(actor=shop.seller, order_id=order.pk, car_id=world.in_stock(shop).pk)
    delivery = planned(shop, order)
    gone_through(shop, delivery)
    with pytest.raises(errors.NotReady) as refused:
        recording.record(actor=shop.seller, delivery_id=delivery.pk, what=hand_over(shop))
    assert refused.value.lacking == (Lack.MONEY,)
    unpaid = hand_over(shop, unpaid=True, left_out="厂家月底贴息到账")
    with pytest.raises(PermissionRefused):
        recording.record(actor=shop.seller, delivery_id=delivery.pk, what=unpaid)
    recording.record(actor=shop.manager, delivery_id=delivery.pk, what=unpaid)
    assert Order.objects.get().state == "delivered"


def test_a_car_whose_contract_was_changed_and_waits_for_a_word_is_not_handed_over(shop: Shop) -> None:
    order = ready(shop)
    delivery = planned(shop, order)
    gone_through(shop, delivery)
    facts = world.terms(discount=D(20000))
    orders.change(actor=shop.seller, order_id=order.pk, version=order.version, why="老客户", **facts)
    with pytest.raises(errors.NotReady) as refused:
        recording.record(actor=shop.manager, delivery_id=delivery.pk, what=hand_over(shop))
    assert refused.value.lacking == (Lack.CONTRACT,)
    orders.decide(actor=shop.manager, order_id=order.pk, granted=True)
    recording.record(actor=shop.manager, delivery_id=delivery.pk, what=hand_over(shop))
    assert Order.objects.get().state == "delivered"


def test_a_car_that_is_known_is_taken_over_and_one_of_somebody_else_is_not(shop: Shop) -> None:
    demonstrator = vehicles.register(actor=shop.manager, vin=world.vin(1), brand="星辰", series="追光")
    delivered(shop)
    assert Vehicle.objects.get().pk == demonstrator.pk
    assert Ownership.objects.get().vehicle_id == demonstrator.pk
    other = Customer.objects.create(organisation_id=shop.organisation_id, name="别人")
    vehicles.register(actor=shop.manager, owner_id=other.pk, vin=world.vin(2))
    delivery = planned(shop, ready(shop, 2), bay="")
    gone_through(shop, delivery)
    with pytest.raises(errors.OwnedByOther):
        recording.record(actor=shop.seller, delivery_id=delivery.pk, what=hand_over(shop, plate=""))


def test_a_sale_counts_for_the_car_that_was_sold(shop: Shop) -> None:
    order = ready(shop)
    Order.objects.filter(pk=order.pk).update(series="听松", model="520km")
    delivery = planned(shop, order)
    gone_through(shop, delivery)
    recording.record(actor=shop.seller, delivery_id=delivery.pk, what=hand_over(shop))
    assert Lead.objects.get(pk=order.lead_id).car == "听松 520km"


def test_who_ordered_two_cars_is_won_with_the_second(shop: Shop) -> None:
    first = ready(shop)
    second = world.ordered(shop, Lead.objects.get(pk=first.lead_id))
    delivery = planned(shop, first)
    gone_through(shop, delivery)
    recording.record(actor=shop.seller, delivery_id=delivery.pk, what=hand_over(shop))
    lead = Lead.objects.select_related("next_task").get(pk=first.lead_id)
    assert (lead.state, lead.next_task.state if lead.next_task else "") == ("open", "open")
    assert Order.objects.get(pk=second.pk).state == "confirmed"


def test_a_delivery_is_recorded_once(shop: Shop) -> None:
    delivery = delivered(shop)
    with pytest.raises(errors.Over):
        recording.record(actor=shop.seller, delivery_id=delivery.pk, what=hand_over(shop))
    assert Ownership.objects.count() == 1


# Who sees, and content --------------------------------------------------------------------------
def test_a_delivery_is_seen_where_its_order_is(shop: Shop) -> None:
    delivery = planned(shop)
    other = world.person(shop.organisation_id, "孙梅", "sales_consultant")
    with pytest.raises(Http404):
        selectors.delivery_or_404(other, delivery.pk)
    monday = date.fromisocalendar(*times.day_of(delivery.at).isocalendar()[:2], 1)
    week = selectors.week_of(shop.manager, times.day_of(delivery.at))
    assert week[0].on == monday
    assert [one.pk for day in week for one in day.deliveries] == [delivery.pk]


def test_a_store_has_its_own_lines_and_may_go_back(shop: Shop) -> None:
    lines = [Line(one.row.name, one.row.name_en, one.row.must, one.row.code != "app", one.row.code)
             for one in selectors.items(shop.manager, "handover")]  # fmt: skip
    lists.change(actor=shop.manager, part="handover", lines=[*lines, Line("送一束花", "Flowers", must=False)])
    now = selectors.items(shop.manager, "handover")
    assert [one.row.name for one in now if one.own] == ["手机 App 绑定好，客户自己操作过一遍", "送一束花"]
    ticks = selectors.ticks_of(planned(shop))["handover"]
    assert "app" not in {one.code for one in ticks} and ticks[-1].name == "送一束花"
    lists.inherit_again(actor=shop.manager, part="handover")
    assert not ListItem.objects.filter(organisation_id=shop.organisation_id).exists()
    assert Tick.objects.filter(name="送一束花").exists()


def test_a_grant_is_said_once_of_a_line_and_withdrawn(shop: Shop) -> None:
    lists.grant(actor=shop.manager, term=Term("星辰", "", 36, 60_000))
    lists.grant(actor=shop.manager, term=Term("星辰", "", 48, 100_000))
    assert WarrantyTerm.objects.get(organisation_id=shop.organisation_id).months == 48
    lists.withdraw(actor=shop.manager, brand="星辰", series="")
    assert not selectors.terms(shop.manager)


def test_of_who_is_erased_no_picture_is_left_and_the_car_is_free(shop: Shop) -> None:
    delivery = planned(shop)
    file = checking.keep_photo(actor=shop.seller, delivery_id=delivery.pk, content=jpeg(), agreed=True)
    path, car = storage.path_of(file), delivery.order.car_id
    manager = world.person(shop.organisation_id, "周敏", "store_manager")
    whose = delivery.order.lead.customer_id
    erasures.erase(actor=manager, customer_id=whose, reason="客户要求", with_promises=True)
    assert (Order.objects.get().state, Delivery.objects.get().state) == ("cancelled", "called_off")
    assert stock.stock_car_or_404(shop.seller, car or 0).standing == "in_stock"  # type: ignore[attr-defined]
    assert not DeliveryFile.objects.exists()
    assert path.exists()  # until it is sure that the row is gone


def test_a_car_is_handed_over_while_the_store_is_open(shop: Shop) -> None:
    order, ten = ready(shop), next_hour()
    for late in (ten + timedelta(hours=12), ten - timedelta(hours=5)):
        with pytest.raises(errors.OutsideHours) as refused:
            planned(shop, order, at=late)
    field, said = words.sentence(refused.value)
    start, end = refused.value.hours[0]
    assert field == "at" and f"{start:%H:%M}–{end:%H:%M}" in said
    delivery = planned(shop, order, at=ten)
    with pytest.raises(errors.OutsideHours):
        appointments.change(actor=shop.seller, delivery_id=delivery.pk, version=1, minutes=960)
    Delivery.objects.update(at=ten + timedelta(hours=12))  # planned before the store closed earlier
    assert appointments.change(actor=shop.seller, delivery_id=delivery.pk, version=1, note="带花").note == "带花"
