"""The clock of the demo: what happened in the past is done by the product's own services, at the time it happened.

All services ask `kernel.times.now()` for the time, and some let the database say it. Both are told here. Only the
process that plants the demo does this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED
from django.db.models.functions import Now

from qibu.kernel import journal, times

SAID = re.compile(r"\b(?:now|statement_timestamp)\(\)|\bcurrent_date\b", re.IGNORECASE)


@contextmanager
def told(moment: datetime) -> Iterator[None]:
    """Within, it is this time."""
    before = times.now
    times.now = lambda: moment
    try:
        yield
    finally:
        times.now = before


@contextmanager
def running() -> Iterator[None]:
    """Within, the database's own clock and the columns it fills say the time that was told, too. Nobody is woken for
    what is written: nobody listens yet."""
    filled = list(_filled_by_the_database())
    for column in filled:
        _default(column, lambda: times.now())
    announce, journal.announce = journal.announce, _to_nobody
    try:
        with connection.execute_wrapper(_say):
            yield
    finally:
        journal.announce = announce
        for column in filled:
            _default(column, NOT_PROVIDED)


def _to_nobody(organisation_id: int) -> None:
    pass


def _filled_by_the_database() -> Iterator[models.Field[Any, Any]]:
    for model in apps.get_models():
        for column in model._meta.local_concrete_fields:
            if model.__module__.startswith("qibu.") and isinstance(column.db_default, Now):
                yield column


def _default(column: models.Field[Any, Any], value: Any) -> None:
    column.default = value
    column.__dict__.pop("_get_default", None)  # Django keeps the first answer


def _say(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    return execute(SAID.sub(_literal, sql), params, many, context)


def _literal(found: re.Match[str]) -> str:
    day = found.group().lower() == "current_date"
    return f"'{times.today()}'::date" if day else f"'{times.now().isoformat()}'::timestamptz"
