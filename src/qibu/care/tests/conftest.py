from collections.abc import Iterator

import pytest

from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors


@pytest.fixture
def store(db: None) -> Organisation:
    return Organisation.objects.create(code="TL01", name="铜陵一店")


@pytest.fixture
def actor(store: Organisation) -> Iterator[Actor]:
    """The system at work in the store, in scope."""
    with scope(actors.system(store)) as one:
        yield one
