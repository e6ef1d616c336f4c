"""A sale in a real browser, from the desk of the show-room to the call on the day after the delivery; and what is done
while the line is broken: it goes out once it is back, exactly once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from personas import Store, World, _opening, phone_of
from qibu.care.services import planner
from qibu.customers.models import Customer
from qibu.drives.services import fleet
from qibu.kernel import relay, times
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.leads.selectors import sellers
from qibu.leads.services import sharing
from qibu.network.rules import Role
from qibu.network.services import actors
from qibu.orders.models import StockCar
from qibu.orders.services import stock
from qibu.showroom.models import Visitor

pytestmark = pytest.mark.browser
HANDSET = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
VIN, PLATE = "LXCZG5A10RD777001", "皖BD77701"
NAME, PHONE = "方雅雯", "13855537701"
MOST_STROKES = 30  # some ten seconds for who types daily, of the twenty that reception has


@dataclass
class Hands:
    """A keyboard that counts."""

    page: Page
    strokes: int = 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.strokes += len(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.strokes += len(keys)


def prepared(store: Store) -> datetime:
    """Everybody but one consultant is out of the turn; a car to drive and one to sell are in the yard. Gives an hour at
    which the store is open."""
    own = store.people[Role.SALES_CONSULTANT].actor.staff_id
    number = store.organisation.pk
    with scope(store.actor):
        for person in sellers().exclude(pk=own):
            sharing.set_share(actor=store.actor, staff_id=person.pk, weight=0, room=None)
        facts = {"series": f"追光{number}", "plate": "皖BSJ001", "insured_until": times.today() + timedelta(days=99)}
        fleet.add_car(actor=store.actor, facts={**facts, "mileage": 1200})
        stock.add(actor=store.actor, vin=VIN, model_code=f"zg-{number}", colour="白", arrived_on=times.today())
        return _opening(store, 9)


def save(page: Page) -> None:
    page.locator("form#act").get_by_role("button").last.or_(page.locator("button[form=act]")).first.click()


def done(page: Page, words: str) -> None:
    expect(page.locator("#toasts")).to_contain_text(words)


def signed(page: Page) -> None:
    """A line with a finger."""
    frame = page.locator("canvas")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 70, steps=6)
    page.mouse.up()


def stands_at(page: Page, stage: str) -> None:
    """On the board, under a stage."""
    page.goto(reverse("leads:board"))
    column = page.locator(f"[data-stage='{stage}']")
    expect(column.locator("[data-card]").filter(has_text=NAME)).to_be_visible()


def test_from_the_desk_to_the_call_of_the_next_day(
    open_page: Any, peopled: World, outside: Callable[..., Any]
) -> None:
    store = peopled.a
    opening = outside(prepared, store)
    seller = store.people[Role.SALES_CONSULTANT]
    received(open_page(store.people[Role.CALL_AGENT]), store, seller.name)
    page = open_page(seller)
    drives(page, opening)
    quotes(page)
    orders(page)
    pays(open_page(store.people[Role.FINANCE]))
    address = is_to_be_handed_over(page, store)
    is_handed_over(open_page(seller, **HANDSET), address)

    # The customer is an owner, the car theirs, the lead won; nothing is left to sell.
    lead, left = outside(what_became, store)
    assert (lead.state, left) == ("won", "sold")
    page.goto(reverse("customers:detail", args=[lead.customer_id]))
    expect(page.locator("main")).to_contain_text("保有客户")
    expect(page.locator("main")).to_contain_text(PLATE[2:])
    page.goto(reverse("leads:board"))
    expect(page.locator("[data-card]").filter(has_text=NAME)).to_have_count(0)

    # Care has learned of it: the call of the day after is on the consultant's workbench, and on nobody else's.
    outside(planned, store)
    page.goto("/")
    expect(page.locator("[data-row]").filter(has_text=NAME)).to_contain_text("交车次日问候")
    other = open_page(store.people[Role.SERVICE_ADVISOR])
    other.goto("/")
    expect(other.locator("[data-row]").first).to_be_visible()
    expect(other.locator("[data-row]").filter(has_text="交车次日问候")).to_have_count(0)


def received(desk: Page, store: Store, seller: str) -> None:
    """By the keyboard alone: one field finds who was here before, and takes the number of who wasn't."""
    known, phone = store.customers[0].name, phone_of(1, 0)
    desk.goto("/showroom/")
    field = desk.get_by_label("电话、后四位、车牌、姓名")
    expect(field).to_be_focused()
    for text in (phone, phone[-4:], store.cars[0].plate, known):
        with desk.expect_response(lambda answer: "/found/" in answer.url) as answered:
            field.fill(text)
        assert known in answered.value.text()
    field.fill("")
    hands = Hands(desk)
    with desk.expect_response(lambda answer: f"q={PHONE}" in answer.url):
        hands.type(PHONE)
    expect(desk.locator("#found")).not_to_contain_text(known)
    expect(desk.locator("#found")).to_contain_text("按新客人登记")
    hands.press("Tab", "ArrowRight", "Tab")  # 看车 → 试驾
    hands.type(NAME)
    hands.press("Tab", "Tab")
    hands.type(f"追光{store.organisation.pk}")
    hands.press("Control+Enter")
    done(desk, f"请{seller}接待")
    expect(desk.locator("#showroom-board")).to_contain_text(NAME)
    assert hands.strokes <= MOST_STROKES


