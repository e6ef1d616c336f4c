from __future__ import annotations

from collections.abc import Iterator

import pytest

from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.quotes.tests.world import lead_of, person, stocked, store


@pytest.fixture
def seller() -> Iterator[Actor]:
    actor = person(store(), "李思远", "sales_consultant")
    with scope(actor):
        stocked(actor)
        yield actor


@pytest.fixture
def lead(seller: Actor) -> Lead:
    return lead_of(seller)
