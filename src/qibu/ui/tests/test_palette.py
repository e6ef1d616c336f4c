"""Commands and pages are found by their names in both languages, by pinyin and by initials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils.functional import lazy
from django.utils.translation import get_language

from qibu.ui import palette, slots


def said(chinese: str, english: str) -> Any:
    return lazy(lambda: english if get_language() == "en" else chinese, str)()


@pytest.fixture
def request_(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> HttpRequest:
    filled: dict[str, list[Any]] = {
        "search.commands": [slots.Command(said("新建任务", "New task"), "/tasks/new/", icon="plus")],
        "navigation": [
            slots.NavItem("settings", said("设置", "Settings"), "gear", "network:settings"),
            slots.NavItem("orders", said("订单", "Orders"), "file", "orders:list", area="sales"),
        ],
        "settings": [slots.Setting(said("导出", "Exports"), "", "export", "network:exports", "own")],
    }
    fill: Callable[..., list[Any]] = lambda slot, request: filled[slot]  # noqa: E731
    monkeypatch.setattr(palette.slots, "fill", fill)
    return rf.get("/")


@pytest.mark.parametrize(
    ("text", "url"),
    [("设置", "/settings/"), ("she zhi", "/settings/"), ("sz", "/settings/"), ("sett", "/settings/"),
     ("新建", "/tasks/new/"), ("任务", "/tasks/new/"), ("xjrw", "/tasks/new/"), ("new t", "/tasks/new/"),
     ("导出", "/exports/"), ("daochu", "/exports/"), ("EXPORT", "/exports/"),
     ("dd", "/orders/"), ("销售", "/orders/"), ("xiaoshou", "/orders/"), ("sales", "/orders/")],
)  # fmt: skip
def test_a_page_is_found_by_what_people_type(request_: HttpRequest, text: str, url: str) -> None:
    assert [one["url"] for one in palette.found(request_, text)] == [url]


@pytest.mark.parametrize("text", ["", "·", "周敏", "13800000000", "x" * 40])
def test_other_texts_find_no_page(request_: HttpRequest, text: str) -> None:
    assert palette.found(request_, text) == []