def drives(page: Page, at: datetime) -> None:
    """From the hall to the lead, and out with the car: what reception wrote down stands in the form."""
    page.goto("/showroom/")
    page.locator("#showroom-board li").filter(has_text=NAME).get_by_role("link", name="线索").click()
    expect(page.locator("main")).to_contain_text("客户想试驾")
    page.get_by_role("link", name="约试驾", exact=True).click()
    expect(page.get_by_label("试驾车", exact=True).locator("option:checked")).to_contain_text("皖BSJ001")
    page.get_by_label("开始时间").fill(f"{at.astimezone(times.ZONE):%Y-%m-%dT%H:%M}")
    save(page)
    done(page, "试驾约好了")
    page.get_by_role("link", name="查验驾驶证").click()
    expect(page.get_by_label("谁来开")).to_have_value(NAME)
    page.get_by_label("长期有效").check()
    page.get_by_label("我看过驾驶证").check()
    save(page)
    page.get_by_role("link", name="签协议").click()
    signed(page)
    page.get_by_role("button", name="签好", exact=True).click()
    page.get_by_role("link", name="出车", exact=True).click()
    expect(page.get_by_label("出车里程")).to_have_value("1200")
    save(page)
    page.get_by_role("link", name="还车", exact=True).click()
    page.get_by_label("还车里程").fill("1209")
    save(page)
    done(page, "线索进到「已试驾」")
    stands_at(page, "已试驾")


def quotes(page: Page) -> None:
    """The car that they want stands in the quotation; the customer takes it."""
    page.locator("[data-card]").filter(has_text=NAME).get_by_role("link", name=NAME, exact=True).click()
    page.get_by_role("link", name="写报价").click()
    expect(page.get_by_label("车型", exact=True).locator("option:checked")).to_contain_text("旗舰")
    page.get_by_label("颜色", exact=True).fill("白")
    page.get_by_role("button", name="保存报价").click()
    done(page, "报价已保存")
    page.get_by_role("button", name="发给客户").click()
    page.get_by_role("dialog").get_by_role("button", name="发出", exact=True).click()
    done(page, "报价已发出")
    page.get_by_role("button", name="客户接受").click()
    done(page, "已记下客户接受的方案")
    stands_at(page, "已报价")


def orders(page: Page) -> None:
    """The contract begins with what was offered; a deposit above what the law allows is refused at its field."""
    page.locator("[data-card]").filter(has_text=NAME).get_by_role("link", name=NAME, exact=True).click()
    page.get_by_role("link", name="下订单").click()
    expect(page.get_by_label("车价", exact=True)).to_have_value("159800.00")
    expect(page.get_by_label("颜色", exact=True)).to_have_value("白")
    page.get_by_label("约定交车日期").fill(times.today().isoformat())
    page.get_by_label("先付多少").fill("50000")
    save(page)
    expect(page.get_by_text("定金不能超过车款的两成").first).to_be_visible()
    page.get_by_label("先付多少").fill("5000")
    save(page)
    done(page, "订单已存成草稿")
    page.get_by_role("link", name="客户签约").click()
    page.get_by_label("买车人证件号码").fill("110101199003077715")
    save(page)
    done(page, "已签约")
    page.get_by_role("link", name="配车", exact=True).click()
    page.get_by_text(VIN).click()
    save(page)
    done(page, "车已配好")


