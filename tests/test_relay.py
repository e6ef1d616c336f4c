"""The relay hands each reader each entry once, and an entry that can't be handled keeps nobody waiting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connections

from qibu.config.doctor import Connection
from qibu.config.postgres import connect_super
from qibu.contracts.customers import NoteWritten
from qibu.kernel import journal, relay, times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry, Parked
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors
from qibu.testing import HOME

pytestmark = pytest.mark.django_db(transaction=True)  # what is read must be committed


class Notebook:
    """A reader that writes down what it is given, and stumbles over what it is told to."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.poison: set[str] = set()
        self.fault: type[Exception] = ValueError

    def __call__(self, actor: Actor, entries: Sequence[Entry]) -> None:
        texts = [entry.data["text"] for entry in entries]
        if self.poison & set(texts):
            raise self.fault("13855530001")
        self.read += texts


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    found = Notebook()
    monkeypatch.setattr(relay, "READERS", {"notes": relay.Reader("notes", (NoteWritten.name,), found)})
    return found


@pytest.fixture
def store() -> Iterator[Actor]:
    yield actors.system(Organisation.objects.create(code="S", name="弋江店"))


def write(store: Actor, *texts: str) -> None:
    with scope(store):
        journal.record_many([NoteWritten(text=text) for text in texts], actor=store)


def parked(store: Actor) -> list[Parked]:
    with scope(store):
        return list(Parked.objects.all())


def test_each_entry_is_read_once_in_order(store: Actor, notebook: Notebook) -> None:
    write(store, "一", "二")
    write(store, "三")
    assert relay.catch_up(store, patience=5) == 3
    assert relay.catch_up(store) == 0
    assert notebook.read == ["一", "二", "三"]


def test_what_one_look_took_for_unsettled_is_read_by_the_next(
    store: Actor, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction of another database that ends just then is in doubt for a moment."""
    write(store, "一")
    truly, said = relay.horizon, iter([1])
    monkeypatch.setattr(relay, "horizon", lambda: next(said, 0) or truly())
    assert relay.catch_up(store, patience=5) == 1


def test_an_entry_that_cannot_be_handled_is_parked_and_the_others_are_read_once(
    store: Actor, notebook: Notebook
) -> None:
    texts = [str(number) for number in range(300)]
    notebook.poison = {"7", "151"}
    write(store, *texts)
    relay.catch_up(store, patience=5)
    assert notebook.read == [text for text in texts if text not in notebook.poison]
    assert {(one.reader, one.error) for one in parked(store)} == {("notes", "ValueError")}
    assert len(parked(store)) == 2


def test_another_relay_that_parked_it_first_costs_no_innocent_entry(
    store: Actor, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook.poison = {"坏"}
    write(store, "坏", "好")
    park = relay._park

    def twice(*args: Any) -> None:
        park(*args)
        park(*args)  # as the other relay does, which failed on the same entry

    monkeypatch.setattr(relay, "_park", twice)
    relay.catch_up(store, patience=5)
    assert notebook.read == ["好"] and len(parked(store)) == 1


def test_a_parked_entry_is_tried_again_when_its_time_comes(store: Actor, notebook: Notebook) -> None:
    notebook.poison = {"坏"}
    write(store, "坏", "好")
    relay.catch_up(store, patience=5)
    notebook.poison = set()
    assert relay.retry_parked(store) == 0  # not yet due
    with scope(store):
        Parked.objects.update(next_at=times.now() - timedelta(seconds=1))
    assert relay.catch_up(store) == 1
    assert (notebook.read, parked(store)) == (["好", "坏"], [])


def test_what_fails_again_waits_longer(store: Actor, notebook: Notebook) -> None:
    notebook.poison = {"坏"}
    write(store, "坏")
    relay.catch_up(store, patience=5)
    (first,) = parked(store)
    assert relay.retry_parked(store, at_once=True) == 0
    (second,) = parked(store)
    assert (second.tries, second.next_at > first.next_at) == (2, True)


def test_a_reader_that_fails_on_everything_is_not_emptied_into_the_park(
    store: Actor, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "MOST_PARKED", 3)
    notebook.poison = {str(number) for number in range(9)}
    write(store, *sorted(notebook.poison))
    with pytest.raises(ValueError):
        relay.catch_up(store, patience=5)
    assert len(parked(store)) == 3
    notebook.poison = set()
    relay.catch_up(store)
    assert relay.retry_parked(store, at_once=True) == 3
    assert sorted(notebook.read) == [str(number) for number in range(9)]


def test_a_database_that_is_gone_is_no_fault_of_the_entry(store: Actor, notebook: Notebook) -> None:
    notebook.poison, notebook.fault = {"好"}, OperationalError
    write(store, "好")
    with pytest.raises(OperationalError):
        relay.catch_up(store, patience=5)
    assert parked(store) == []
    notebook.poison = set()
    assert relay.catch_up(store) == 1


def test_a_transaction_that_still_runs_here_holds_its_entries_back(store: Actor, notebook: Notebook) -> None:
    with beside(connections["default"].settings_dict["NAME"]) as other:
        other.execute("SELECT pg_current_xact_id()")
        write(store, "后来")
        assert relay.catch_up(store) == 0
        other.execute("ROLLBACK")
    assert relay.catch_up(store, patience=5) == 1


def test_a_transaction_of_another_database_holds_nobody_back(store: Actor, notebook: Notebook) -> None:
    with beside("postgres") as other:
        other.execute("SELECT pg_current_xact_id()")
        write(store, "马上")
        assert relay.catch_up(store) == 1
        other.execute("ROLLBACK")


@contextmanager
def beside(database: str) -> Iterator[Connection]:
    """Another session with an open transaction."""
    with connect_super(HOME, database) as connection:
        connection.execute("BEGIN")
        yield connection
