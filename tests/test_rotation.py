"""A new key while people work: everything that is sealed gets under it, nothing is lost, and the old key goes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.personas import World

from qibu.customers.models import ContactPoint, Customer, Merge, MergeChange
from qibu.customers.services import customers, merges
from qibu.kernel import keeping, keys, sealed, times
from qibu.kernel.fields import SealedTextField
from qibu.kernel.models import Entry, Resealing
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors, resealing

pytestmark = pytest.mark.django_db
LONG_HEX = re.compile(r"\\x((?:[0-9a-f]{2}){29,})")


@pytest.fixture(autouse=True)
def own_keys(world: World, settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The world's keys, and a folder in which a test may do with them what it wants."""
    shutil.copytree(settings.QIBU_KEYS, tmp_path / "keys")
    settings.QIBU_HOME, settings.QIBU_KEYS = tmp_path, tmp_path / "keys"
    (tmp_path / "run").mkdir()
    keys._read.cache_clear()
    yield tmp_path / "keys" / "data.json"
    keys._read.cache_clear()


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resealing, "PIECE", 2)


def sealed_anywhere() -> dict[bytes, str]:
    """Every sealed value in every column of every table, however it got there: not asked of `kernel.sealed`."""
    ring, found = keys.ring(), dict[bytes, str]()
    tables = connection.introspection.table_names()
    for organisation_id in Organisation.objects.values_list("pk", flat=True):
        with scope(actors.system(organisation_id)), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t")  # noqa: S608
                for (text,) in cursor.fetchall():
                    for digits in LONG_HEX.findall(text.replace("\\\\", "\\")):
                        value = bytes.fromhex(digits)
                        if value[0] in ring.ciphers:
                            found[value] = ring.open(value)
    return found


def rows_of(world: World) -> list[tuple[Any, ...]]:
    """What people see, and the marks by which a change would show."""
    seen = []
    for store in world.stores:
        with scope(store.actor):
            seen += list(Customer.objects.order_by("pk").values_list("pk", "identity", "version", "updated_at"))
            seen += list(ContactPoint.objects.order_by("pk").values_list("pk", "value", "hash"))
    return seen


def merged(world: World) -> Merge:
    with scope(world.a.actor) as actor:
        pair = [
            customers.register(actor=actor, values={"name": "王双", "identity": None}, phones=["13905531111"]),
            customers.register(
                actor=actor, values={"name": "王双", "identity": "990201198501121017"}, phones=["13905531111"]
            ),
        ]
        return merges.merge(actor=actor, survivor_id=pair[0].pk, merged_ids=[pair[1].pk])[0]


def rotated() -> Resealing:
    one = resealing.rotate()
    assert resealing.work(one.pk)
    one.refresh_from_db()
    return one


def test_everything_sealed_gets_under_the_new_key_and_nothing_changes(world: World) -> None:
    merged(world)
    before, texts = rows_of(world), sealed_anywhere()
    assert {value[0] for value in texts} == {1}
    one = rotated()
    after = sealed_anywhere()
    assert {value[0] for value in after} == {2}
    assert sorted(after.values()) == sorted(texts.values())
    assert rows_of(world) == before
    assert (one.done, one.unreadable, one.ended_at is not None) == (one.total, 0, True)
    assert resealing.count_left() == 0 == resealing.count_by_key().copies


DIGESTS = {("kernel_seal", "links"), ("drives_feedbacklink", "token")}  # fingerprints by other names


def test_every_sealed_column_is_found_and_no_bytes_lie_elsewhere() -> None:
    """A new column of bytes is a fingerprint, or it is sealed and derives from the field that rotation walks."""
    found = {(column.table, column.name) for column in sealed.columns()}
    assert {("customers_customer", "identity"), ("customers_contactpoint", "value")} <= found
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE data_type = 'bytea' AND table_schema = 'public'"
        )
        everywhere = set(cursor.fetchall())
    prints = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.get_internal_type() == "BinaryField" and not isinstance(field, SealedTextField)
    }
    assert all(column.endswith(("hash", "digest")) for _table, column in prints - DIGESTS)  # digests, too
    assert everywhere == found | prints


