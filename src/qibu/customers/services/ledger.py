"""What a merge does to rows, set by set, and written down as it is done, so that it can be taken back exactly.

Tables and columns come from models alone; values are kept as `to_jsonb` gives them.
"""

# ruff: noqa: S608  (statements are put together from names of tables and columns)
from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models

from qibu.customers.models import Customer, MergeChange
from qibu.kernel.actors import Actor

Model = type[models.Model]
LOG = """
INSERT INTO customers_mergechange (organisation_id, merge_id, "table", row_id, "column", was, became)
SELECT %(org)s, %(merge)s, %(table)s, id, %(column)s, was, became FROM changed WHERE was IS DISTINCT FROM became
"""


@dataclass(frozen=True)
class Left:
    """A value that wasn't put back: it was changed again after the merge."""

    table: str
    row_id: int
    column: str
    was: Any
    now: Any


@dataclass(frozen=True)
class Ledger:
    """The book of one merge. `survivor_id` takes, `merged_id` gives; `marks` tells rows that came since."""

    actor: Actor
    merge_id: int
    survivor_id: int
    merged_id: int
    marks: Mapping[str, int]

    # While merging ----------------------------------------------------------------------------------
    def move(self, model: Model, column: str) -> int:
        """Every row that points at the merged customer points at the survivor."""
        return self.change(model, column, "%(survivor)s", f"t.{column} = %(merged)s")

    def change(self, model: Model, column: str, expression: str, where: str, **params: Any) -> int:
        """Set a column to an expression in the rows `t` that fit; gives how many really changed."""
        table = model._meta.db_table
        statement = f"""
        WITH old AS (SELECT t.id, to_jsonb(t."{column}") AS was FROM {table} t
                      WHERE t.organisation_id = %(org)s AND ({where}) ORDER BY t.id FOR UPDATE),
        changed AS (UPDATE {table} t SET "{column}" = {expression} FROM old
                     WHERE t.organisation_id = %(org)s AND t.id = old.id
                 RETURNING t.id, old.was, to_jsonb(t."{column}") AS became)
        """
        return self._run(statement + LOG, table=table, column=column, **params)

    def take(self, model: Model, column: str) -> int:
        """A value of the merged file becomes the survivor's."""
        taken = f'(SELECT m."{column}" FROM {model._meta.db_table} m WHERE m.id = %(merged)s)'
        return self.change(model, column, taken, "t.id = %(survivor)s")

    def put_aside(self, model: Model, pairs: Sequence[tuple[int, int]]) -> int:
        """Rows whose twin the survivor has already: kept in the book, and what pointed at them points at the twin."""
        if not pairs:
            return 0
        gone, twins = (list(side) for side in zip(*pairs, strict=True))
        for pointing, column in references(model):
            twin = "(SELECT u.twin FROM unnest(%(gone)s::bigint[], %(twins)s::bigint[]) u (id, twin) WHERE u.id = t."
            value, where = f"{twin}{column})", f"t.{column} = ANY(%(gone)s)"
            self.change(pointing, column, value, where, gone=gone, twins=twins)
        return self.remove(model, gone)

    def remove(self, model: Model, ids: Sequence[int]) -> int:
        table = model._meta.db_table
        statement = f"""
        WITH changed AS (DELETE FROM {table} t WHERE t.organisation_id = %(org)s AND t.id = ANY(%(ids)s)
                      RETURNING t.id, to_jsonb(t.*) AS was, NULL::jsonb AS became)
        """
        return self._run(statement + LOG, table=table, column="", ids=list(ids)) if ids else 0

    def made(self, model: Model, ids: Sequence[int]) -> None:
        """Rows that the merge made: they go when it is taken back."""
        table = model._meta.db_table
        statement = f"""
        WITH changed AS (SELECT t.id, NULL::jsonb AS was, to_jsonb(t.*) AS became FROM {table} t
                          WHERE t.organisation_id = %(org)s AND t.id = ANY(%(ids)s))
        """
        self._run(statement + LOG, table=table, column="", ids=list(ids))

    def rows(self, statement: str, **params: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {**self._params, **params})
            return list(cursor.fetchall())

    def run(self, statement: str, **params: Any) -> int:
        """Not written down: for what follows from other facts and is made anew when the merge is taken back."""
        return self._run(statement, **params)

    # Taking back ------------------------------------------------------------------------------------
    def take_back(self) -> list[Left]:
        """The last change first. What was changed again since stays as it is and is listed."""
        self._unmerging("on")
        left: list[Left] = []
        for table, column in self._steps():
            model = _model_of(table)
            if column:
                left += self._restore(model, column)
            else:
                self._restore_rows(model)
        self._unmerging("off")
        return left

    def _unmerging(self, state: str) -> None:
        """Rows go back to a file that isn't alive yet: they don't follow its merge (`customers.operations`)."""
        self.rows("SELECT set_config('qibu.unmerging', %(state)s, true)", state=state)

    def put_back(self, model: Model, column: str, row_id: int) -> None:
        """Set a value to what it was before the merge, whatever stands there now: a person said so."""
        kind = _type_of(model, column)
        self._run(
            f"""UPDATE {model._meta.db_table} t SET "{column}" = (c.was #>> '{{}}')::{kind}
                  FROM customers_mergechange c
                 WHERE c.organisation_id = %(org)s AND c.merge_id = %(merge)s AND c."table" = %(table)s
                   AND c."column" = %(column)s AND c.row_id = %(row)s
                   AND t.organisation_id = %(org)s AND t.id = %(row)s""",
            table=model._meta.db_table, column=column, row=row_id,
        )  # fmt: skip

    def mark(self, model: Model) -> int:
        """Rows of a table with a number beyond this one came after the merge."""
        return self.marks.get(model._meta.db_table, 0)

    def moved(self, model: Model, column: str) -> list[int]:
        """The rows of a table that this merge moved."""
        changes = MergeChange.objects.filter(
            merge_id=self.merge_id, table=model._meta.db_table, column=column
        )
        return list(changes.order_by("row_id").values_list("row_id", flat=True))

    def _steps(self) -> list[tuple[str, str]]:
        query = """
        SELECT "table", "column" FROM customers_mergechange
         WHERE organisation_id = %(org)s AND merge_id = %(merge)s GROUP BY 1, 2 ORDER BY max(id) DESC
        """
        return [(table, column) for table, column in self.rows(query)]

    def _restore(self, model: Model, column: str) -> list[Left]:
        table, kind = model._meta.db_table, _type_of(model, column)
        was = "c.was" if kind == "jsonb" else f"(c.was #>> '{{}}')::{kind}"
        of_column = """c.organisation_id = %(org)s AND c.merge_id = %(merge)s AND c."table" = %(table)s
                       AND c."column" = %(column)s AND t.organisation_id = %(org)s AND t.id = c.row_id"""
        found = self.rows(
            f"""SELECT c.row_id, c.was, to_jsonb(t."{column}") FROM customers_mergechange c, {table} t
                 WHERE {of_column} AND to_jsonb(t."{column}") IS DISTINCT FROM c.became
                   AND to_jsonb(t."{column}") IS DISTINCT FROM c.was ORDER BY c.row_id""",
            table=table, column=column,
        )  # fmt: skip
        self._run(
            f"""UPDATE {table} t SET "{column}" = {was} FROM customers_mergechange c
                 WHERE {of_column} AND to_jsonb(t."{column}") IS NOT DISTINCT FROM c.became""",
            table=table, column=column,
        )  # fmt: skip
        return [Left(table, row_id, column, _read(was), _read(now)) for row_id, was, now in found]

    def _restore_rows(self, model: Model) -> None:
        table = model._meta.db_table
        mine = """c.organisation_id = %(org)s AND c.merge_id = %(merge)s AND c."table" = %(table)s
                  AND c."column" = ''"""
        self._run(
            f"""DELETE FROM {table} t USING customers_mergechange c WHERE {mine} AND c.was IS NULL
                   AND t.organisation_id = %(org)s AND t.id = c.row_id AND to_jsonb(t.*) = c.became""",
            table=table,
        )
        self._run(
            f"""INSERT INTO {table} SELECT r.* FROM customers_mergechange c,
                       jsonb_populate_record(NULL::{table}, c.was) r
                 WHERE {mine} AND c.was IS NOT NULL AND {_targets_stand(model)} ON CONFLICT DO NOTHING""",
            table=table,
        )

    # ------------------------------------------------------------------------------------------------
    @property
    def _params(self) -> Mapping[str, Any]:
        return {
            "org": self.actor.organisation_id, "merge": self.merge_id, "staff": self.actor.staff_id,
            "survivor": self.survivor_id, "merged": self.merged_id,
        }  # fmt: skip

    def _run(self, statement: str, **params: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, {**self._params, **params})
            return int(cursor.rowcount)


