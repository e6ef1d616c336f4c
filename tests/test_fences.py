"""The second fence, probed table by table, and whether the probe would notice a table without it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

import fences
from fences import Places, as_super, broken_policies, done, holes, taken_back


@pytest.fixture(scope="module")
def found(django_db_setup: None, django_db_blocker: Any) -> Iterator[Places]:
    with django_db_blocker.unblock(), fences.breakable(), transaction.atomic():
        places = fences.places()
        fences.plant(places)
        yield places
        transaction.set_rollback(True)


def test_every_table_shows_and_takes_what_belongs_to_the_organisation_alone(found: Places) -> None:
    wrong = {name: said for name, table in fences.tables().items() if (said := holes(table, found))}
    assert wrong == {}


def test_a_table_whose_fence_is_gone_or_too_wide_would_be_noticed(found: Places) -> None:
    unnoticed, tried = [], 0
    for table in fences.tables().values():
        for name, statement in list(broken_policies(table)):
            with taken_back():
                with as_super():
                    done(statement)
                tried += 1
                if not holes(table, found):
                    unnoticed.append(f"{table.name}: {name}")
    assert tried > 250
    assert unnoticed == []


def test_no_row_can_name_a_row_of_another_store(found: Places) -> None:
    assert [key.name for key in fences.keys(2) if fences.points_abroad(key, found)] == []


def test_a_key_that_lets_rows_name_those_of_others_would_be_noticed(found: Places) -> None:
    unnoticed = []
    for key in fences.keys(2):
        with taken_back():
            with as_super():
                done(f"ALTER TABLE {key.table} DROP CONSTRAINT {key.name}")
                done(
                    f"ALTER TABLE {key.table} ADD CONSTRAINT {key.name} FOREIGN KEY ({key.column}) "
                    f"REFERENCES {key.target} DEFERRABLE INITIALLY DEFERRED NOT VALID"
                )
            if not fences.points_abroad(key, found):
                unnoticed.append(key.name)
    assert unnoticed == []


def test_every_key_of_one_column_has_a_composite_one_beside_it(found: Places) -> None:
    composite = {(key.table, key.column) for key in fences.keys(2)}
    assert {(key.table, key.column) for key in fences.keys(1)} - composite == set()
