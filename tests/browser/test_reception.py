"""The desk in the show-room, also while the line is broken: what was typed goes out once it is back, exactly once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qibu.kernel.scoping import scope
from qibu.network.rules import Role
from qibu.showroom.models import Visitor

pytestmark = pytest.mark.browser


def named(store: Any, name: str) -> int:
    with scope(store.actor):
        return Visitor.objects.filter(name=name).count()


def fill(page: Page, name: str) -> None:
    page.get_by_label("怎么称呼").fill(name)
    page.locator("#main").get_by_text("试驾", exact=True).first.click()
    page.get_by_role("button", name="登记，请人接待").click()


def test_who_comes_is_written_down_by_the_keyboard_alone(
    peopled: Any, open_page: Callable[..., Page], outside: Callable[..., Any]
) -> None:
    page = open_page(peopled.a.people[Role.CALL_AGENT])
    page.goto("/showroom/")
    expect(page.get_by_label("电话、后四位、车牌、姓名")).to_be_focused()
    page.keyboard.type("13877776666")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("已登记")
    expect(page.locator("#showroom-board")).to_contain_text("看车")


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
