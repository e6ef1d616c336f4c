"""From the order to the call on the day after the delivery, in a real browser: at the desk, then by telephone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from personas import Store, World
from qibu.care.services import planner
from qibu.kernel import relay, times
from qibu.kernel.scoping import scope
from qibu.leads.rules import Door, Received
from qibu.leads.rules import Person as Caller
from qibu.leads.services import receiving
from qibu.network.rules import Role
from qibu.network.services import actors
from qibu.orders.models import Order, StockCar
from qibu.orders.services import stock

pytestmark = pytest.mark.browser
HANDSET = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
VIN = "LXCZG5A10RD777001"
NAME = "方雅雯"


def wanted(store: Store) -> int:
    """Somebody stands before a consultant, and a car for them in the yard."""
    seller = store.people[Role.SALES_CONSULTANT].actor
    with scope(seller):
        met = Received(
            door=Door.SHOWROOM, source="walk-in", person=Caller(name=NAME, phones=("13855537701",)), at=times.now(),
            wish={"brand": "星辰", "series": "追光"}, consultant_id=seller.staff_id,
        )  # fmt: skip
        lead = receiving.receive(actor=seller, received=met).lead
        stock.add(actor=store.actor, vin=VIN, series="追光", model="Pro", arrived_on=times.today())
        return lead.pk


def ordered(store: Store) -> Order:
    with scope(store.actor):
        found: Order = Order.objects.select_related("car").get(lead__customer__name=NAME)
        return found


def save(page: Page) -> None:
    page.locator("form#act").get_by_role("button").last.or_(page.locator("button[form=act]")).first.click()


def test_from_the_order_to_the_call_of_the_next_day(
    open_page: Any, peopled: World, outside: Callable[..., Any]
) -> None:
    store = peopled.a
    lead = outside(wanted, store)
    yesterday = (times.today() - timedelta(days=1)).isoformat()

    # The order.
    page = open_page(store.people[Role.SALES_CONSULTANT])
    page.goto(reverse("leads:detail", args=[lead]))
    page.get_by_role("link", name="下订单").click()
    page.get_by_label("配置", exact=True).fill("Pro")
    page.get_by_label("约定交车日期").fill(times.today().isoformat())
    page.get_by_label("车价", exact=True).fill("200000")
    page.get_by_label("先付多少").fill("50000")
    save(page)
    expect(page.get_by_text("定金不能超过车款的两成").first).to_be_visible()
    page.get_by_label("先付多少").fill("5000")
    save(page)
    expect(page.locator("#toasts")).to_contain_text("订单已存成草稿")
    page.get_by_role("link", name="客户签约").click()
    page.get_by_label("买车人证件号码").fill("110101199003077715")
    save(page)
    expect(page.locator("#toasts")).to_contain_text("已签约")
    page.get_by_role("link", name="配车", exact=True).click()
    page.get_by_text(VIN).click()
    save(page)
    expect(page.locator("#toasts")).to_contain_text("车已配好")

    # The till.
    till = open_page(store.people[Role.FINANCE])
    till.goto(reverse("orders:detail", args=[outside(ordered, store).pk]))
    till.get_by_role("link", name="登记款项").click()
    till.get_by_label("尾款").check()
    till.get_by_label("金额").fill("200000")
    save(till)
    expect(till.locator("main")).to_contain_text("已付清")

    # The appointment, and the day itself by telephone.
    page.reload()
    page.get_by_role("link", name="约交车").click()
    page.get_by_label("交车时间").fill(f"{times.today().isoformat()}T10:00")
    page.get_by_label("介绍给哪位服务顾问").select_option(label=store.people[Role.SERVICE_ADVISOR].name)
    save(page)
    expect(page.locator("#toasts")).to_contain_text("交车时间已约好")
    address = page.url

    phone = open_page(store.people[Role.SALES_CONSULTANT], **HANDSET)
    phone.goto(address)
    phone.get_by_role("link", name="交接清单").click()
    ticks = phone.locator(".tick input[type=checkbox]")
    for number in range(ticks.count()):
        ticks.nth(number).click()
        expect(phone.locator(".tick").nth(number)).to_have_class("tick on")
    frame = phone.locator("canvas")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    phone.mouse.move(box["x"] + 40, box["y"] + 40)
    phone.mouse.down()
    phone.mouse.move(box["x"] + 160, box["y"] + 70, steps=6)
    phone.mouse.up()
    phone.get_by_role("button", name="存签名").click()
    expect(phone.locator("#toasts")).to_contain_text("签名已存好")
    phone.get_by_role("link", name="登记交车").last.click()
    phone.get_by_label("交车日期").fill(yesterday)
    phone.get_by_label("表上里程").fill("15")
    phone.get_by_label("车牌", exact=True).fill("皖BD77701")
    save(phone)
    expect(phone.locator("main")).to_contain_text("车已交给客户")

    # Care has learned of it: the call of the day after is on the consultant's workbench.
    outside(planned, store)
    assert outside(left, store) == "sold"
    page.goto("/")
    call = page.locator("[data-row]").filter(has_text=NAME)
    expect(call).to_contain_text("交车次日问候")


def planned(store: Store) -> None:
    system = actors.system(store.organisation)
    relay.catch_up(system, patience=20)
    planner.plan(actor=system, on=times.today())


def left(store: Store) -> str:
    with scope(store.actor):
        return str(StockCar.objects.get(vin=VIN).left_why)


def test_a_tick_that_finds_no_signal_is_kept_and_sent_when_there_is_one(open_page: Any, peopled: World) -> None:
    page = open_page(peopled.a.manager, **HANDSET)
    page.goto(reverse("deliveries:checklist", args=[peopled.a.ids["delivery"]]))
    line = page.locator(".tick").last
    name = line.locator("b").inner_text()
    page.context.set_offline(True)
    line.locator("input[type=checkbox]").click()
    expect(line).to_have_class("tick waiting")
    expect(line).to_contain_text("还没送到")
    page.context.set_offline(False)
    expect(line).to_have_class("tick on")
    page.reload()
    expect(page.locator(".tick.on").filter(has_text=name)).to_contain_text(peopled.a.manager.name)
