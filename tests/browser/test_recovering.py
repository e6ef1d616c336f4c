"""The database falls while a form is under way: nothing typed is lost, and nothing is done twice."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect

from personas import World
from qibu.contracts.customers import NoteWritten
from qibu.customers.services import notes
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.rules import Role

pytestmark = pytest.mark.browser
SAID = "周六上午来取车"
DRAFTS = "Object.keys(localStorage).filter((key) => key.startsWith('qibu.draft'))"
PICTURES = os.environ.get("QIBU_PICTURES", "")


class Falling:
    """The service writes; then, the first times, the connection is gone before the answer."""

    def __init__(self, times: int) -> None:
        self.left, self.write = times, notes.write

    def __call__(self, **given: Any) -> None:
        if self.left:
            self.left -= 1
            raise OperationalError("gone") from psycopg.OperationalError("server closed the connection")
        self.write(**given)


def test_a_form_that_met_a_fallen_database_goes_on_by_itself(
    contexts: Callable[..., BrowserContext], peopled: World, outside: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = reverse("customers:detail", args=[peopled.a.customers[0].pk])
    page = contexts(peopled.a.people[Role.SERVICE_ADVISOR]).new_page()
    away = [True]
    monkeypatch.setattr(notes, "write", Falling(1))
    page.route("**/healthz", lambda route: route.abort() if away else route.continue_())
    page.goto(customer)
    page.get_by_label("备注", exact=True).fill(SAID)
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_role("heading")).to_contain_text("数据库正在恢复")
    expect(page.get_by_role("status")).to_contain_text("不会重复")
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/503.png")
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 390, "height": 844})
        page.screenshot(path=f"{PICTURES}/503-dark.png")
    away.clear()  # the product is there again
    expect(page).to_have_url(re.compile(f"{customer}$"))
    expect(page.locator("#toasts")).to_contain_text("备注已记下")

    def written() -> int:
        with scope(peopled.a.actor):
            return Entry.objects.filter(type=NoteWritten.name, data__text=SAID).count()

    assert outside(written) == 1
    page.reload()
    expect(page.get_by_label("备注", exact=True)).to_have_value("")
    assert page.evaluate(DRAFTS) == []
