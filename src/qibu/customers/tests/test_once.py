"""A form that makes something may come twice: the button pressed again, the page sent again after a broken line."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from qibu.contracts.customers import NoteWritten
from qibu.customers.models import Customer
from qibu.customers.services import notes
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.jobs import forget
from qibu.network.models import Once
from qibu.network.tests.test_pages import enter, found

TOKEN = re.compile(r'name="once" value="([^"]+)"')


@pytest.fixture
def store() -> Actor:
    return found("A")


def opened(client: Client, address: str = "") -> str:
    """The token of a form that was just opened."""
    tokens = TOKEN.findall(client.get(address or reverse("customers:create")).content.decode())
    assert tokens
    return tokens[0]


def send(client: Client, token: str, name: str = "余利", **headers: str) -> Any:
    form = {"kind": "person", "stage": "owner", "name": name, "sure": "1", "once": token}
    return client.post(reverse("customers:create"), form, headers=headers)


def names(store: Actor) -> list[str]:
    with scope(store):
        return sorted(Customer.objects.values_list("name", flat=True))


def kept(store: Actor) -> int:
    with scope(store):
        return Once.objects.count()


@pytest.mark.django_db
def test_the_same_form_again_leads_to_what_it_made(client: Client, store: Actor) -> None:
    enter(client, store)
    token = opened(client)
    first = send(client, token)
    again = send(client, token)
    assert (first.status_code, again.status_code) == (302, 302)
    assert again["Location"] == first["Location"]
    assert names(store) == ["余利"]
    assert "已经处理过" in client.get(again["Location"]).content.decode()


@pytest.mark.django_db
def test_without_a_page_around_it_the_answer_is_the_same_way(client: Client, store: Actor) -> None:
    enter(client, store)
    token = opened(client)
    first, again = (send(client, token, **{"HX-Request": "true"}) for _ in range(2))
    assert (again.status_code, again["HX-Redirect"]) == (204, first["HX-Redirect"])
    assert names(store) == ["余利"]


@pytest.mark.django_db
def test_a_form_opened_anew_or_filled_in_otherwise_is_another_act(client: Client, store: Actor) -> None:
    enter(client, store)
    token = opened(client)
    for once, name in ((token, "余利"), (token, "余力"), (opened(client), "余丽")):
        assert send(client, once, name).status_code == 302
    assert names(store) == ["余丽", "余利", "余力"]


@pytest.mark.django_db
def test_a_refused_form_may_come_again(client: Client, store: Actor) -> None:
    enter(client, store)
    token = opened(client)
    assert [send(client, token, name="").status_code for _ in range(2)] == [422, 422]
    assert kept(store) == 0


@pytest.mark.django_db
def test_an_act_that_breaks_down_leaves_no_trace_and_may_come_again(
    client: Client, store: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(client, store)
    send(client, opened(client))
    with scope(store):
        customer = Customer.objects.get()
    address = reverse("customers:note", args=[customer.pk])
    form = {"text": "周六来取车", "once": opened(client, reverse("customers:detail", args=[customer.pk]))}
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(notes, "write", lambda **given: 1 / 0)
        assert client.post(address, form).status_code == 500
    assert [client.post(address, form).status_code for _ in range(2)] == [302, 302]
    with scope(store):
        assert Entry.objects.filter(type=NoteWritten.name).count() == 1


@pytest.mark.django_db
def test_the_token_of_one_store_says_nothing_in_another(client: Client, store: Actor) -> None:
    other = found("B")
    enter(client, store)
    token = opened(client)
    send(client, token)
    send(enter(Client(), other), token)
    assert (names(store), names(other)) == (["余利"], ["余利"])


@pytest.mark.django_db
def test_after_a_week_the_tokens_are_forgotten(client: Client, store: Actor) -> None:
    enter(client, store)
    send(client, opened(client))
    forget(0)
    assert kept(store) == 1
    with scope(store):
        Once.objects.update(at=times.now() - timedelta(days=8))
    forget(0)
    assert kept(store) == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_the_second_waits_for_the_first() -> None:
    store = found("A")
    clients = [enter(Client(), store) for _ in range(2)]
    token = opened(clients[0])

    def press(client: Client) -> Any:
        try:
            return send(client, token)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(press, clients))
    assert len({answer["Location"] for answer in answers}) == 1
    assert names(store) == ["余利"]
