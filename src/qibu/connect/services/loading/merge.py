"""A newer export is loaded again every week: which of its values count.

A value the sheet changed wins only over a value the sheet had set, or over nothing; what a person entered here
stays, and the difference is listed once.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models

from qibu.connect.mapping import OWN
from qibu.connect.models import Change, Difference
from qibu.connect.services.loading.sql import Load, insert_select


def merge(
    load: Load,
    model: type[models.Model],
    *,
    table: str,
    source: str,
    key: str,
    fields: Mapping[str, str],
    own: bool = False,
) -> int:
    """Bring matched rows of `model` up to what the sheet says; gives the number of rows changed.

    `source` is a temporary table with the columns named in `fields` (column of the source → SQL type), `key` with
    the row's identity, `fresh`, and `said`. `own`: the fields of the organisation's own in the column `custom` of both,
    each under "custom.<code>".
    """
    _compare(load, model, source=source, key=key, pairs=_pairs(fields, own))
    load.run(
        insert_select(
            Difference,
            {"organisation_id": "%(org)s", "source_id": "%(import)s", "table": f"'{table}'", "row_id": "id",
             "field": "field", "ours": "ours", "theirs": "theirs"},
            "FROM compared WHERE NOT taken AND theirs IS DISTINCT FROM last",
        )
    )  # fmt: skip
    load.run(
        insert_select(
            Change,
            {"organisation_id": "%(org)s", "source_id": "%(import)s", "table": f"'{table}'", "row_id": "id",
             "before": "jsonb_object_agg(field, ours)", "after": "jsonb_object_agg(field, theirs)"},
            "FROM compared WHERE taken GROUP BY id",
        )
    )  # fmt: skip
    changed = _write(load, model, table=table, fields=fields, own=own)
    _remember(load, model, table=table, source=source, key=key)
    load.run("DROP TABLE compared")
    return changed


def _pairs(fields: Mapping[str, str], own: bool) -> str:
    """One row a field: its name, what stands in the row, what the sheet says."""
    listed = ", ".join(f"('{name}', row_.{name}::text, s.{name}::text)" for name in fields)
    if not own:
        return f"VALUES {listed}"
    further = f"SELECT '{OWN}' || e.key, row_.custom ->> e.key, e.value FROM jsonb_each_text(s.custom) e"
    return f"VALUES {listed} UNION ALL {further}"


def _compare(load: Load, model: type[models.Model], *, source: str, key: str, pairs: str) -> None:
    load.run(
        f"""
        CREATE TEMPORARY TABLE compared ON COMMIT DROP AS
        SELECT id, field, coalesce(ours, '') AS ours, theirs, last,
               CASE WHEN last IS NOT NULL THEN coalesce(ours, '') = last ELSE coalesce(ours, '') = '' END AS taken
        FROM (SELECT DISTINCT ON (row_.id, v.field) row_.id, v.field, v.ours, v.theirs, row_.sheet ->> v.field AS last
              FROM {source} s
              JOIN {model._meta.db_table} row_ ON row_.organisation_id = %(org)s AND row_.id = s.{key}
              CROSS JOIN LATERAL ({pairs}) AS v(field, ours, theirs)
              WHERE NOT s.fresh AND v.theirs IS NOT NULL AND v.theirs IS DISTINCT FROM v.ours
              ORDER BY row_.id, v.field, s.row) differing
        WHERE NOT EXISTS (  -- two rows for one: what either of them confirms stays
          SELECT FROM {source} s
          JOIN {model._meta.db_table} row_ ON row_.organisation_id = %(org)s AND row_.id = s.{key}
          CROSS JOIN LATERAL ({pairs}) AS v(field, ours, theirs)
          WHERE s.{key} = differing.id AND v.field = differing.field AND v.theirs = differing.ours)
        """
    )


def own_values(stored: str, values: str, stands: str) -> str:
    """Those of "custom.<code>" in the JSON `values` for which `stands`, as the column `custom` takes them; an empty
    text takes the field out. `e.key` is the field's name in `stands`."""
    named = f"""SELECT jsonb_object_agg(substr(e.key, {len(OWN) + 1}), nullif(e.value, ''))
                FROM jsonb_each_text({values}) e WHERE starts_with(e.key, '{OWN}') AND {stands}"""
    return f"jsonb_strip_nulls({stored} || coalesce(({named}), '{{}}'))"


def _write(
    load: Load, model: type[models.Model], *, table: str, fields: Mapping[str, str], own: bool
) -> int:
    # Compared once more with what stood there: a person may have written since, and the person's word stays.
    sets = ", ".join(
        f"\"{name}\" = CASE WHEN c.after ? '{name}' AND coalesce(row_.\"{name}\"::text, '') = c.before ->> '{name}' "
        f"THEN (c.after ->> '{name}')::{kind} ELSE row_.\"{name}\" END"
        for name, kind in fields.items()
    )
    if own:
        stands = f"coalesce(row_.custom ->> substr(e.key, {len(OWN) + 1}), '') = c.before ->> e.key"
        sets += f", custom = {own_values('row_.custom', 'c.after', stands)}"
    stamps = {"version": "row_.version + 1", "updated_at": "now()"}
    stamp = "".join(
        f", {name} = {value}"
        for name, value in stamps.items()
        if name in {f.name for f in model._meta.local_fields}
    )
    return load.run(
        f"""
        UPDATE {model._meta.db_table} row_ SET {sets}{stamp}
        FROM connect_change c
        WHERE row_.organisation_id = %(org)s AND c.organisation_id = %(org)s AND c.source_id = %(import)s
          AND c."table" = '{table}' AND row_.id = c.row_id
        """
    )


def _remember(load: Load, model: type[models.Model], *, table: str, source: str, key: str) -> None:
    """What the sheet said last is kept on every matched row, also where a hand edit stayed; what it had said before is
    noted, to be taken back."""
    said = f"(SELECT DISTINCT ON ({key}) {key}, said FROM {source} WHERE NOT fresh ORDER BY {key}, row)"
    load.run(
        insert_select(
            Change,
            {"organisation_id": "%(org)s", "source_id": "%(import)s", "table": f"'{table} sheet'", "row_id": "row_.id",
             "before": "row_.sheet", "after": "s.said"},
            f"""
            FROM {said} s JOIN {model._meta.db_table} row_ ON row_.organisation_id = %(org)s AND row_.id = s.{key}
            WHERE NOT row_.sheet @> s.said
            """,
        )
    )  # fmt: skip
    load.run(
        f"""
        UPDATE {model._meta.db_table} row_ SET sheet = row_.sheet || s.said FROM {said} s
        WHERE row_.organisation_id = %(org)s AND row_.id = s.{key} AND NOT row_.sheet @> s.said
        """
    )