def pays(till: Page) -> None:
    """The till finds the order in its list; what is asked for next is filled in."""
    till.goto(reverse("orders:list"))
    till.goto(till.locator("[data-row]").filter(has_text=NAME).get_attribute("data-href") or "")
    for sum_up in (lambda: done(till, "款项已登记"), lambda: expect(till.locator("main")).to_contain_text("已付清")):
        till.get_by_role("link", name="登记款项").click()
        save(till)
        sum_up()


def is_to_be_handed_over(page: Page, store: Store) -> str:
    """The appointment; gives its page. The order stands on the board."""
    page.reload()
    page.get_by_role("link", name="约交车").click()
    page.get_by_label("交车时间").fill(f"{times.today().isoformat()}T10:00")
    page.get_by_label("介绍给哪位服务顾问").select_option(label=store.people[Role.SERVICE_ADVISOR].name)
    save(page)
    done(page, "交车时间已约好")
    address = page.url
    stands_at(page, "已订车")
    return address


def is_handed_over(phone: Page, address: str) -> None:
    """The day itself, by telephone."""
    phone.goto(address)
    phone.get_by_role("link", name="交接清单").click()
    for tick in (lines := phone.locator(".tick")).all():
        tick.locator("input[type=checkbox]").click()
    expect(phone.locator(".tick.on")).to_have_count(lines.count())
    signed(phone)
    phone.get_by_role("button", name="存签名").click()
    done(phone, "签名已存好")
    phone.get_by_role("link", name="登记交车").last.click()
    phone.get_by_label("交车日期").fill((times.today() - timedelta(days=1)).isoformat())
    phone.get_by_label("表上里程").fill("15")
    phone.get_by_label("车牌", exact=True).fill(PLATE)
    save(phone)
    expect(phone.locator("main")).to_contain_text("车已交给客户")


def planned(store: Store) -> None:
    system = actors.system(store.organisation)
    relay.catch_up(system, patience=20)
    planner.plan(actor=system, on=times.today())


def what_became(store: Store) -> tuple[Lead, str]:
    with scope(store.actor):
        customer = Customer.objects.get(name=NAME)
        return Lead.objects.get(customer=customer), str(StockCar.objects.get(vin=VIN).left_why)


# Without signal -----------------------------------------------------------------------------------
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


def named(store: Any, name: str) -> int:
    with scope(store.actor):
        return Visitor.objects.filter(name=name).count()


def fill(page: Page, name: str) -> None:
    page.get_by_label("怎么称呼").fill(name)
    page.locator("#main").get_by_text("试驾", exact=True).first.click()
    page.get_by_role("button", name="登记，请人接待").click()


def test_what_is_typed_while_the_line_is_broken_goes_out_once_when_it_is_back(
    peopled: Any, open_page: Callable[..., Page], outside: Callable[..., Any]
) -> None:
    page = open_page(peopled.a.people[Role.CALL_AGENT])
    page.goto("/showroom/")
    page.context.set_offline(True)
    for name in ("断网的甲", "断网的乙"):
        fill(page, name)
        expect(page.get_by_label("怎么称呼")).to_have_value("")
    expect(page.locator("[data-outbox-note]")).to_contain_text("2 位还没送出")
    assert outside(named, peopled.a, "断网的甲") == 0
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#showroom-board")).to_contain_text("断网的乙")
    assert [outside(named, peopled.a, name) for name in ("断网的甲", "断网的乙")] == [1, 1]


def test_what_arrived_although_no_answer_came_back_is_taken_once(
    peopled: Any, open_page: Callable[..., Page], outside: Callable[..., Any]
) -> None:
    page = open_page(peopled.a.people[Role.CALL_AGENT])
    page.goto("/showroom/")

    def lose_the_answer(route: Any) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.fallback()

    page.route("**/showroom/", lose_the_answer)
    fill(page, "没有回音")
    expect(page.locator("[data-outbox-note]")).to_contain_text("1 位还没送出")
    assert outside(named, peopled.a, "没有回音") == 1
    page.unroute("**/showroom/")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-outbox-note]")).to_be_hidden()
    assert outside(named, peopled.a, "没有回音") == 1
