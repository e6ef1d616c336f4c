"""Fifty rows ask no more of the database than five, and no page asks more than it did.

The counts are frozen in `query_counts.json`. A page that needs more says so there, in the commit that needs it:
`QIBU_FREEZE=1 pytest tests/test_query_counts.py` writes the file anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import personas
from personas import World
from qibu.kernel.scoping import scope

FROZEN = Path(__file__).with_name("query_counts.json")
LISTS = (
    "tasks:workbench", "tasks:list", "tasks:team", "tasks:print", "customers:list", "aftersales:list",
    "care:dues", "care:dues-print", "connect:list", "contact:outbox", "network:staff", "network:handovers",
    "network:audit", "network:security", "network:dengbao", "leads:list", "leads:board", "leads:reports",
    "leads:chances", "leads:pool", "leads:loads", "leads:roster", "leads:rules", "showroom:desk",
    "showroom:list", "showroom:report", "network:tokens", "intake:list", "intake:forms", "quotes:list",
    "orders:list", "orders:stock", "deliveries:list", "deliveries:calendar", "drives:list",
    "drives:calendar", "spotchecks:list", "nurturing:list", "nurturing:runs",
)  # fmt: skip
PAGES = {
    "customers:detail": "customer",
    "vehicles:detail": "car",
    "aftersales:detail": "visit",
    "tasks:detail": "task",
    "leads:detail": "lead",
    "quotes:detail": "quote",
    "orders:detail": "contract",
    "deliveries:detail": "delivery",
    "drives:detail": "drive",
}


@pytest.fixture(scope="module")
def grown(built: World) -> Iterator[World]:
    """Ten times as many customers, each with a car and a call to make, for the service advisor of store A."""
    with personas.undone():
        store = built.a
        with scope(store.actor):
            for index in range(5, 50):
                personas.add_customer(store, f"增客{index:02}", 1, index)
                personas.add_work(store, index)
                personas.add_lead(store, index)
        yield built


def addresses(world: World) -> dict[str, str]:
    pages = {name: reverse(name, args=[world.a.ids[word]]) for name, word in PAGES.items()}
    return {name: reverse(name) for name in LISTS} | pages


def counted(world: World) -> dict[str, int]:
    found, client = {}, world.a.manager.client()
    client.get(
        reverse("customers:detail", args=[world.a.ids["customer"]])
    )  # from now on the menu shows whom one saw last
    for name, address in addresses(world).items():
        client.get(address)  # what is kept after the first time is kept
        with CaptureQueriesContext(connection) as queries:
            answer: Any = client.get(address)
        assert answer.status_code == 200, f"{name}: {answer.status_code}"
        found[name] = len(queries)
    return found


def test_fifty_rows_ask_no_more_than_five(request: pytest.FixtureRequest, built: World) -> None:
    few = counted(built)
    many = counted(request.getfixturevalue("grown"))
    more = {name: f"{few[name]} → {many[name]}" for name in few if many[name] > few[name]}
    assert not more


def test_no_page_asks_more_than_it_did(grown: World) -> None:
    now = counted(grown)
    if os.environ.get("QIBU_FREEZE"):
        FROZEN.write_text(json.dumps(now, indent=2, sort_keys=True) + "\n")
    frozen = json.loads(FROZEN.read_text())
    assert set(frozen) == set(now), "freeze the counts of new pages"
    more = {name: f"{frozen[name]} → {number}" for name, number in now.items() if number > frozen[name]}
    assert not more
