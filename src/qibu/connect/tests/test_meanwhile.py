"""What people do while a sheet is being loaded, and when the day of the store is not the day of the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from qibu.connect.services.loading import merge
from qibu.connect.tests.loads import LI, WANG, load, owners, store
from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.vehicles.models import Reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> Actor:
    return store()


def test_what_a_person_writes_during_the_load_stays(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    load(actor, owners(LI))
    compare = merge._compare

    def and_then_somebody_writes(*given: Any, **named: Any) -> None:
        compare(*given, **named)
        Customer.objects.filter(name="李敏").update(address="弋江路 9 号")

    monkeypatch.setattr(merge, "_compare", and_then_somebody_writes)
    load(actor, owners((*LI[:6], "中山路 200 号", *LI[7:])))
    with scope(actor):
        assert Customer.objects.get(name="李敏").address == "弋江路 9 号"


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Etc/GMT-14"])
def test_mileage_of_today_is_of_the_store_s_today(actor: Actor, zone: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL TIME ZONE '{zone}'")  # one of the two has another date than the store
    load(actor, owners((*LI[:9], "21000"), WANG))
    with scope(actor):
        assert [reading.on for reading in Reading.objects.all()] == [times.today()]
