"""What a manufacturer says reaches its stores, and what a store says of it otherwise holds there."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from personas import World

pytestmark = pytest.mark.browser
PLAN = "/settings/plans/insurance_end/"


def origin(page: Page, field: str) -> Any:
    """The mark below a field."""
    return page.locator(".field").filter(has=page.locator(f"#id_{field}")).locator(".origin")


def save(page: Page) -> None:
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("已保存")


def test_a_store_overrides_one_field_of_the_manufacturers_plan_and_takes_it_back(
    open_page: Any, peopled: World
) -> None:
    above, store = open_page(peopled.chief), open_page(peopled.a.manager)
    above.goto(PLAN)
    above.locator("#id_before60-title").fill("提前两个月续保")
    above.locator("#id_before60-offset_days").fill("-65")
    save(above)
    expect(origin(above, "before60-title")).to_contain_text("厂家自定")

    store.goto(PLAN)
    expect(store.locator("#id_before60-title")).to_have_value("提前两个月续保")
    expect(origin(store, "before60-title")).to_contain_text("来自：星辰汽车")
    expect(origin(store, "before60-valid_days")).to_contain_text("系统自带")
    store.locator("#id_before60-offset_days").fill("-45")
    save(store)
    expect(origin(store, "before60-offset_days")).to_contain_text("上级是「-65」")

    above.locator("#id_before60-title").fill("续保先打个招呼")
    above.locator("#id_before60-offset_days").fill("-50")
    save(above)
    store.reload()
    expect(store.locator("#id_before60-title")).to_have_value("续保先打个招呼")
    expect(store.locator("#id_before60-offset_days")).to_have_value("-45")

    store.locator("#id_before30-title").fill("没有保存的字")
    origin(store, "before60-offset_days").get_by_role("button", name="恢复此项").click()
    expect(store.locator("#id_before60-offset_days")).to_have_value("-50")
    expect(store.locator("#id_before30-title")).to_have_value("没有保存的字")
    save(store)
    expect(origin(store, "before60-offset_days")).to_contain_text("来自：星辰汽车")


def test_of_a_product_line_something_else_is_said(open_page: Any, peopled: World) -> None:
    page = open_page(peopled.a.manager)
    page.goto(PLAN)
    page.locator("summary", has_text="另定一类车").click()
    page.locator("#id_series").fill("远航")
    page.get_by_role("button", name="看这一类").click()
    page.locator("#id_before7-title").fill("远航续保")
    save(page)
    expect(origin(page, "before7-title")).to_contain_text("本店自定")
    page.get_by_role("link", name="所有车").click()
    expect(page.locator("#id_before7-title")).not_to_have_value("远航续保")
    expect(page.get_by_role("link", name="车系 远航", exact=True)).to_be_visible()


def test_whoever_leaves_what_was_not_saved_is_asked_first(open_page: Any, peopled: World) -> None:
    page = open_page(peopled.a.manager)
    page.goto("/settings/intervals/line/")
    page.get_by_label("首保公里").fill("6000")
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    expect(page.get_by_label("首保公里")).to_have_value("6000")
    save(page)
    expect(origin(page, "first_km")).to_contain_text("本店自定")
