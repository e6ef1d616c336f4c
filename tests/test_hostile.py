"""Addresses and forms that nobody's page makes: they are refused or ignored, never answered with a breakdown."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from django.urls import reverse

from drawing import drawn
from personas import World, undone

pytestmark = pytest.mark.django_db

LISTS = (
    "customers:list", "tasks:list", "aftersales:list", "care:dues", "connect:list",
    "network:staff", "network:handovers", "network:audit",
)  # fmt: skip
STRANGE = ("\0", "²", "abc", "9" * 30, "1" * 5000)
CURSORS: tuple[list[Any], ...] = (["a", "b"], [None, None], [{"d": "2026-01-01"}, "x"], [1, 2], [True, {"n": "NaN"}])


def strange(name: str, key: str) -> list[str]:
    """Two of them in a run, others each day."""
    return drawn(STRANGE, 2, f"{name} {key}")


def cursor_of(values: list[Any]) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).decode()


def keys_of(world: World, name: str) -> set[str]:
    answer = world.a.manager.client().get(reverse(name))
    found = {"q", "sort", "open"}
    for one in answer.context["page"].filters:
        found |= set(one.keys())
    return found


@pytest.mark.parametrize("name", LISTS)
def test_a_list_bears_any_address(world: World, name: str) -> None:
    client = world.a.manager.client()
    client.raise_request_exception = False
    broken = []
    for key in sorted(keys_of(world, name)):
        for value in strange(name, key):
            with undone():
                if client.get(reverse(name), {"view": "all", key: value}).status_code >= 500:
                    broken.append((key, value[:6]))
    for side in ("after", "before"):
        for values in drawn(CURSORS, 3, f"{name} {side}"):
            with undone():
                if client.get(reverse(name), {side: cursor_of(values)}).status_code >= 500:
                    broken.append((side, str(values)))
    assert broken == []


PAGES = ("tasks:workbench", "tasks:print", "care:dues-print", "vehicles:find", "customers:search")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_bears_any_address(world: World, name: str) -> None:
    client = world.a.manager.client()
    client.raise_request_exception = False
    keys = ("q", "staff", "task", "shown", "category", "month", "next", "because")
    broken = []
    for key in keys:
        for value in strange(name, key):
            with undone():
                if client.get(reverse(name), {key: value}).status_code >= 500:
                    broken.append((key, value[:6]))
    assert broken == []


FORMS: dict[str, dict[str, Any]] = {
    "customers:tag-many": {"names": "VIP"}, "customers:assign": {"role": "advisor", "staff": "none"},
    "tasks:claim": {}, "tasks:assign": {"chosen": "1"},
    "tasks:result": {"task": "1"}, "network:switch": {},
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_form_bears_any_value(world: World, name: str) -> None:
    client = world.a.manager.client()
    client.raise_request_exception = False
    broken = []
    for key in ("id", "task", "result", "pick", "point", "staff", "role", "organisation"):
        for value in drawn(STRANGE[:-1], 2, f"{name} {key}"):
            with undone():
                if client.post(reverse(name), {**FORMS[name], key: value}).status_code >= 500:
                    broken.append((key, value[:40]))
    assert broken == []


def test_a_body_that_would_fill_the_disk_is_not_read(world: World) -> None:
    for name, length in (("network:sign-in", 6 * 2**20), ("connect:new", 2**30)):
        answer = world.a.manager.client().generic(
            "POST", reverse(name), b"", "multipart/form-data; boundary=x", headers={"content-length": str(length)}
        )
        assert answer.status_code == 400
