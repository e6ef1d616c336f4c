from __future__ import annotations

from collections.abc import Iterator

import pytest

from qibu.drives.models import DemoCar
from qibu.drives.tests.world import car, team
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope

People = tuple[Actor, Actor, Actor]


@pytest.fixture
def people() -> Iterator[People]:
    found = team()
    with scope(found[0]):
        yield found


@pytest.fixture
def manager(people: People) -> Actor:
    return people[0]


@pytest.fixture
def seller(people: People) -> Actor:
    return people[1]


@pytest.fixture
def other(people: People) -> Actor:
    return people[2]


@pytest.fixture
def one(manager: Actor) -> DemoCar:
    return car(manager)
