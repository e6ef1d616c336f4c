"""The second fence, row by row: what the plain role can do with rows that are not the organisation's own.

Rows are planted in every secured table by its shape in the catalogue, so a new table is probed without a word. `holes`
tells what can be done that must not; `broken_policies` are the ways in which a policy can be missing or too wide.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import DatabaseError, connection, transaction

from qibu.kernel.scoping import _set
from qibu.network.models import Organisation
from qibu.testing import HOME

APP, OWNER = "qibu_app", "qibu_owner"
NOBODYS = 987_654_000
# What a column is given when it must hold something; a number is one nobody has.
FILLERS = {
    "bool": "true", "jsonb": "'{}'", "bytea": "''", "uuid": "gen_random_uuid()", "date": "'2026-01-01'",
    "timestamptz": "'2026-01-01'", "time": "'09:00'", "numeric": "1", "float8": "1", "xid8": "'1'",
}  # fmt: skip
NUMBERS = {"int2": "1", "int4": "1", "int8": "{number}"}
PARTICULAR = {
    ("customers_duplicate", "second_id"): "{number} + 1",  # a pair lies in order
    ("leads_lead", "closed_at"): "now()",
    ("quotes_quotelink", "token_hash"): "decode(md5(random()::text), 'hex')",
}
# What PostgreSQL says where row security refuses, or where nobody said whose rows may be read.
REFUSALS = (
    "row-level security", "permission denied", "invalid input syntax", "malformed array literal",
    "unrecognized configuration",
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[tuple[str, str, bool], ...]  # name, type, whether it must be given
    inherited: bool
    append_only: bool
    nullable: bool  # a row may belong to nobody: it is shipped

    def values(self, organisation_id: int | None, **given: Any) -> dict[str, str]:
        found = {"organisation_id": "NULL" if organisation_id is None else str(organisation_id)}
        for name, kind, must in self.columns:
            if name in given:
                found[name] = str(given[name])
            elif name not in found and (must or (self.name, name) in PARTICULAR):
                number = NOBODYS + (organisation_id or 0)  # everyone's is another: what must be there once is
                found[name] = (PARTICULAR.get((self.name, name)) or filler(kind)).replace("{number}", str(number))
        return found

    def insert(self, organisation_id: int | None, **given: Any) -> str:
        found = self.values(organisation_id, **given)
        columns = ", ".join(f'"{name}"' for name in found)
        return f"INSERT INTO {self.name} ({columns}) VALUES ({', '.join(found.values())})"  # noqa: S608


def filler(kind: str) -> str:
    if kind.startswith("_"):
        return "'{}'"
    return FILLERS.get(kind) or NUMBERS.get(kind) or "'x'"


COLUMNS = """
SELECT c.relname, array_agg(ARRAY[a.attname::text, t.typname::text,
           (a.attnotnull AND a.attidentity = '' AND NOT a.atthasdef)::text] ORDER BY a.attnum),
       bool_or(a.attname = 'organisation_id' AND NOT a.attnotnull) AND NOT EXISTS (
           SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'
              AND pg_get_constraintdef(k.oid) = 'CHECK ((organisation_id IS NOT NULL))')
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace GROUP BY c.oid, 1 ORDER BY 1
"""
POLICIES = """
SELECT polrelid::regclass::text, polname, polcmd, pg_get_expr(polqual, polrelid) FROM pg_policy ORDER BY 1, 2
"""


def asked(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def done(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@cache
def tables() -> dict[str, Table]:
    """Every table with an organisation, as the catalogue has it."""
    written, inherited = set[str](), set[str]()
    for name, _policy, command, using in asked(POLICIES):
        written |= {name} if command == "*" else set()
        inherited |= {name} if "network_lineage" in (using or "") else set()
    found = {}
    for name, columns, nullable in asked(COLUMNS):
        if any(column[0] == "organisation_id" for column in columns):
            shape = tuple((column, kind, must == "true") for column, kind, must in columns)
            found[name] = Table(name, shape, name in inherited, name not in written, bool(nullable))
    return found


@contextmanager
def as_super() -> Iterator[None]:
    """Within `breakable`: the superuser's hands for a moment, in the running transaction."""
    done("RESET SESSION AUTHORIZATION")
    yield
    done(f"SET SESSION AUTHORIZATION {APP}")


@contextmanager
def breakable() -> Iterator[None]:
    """The tests' connection as the superuser that has become the plain role: bound as it is, able to come back."""
    connection.close()
    connection.close_pool()
    before = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD", "OPTIONS")}
    without_pool = {key: value for key, value in before["OPTIONS"].items() if key != "pool"}
    connection.settings_dict.update(USER="qibu_super", PASSWORD=HOME.password("super"), OPTIONS=without_pool)
    try:
        connection.ensure_connection()
        done(f"SET SESSION AUTHORIZATION {APP}")
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@dataclass(frozen=True)
class Places:
    """Organisations as they stand to each other: one's own, above it, below it, sharing with it, and a stranger."""

    own: int
    above: int
    below: int
    sharing: int
    stranger: int


def places() -> Places:
    def make(code: str, parent: int | None = None) -> int:
        return int(Organisation.objects.create(code=code, name=code, parent_id=parent).pk)

    above = make("ABOVE")
    own = make("OWN", above)
    return Places(own, above, make("BELOW", own), make("SHARING", above), make("STRANGER", above))


