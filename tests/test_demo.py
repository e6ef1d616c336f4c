"""A small demo: planted on a Sunday afternoon, a day later, and again."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings

from qibu.care.models import Release
from qibu.config.postgres import connect_super
from qibu.connect.models import Difference, Import
from qibu.customers.models import Hold, Relation
from qibu.demo import accounts, seed
from qibu.demo.records import Role
from qibu.demo.shop import Shop
from qibu.demo.world import World
from qibu.kernel import times
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import HandOver
from qibu.tasks.models import Attempt, Clock, Escalation, Task
from qibu.testing import HOME, _restore

NOW = datetime(2026, 11, 15, 15, 2, tzinfo=times.ZONE)
QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"
PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"


def quiet(_text: str) -> None:
    pass


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Planted once: loads and readers of the journal need what is committed."""
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    files["OPTIONS"] = {"location": tmp_path_factory.mktemp("files")}
    storages = {"default": files, "staticfiles": {"BACKEND": PLAIN_FILES}}
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=[QUICK], STORAGES=storages):
        yield planted()
        _restore(None)


@pytest.fixture(scope="module")
def first(world):
    return counts(Shop.open(world, world.stores[0]))


def planted(*, otherwise: bool = False) -> World:
    """A small store and the network above it; the other stores have people, but no customers.

    `otherwise`: the database reads in another way, as it does when its statistics are others.
    """
    _restore(None)
    if otherwise:
        name = connection.settings_dict["NAME"]
        with connect_super(HOME, name) as root:
            for way in ("hashjoin", "hashagg", "indexscan"):
                root.execute(f'ALTER DATABASE "{name}" SET enable_{way} = off')
    seed.plant(quiet, customers=60, visits=350, stores=1, now=NOW)
    return World(seed.SEED, times.day_of(NOW), customers=60, visits=350)


@pytest.fixture
def shop(world) -> Shop:
    return Shop.open(world, world.stores[0])


def counts(shop: Shop) -> dict[str, object]:
    with scope(shop.system):
        tasks = Counter(Task.objects.values_list("state", "category", "outcome"))
        return {
            "tasks": tasks, "attempts": Counter(Attempt.objects.values_list("outcome", flat=True)),
            "entries": Counter(Entry.objects.values_list("type", flat=True)), "holds": Hold.objects.count(),
            "breaches": Clock.objects.filter(breached_at__isnull=False).count(),
        }  # fmt: skip


def test_a_store_that_has_worked_for_months(shop, first):
    with scope(shop.system):
        living = Task.objects.filter(state="open", shown_from__lte=NOW)
        assert living.filter(due_at__lt=NOW).exists()
        assert living.filter(due_at__range=(NOW, NOW + timedelta(hours=2))).exists()
        assert living.filter(due_at__gt=NOW + timedelta(hours=2)).exists()
        assert Task.objects.filter(state="done", closed_at__gte=times.start_of(times.day_of(NOW))).exists()
        assert Release.objects.exists()
        assert Escalation.objects.exists()
        assert Hold.objects.exists()
        assert Relation.objects.exists()
        assert HandOver.objects.exists()
        assert set(Import.objects.values_list("state", flat=True)) == {"loaded", "undone", "read"}
        assert Import.objects.filter(counts__rejected__gt=0).exists()
        assert Difference.objects.exists()
        assert_no_task_twice()


def test_calls_are_made_in_opening_hours_and_nothing_happens_later_than_now(shop):
    with scope(shop.system):
        called = [at.astimezone(times.ZONE) for at in Attempt.objects.values_list("at", flat=True)]
        assert {at.hour for at in called} <= set(range(8, 19))
        assert max(called) < NOW
        assert Entry.objects.filter(retracts_id=None).order_by("-at").first().at <= NOW


def test_everybody_signs_in_and_finds_work(world, shop):
    for account in accounts.accounts(world):
        answer = Client().post("/sign-in/", {"username": account.username, "password": seed.PASSWORD}, follow=True)
        assert answer.status_code == 200, account
        assert account.name in answer.content.decode(), account
    with scope(shop.system):
        for role in set(Role) - OFFICE:
            whose = [person.staff_id for person in shop.of(role)]
            assert Task.objects.filter(assignee_id__in=whose, state="open").exists(), role


def test_a_demo_of_yesterday_works_on(shop):
    later = NOW + timedelta(days=1, hours=5)
    seed.bring_up_to_date(quiet, now=later)
    with scope(shop.system):
        assert Attempt.objects.filter(at__gte=times.start_of(times.day_of(later))).exists()
        assert_no_task_twice()
    before = counts(shop)
    seed.bring_up_to_date(quiet, now=later)
    assert counts(shop) == before


@pytest.mark.slow
def test_same_hour_gives_the_same_demo(first):
    again = planted(otherwise=True)
    assert counts(Shop.open(again, again.stores[0])) == first


OFFICE = {Role.MANUFACTURER_ANALYST, Role.NETWORK_MANAGER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR}


def assert_no_task_twice() -> None:
    """By the planner's keys, and by what the store would see: one customer, one car, one reason."""
    rows = Task.objects.filter(state="open", kind__contains="/")
    seen = Counter(rows.values_list("customer_id", "vehicle_id", "kind"))
    assert set(seen.values()) <= {1}
