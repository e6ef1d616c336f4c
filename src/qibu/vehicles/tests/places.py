"""A store with people of several roles, and customers with cars, for the tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.test import Client

from qibu.customers.models import Customer
from qibu.customers.services import search
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, Staff, User
from qibu.network.rules import Role
from qibu.network.services import actors
from qibu.vehicles.models import Vehicle
from qibu.vehicles.services import vehicles

VIN = "LVVDB11B2RD123456"
OTHER_VIN = "LVVDB11B2RD654321"


@dataclass
class Store:
    organisation: Organisation
    staff: dict[Role, Staff]

    def actor(self, role: Role = Role.STORE_MANAGER) -> Actor:
        return actors.of_staff(self.staff[role])


def a_store(code: str = "A") -> Store:
    """One person of each role."""
    organisation = Organisation.objects.create(code=code, name=f"{code} 店")
    with scope(actors.system(organisation)):
        staff = {
            role: Staff.objects.create(organisation=organisation, name=f"员工{role}", roles=[role])
            for role in Role
        }
    return Store(organisation, staff)


def a_customer(store: Store, name: str = "王建国", **fields: Any) -> Customer:
    """Within a scope."""
    created: Customer = Customer.objects.create(organisation=store.organisation, name=name, **fields)
    search.refresh_names(actor=store.actor(), customer_ids=[created.pk])
    return created


def a_car(store: Store, owner: Customer | None = None, **facts: Any) -> Vehicle:
    """Within a scope."""
    facts = {"plate": "皖B12345", "vin": VIN, "series": "瑞虎8", "purchased_on": date(2024, 3, 12)} | facts
    return vehicles.register(actor=store.actor(), owner_id=owner.pk if owner else None, **facts)


def client_of(store: Store, role: Role = Role.STORE_MANAGER) -> Client:
    """A browser in which the person of a role is signed in."""
    staff = store.staff[role]
    user, _new = User.objects.get_or_create(username=f"{store.organisation.code}-{role}")
    with scope(actors.system(store.organisation)):
        Staff.objects.filter(pk=staff.pk).update(user=user)
    client = Client()
    client.force_login(user)
    return client
