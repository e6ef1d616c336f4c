"""axe looks at the main pages: light and dark, Chinese and English, wide and narrow."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from drawing import drawn
from personas import World

pytestmark = pytest.mark.browser
SERIOUS = {"serious", "critical"}
LOOKS: list[dict[str, Any]] = [
    {"color_scheme": "light", "locale": "zh-CN"},
    {"color_scheme": "dark", "locale": "en-GB", "viewport": {"width": 390, "height": 844}},
]
PAGES = (
    "tasks:workbench", "tasks:list", "tasks:new", "customers:list", "customers:create", "aftersales:list", "care:dues",
    "care:plans", "connect:list", "connect:new", "network:staff", "network:audit", "network:settings",
    "network:account", "network:exports", "network:batches", "network:view-new", "network:security", "network:dengbao",
    "network:chain", "network:second-factor",
    "leads:board", "leads:list", "leads:stages", "leads:rules", "showroom:desk", "drives:calendar", "quotes:list",
    "orders:list", "orders:stock", "deliveries:calendar", "spotchecks:list", "intake:list", "funnel:overview",
)  # fmt: skip


@pytest.mark.parametrize("look", drawn(LOOKS, 1, "looks"), ids=lambda look: f"{look['color_scheme']}-{look['locale']}")
def test_axe_finds_nothing_serious(open_page: Any, server: str, peopled: World, look: dict[str, Any]) -> None:
    page = open_page(peopled.a.manager, **look)
    if look["locale"].startswith("en"):
        page.context.add_cookies([{"name": "qibu_language", "value": "en", "url": server}])
    addresses = [reverse(name) for name in drawn(PAGES, 12, "looked at")]
    addresses += [f"/customers/{peopled.a.ids['customer']}/", f"/vehicles/{peopled.a.ids['car']}/"]
    found = [f"{address}: {fault}" for address in addresses for fault in faults(page, address)]
    assert not found, "\n".join(found)


def faults(page: Page, address: str) -> list[str]:
    page.goto(address)
    answer = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    wide = (
        []
        if page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        else ["the page moves sideways"]
    )
    return wide + [
        f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:160]} … {len(one['nodes'])}×"
        for one in answer if one["impact"] in SERIOUS
    ]  # fmt: skip


def test_the_sign_in_page_is_accessible(open_page: Any, peopled: World) -> None:
    assert not faults(open_page(), "/sign-in/")
