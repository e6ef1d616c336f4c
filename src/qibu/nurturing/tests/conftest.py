from __future__ import annotations

from collections.abc import Iterator

import pytest

from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.nurturing.tests.world import open_every_day, person, store


@pytest.fixture
def seller() -> Iterator[Actor]:
    actor = person(store(), "李思远", "sales_consultant")
    with scope(actor):
        open_every_day(actor)
        yield actor
