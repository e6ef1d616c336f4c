"""What people see while the database is away or the disk is full."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any, NoReturn

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import reverse
from psycopg import errors

from qibu.customers.services import customers
from qibu.network.tests.test_pages import enter, found

pytestmark = pytest.mark.django_db
CREATE = {"kind": "person", "stage": "owner", "name": "<余利>", "sure": "1", "once": "t0ken"}
AWAY = "数据库正在恢复"


def of_driver(kind: type[psycopg.Error], wrapped: type[Exception] = OperationalError) -> Exception:
    error = wrapped("as Django says it")
    error.__cause__ = kind("as the driver says it")
    return error


GONE = of_driver(psycopg.OperationalError)
FULL = of_driver(errors.DiskFull)


@pytest.fixture
def client(client: Client) -> Client:
    client.raise_request_exception = False
    return enter(client, found("A"))


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Making a customer runs into this."""

    def set_up(error: Exception) -> None:
        def fail(**given: Any) -> NoReturn:
            raise error

        monkeypatch.setattr(customers, "register", fail)

    return set_up


def send(client: Client, form: dict[str, Any] = CREATE, **headers: str) -> Any:
    return client.post(reverse("customers:create"), form, headers=headers)


@pytest.mark.parametrize(
    "error",
    [
        GONE, of_driver(errors.CrashShutdown), of_driver(errors.AdminShutdown), of_driver(errors.CannotConnectNow),
        of_driver(psycopg.InterfaceError, InterfaceError), InterfaceError("connection already closed"),
    ],
    ids=lambda error: type(error.__cause__ or error).__name__,
)  # fmt: skip
def test_a_database_that_is_away_is_named(client: Client, failing: Callable[..., None], error: Exception) -> None:
    failing(error)
    answer = send(client)
    page = answer.content.decode()
    assert (answer.status_code, AWAY in page) == (503, True)
    assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize("error", [of_driver(errors.DeadlockDetected), of_driver(errors.QueryCanceled), KeyError("x")])
def test_other_trouble_is_not_taken_for_it(client: Client, failing: Callable[..., None], error: Exception) -> None:
    failing(error)
    assert send(client).status_code == 500


def test_what_was_typed_is_in_the_page_and_goes_on_by_itself(client: Client, failing: Callable[..., None]) -> None:
    failing(GONE)
    page = send(client).content.decode()
    assert '<input type="hidden" name="name" value="&lt;余利&gt;">' in page
    assert '<input type="hidden" name="once" value="t0ken">' in page
    assert "data-by-itself" in page
    assert "http-equiv" not in page  # the browser must not ask for the page without the form


def test_a_form_that_may_not_come_twice_waits_for_a_person(client: Client, failing: Callable[..., None]) -> None:
    failing(GONE)
    page = send(client, {name: value for name, value in CREATE.items() if name != "once"}).content.decode()
    assert "&lt;余利&gt;" in page
    assert "data-by-itself" not in page


def test_a_password_is_not_written_into_a_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: Any, **named: Any) -> NoReturn:
        raise GONE

    monkeypatch.setattr("qibu.network.views.entry.signing_in.sign_in", fail)
    answer = client.post(reverse("network:sign-in"), {"username": "li", "password": "geheim-7"})
    page = answer.content.decode()
    assert (answer.status_code, "geheim-7" in page, "刷新" in page) == (503, False, True)


def test_a_page_that_was_only_asked_for_comes_by_itself(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: Any, **named: Any) -> NoReturn:
        raise GONE

    monkeypatch.setattr("qibu.customers.selectors.visible", fail)
    page = client.get(reverse("customers:list")).content.decode()
    assert AWAY in page
    assert 'http-equiv="refresh"' in page


def test_a_part_of_a_page_leaves_the_page_around_it(client: Client, failing: Callable[..., None]) -> None:
    failing(GONE)
    answer = send(client, **{"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (503, b"")


def test_in_english_too(client: Client, failing: Callable[..., None]) -> None:
    failing(GONE)
    client.cookies["qibu_language"] = "en"
    assert "The database is recovering" in send(client).content.decode()


@pytest.mark.parametrize("error", [FULL, OSError(errno.ENOSPC, "No space left on device")])
def test_a_full_disk_is_called_a_full_disk(client: Client, failing: Callable[..., None], error: Exception) -> None:
    failing(error)
    answer = send(client)
    assert (answer.status_code, "磁盘满了" in answer.content.decode()) == (503, True)


def test_a_session_that_could_not_be_kept_is_no_bad_request(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The act is done by then; the same form again leads to it."""

    def fail(self: Any, *given: Any, **named: Any) -> NoReturn:
        raise GONE

    with monkeypatch.context() as patch:
        patch.setattr(Session, "save", fail)
        first = send(client)
    again = send(client)
    assert (first.status_code, again.status_code) == (503, 302)
    assert "已经处理过" in client.get(again["Location"]).content.decode()


def test_a_database_that_has_no_room_to_come_back_is_a_full_disk(
    client: Client, failing: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(GONE)
    monkeypatch.setattr("qibu.config.room.LITTLE", 2**62)
    assert "磁盘满了" in send(client).content.decode()
