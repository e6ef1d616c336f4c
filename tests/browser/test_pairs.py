"""Pairs that may be one customer's, worked through by keys."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from personas import World
from qibu.customers.models import Customer, Duplicate
from qibu.customers.services import customers, duplicates
from qibu.kernel.scoping import scope
from qibu.network.rules import Role

pytestmark = pytest.mark.browser


def test_a_verdict_by_key_is_taken_back_and_a_doubtful_merge_asks_again(
    open_page: Any, peopled: World, outside: Any
) -> None:
    def two_people() -> tuple[int, int]:
        with scope(peopled.a.actor) as actor:
            Duplicate.objects.all().delete()
            born = (date(1980, 3, 1), date(1991, 7, 9))
            pair = [
                customers.register(
                    actor=actor, values={"name": "赵一鸣", "birthday": day}, phones=["13700001001"]
                ).pk
                for day in born
            ]
            duplicates.refresh(actor=actor, customer_ids=pair)
            return pair[0], pair[1]

    first, second = outside(two_people)
    page = open_page(peopled.a.people[Role.STORE_MANAGER])
    page.goto("/customers/duplicates/")
    page.keyboard.press("n")
    expect(page).to_have_url("/customers/duplicates/")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", name="是同一位客户吗？")).to_be_visible()

    page.keyboard.press("n")
    expect(page.locator("#toasts")).to_contain_text("不是同一位")
    page.keyboard.press("u")
    expect(page.locator("#toasts")).to_contain_text("放回待看")
    expect(page.get_by_text("看着不是同一位")).to_be_visible()

    sure = page.get_by_label("我核对过了，确实是同一位")
    page.keyboard.press("y")
    expect(sure).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_role("button", name="合并").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("已合并")

    def merged() -> bool:
        with scope(peopled.a.actor):
            return Customer.objects.filter(pk__in=(first, second), merged_into__isnull=False).count() == 1

    assert outside(merged)
