"""Something to read for a customer, in a real browser: prepared by a consultant, read and answered on a telephone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from personas import Store, World
from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.leads.rules import Door, Received
from qibu.leads.rules import Person as Caller
from qibu.leads.services import receiving
from qibu.network.rules import Role

pytestmark = pytest.mark.browser
HANDSET = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NAME = "许晴岚"


def met(store: Store) -> int:
    seller = store.people[Role.SALES_CONSULTANT].actor
    with scope(seller):
        who = Caller(name=NAME, phones=("13855537711",))
        came = Received(
            door=Door.SHOWROOM, source="walk-in", person=who, at=times.now(), wish={"series": "追光"},
            consultant_id=seller.staff_id,
        )  # fmt: skip
        return receiving.receive(actor=seller, received=came).lead.pk


def test_a_piece_is_sent_read_and_answered(
    open_page: Any, peopled: World, outside: Callable[..., Any], contexts: Callable[..., Any]
) -> None:
    store = peopled.a
    lead, title = outside(met, store), f"比一比{store.organisation.pk}"

    page = open_page(store.people[Role.SALES_CONSULTANT])
    page.goto(reverse("leads:detail", args=[lead]))
    page.locator(".lead-h summary").click()
    page.get_by_role("link", name="发资料").click()
    page.get_by_label("内容").select_option(label=title)
    page.get_by_label("客户自己要的").check()
    page.get_by_role("button", name="准备好链接").click()
    address = page.locator(".nurture-url").inner_text()
    page.keyboard.press("s")
    expect(page.locator("#toasts")).to_contain_text("已发给客户")

    phone = contexts(**HANDSET).new_page()
    phone.goto(address)
    expect(phone.get_by_role("heading", name=title)).to_be_visible()
    expect(phone.locator("body")).not_to_contain_text(NAME)
    phone.get_by_label("想问什么").fill("周末能看车吗？")
    phone.get_by_role("button", name="请顾问联系我").click()
    expect(phone.locator("main")).to_contain_text("会尽快联系您")

    page.goto(reverse("leads:detail", args=[lead]))
    expect(page.locator("main")).to_contain_text("客户又来联系")
    expect(page.locator("main")).to_contain_text("周末能看车吗？")
