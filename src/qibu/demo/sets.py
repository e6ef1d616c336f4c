"""Changing many rows at once: Django's own way writes a CASE for every field and row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

KEY = {"organisation_id": "organisation_id", "id": "pk"}


def update(rows: Iterable[models.Model], fields: Sequence[str]) -> None:
    """Store these fields of rows of one table, as the objects have them."""
    changed = list(rows)
    if not changed:
        return
    meta = changed[0]._meta
    names = {str(field.column): field.attname for field in meta.local_concrete_fields if field.name in fields}
    said = [{column: getattr(row, name) for column, name in (KEY | names).items()} for row in changed]
    table, keys = meta.db_table, ", ".join(f"{column} = new.{column}" for column in names)
    statement = (
        f"UPDATE {table} old SET {keys} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) new"  # noqa: S608
        " WHERE old.organisation_id = new.organisation_id AND old.id = new.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(said, cls=_Exactly)])


class _Exactly(DjangoJSONEncoder):
    """Times to the microsecond."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)
