"""The chain over the journal: nothing but adding is possible, and any single change of a row is found, and where.

Who changes rows here is the database's owner, who first takes the trigger away: the strongest hand there is.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from qibu.config.postgres import connect_super
from qibu.contracts.customers import NoteWritten
from qibu.kernel import journal, sealing
from qibu.kernel.actors import Actor
from qibu.kernel.events import Event
from qibu.kernel.models import Entry, Seal
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.testing import HOME

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


_codes = itertools.count(1)


def store() -> Actor:
    code = f"S{next(_codes)}"
    return Actor(organisation_id=Organisation.objects.create(code=code, name=code).pk)


def write(actor: Actor, number: int = 1, text: str = "") -> None:
    with scope(actor):
        events: list[Event] = [NoteWritten(customer_id=n + 1, subject_id=n + 1, text="记") for n in range(number)]
        journal.record_many(events, actor=actor)
        if text:
            Entry.objects.create(organisation_id=actor.organisation_id, type="tests.Typed", data={"text": text})


@contextmanager
def owner() -> Iterator[Any]:
    """The superuser's hand on this test's database, triggers off for the session."""
    with connect_super(HOME, connection.settings_dict["NAME"]) as hand:
        hand.execute("SET session_replication_role = replica")
        yield hand


def numbers(actor: Actor) -> list[int]:
    with scope(actor):
        return list(Entry.objects.order_by("xid", "id").values_list("pk", flat=True))


# -- append-only

STATEMENTS = ("UPDATE {} SET organisation_id = 0", "DELETE FROM {}", "TRUNCATE {}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_entry SET type = 'x'", "DELETE FROM kernel_entry", "TRUNCATE kernel_entry",
        "UPDATE kernel_seal SET total = 0", "DELETE FROM kernel_seal", "TRUNCATE kernel_seal",
    ],
)  # fmt: skip
def test_the_product_may_add_and_nothing_else(statement: str) -> None:
    actor = store()
    write(actor)
    with pytest.raises(DatabaseError, match="permission denied"), scope(actor), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_the_owners_hand_is_stopped_by_the_trigger() -> None:
    write(store(), 3)
    with connect_super(HOME, connection.settings_dict["NAME"]) as hand:
        for table, statement in itertools.product(("kernel_entry", "kernel_seal"), STATEMENTS):
            with pytest.raises(InsufficientPrivilege, match="only added to"):
                hand.execute(sql.SQL(statement).format(sql.Identifier(table)))


@pytest.mark.django_db
def test_no_entry_is_written_under_another_transactions_number() -> None:
    actor = store()
    with pytest.raises(DatabaseError, match="row-level security"), scope(actor), transaction.atomic():
        Entry.objects.create(organisation_id=actor.organisation_id, type="tests.Slipped", xid=3)


# -- the chain


def plain_chain(actor: Actor) -> list[bytes]:
    """The definition, written a second time, in Python and by the ORM."""
    link, found = hashlib.sha256(f"qibu journal 1:{actor.organisation_id}".encode()).digest(), []
    with scope(actor):
        for e in Entry.objects.order_by("xid", "id"):
            row = [
                1, e.organisation_id, e.pk, e.xid, e.type, (e.at - EPOCH) // timedelta(microseconds=1),
                (e.recorded_at - EPOCH) // timedelta(microseconds=1), e.actor_id, e.customer_id, e.vehicle_id,
                e.subject_id, e.batch_id, e.retracts_id, e.timeline, ordered(e.data),
            ]  # fmt: skip
            text = json.dumps(row, ensure_ascii=False)
            link = hashlib.sha256(link + hashlib.sha256(text.encode()).digest()).digest()
            found.append(link)
    return found


def ordered(value: Any) -> Any:
    """As jsonb keeps objects: shorter keys first, then by bytes."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        return {key: ordered(value[key]) for key in keys}
    return [ordered(each) for each in value] if isinstance(value, list) else value


@pytest.mark.django_db(transaction=True)
def test_the_digests_are_those_of_the_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 4)
    actor = store()
    write(actor, 5, text="引号\"、换行\n、emoji 🚗")
    write(actor, 3)
    assert sealing.seal(actor) == 9
    with scope(actor):
        pieces = list(Seal.objects.order_by("number"))
    assert [len(each.entries) for each in pieces] == [4, 4, 1]
    assert b"".join(bytes(each.links) for each in pieces) == b"".join(plain_chain(actor))
    assert sealing.verify(actor) == sealing.Verdict(9, 0, sealing.newest(actor), None)


@pytest.mark.django_db(transaction=True)
def test_each_store_has_its_own_chain_and_sealing_again_changes_nothing() -> None:
    one, two = store(), store()
    write(one, 2)
    write(two, 3)
    assert (sealing.seal(one), sealing.seal(one), sealing.seal(two)) == (2, 0, 3)
    first, second = sealing.newest(one), sealing.newest(two)
    assert first and second
    assert (first.total, second.total) == (2, 3)
    assert first.digest != second.digest


