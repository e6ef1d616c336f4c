"""Steps that draw only what they change: the same tables, and never an old drawing where relations count."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from qibu.config.home import Home
from qibu.config.postgres import Engine, own_program
from qibu.config.stepping import Stepping

PLAINLY = """
from django.core.management import call_command
from qibu.config.loading import set_up_django
set_up_django()
call_command("migrate", database="owner", verbosity=0)
"""
KEY = ("id", models.BigAutoField(primary_key=True))


def table(name: str, *fields: tuple[str, models.Field]) -> ModelState:  # type: ignore[type-arg]  # of any kind
    return ModelState("shop", name, [KEY, *fields], options={"indexes": [], "constraints": []})


def pointing(name: str, to: str) -> ModelState:
    return table(name, ("to", models.ForeignKey(f"shop.{to}", models.CASCADE, related_name=f"{name.lower()}s")))


def related(state: ProjectState, name: str) -> set[str]:
    found = state.apps.get_model("shop", name)._meta.related_objects
    return {one.related_model._meta.object_name for one in found}


def drawn() -> Stepping:
    state = Stepping()
    for one in (table("Store"), pointing("Customer", "Store"), pointing("Car", "Customer")):
        state.add_model(one)
    _ = state.apps
    return state


def test_what_only_adds_draws_the_changed_model_alone() -> None:
    state = drawn()
    car, store = (state.apps.get_model("shop", name) for name in ("car", "store"))
    state.add_model(pointing("Visit", "Customer"))
    state.add_field("shop", "visit", "note", models.TextField(default=""), True)
    state.add_index("shop", "visit", models.Index(fields=["note"], name="visit_note"))
    state.add_constraint("shop", "visit", models.UniqueConstraint(fields=["note"], name="visit_once"))
    visit = state.apps.get_model("shop", "visit")
    assert {field.name for field in visit._meta.fields} == {"id", "to", "note"}
    assert [one.name for one in (*visit._meta.indexes, *visit._meta.constraints)] == [
        "visit_note",
        "visit_once",
    ]
    assert state.apps.get_model("shop", "car") is car and state.apps.get_model("shop", "store") is store


def test_before_any_other_step_both_sides_know_all_relations() -> None:
    state = drawn()
    state.add_model(pointing("Visit", "Customer"))
    before = state.clone()
    state.alter_field("shop", "customer", "id", models.UUIDField(primary_key=True), True)
    for side in (before, state):
        assert related(side, "customer") == {"Car", "Visit"}
    assert isinstance(before.apps.get_model("shop", "customer")._meta.pk, models.BigAutoField)
    assert isinstance(state.apps.get_model("shop", "customer")._meta.pk, models.UUIDField)


def test_a_step_that_removes_leaves_nothing_behind() -> None:
    state = drawn()
    state.add_model(pointing("Visit", "Customer"))
    before = state.clone()
    state.remove_model("shop", "car")
    assert (related(before, "customer"), related(state, "customer")) == ({"Car", "Visit"}, {"Visit"})


def test_a_step_in_python_sees_everything() -> None:
    """As Django's own operation asks for it."""
    state = drawn()
    state.add_model(pointing("Visit", "Customer"))
    before = state.clone()
    before.clear_delayed_apps_cache()
    assert related(before, "customer") == {"Car", "Visit"}


@pytest.mark.slow
def test_a_new_database_is_what_django_makes_of_it(fresh_home: Home) -> None:
    with Engine(fresh_home).used():
        subprocess.run([sys.executable, "-m", "qibu.config.migrating"], env=told(fresh_home), check=True)
        ours = tables(fresh_home)
    plain = Home(fresh_home.path, "plain")
    with Engine(plain).used():
        subprocess.run([sys.executable, "-c", PLAINLY], env=told(plain), check=True)
        assert tables(plain) == ours


def told(home: Home) -> dict[str, str]:
    return {**os.environ, "QIBU_HOME": str(home.path), "QIBU_DATABASE_NAME": home.database}


def tables(home: Home) -> str:
    command = [str(own_program("pg_dump")), "--schema-only", "--restrict-key=x", home.conninfo("owner")]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
