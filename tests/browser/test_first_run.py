"""From nothing to the first call: the set-up page, two spreadsheets, today's list, a result by one key."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker")]
SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SECRET = "七步铜陵店-2026"


def test_from_nothing_to_the_first_call(open_page: Callable[..., Page]) -> None:
    page = open_page()
    set_up(page)
    sign_out_and_in(page)
    load(page, "车主资料-双层表头.xlsx", "车主档案")
    load(page, "维修委托书.csv", "维修工单")
    record_by_keyboard(page)


def set_up(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile("/setup/"))
    filled = {
        "name": "铜陵奇瑞4S店", "short_name": "铜陵店", "code": "TL01", "person": "王强", "username": "wangqiang",
        "password": SECRET, "again": SECRET,
    }  # fmt: skip
    for name, value in filled.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="建立门店，开始使用").click()
    expect(page.get_by_text("还没有任何任务")).to_be_visible()


def sign_out_and_in(page: Page) -> None:
    page.goto("/account/")
    page.context.clear_cookies()
    page.goto("/")
    page.locator("[name=username]").fill("wangqiang")
    page.locator("[name=password]").fill(SECRET)
    page.keyboard.press("Enter")
    expect(page.get_by_text("还没有任何任务")).to_be_visible()
    page.locator("main a[href^='/imports/']").first.click()
    expect(page).to_have_url(re.compile("/imports/"))


def load(page: Page, name: str, kind: str) -> None:
    page.goto("/imports/new/")
    page.locator("input[type=file]").set_input_files(SAMPLES / name)
    page.get_by_role("button", name="上传并读取").click()
    expect(page.get_by_role("button", name=kind)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="下一步：使用依据").click()
    page.get_by_role("button", name="检查并预览").click()
    expect(page.get_by_text("前 20 行载入后的样子")).to_be_visible()
    page.get_by_role("button", name=re.compile(r"载入 [\d,]+ 行")).click()
    expect(page.get_by_text("载入完成")).to_be_visible()
    expect(page.get_by_role("link", name="撤销这次导入")).to_be_visible()


def record_by_keyboard(page: Page) -> None:
    """The advisors of the sheets have no sign-in yet, so their work lies in the pool: some of it is taken."""
    planned(page)
    for number in range(3):
        page.locator("[data-row] input[name=id]").nth(number).check()
    page.get_by_role("button", name="认领").click()
    expect(page.locator("#toasts")).to_contain_text("已认领 3 件")
    page.goto("/")
    panel = page.locator("#panel")
    first, customer = panel.get_attribute("data-panel"), panel.locator(".tp-who a").get_attribute("href")
    page.keyboard.press("1")
    expect(page.locator("#toasts")).to_contain_text("已接通")
    expect(page.locator(f"[data-row='{first}']")).to_have_count(0)
    expect(page.locator("#panel[data-panel]")).not_to_have_attribute("data-panel", str(first))
    page.goto(str(customer))
    expect(page.locator(".tl").first).to_contain_text("已接通")


def planned(page: Page) -> None:
    """The day is planned in the background; who waits for it looks again."""
    for _again in range(30):
        page.goto("/tasks/?view=pool")
        if page.locator("[data-row]").count() >= 3:
            return
        page.wait_for_load_state("networkidle")
    raise AssertionError("nothing was planned")