@pytest.mark.django_db(transaction=True)
def test_what_is_said_in_another_time_zone_has_the_same_digest() -> None:
    actor = store()
    write(actor, 2)
    sealing.seal(actor)
    with connection.cursor() as cursor:
        cursor.execute("SET timezone = 'America/New_York'")
        try:
            assert sealing.verify(actor).broken is None
        finally:
            cursor.execute("RESET timezone")


@pytest.mark.django_db(transaction=True)
def test_an_entry_of_a_transaction_that_is_late_waits_and_is_not_lost() -> None:
    """Its number is smaller than those of others that committed before it: they all wait for it."""
    actor = store()
    began, written, go = threading.Event(), threading.Event(), threading.Event()

    def late() -> None:
        try:
            with scope(actor):
                journal.record(NoteWritten(customer_id=99, subject_id=1, text="晚"), actor=actor)
                began.set()
                go.wait(20)
            written.set()
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    assert began.wait(20)
    write(actor, 2)
    assert sealing.seal(actor) == 0
    assert sealing.waiting(actor) == 2
    go.set()
    assert written.wait(20)
    thread.join()
    assert sealing.seal(actor) == 3
    assert sealing.verify(actor).broken is None
    with scope(actor):
        (piece,) = Seal.objects.all()
        assert piece.entries == numbers(actor)


@pytest.mark.django_db(transaction=True)
def test_writers_are_not_kept_waiting_while_a_store_is_sealed() -> None:
    actor = store()
    write(actor, 2)
    sealing.seal(actor)
    with scope(actor), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [sealing.LOCK, actor.organisation_id])
        with connect_super(HOME, connection.settings_dict["NAME"]) as other:
            other.execute("SET lock_timeout = '2s'")
            other.execute(
                "INSERT INTO kernel_entry (organisation_id, type, data) VALUES (%s, 'tests.Beside', '{}')",
                [actor.organisation_id],
            )
    assert sealing.seal(actor) == 1


# -- mutations


@dataclass
class Sealed:
    actor: Actor
    ids: list[int]


def sealed(monkeypatch: pytest.MonkeyPatch, entries: int = 7, batch: int = 3) -> Sealed:
    """A chain of several pieces; the entries are of several transactions."""
    monkeypatch.setattr(sealing, "BATCH", batch)
    actor = store()
    for _n in range(entries):
        write(actor)
    sealing.seal(actor)
    assert sealing.verify(actor).broken is None
    return Sealed(actor, numbers(actor))


CHANGES = {
    "type": "type || 'x'", "at": "at + interval '1 microsecond'",
    "recorded_at": "recorded_at - interval '1 microsecond'", "actor_id": "coalesce(actor_id, 0) + 1",
    "customer_id": "customer_id + 1", "vehicle_id": "coalesce(vehicle_id, 0) + 1", "subject_id": "NULL",
    "batch_id": "7", "retracts_id": "1", "timeline": "NOT timeline", "data": "data || '{\"a\": 1}'",
}  # fmt: skip
SHIFTS = {"id": "id + 1000000", "xid": "xid + 1000000", "organisation_id": "organisation_id + 1000000"}


def test_every_column_is_in_the_chain() -> None:
    assert {field.column for field in Entry._meta.local_fields} == CHANGES.keys() | SHIFTS.keys()
    assert all(name in sealing.CANONICAL for name in CHANGES.keys() | SHIFTS.keys())


@pytest.mark.django_db(transaction=True)
def test_a_changed_column_is_found_and_the_entry_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for column, value in (CHANGES | SHIFTS).items():
        chain = sealed(monkeypatch)
        victim = chain.ids[4]
        change = sql.SQL("UPDATE kernel_entry SET {} = {} WHERE id = %s")
        with owner() as hand:
            hand.execute(change.format(sql.Identifier(column), sql.SQL(value)), [victim])
        why = "removed" if column in SHIFTS else "changed"
        assert sealing.verify(chain.actor).broken == sealing.Broken(why, victim, 5), column


@pytest.mark.django_db(transaction=True)
def test_a_removed_entry_is_found_wherever_it_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in range(7):
        chain = sealed(monkeypatch)
        with owner() as hand:
            hand.execute("DELETE FROM kernel_entry WHERE id = %s", [chain.ids[place]])
        assert sealing.verify(chain.actor).broken == sealing.Broken("removed", chain.ids[place], place + 1)


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_is_slipped_in_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in range(6):
        chain = sealed(monkeypatch)
        with owner() as hand:
            (slipped,) = hand.execute(
                "INSERT INTO kernel_entry (organisation_id, xid, type, data)"
                " SELECT organisation_id, xid, 'tests.Slipped', '{}' FROM kernel_entry WHERE id = %s RETURNING id",
                [chain.ids[place]],
            ).fetchone()
        assert sealing.verify(chain.actor).broken == sealing.Broken("inserted", slipped, place + 2)


