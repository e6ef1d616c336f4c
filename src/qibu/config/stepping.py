"""Migrations whose steps draw anew only what they change.

Behind each step Django renders every model that hangs together with the one that changed: where all tables know their
store that is all of them, 27,000 models for a new database and nine tenths of its time. A step that only adds (a table,
a column, an index, a constraint) needs the changed model alone for its SQL. Before any other step all are rendered
anew, as Django itself does it before a step in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command
from django.db.migrations import executor
from django.db.migrations.state import ProjectState

Report = Callable[[int], None]


class Stepping(ProjectState):
    """The state of all models between two steps."""

    _adding = False
    _alone = False  # some models were drawn without those that point to them
    _before: Stepping | None = None  # what the present step begins from

    def clone(self) -> Stepping:
        copy = super().clone()
        copy.__class__ = Stepping
        assert isinstance(copy, Stepping)
        copy._alone = self._alone
        self._before = copy
        return copy

    def add_model(self, *told: Any) -> None:
        with self._step_that_adds():
            super().add_model(*told)

    def add_field(self, *told: Any) -> None:
        with self._step_that_adds():
            super().add_field(*told)

    def add_index(self, *told: Any) -> None:
        with self._step_that_adds():
            super().add_index(*told)

    def add_constraint(self, *told: Any) -> None:
        with self._step_that_adds():
            super().add_constraint(*told)

    def remove_model(self, *told: Any) -> None:
        self._refresh()
        super().remove_model(*told)

    def reload_models(self, models: Any, delay: bool = True) -> None:
        self._refresh()
        super().reload_models(models, delay)

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        if not self._adding:
            self._refresh()
            super().reload_model(app_label, model_name, delay)
        elif "apps" in self.__dict__:  # rendered, and so to be kept up
            self._alone = self.is_delayed = True
            self._reload({(app_label, model_name)})  # type: ignore[attr-defined]  # not in the stubs

    def _refresh(self) -> None:
        """On both sides of the step, which compares the model before with the model after."""
        for state in (self, self._before):
            if state is not None and state._alone:
                state.clear_delayed_apps_cache()
                state._alone = state.is_delayed = False

    @contextmanager
    def _step_that_adds(self) -> Iterator[None]:
        self._adding = True
        try:
            yield
        finally:
            self._adding = False


class Migrate(Command):
    """Django's command, which tells how many migrations are done instead of writing their names."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report, self.done = report, 0

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if action == "apply_success":
            self.done += 1
            self.report(self.done)


def migrate(database: str, report: Report) -> None:
    plain, executor.ProjectState = executor.ProjectState, Stepping  # type: ignore[attr-defined]  # not in the stubs
    try:
        call_command(Migrate(report), database=database, interactive=False, verbosity=0)
    finally:
        executor.ProjectState = plain  # type: ignore[attr-defined]  # not in the stubs