def plant(found: Places) -> None:
    """A row of everyone in every table; keys are not looked at, they are another fence."""
    with as_super():
        done("SET LOCAL session_replication_role = replica")
        for table in tables().values():
            everyone = [found.own, found.above, found.below, found.sharing, found.stranger]
            for one in [*everyone, *([None] if table.nullable else [])]:
                done(table.insert(one) + " ON CONFLICT DO NOTHING")  # there is one already
        done("SET LOCAL session_replication_role = origin")


def holes(table: Table, found: Places) -> list[str]:
    """What is otherwise than it should be for the plain role at work in its own organisation."""
    _set((found.own, found.sharing), found.own)
    wrong = []
    seen = {found.own, found.above, None} if table.inherited else {found.own, found.sharing}
    seen -= set() if table.nullable else {None}
    written = set() if table.append_only else {found.own}
    for verb, wanted in (
        (f"SELECT organisation_id FROM {table.name}", seen if table.append_only else seen | written),  # noqa: S608
        (f"UPDATE {table.name} SET organisation_id = organisation_id RETURNING organisation_id", written),  # noqa: S608
        (f"DELETE FROM {table.name} RETURNING organisation_id", written),  # noqa: S608
    ):
        got = reached(verb, found)
        if got != wanted:
            wrong.append(f"{verb.split()[0]} reaches {sorted(map(str, got))}, not {sorted(map(str, wanted))}")
    foreign = [found.above, found.below, found.sharing, found.stranger, *([None] if table.nullable else [])]
    wrong += [f"INSERT for {one}" for one in foreign if happens(table.insert(one))]
    if not happens(table.insert(found.own)):
        wrong.append("INSERT of one's own is refused")
    moved = f"UPDATE {table.name} SET organisation_id = %s WHERE organisation_id = {found.own}"  # noqa: S608
    wrong += [f"UPDATE gives away to {one}" for one in foreign[:4] if happens(moved % one)]
    _set((), None)
    if happens(f"SELECT count(*) FROM {table.name}"):  # noqa: S608
        wrong.append("SELECT outside a scope")
    return wrong


def reached(verb: str, found: Places) -> set[int | None]:
    """Whose rows a statement reaches; of the rows that were planted, that is, and of what is shipped."""
    with taken_back():
        try:
            return {row[0] for row in asked(verb)}
        except DatabaseError as error:
            return set() if "permission denied" in str(error) else {-1}


def happens(statement: str) -> bool:
    """Whether it is done, to at least one row, as far as row security is asked: keys are checked later."""
    with taken_back(), connection.cursor() as cursor:
        try:
            cursor.execute(statement)
            return bool(cursor.rowcount)
        except DatabaseError as error:
            return not any(word in str(error) for word in REFUSALS)


@contextmanager
def taken_back() -> Iterator[None]:
    point = transaction.savepoint()
    try:
        yield
    finally:
        connection.needs_rollback = False
        transaction.savepoint_rollback(point)


def broken_policies(table: Table) -> Iterator[tuple[str, str]]:
    """A name and the statement for each way in which this table's fence can be gone."""
    yield "no row security", f"ALTER TABLE {table.name} DISABLE ROW LEVEL SECURITY"
    for name, policy, command, _using in asked(POLICIES):
        if name != table.name:
            continue
        yield f"no {policy}", f"DROP POLICY {policy} ON {table.name}"
        if command in {"r", "*"}:
            yield f"{policy} shows all", f"ALTER POLICY {policy} ON {table.name} USING (true)"
        if command in {"a", "*"}:
            yield f"{policy} takes all", f"ALTER POLICY {policy} ON {table.name} WITH CHECK (true)"


# -- Keys

KEYS = """
SELECT k.conname, k.conrelid::regclass::text, a.attname::text, k.confrelid::regclass::text, cardinality(k.conkey)
  FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[cardinality(k.conkey)]
 WHERE k.contype = 'f' ORDER BY 1
"""


@dataclass(frozen=True)
class Key:
    name: str
    table: str
    column: str
    target: str


def keys(columns: int) -> list[Key]:
    """Keys of so many columns between tables with an organisation."""
    found = [(Key(*row[:4]), row[4]) for row in asked(KEYS)]
    return [key for key, n in found if n == columns and key.table in tables() and key.target in tables()]


def points_abroad(key: Key, found: Places) -> bool:
    """Whether a row of one's own may name a row of a stranger by this key."""
    table, target = tables()[key.table], tables()[key.target]
    with as_super():
        theirs = asked(f"SELECT max(id) FROM {target.name} WHERE organisation_id = {found.stranger}")[0][0]  # noqa: S608
    _set((found.own,), found.own)
    with taken_back(), connection.cursor() as cursor:
        if not table.append_only:
            cursor.execute(f"DELETE FROM {key.table}")  # noqa: S608
        pair = {"first_id": {"second_id": theirs + 1}, "second_id": {"first_id": theirs - 1}}
        given = {key.column: theirs, **pair.get(key.column, {})}
        cursor.execute(table.insert(found.own, **given))
        try:
            cursor.execute(f"SET CONSTRAINTS {key.name} IMMEDIATE")
        except DatabaseError as error:
            return key.name not in str(error)
    return True