@pytest.mark.django_db(transaction=True)
def test_two_entries_that_changed_places_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = sealed(monkeypatch)
    with owner() as hand:
        one, two = chain.ids[1], chain.ids[5]
        hand.execute(
            "UPDATE kernel_entry e SET xid = o.xid FROM kernel_entry o"
            " WHERE (e.id, o.id) IN ((%s, %s), (%s, %s))", [one, two, two, one],
        )  # fmt: skip
    broken = sealing.verify(chain.actor).broken
    assert broken
    assert broken.position == 2


OF_THE_CHAIN = [
    ("DELETE FROM kernel_seal WHERE number = 1", 1),
    ("DELETE FROM kernel_seal WHERE number = 2", 4),
    ("UPDATE kernel_seal SET total = total + 1 WHERE number = 2", 4),
    ("UPDATE kernel_seal SET links = set_byte(links, 40, get_byte(links, 40) # 1) WHERE number = 2", 5),
    ("UPDATE kernel_seal SET links = substr(links, 33) WHERE number = 2", 4),
    ("UPDATE kernel_seal SET entries[2] = 0 WHERE number = 2", 5),
    ("UPDATE kernel_seal SET entries = '{}', links = '' WHERE number = 3", 7),
]


@pytest.mark.django_db(transaction=True)
def test_the_chain_itself_cannot_be_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    for tampering, position in OF_THE_CHAIN:
        chain = sealed(monkeypatch)
        with owner() as hand:
            hand.execute(f"{tampering} AND organisation_id = %s", [chain.actor.organisation_id])
        broken = sealing.verify(chain.actor).broken
        assert broken, tampering
        assert broken.position == position, tampering


@pytest.mark.django_db(transaction=True)
def test_a_tail_that_was_rewritten_whole_shows_against_an_anchor(monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner removes an entry and everything of the chain after it, and has it sealed anew: in itself that holds."""
    chain = sealed(monkeypatch)
    anchor, early = sealing.newest(chain.actor), None
    with scope(chain.actor):
        first = Seal.objects.get(number=1)
        early = sealing.Anchor(2, bytes(first.links)[32:64].hex())
    assert anchor
    with owner() as hand:
        hand.execute("DELETE FROM kernel_seal WHERE number > 1")  # this test's database has this chain alone
        hand.execute("DELETE FROM kernel_entry WHERE id = %s", [chain.ids[4]])
    write(chain.actor)
    sealing.seal(chain.actor)
    assert sealing.verify(chain.actor).broken is None
    assert not sealing.holds(chain.actor, anchor)
    assert sealing.holds(chain.actor, early)


@pytest.mark.django_db(transaction=True)
def test_an_anchor_holds_as_the_chain_grows_and_in_short(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = sealed(monkeypatch)
    anchor = sealing.newest(chain.actor)
    assert anchor
    write(chain.actor, 5)
    sealing.seal(chain.actor)
    assert sealing.holds(chain.actor, anchor)
    assert sealing.holds(chain.actor, sealing.Anchor(anchor.total, anchor.digest[:16].upper()))
    wrong = [
        sealing.Anchor(anchor.total, anchor.digest[:15]), sealing.Anchor(anchor.total + 1, anchor.digest),
        sealing.Anchor(0, anchor.digest), sealing.Anchor(999, anchor.digest), sealing.Anchor(anchor.total, "0" * 64),
    ]  # fmt: skip
    assert not any(sealing.holds(chain.actor, one) for one in wrong)


TAMPERINGS = {
    "change": "UPDATE kernel_entry SET timeline = NOT timeline WHERE id = %s",
    "remove": "DELETE FROM kernel_entry WHERE id = %s",
    "move": "UPDATE kernel_entry SET xid = 1 WHERE id = %s",
}


@pytest.mark.django_db(transaction=True)
def test_any_single_tampering_in_a_chain_of_any_shape_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries, sizes of transactions and of pieces, place and kind of tampering are drawn."""

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def drawn(data: st.DataObject) -> None:
        monkeypatch.setattr(sealing, "BATCH", data.draw(st.integers(1, 5)))
        actor = store()
        for size in data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=5)):
            write(actor, size)
            if data.draw(st.booleans()):
                sealing.seal(actor)
        sealing.seal(actor)
        ids = numbers(actor)
        assert sealing.verify(actor).broken is None
        place = data.draw(st.integers(0, len(ids) - 1))
        kind = data.draw(st.sampled_from(sorted(TAMPERINGS)))
        with owner() as hand:
            hand.execute(TAMPERINGS[kind], [ids[place]])
        broken = sealing.verify(actor).broken
        assert broken, (kind, place)
        assert broken.position <= place + 1

    drawn()
