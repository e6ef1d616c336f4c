"""A store with people in several roles, and a store beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from qibu.customers.models import Customer
from qibu.customers.services import customers
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, Staff, User
from qibu.network.rules import Role
from qibu.network.services.actors import of_staff, system


@dataclass
class Store:
    organisation: Organisation
    system: Actor

    def hire(self, name: str, *roles: Role) -> Actor:
        user = User.objects.create(username=f"{self.organisation.code}-{name}")
        with scope(self.system):
            staff = Staff.objects.create(
                organisation=self.organisation, name=name, user=user, roles=[str(role) for role in roles]
            )
        return of_staff(staff)

    def register(self, name: str, *phones: str, by: Actor | None = None, **values: Any) -> Customer:
        with scope(by or self.system) as actor:
            return customers.register(actor=actor, values={"name": name, **values}, phones=phones)


def open_store(code: str) -> Store:
    organisation = Organisation.objects.create(code=code, name=f"{code} 店")
    return Store(organisation, system(organisation))


@pytest.fixture
def store(db: None) -> Store:
    return open_store("here")


@pytest.fixture
def other_store(db: None) -> Store:
    return open_store("there")


@pytest.fixture
def manager(store: Store) -> Actor:
    return store.hire("陈立", Role.STORE_MANAGER)


@pytest.fixture
def advisor(store: Store) -> Actor:
    return store.hire("周婷", Role.SERVICE_ADVISOR)


@pytest.fixture
def seller(store: Store) -> Actor:
    return store.hire("张波", Role.SALES_CONSULTANT)


@pytest.fixture
def sign_in() -> Callable[[Actor], Client]:
    def enter(actor: Actor) -> Client:
        with scope(actor):
            user = Staff.objects.select_related("user").get(pk=actor.staff_id).user
        client = Client()
        client.force_login(user)
        return client

    return enter
