from __future__ import annotations

from collections.abc import Iterator

import pytest

from qibu.kernel.scoping import scope
from qibu.orders.tests import world
from qibu.orders.tests.world import Shop


@pytest.fixture
def shop() -> Iterator[Shop]:
    found = world.shop()
    with scope(found.seller):
        yield found