def references(target: Model) -> Iterator[tuple[Model, str]]:
    """Every table and column that points at `target`, of whatever app, in one order."""
    for model in sorted(apps.get_models(), key=lambda one: one._meta.db_table):
        for field in model._meta.local_fields:
            if getattr(field, "tenant_key", False) and field.related_model is target:
                yield model, str(field.column)


def references_of_customers() -> Iterator[tuple[Model, str]]:
    """What goes along with a customer; the book of merges stays, pairs that look alike are found
    anew, and who was erased is never merged."""
    stay = {"merge", "duplicate", "erasure"}
    return ((model, column) for model, column in references(Customer) if model._meta.model_name not in stay)


def marks_now() -> dict[str, int]:
    """The last number given in each table whose rows belong to customers."""
    tables = sorted({model._meta.db_table for model, _column in references_of_customers()})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t, coalesce(pg_sequence_last_value(pg_get_serial_sequence(t, 'id')), 0)"
            "  FROM unnest(%s::text[]) t",
            [tables],
        )
        return dict(cursor.fetchall())


def _model_of(table: str) -> Model:
    return next(model for model in apps.get_models() if model._meta.db_table == table)


def _targets_stand(model: Model) -> str:
    """A row whose tag, say, was removed meanwhile doesn't come back."""
    keys: list[Any] = [field for field in model._meta.local_fields if getattr(field, "tenant_key", False)]
    stands = [
        f"""(c.was ->> '{key.column}' IS NULL OR EXISTS (SELECT FROM {key.related_model._meta.db_table} x
             WHERE x.organisation_id = %(org)s AND x.id = (c.was ->> '{key.column}')::bigint))"""
        for key in keys
    ]
    return " AND ".join(stands) or "true"


def _read(value: str | None) -> Any:
    """A jsonb of a bare cursor comes as text."""
    return None if value is None else json.loads(value)


def _type_of(model: Model, column: str) -> str:
    field = next(one for one in model._meta.local_fields if one.column == column)
    return str(field.db_type(connection))
