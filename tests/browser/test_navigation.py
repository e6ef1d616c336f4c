"""The menu by keyboard, beside icons, and on a telephone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from personas import World
from qibu.network.rules import Role

pytestmark = pytest.mark.browser
HANDSET = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ANYWHERE = "/settings/account/"


def area(page: Page) -> Any:
    return page.get_by_role("navigation", name="主导航").get_by_role("button", name="销售")


def test_arrows_lead_into_an_area_and_out_of_it(open_page: Any, peopled: World) -> None:
    page = open_page(peopled.a.manager)
    page.goto(ANYWHERE)
    menu, head, keys = page.get_by_role("navigation", name="主导航"), area(page), page.keyboard
    expect(head).to_have_attribute("aria-expanded", "false")
    expect(menu.get_by_role("link", name="订单")).to_be_hidden()

    menu.get_by_role("link", name="客户", exact=True).focus()
    keys.press("ArrowDown")
    expect(head).to_be_focused()
    keys.press("ArrowRight")
    expect(head).to_have_attribute("aria-expanded", "true")
    keys.press("ArrowRight")
    expect(menu.get_by_role("link", name="线索")).to_be_focused()
    keys.press("ArrowLeft")
    expect(head).to_be_focused()
    keys.press("ArrowLeft")
    expect(head).to_have_attribute("aria-expanded", "false")

    keys.press("Enter")
    orders = menu.get_by_role("link", name="订单")
    for _step in range(20):
        keys.press("Tab")
        if orders.evaluate("link => link === document.activeElement"):
            break
    keys.press("Enter")
    expect(page).to_have_url(re.compile("/orders/$"))
    expect(area(page)).to_have_attribute("aria-expanded", "true")
    expect(orders).to_have_attribute("aria-current", "page")


def test_beside_icons_an_area_comes_out_and_goes(open_page: Any, peopled: World) -> None:
    page = open_page(peopled.a.manager)
    page.goto("/orders/")
    menu, head, keys = page.get_by_role("navigation", name="主导航"), area(page), page.keyboard
    orders = menu.get_by_role("link", name="订单")
    expect(orders).to_be_visible()
    keys.press("[")
    expect(orders).to_be_hidden()
    expect(head).to_have_attribute("aria-expanded", "false")

    head.focus()
    keys.press("Enter")
    expect(orders).to_be_visible()
    assert orders.evaluate("link => link.getBoundingClientRect().left") > 56
    keys.press("ArrowRight")
    expect(menu.get_by_role("link", name="线索")).to_be_focused()
    keys.press("Escape")
    expect(orders).to_be_hidden()
    expect(head).to_be_focused()

    head.click()
    expect(orders).to_be_visible()
    page.locator("main").click(position={"x": 600, "y": 5})
    expect(orders).to_be_hidden()
    page.reload()
    expect(orders).to_be_hidden()
    keys.press("[")
    expect(orders).to_be_visible()


def test_by_thumb_the_sheet_lists_the_area(open_page: Any, peopled: World) -> None:
    page = open_page(peopled.a.people[Role.SALES_CONSULTANT], **HANDSET)
    page.goto(ANYWHERE)
    bar = page.get_by_role("navigation", name="底部导航")
    expect(bar.get_by_role("link", name="线索")).to_be_visible()
    bar.get_by_text("我的", exact=True).tap()
    sheet = bar.get_by_role("list", name="销售")
    expect(sheet.get_by_role("link")).to_have_count(8)
    sheet.get_by_role("link", name="试驾").tap()
    expect(page).to_have_url(re.compile("/test-drives/calendar/"))
    expect(bar.get_by_role("link", name="线索")).to_have_attribute("aria-current", "true")  # it stands for its area
    expect(bar.locator("summary")).not_to_have_attribute("aria-current", "page")


def test_stages_are_put_in_order_by_keyboard_and_nothing_typed_is_lost(open_page: Any, peopled: World) -> None:
    page = open_page(peopled.a.manager)
    page.goto("/leads/settings/stages/line/")
    rows, keys = page.locator("[data-stage]"), page.keyboard
    expect(rows.nth(2).locator("summary")).to_contain_text("已到店")
    expect(rows.nth(2).get_by_label("名称", exact=True)).to_be_hidden()

    rows.nth(2).get_by_role("button", name="下移 已到店").focus()
    keys.press("Enter")
    expect(rows.nth(3).locator("summary")).to_contain_text("已到店")
    rows.nth(3).locator("summary").focus()
    keys.press("Enter")
    rows.nth(3).get_by_label("名称", exact=True).fill("看过车")
    expect(rows.nth(3).locator("summary")).to_contain_text("看过车")
    rows.nth(1).locator("summary").focus()
    keys.press("Enter")
    rows.nth(1).get_by_label("名称", exact=True).fill("")
    keys.press("Control+Enter")

    expect(page.get_by_text("请写下名称；")).to_be_visible()  # unfolded by itself; the rest is as it was typed
    expect(rows.nth(3).locator("summary")).to_contain_text("看过车")
    rows.nth(1).get_by_label("名称", exact=True).fill("联系上了")
    keys.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("阶段已保存")
    expect(page.locator("[data-stage-name]")).to_have_text(
        ["新线索", "联系上了", "已试驾", "看过车", "已报价", "已订车", "加一个阶段"]
    )
