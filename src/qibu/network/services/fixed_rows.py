"""Which rows an act or an export is about, written down when it is asked for: what comes to the list later, or is
looked for otherwise, belongs to none of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from qibu.network.models.tenant import TenantModel


def fix(into: type[TenantModel], key: str, owner: TenantModel, rows: QuerySet[Any], **further: str) -> int:
    """One INSERT … SELECT into the table of `into`, whose `key` is the owner; how many rows there were."""
    try:
        sql, params = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # nothing that was named could be a row
        return 0
    names = ["organisation_id", f"{key}_id", *further, "row"]
    given = ["%s::bigint", "%s::bigint", *["%s::text"] * len(further), "chosen.id"]
    # The query is Django's own; its values stay apart.
    insert = f"INSERT INTO {into._meta.db_table} ({', '.join(names)})"
    chosen = f"SELECT DISTINCT {', '.join(given)} FROM ({sql}) AS chosen (id)"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{insert} {chosen}", [owner.organisation_id, owner.pk, *further.values(), *params])
        return int(cursor.rowcount)
