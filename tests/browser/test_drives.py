"""On the screen of the show-room: whoever drives signs with a finger."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from personas import Store, World
from qibu.drives.models import Drive, Signature
from qibu.kernel.scoping import scope

pytestmark = pytest.mark.browser


def unsigned(store: Store) -> int:
    with scope(store.actor):
        drives = Drive.objects.filter(state=Drive.State.BOOKED, signatures=None)
        return int(drives.values_list("pk", flat=True)[0])


def drawn(store: Store, drive: int) -> str:
    with scope(store.actor):
        return str(Signature.objects.get(drive_id=drive).picture)


def test_a_driver_signs_with_a_finger(open_page: Any, peopled: World, outside: Any) -> None:
    store = peopled.a
    drive = outside(unsigned, store)
    page = open_page(store.manager)
    page.goto(reverse("drives:agreement", args=[drive]))
    frame = page.locator("canvas")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    for down in (40, 90):
        page.mouse.move(box["x"] + 40, box["y"] + down)
        page.mouse.down()
        page.mouse.move(box["x"] + 260, box["y"] + down + 40, steps=8)
        page.mouse.up()
    page.get_by_role("button", name="签好", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("协议签好了")
    assert outside(drawn, store, drive).count("M") == 2
