"""What the background could not handle is told to those who keep the system, and to nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from qibu.contracts.network import SignedOut
from qibu.kernel import journal, relay, times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry, Parked
from qibu.kernel.scoping import scope
from qibu.network.rules import Role
from qibu.network.tests.test_pages import enter, found, join

pytestmark = pytest.mark.django_db
LINE = "没能处理的记录"


@pytest.fixture
def store() -> Actor:
    return found("A")


def park(store: Actor, reader: str = "care.dues") -> Entry:
    with scope(store):
        journal.record(SignedOut(), actor=store)
        entry = Entry.objects.filter(type=SignedOut.name).latest("pk")
        Parked.objects.create(
            organisation_id=store.organisation_id, reader=reader, entry_id=entry.pk, error="KeyError",
            next_at=times.now(),
        )  # fmt: skip
    return entry


def page(client: Client, address: str = "/settings/parked/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_settings_name_it_only_when_there_is_something(client: Client, store: Actor) -> None:
    manager = enter(client, store)
    assert LINE not in page(manager, "/settings/")
    park(store)
    assert LINE in page(manager, "/settings/")
    text = page(manager)
    assert "退出登录" in text and "care.dues" in text and "KeyError" in text


def test_sales_people_are_not_alarmed(client: Client, store: Actor) -> None:
    park(store)
    seller = enter(client, join(store, "李强", Role.SALES_CONSULTANT))
    assert LINE not in page(seller, "/settings/")
    assert seller.get("/settings/parked/").status_code == 403


def test_who_may_not_read_the_trail_reads_the_kind_of_entry_alone(client: Client, store: Actor) -> None:
    park(store)
    text = page(enter(client, join(store, "温铭", Role.SYSTEM_ADMINISTRATOR)))
    assert "network.SignedOut" in text and "<br>" in text and "退出登录 <" not in text


def test_another_store_sees_nothing_of_it(client: Client, store: Actor) -> None:
    park(store)
    other = found("B")
    assert LINE not in page(enter(client, other), "/settings/")


def test_tried_again_by_hand_it_is_handled_and_on_record(
    client: Client, store: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, read = park(store), list[int]()
    broken = park(store, "care.broken")

    def fail(_actor: Actor, _entries: Any) -> None:
        raise KeyError

    readers = {
        "care.dues": relay.Reader("care.dues", (), lambda _actor, entries: read.extend(one.pk for one in entries)),
        "care.broken": relay.Reader("care.broken", (), fail),
    }
    monkeypatch.setattr(relay, "READERS", readers)
    manager = enter(client, store)
    text = manager.post("/settings/parked/", follow=True).content.decode()
    assert read == [entry.pk] and "还有 1 条没能处理" in text and "care.broken" in text
    with scope(store):
        assert [row.entry_id for row in Parked.objects.all()] == [broken.pk]
        told = Entry.objects.get(type="network.ReadersRetried")
    assert (told.data, told.actor_id) == ({"handled": 1, "left": 1}, store.staff_id)


def test_with_nothing_left_the_page_says_so(client: Client, store: Actor) -> None:
    assert "所有记录都处理了" in page(enter(client, store))
