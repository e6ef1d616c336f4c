"""The database at one moment, as `pg_dump` and the counting see it, and as it has to be again after a restore."""


from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import psycopg
from psycopg import sql

from qibu.config.home import Home, Role

Connection = psycopg.Connection[tuple[Any, ...]]
# How rows are written as text may not depend on who asks.
SPELLING = ("SET timezone = 'UTC'", "SET datestyle = 'ISO'", "SET intervalstyle = 'postgres'",
            "SET extra_float_digits = 1", "SET bytea_output = 'hex'", "SET row_security = off",
            "SET idle_in_transaction_session_timeout = 0", "SET statement_timeout = 0")  # fmt: skip
TABLES = """
SELECT c.relname, coalesce((SELECT array_agg(a.attname::text ORDER BY k.n) FROM pg_index i,
                                   unnest(i.indkey::smallint[]) WITH ORDINALITY k (attnum, n), pg_attribute a
                             WHERE i.indrelid = c.oid AND i.indisprimary
                               AND a.attrelid = c.oid AND a.attnum = k.attnum),
                           '{}')
  FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
# What the product relies on beyond rows, each as lines that read the same after a restore.
SHAPE = {
    "columns": """SELECT format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                                a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
                    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
                   WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace""",
    "constraints": """SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
                        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "policies": """SELECT format('%s %s %s %s %s %s', tablename, policyname, cmd, roles, qual, with_check)
                     FROM pg_policies WHERE schemaname = 'public'""",
    "row security": """SELECT format('%s %s %s', relname, relrowsecurity, relforcerowsecurity) FROM pg_class
                        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace""",
    "owners": """SELECT format('%s %s', relname, relowner::regrole) FROM pg_class
                  WHERE relkind IN ('r', 'S', 'v') AND relnamespace = 'public'::regnamespace""",
    "rights": """SELECT format('%s %s %s', relname, CASE grantee WHEN 0 THEN 'public' ELSE grantee::regrole::text END,
                               privilege_type)
                   FROM pg_class, aclexplode(coalesce(relacl, acldefault('r', relowner)))
                  WHERE relkind IN ('r', 'v') AND relnamespace = 'public'::regnamespace""",
    "functions": """SELECT format('%s %s %s %s', p.oid::regprocedure, prosecdef, proowner::regrole, md5(prosrc))
                      FROM pg_proc p WHERE pronamespace = 'public'::regnamespace""",
    "triggers": """SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                    WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace""",
}


def next_transaction(connection: Connection) -> int:
    """The number that no transaction has had yet; it counts on beyond 32 bits."""
    row = connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint").fetchone()
    return int(row[0]) if row else 0


@dataclass(frozen=True)
class TableMark:
    """What a table held: number of rows, and a digest of all of them in the order of their key."""

    rows: int
    digest: str


@contextmanager
def taken(home: Home, role: Role) -> Iterator[tuple[Connection, str]]:
    """A connection that sees one moment as long as it is open, and the name by which others see the same."""
    with psycopg.connect(home.conninfo(role)) as connection:
        connection.autocommit = True
        spell_out(connection)
        # Nobody is waited for: another's long transaction is simply not in it.
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield connection, str(row[0])
        connection.execute("ROLLBACK")


def spell_out(connection: Connection) -> None:
    for statement in SPELLING:
        connection.execute(statement)


def tables(connection: Connection) -> dict[str, list[str]]:
    """Every table with the columns of its key."""
    return {name: list(key) for name, key in connection.execute(TABLES).fetchall()}


def marks(connection: Connection) -> dict[str, TableMark]:
    """Row by row, in order."""
    return {table: mark(connection, table, key) for table, key in tables(connection).items()}


def mark(connection: Connection, table: str, key: list[str]) -> TableMark:
    order = sql.SQL(", ").join(map(sql.Identifier, key)) if key else sql.SQL("t::text")
    statement = sql.SQL("COPY (SELECT * FROM {} t ORDER BY {}) TO STDOUT").format(sql.Identifier(table), order)
    total, rows = hashlib.sha256(), 0
    with connection.cursor() as cursor, cursor.copy(statement) as lines:
        for piece in lines:
            total.update(piece)
            rows += bytes(piece).count(b"\n")
    return TableMark(rows, total.hexdigest())


def shape(connection: Connection) -> dict[str, list[str]]:
    connection.execute("SET search_path = public")
    found = {name: connection.execute(statement).fetchall() for name, statement in SHAPE.items()}
    return {name: sorted(str(line) for (line,) in lines) for name, lines in found.items()}


def migrations(connection: Connection) -> list[str]:
    if connection.execute("SELECT to_regclass('public.django_migrations')").fetchone() == (None,):
        return []
    rows = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    return [name for (name,) in rows]


def size(connection: Connection) -> int:
    row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    return int(row[0])


def numbers_behind(connection: Connection) -> list[str]:
    """Sequences that would give a number which a row has already."""
    found = connection.execute(
        "SELECT c.relname, a.attname, pg_get_serial_sequence(c.relname::text, a.attname::text)"
        "  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        "   AND pg_get_serial_sequence(c.relname::text, a.attname::text) IS NOT NULL"
    ).fetchall()
    behind = []
    for table, column, sequence in found:
        asked = sql.SQL("SELECT coalesce(max({}), 0), coalesce(pg_sequence_last_value({}::regclass), 0) FROM {}")
        row = connection.execute(
            asked.format(sql.Identifier(column), sql.Literal(sequence), sql.Identifier(table))
        ).fetchone()
        if row is not None and row[0] > row[1]:
            behind.append(f"{table}.{column}: {row[1]} < {row[0]}")
    return behind


def as_json(found: dict[str, TableMark]) -> dict[str, dict[str, Any]]:
    return {table: asdict(one) for table, one in found.items()}
