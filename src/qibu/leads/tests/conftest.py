from __future__ import annotations

from collections.abc import Iterator

import pytest

from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.leads.rules import Reason
from qibu.leads.services import allocating, receiving
from qibu.leads.tests.world import again, person, received, store
from qibu.network.services import actors


@pytest.fixture
def house() -> Iterator[Actor]:
    """The product itself, in a store."""
    actor = actors.system(store())
    with scope(actor):
        yield actor


@pytest.fixture
def li(house: Actor) -> Actor:
    return person(house.organisation_id, "李思远", "sales_consultant")


@pytest.fixture
def sun(house: Actor) -> Actor:
    return person(house.organisation_id, "孙梅", "sales_consultant")


@pytest.fixture
def seller() -> Iterator[Actor]:
    """The only one who sells in a store of their own."""
    actor = person(store(), "李思远", "sales_consultant")
    with scope(actor):
        yield actor


@pytest.fixture
def lead(seller: Actor) -> Lead:
    found = receiving.receive(actor=seller, received=received()).lead
    allocating.move(seller, found, seller.staff_id, Reason.GIVEN)
    return again(found)
