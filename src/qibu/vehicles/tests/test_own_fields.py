"""Customers are found by what the store notes about their cars."""

from __future__ import annotations

import pytest
from django.test import Client

from qibu.kernel.scoping import scope
from qibu.network.services import custom_fields
from qibu.network.services.custom_fields import Draft
from qibu.vehicles.models import Ownership, Vehicle
from qibu.vehicles.tests.places import OTHER_VIN, Store, a_car, a_customer, a_store, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return a_store()


@pytest.fixture
def client(store: Store) -> Client:
    return client_of(store)


def note(car: Vehicle, code: str, value: str) -> None:
    Vehicle.objects.filter(pk=car.pk).update(custom={code: value})


@pytest.mark.parametrize(
    ("kind", "value", "query"),
    [("text", "星空顶", "=星空"), ("number", "19", "_from=18"), ("day", "2026-03-12", "_to=2026-04-01"),
     ("yes_no", "yes", "=yes")],
)  # fmt: skip
def test_the_customer_list_is_filtered_by_fields_of_cars(
    store: Store, client: Client, kind: str, value: str, query: str
) -> None:
    with scope(store.actor()):
        row = custom_fields.define(actor=store.actor(), record="vehicle", draft=Draft("装潢", kind=kind))
        owner, other = a_customer(store, "刘芳"), a_customer(store, "孙伟")
        note(a_car(store, owner), row.code, value)
        a_car(store, other, vin=OTHER_VIN)
    page = client.get(f"/customers/?view=all&vehicle.custom.{row.code}{query}").content.decode()
    assert ("刘芳" in page, "孙伟" in page) == (True, False)


def test_a_car_that_was_sold_finds_its_former_owner_no_more(store: Store, client: Client) -> None:
    with scope(store.actor()):
        row = custom_fields.define(actor=store.actor(), record="vehicle", draft=Draft("装潢"))
        car = a_car(store, a_customer(store, "刘芳"))
        note(car, row.code, "星空顶")
        Ownership.objects.filter(vehicle=car).update(until="2026-01-01")
    page = client.get(f"/customers/?view=all&vehicle.custom.{row.code}=星空顶").content.decode()
    assert "刘芳" not in page
