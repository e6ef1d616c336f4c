"""A customer is erased by who heads the store, with the keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from personas import World
from qibu.customers.models import Customer, Erasure
from qibu.kernel.scoping import scope

pytestmark = pytest.mark.browser


def reach(page: Page, selector: str) -> None:
    """By the tabulator, as long as it takes; what can't be reached fails."""
    wanted = page.locator(selector).first
    for _n in range(150):
        if wanted.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by the keyboard")


def test_somebody_is_erased_by_keys(open_page: Any, peopled: World, outside: Any) -> None:
    number = peopled.a.ids["customer"]

    def name() -> str:
        with scope(peopled.a.actor):
            return str(Customer.objects.get(pk=number).name)

    before = outside(name)
    page = open_page(peopled.a.manager)
    page.goto(f"/customers/{number}/")
    reach(page, ".idh-a .menu > summary")
    page.keyboard.press("Enter")
    reach(page, f"a[href='/customers/{number}/erasure/']")
    page.keyboard.press("Enter")
    expect(page.get_by_text("法律要求保留的")).to_be_visible()
    reach(page, "[name=reason]")
    page.keyboard.press("Control+Enter")  # the browser asks for a reason
    expect(page.locator("[name=reason]")).to_be_focused()
    page.keyboard.type(f"{before} 书面要求")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("请先勾选")).to_be_visible()
    expect(page.locator("[name=reason]")).to_have_value(f"{before} 书面要求")
    expect(page.locator("[name=sure]")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("请不要写姓名")).to_be_visible()
    assert outside(name) == before

    expect(page.locator("[name=reason]")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("客户书面要求")
    for box in page.locator("[name=promises]").all():
        if not box.is_checked():
            reach(page, "[name=promises]")
            page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("个人信息已按要求删除")).to_be_visible()
    expect(page.get_by_text(before)).to_have_count(0)

    def reasons() -> list[str]:
        with scope(peopled.a.actor):
            return list(Erasure.objects.filter(customer_id=number).values_list("reason", flat=True))

    assert outside(reasons) == ["客户书面要求"]
