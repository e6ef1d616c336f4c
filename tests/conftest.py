"""What tests across the apps share: the world of `personas`, built once for a module and rolled back at its end."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings

from drawing import drawn

logging.getLogger("django.request").setLevel(logging.ERROR)  # refusals are what is asked for here
PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of what comes by turns a third each day, unless somebody asks for it."""
    asked = any("::" in argument for argument in config.args)
    turns = [item for item in items if item.get_closest_marker("by_turns")]
    if asked or not turns:
        return
    kept = set(drawn(sorted(item.nodeid for item in turns), -(-len(turns) // 3), "turns"))
    left = [item for item in turns if item.nodeid not in kept]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"


@pytest.fixture(scope="module", autouse=True)
def as_in_the_source() -> Iterator[None]:
    """Pages name style sheets by the files that stand here, not by a manifest collected some time ago. Passwords are
    hashed quickly: that it takes a tenth of a second elsewhere is tested with the sign-in."""
    from django.conf import settings

    with override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": PLAIN_FILES}, PASSWORD_HASHERS=[QUICK]
    ):
        yield


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The world for a module, inside one transaction; sign-ins included."""
    import planting
    from qibu.network.services import organisations

    with django_db_blocker.unblock(), planting.visited() as world, transaction.atomic():
        organisations._founded_once.cache_clear()
        yield world
        organisations._founded_once.cache_clear()
        transaction.set_rollback(True)


@pytest.fixture
def world(built: Any) -> Iterator[Any]:
    """The module's world; what a test does to it is taken back."""
    import personas

    with personas.undone():
        yield built


@pytest.fixture(scope="module")
def numbered(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The same, with what the isolation matrix adds, and with a number of its own for every row of the database."""
    import crossing
    import doors
    import personas
    from qibu.network.services import organisations

    with django_db_blocker.unblock():
        doors.part_numbers()
        with transaction.atomic():
            organisations._founded_once.cache_clear()
            yield crossing.crossing(personas.build())
            organisations._founded_once.cache_clear()
            transaction.set_rollback(True)
        connection.close()


@pytest.fixture
def crossed(numbered: Any) -> Iterator[Any]:
    import personas

    with personas.undone():
        yield numbered
