"""Small pieces of SQL that the loaders share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

from qibu.connect.mapping import OWN
from qibu.kernel.actors import Actor

LOCK = 0x71696275  # "qibu": the first key of the advisory lock of loads, the second is the organisation


@dataclass
class Load:
    """One load while it is applied. `step` reports progress and raises when a person asked to stop."""

    actor: Actor
    import_id: int
    step: Callable[[str], None] = lambda _name: None
    counts: dict[str, Any] = field(default_factory=dict)
    warnings: list[tuple[int, str, str]] = field(default_factory=list)  # row of the file, code, value
    spoken: dict[str, str] = field(default_factory=dict)  # what changes of the organisation's own fields are called

    @property
    def params(self) -> dict[str, Any]:
        return {
            "org": self.actor.organisation_id, "import": self.import_id, "staff": self.actor.staff_id,
            "spoken": json.dumps(self.spoken),
        }  # fmt: skip

    def run(self, statement: str, **more: Any) -> int:
        """Execute and give the number of rows touched."""
        with connection.cursor() as cursor:
            cursor.execute(statement, {**self.params, **more})
            return int(cursor.rowcount)

    def rows(self, statement: str, **more: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {**self.params, **more})
            return list(cursor.fetchall())

    def value(self, statement: str) -> Any:
        return self.rows(statement)[0][0]

    def lock(self) -> None:
        """One load at a time in a store; others wait here."""
        self.run("SELECT pg_advisory_xact_lock(%(lock)s, %(org)s::int)", lock=LOCK)


def first_of(names: Iterable[str]) -> str:
    """Aggregates that take the first filled value of a group, in the order of the file."""
    return ", ".join(f"(array_agg({n} ORDER BY row) FILTER (WHERE {n} IS NOT NULL))[1] AS {n}" for n in names)


def said(names: Iterable[str], prefix: str = "", own: bool = False) -> str:
    """What a sheet said, as text by field name: kept on the row to tell hand edits from repeats. `own`: the column
    `custom`, too, whose fields are called "custom.<code>" here."""
    pairs = ", ".join(f"'{name}', {prefix}{name}::text" for name in names)
    named = f"(SELECT jsonb_object_agg('{OWN}' || e.key, e.value) FROM jsonb_each({prefix}custom) e)"
    further = f" || coalesce({named}, '{{}}')" if own else ""
    return f"jsonb_strip_nulls(jsonb_build_object({pairs})){further}"


def gathered(load: Load, table: str, key: str, column: str) -> None:
    """The organisation's own fields of all rows of one person or car: the first row that says something counts."""
    load.run(
        f"""
        UPDATE {table} SET custom = own.custom
        FROM (SELECT s.{key}, jsonb_object_agg(e.key, e.value ORDER BY s.row DESC) AS custom
              FROM staged s, jsonb_each(s.{column}) e GROUP BY s.{key}) own
        WHERE own.{key} = {table}.{key}
        """
    )


def insert_select(model: type[models.Model], values: Mapping[str, str], source: str) -> str:
    """`INSERT … SELECT` of the given expressions; columns not named get the model's own defaults."""
    columns = {**_defaults(model), **values}
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(columns.values())} {source}"


def _defaults(model: type[models.Model]) -> dict[str, str]:
    fields = [f for f in model._meta.local_concrete_fields if not f.primary_key and not f.has_db_default()]
    return {field.column: _literal(field) for field in fields if not field.null and field.column}


def _literal(field: models.Field[Any, Any]) -> str:
    default = field.get_default()
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, dict):
        return "'{}'::jsonb"
    if isinstance(default, int):
        return str(default)
    text = "" if default is None else str(default)
    return "'" + text.replace("'", "''") + "'"


def new_ids(table: str, model: type[models.Model], key: str) -> str:
    """Give rows of a temporary table that matched nothing the identity of a row to be made, in the order of the sheet,
    whatever way the database read them."""
    sequence = f"pg_get_serial_sequence('{model._meta.db_table}', 'id')"
    return f"""
    UPDATE {table} SET {key} = given.id, fresh = true
      FROM (SELECT place, nextval({sequence}) AS id
              FROM (SELECT ctid AS place FROM {table} WHERE {key} IS NULL ORDER BY row) bare) given
     WHERE {table}.ctid = given.place
    """
