"""Somebody writes for a file in the very moment in which it is merged: nothing stays behind on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection

from qibu.aftersales.services import visits
from qibu.care.models import Due, Release
from qibu.customers.models import ContactPoint, Customer, SearchToken, Tagging
from qibu.customers.services import merges, points, tags
from qibu.customers.services.ledger import references_of_customers
from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.kernel.tests.races import WAIT, meanwhile, until_somebody_waits
from qibu.tasks.models import Task
from qibu.tasks.services import tasks
from qibu.vehicles.models import Ownership, Transfer
from qibu.vehicles.services import ownerships
from qibu.vehicles.tests.places import OTHER_VIN, Store, a_car, a_customer, a_store

pytestmark = pytest.mark.django_db(transaction=True)
# Derived: made anew from the rows below, by who holds the lock that a merge takes first.
DERIVED = {SearchToken, Due, Release}


def test_every_table_of_customers_follows_merges() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'follow_merges%%'")
        there = set(cursor.fetchall())
    wanted = {
        (model._meta.db_table, f"follow_merges_{event}_{column}")
        for model, column in references_of_customers()
        for event in ("insert", "update")
        if model not in DERIVED and model is not Customer
    }
    assert wanted and wanted - there == set()


@pytest.fixture
def store() -> Store:
    return a_store()


Pair = tuple[Customer, Customer]


def a_pair(store: Store) -> Pair:
    with scope(store.actor()):
        return a_customer(store, "王建国"), a_customer(store, "王建囯")


def merge(store: Store, pair: Pair) -> None:
    with scope(store.actor()):
        merges.merge(actor=store.actor(), survivor_id=pair[0].pk, merged_ids=[pair[1].pk])


def a_task(store: Store, who: int) -> None:
    due = times.now() + timedelta(days=1)
    tasks.create_todo(actor=store.actor(), title="送合格证", due_at=due, customer_id=who)


def a_driver(store: Store, who: int) -> None:
    car = a_car(store, a_customer(store, "车主"))
    ownerships.add(actor=store.actor(), vehicle_id=car.pk, customer_id=who, role="driver")


def a_visit(store: Store, who: int) -> None:
    car = a_car(store, vin=OTHER_VIN, plate="皖B55555")
    Ownership.objects.create(organisation=store.organisation, vehicle=car, customer_id=who, role="owner")
    visits.record(actor=store.actor(), vehicle_id=car.pk, number="RO-1", opened_on=times.today())


def a_transfer(store: Store, who: int) -> None:
    car = a_car(store, a_customer(store, "车主"))
    Transfer.objects.create(
        organisation=store.organisation, vehicle=car, former_id=who, owner_id=who, reason="sold", on=times.today()
    )


WRITERS = [a_task, a_driver, a_visit, a_transfer]


def left_behind(store: Store, pair: Pair) -> list[tuple[str, str]]:
    with scope(store.actor()):
        return [
            (model._meta.db_table, column)
            for model, column in references_of_customers()
            if model is not Customer and model._default_manager.filter(**{column: pair[1].pk}).exists()
        ]


@pytest.mark.parametrize("write", WRITERS)
def test_who_wrote_first_is_waited_for_and_goes_along(store: Store, write: Callable[[Store, int], None]) -> None:
    pair, written, go = a_pair(store), Event(), Event()

    def other() -> None:
        with scope(store.actor()):
            write(store, pair[1].pk)
            written.set()
            assert go.wait(WAIT)

    with meanwhile(other):
        assert written.wait(WAIT)
        with meanwhile(lambda: merge(store, pair)):
            until_somebody_waits()  # the merge, for the row that isn't there for it yet
            go.set()
    assert left_behind(store, pair) == []


@pytest.mark.parametrize("write", WRITERS)
def test_who_writes_while_it_is_merged_writes_for_the_survivor(
    store: Store, write: Callable[[Store, int], None]
) -> None:
    pair, merged, go = a_pair(store), Event(), Event()

    def merging() -> None:
        with scope(store.actor()):
            merges.merge(actor=store.actor(), survivor_id=pair[0].pk, merged_ids=[pair[1].pk])
            merged.set()
            assert go.wait(WAIT)

    def writing() -> None:
        with scope(store.actor()):
            write(store, pair[1].pk)  # the file still seems to be there

    with meanwhile(merging):
        assert merged.wait(WAIT)
        with meanwhile(writing):
            until_somebody_waits()
            go.set()
    assert left_behind(store, pair) == []


def test_the_control_a_writer_who_is_not_watched_leaves_its_row_behind(store: Store) -> None:
    pair, written, go = a_pair(store), Event(), Event()

    def other() -> None:
        with scope(store.actor()):
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('qibu.unmerging', 'on', true)")
            a_task(store, pair[1].pk)
            written.set()
            assert go.wait(WAIT)

    with meanwhile(other):
        assert written.wait(WAIT)
        merge(store, pair)
        go.set()
    assert left_behind(store, pair) == [("tasks_task", "customer_id")]


def test_a_row_that_was_read_before_and_is_written_whole_afterwards_stays_the_survivors(store: Store) -> None:
    pair = a_pair(store)
    with scope(store.actor()):
        a_task(store, pair[1].pk)
        stale = Task.objects.get(customer=pair[1])
    merge(store, pair)
    with scope(store.actor()):
        stale.title = "送合格证和发票"
        stale.save()
        assert Task.objects.get().customer_id == pair[0].pk


def test_what_the_survivor_has_already_is_not_doubled(store: Store) -> None:
    pair = a_pair(store)
    with scope(store.actor()):
        tags.put(actor=store.actor(), customer_ids=[pair[0].pk], names=["常客"])
    merge(store, pair)
    with scope(store.actor()):
        tag = Tagging.objects.get().tag
        Tagging.objects.bulk_create([Tagging(organisation=store.organisation, customer=pair[1], tag=tag)])
        assert Tagging.objects.get().customer_id == pair[0].pk


def test_taking_it_back_gives_the_file_its_rows(store: Store) -> None:
    pair = a_pair(store)
    with scope(store.actor()):
        points.add(actor=store.actor(), customer_id=pair[1].pk, kind="phone", value="13805530001")
        points.add(actor=store.actor(), customer_id=pair[0].pk, kind="phone", value="13805530001")
        tags.put(actor=store.actor(), customer_ids=[one.pk for one in pair], names=["常客"])
        (one,) = merges.merge(actor=store.actor(), survivor_id=pair[0].pk, merged_ids=[pair[1].pk])
        merges.undo(actor=store.actor(), merge_id=one.pk)
        for model in (ContactPoint, Tagging):
            assert set(model.objects.values_list("customer_id", flat=True)) == {one.pk for one in pair}