def test_a_merge_from_before_can_be_taken_back_after(world: World) -> None:
    one = merged(world)
    with scope(world.a.actor) as actor:
        wanted = MergeChange.objects.filter(merge=one, table="customers_contactpoint", column="").get().was["value"]
    rotated()
    with scope(world.a.actor) as actor:
        undone = merges.undo(actor=actor, merge_id=one.pk)
        assert undone.kept == []
        other = Customer.objects.defer(None).get(pk=one.merged_id)
        assert (other.identity, other.merged_into_id) == ("990201198501121017", None)
        assert Customer.objects.defer(None).get(pk=one.survivor_id).identity is None
        back = ContactPoint.objects.get(customer_id=other.pk)
        assert back.value == "13905531111" == keys.opened(bytes.fromhex(wanted[2:]))


def test_work_stops_between_two_pieces_and_goes_on_later(world: World, small_pieces: None) -> None:
    one = resealing.rotate()
    seen: list[int] = []

    def stop_after_the_second(now: Resealing) -> None:
        seen.append(now.done)
        if len(seen) == 2:
            resealing.stop()

    assert not resealing.work(one.pk, stop_after_the_second)
    left = resealing.count_left()
    assert 0 < left < one.total
    with pytest.raises(resealing.Nothing):
        resealing.stop()
    again = resealing.begin()
    assert again.total == left
    assert resealing.work(again.pk)
    assert resealing.count_left() == 0


def test_a_killed_process_costs_one_piece_and_the_worker_goes_on(world: World, small_pieces: None) -> None:
    class Killed(BaseException):
        pass

    def die(_now: Resealing) -> None:
        raise Killed

    one = resealing.rotate()
    with pytest.raises(Killed):
        resealing.work(one.pk, die)
    assert resealing.count_left() == one.total - 2
    ProcrastinateJob.objects.filter(task_name=resealing.WORK).update(status="failed")
    Resealing.objects.filter(pk=one.pk).update(beat=times.now() - timedelta(minutes=3))
    resealing.take_up()
    job = ProcrastinateJob.objects.get(task_name=resealing.WORK, status="todo")
    assert job.args == {"number": one.pk}
    assert resealing.work(one.pk)
    assert resealing.count_left() == 0


def test_a_value_that_cannot_be_opened_is_counted_and_left(world: World) -> None:
    with scope(world.a.actor), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_contactpoint SET value = value || '\\x00' WHERE id = %s", [world.a.ids["point"]]
        )
    one = rotated()
    assert one.unreadable == 1 == resealing.count_left()
    assert resealing.retire_unused() == []


def test_a_second_new_key_while_the_first_is_at_work(world: World) -> None:
    first = resealing.rotate()
    second = resealing.rotate()
    assert (second.pk, second.key) == (first.pk, 3)
    assert resealing.work(first.pk)
    assert {value[0] for value in sealed_anywhere()} == {3}


def test_an_old_key_goes_when_nothing_needs_it(
    world: World, own_keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotated()
    assert resealing.retire_unused() == [], "an import that began before may still write"
    monkeypatch.setattr(resealing, "GRACE", timedelta(0))
    kept = own_keys.parent.parent / "a.qibu"
    kept.touch()
    keeping.note_backup(own_keys.parent.parent, keeping.Backup(str(kept), "2026-11-26T02:00:00+00:00", 1, 1.0, [1]))
    assert resealing.retire_unused() == [], "a backup that is kept needs it"
    kept.unlink()
    resealing.tend()
    assert list(keys.stored_in(own_keys)["keys"]) == ["2"]
    with scope(world.a.actor):
        said = Entry.objects.filter(type__in=["network.KeysRotated", "network.KeyRetired"]).order_by("pk")
        assert [(entry.type, entry.data["key"]) for entry in said] == [
            ("network.KeysRotated", 2), ("network.KeyRetired", 1),
        ]  # fmt: skip
        assert ContactPoint.objects.get(pk=world.a.ids["point"]).value


def test_what_slips_in_under_an_old_key_is_found_at_night(world: World) -> None:
    """An import that began before the rotation keeps what it sealed then."""
    late = keys.ring().seal("13900005555")
    rotated()
    with scope(world.a.actor), connection.cursor() as cursor:
        cursor.execute("UPDATE customers_contactpoint SET value = %s WHERE id = %s", [late, world.a.ids["point"]])
    assert resealing.count_left() == 1
    resealing.tend()
    one = resealing.current()
    assert one is not None and one.total == 1
    assert resealing.work(one.pk)
    with scope(world.a.actor):
        assert ContactPoint.objects.get(pk=world.a.ids["point"]).value == "13900005555"
