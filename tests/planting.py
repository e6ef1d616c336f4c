"""The world of `personas`, built and committed once by each process of the tests, and lent to module after module.

It stands in a database of its own, beside the empty one: a module works in it within one transaction, a browser gets
a copy of it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

import personas
from personas import World
from qibu.kernel import times
from qibu.testing import HOME, _clone, _disconnect

PLACE = os.environ["QIBU_DATABASE_NAME"] + "_world"


@cache
def _planted(_day: date) -> World:
    _clone(HOME, PLACE)
    with _at(PLACE), transaction.atomic():
        world = personas.build()
    files().mkdir(parents=True, exist_ok=True)
    shutil.copytree(files(), _kept(), dirs_exist_ok=True)
    return world


def planted() -> World:
    """The world of today; what a test does to the object doesn't reach the next module, either."""
    return deepcopy(_planted(times.today()))


@contextmanager
def visited() -> Iterator[World]:
    """Work in the database of the world."""
    world = planted()
    _files_as_planted()
    with _at(PLACE):
        yield world


def settled() -> World:
    """The usual database becomes a copy of the one with the world."""
    world = planted()
    _disconnect()
    _clone(HOME, template=PLACE)
    _files_as_planted()
    return world


@contextmanager
def _at(name: str) -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    _disconnect()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        _disconnect()
        connection.settings_dict["NAME"] = usual


def files() -> Path:
    return Path(settings.QIBU_FILES)


def _kept() -> Path:
    return files().with_name(files().name + "-world")


def _files_as_planted() -> None:
    shutil.rmtree(files(), ignore_errors=True)
    shutil.copytree(_kept(), files())
