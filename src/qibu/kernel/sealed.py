"""Where sealed values lie, found by walking the models, and how they get under a new key.

A book that keeps copies of rows (of merges, say) tells `add_copies` how its copies get along: in the same transaction
as their rows, so that a copy always is what its row is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.apps import apps
from django.db import connection, models

from qibu.kernel import keys
from qibu.kernel.fields import SealedTextField

STILL = 0x6B657973  # "keys": who needs sealed values to stay as they are, and who seals them anew
SHORTEST = 1 + keys.NONCE + 16  # key id, nonce, tag
IN_JSON = r'"\\\\x{key}[0-9a-f]{{56,}}'  # a pattern for `column::text`; `key` is the id in two hexadecimal digits


@dataclass(frozen=True)
class Column:
    """A sealed column; `tenant`: its rows belong to organisations."""

    model: type[models.Model]
    name: str

    @property
    def table(self) -> str:
        return str(self.model._meta.db_table)

    @property
    def key(self) -> str:
        """The column that numbers the rows."""
        pk = self.model._meta.pk
        assert pk is not None  # every model has one
        return str(pk.column)

    @property
    def tenant(self) -> bool:
        return any(field.attname == "organisation_id" for field in self.model._meta.local_fields)


class Copies(Protocol):
    """A book with copies of sealed values, in columns of JSON (`places`: table, column). Its acts give how many rows
    they changed."""

    places: Sequence[tuple[str, str]]

    def follow(self, organisation_id: int, table: str, ids: Sequence[int]) -> int:
        """The copies of these rows, which were just sealed anew."""

    def rest(self, organisation_id: int, most: int) -> int:
        """Some of those whose rows are gone."""

    def left(self, organisation_id: int) -> int:
        """How many of its rows hold something under an old key."""


_copies: list[Copies] = []


def add_copies(copies: Copies) -> None:
    _copies.append(copies)


def all_copies() -> Sequence[Copies]:
    return tuple(_copies)


def columns() -> Iterator[Column]:
    """Every sealed column of the product, in one order."""
    for model in sorted(apps.get_models(), key=lambda one: one._meta.db_table):
        for field in model._meta.local_fields:
            if isinstance(field, SealedTextField):
                yield Column(model, str(field.column))


def hold_still(organisation_id: int) -> None:
    """Until this transaction ends nothing of the organisation is sealed anew: for whoever compares sealed values."""
    _lock("pg_advisory_xact_lock_shared", organisation_id)


def reseal(column: Column, organisation_id: int, *, after: int, most: int) -> tuple[int, int, int]:
    """Some rows beyond `after`, in the running transaction: (last row looked at, sealed anew, not to be opened).

    A row that somebody else is writing is passed over; its writer uses the new key. `version` and `updated_at` stay:
    nothing changed for anybody. Gives 0 as the last row when there are no more.
    """
    _lock("pg_advisory_xact_lock", organisation_id)
    ring = keys.ring()
    rows = _old(column, organisation_id, ring.current, after, most)
    fresh = {pk: new for pk, was in rows if (new := _resealed(ring, was)) is not None}
    _write(column, organisation_id, fresh)
    for book in _copies:
        book.follow(organisation_id, column.table, list(fresh))
    return (rows[-1][0] if rows else 0), len(fresh), len(rows) - len(fresh)


def held(column: Column, organisation_id: int) -> dict[int, int]:
    """How many values each key holds."""
    where, params = ("organisation_id = %s", [organisation_id]) if column.tenant else ("true", [])
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT get_byte("{column.name}", 0), count(*) FROM {column.table}'  # noqa: S608  (names of models)
            f' WHERE {where} AND "{column.name}" IS NOT NULL GROUP BY 1',
            params,
        )
        return dict(cursor.fetchall())


def reseal_text(value: Any) -> Any:
    """The same JSON with every sealed value in it, as `to_jsonb` gives them, under the current key."""
    if isinstance(value, dict):
        return {name: reseal_text(one) for name, one in value.items()}
    if isinstance(value, list):
        return [reseal_text(one) for one in value]
    sealed = sealed_in(value)
    ring = keys.ring()
    if sealed is None or sealed[0] == ring.current:
        return value
    fresh = _resealed(ring, sealed)
    return value if fresh is None else f"\\x{fresh.hex()}"


def sealed_in(value: Any) -> bytes | None:
    """What may be a sealed value in the form in which PostgreSQL writes bytes into JSON."""
    if not isinstance(value, str) or not value.startswith("\\x"):
        return None
    try:
        content = bytes.fromhex(value[2:])
    except ValueError:
        return None
    return content if len(content) >= SHORTEST and content[0] in keys.ring().ciphers else None


def looks_sealed(numbers: Sequence[int]) -> str:
    """The pattern of something in JSON that was sealed with one of these keys."""
    return IN_JSON.format(key="(" + "|".join(f"{number:02x}" for number in numbers) + ")")


def _old(column: Column, organisation_id: int, current: int, after: int, most: int) -> list[tuple[int, bytes]]:
    where, params = _where(column, organisation_id, current)
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {column.key}, "{column.name}" FROM {column.table}'  # noqa: S608  (names of models)
            f" WHERE {where} AND {column.key} > %s ORDER BY {column.key} LIMIT %s FOR NO KEY UPDATE SKIP LOCKED",
            [*params, after, most],
        )
        return [(pk, bytes(sealed)) for pk, sealed in cursor.fetchall()]


def _where(column: Column, organisation_id: int, current: int) -> tuple[str, list[int]]:
    old = f'"{column.name}" IS NOT NULL AND get_byte("{column.name}", 0) <> %s'
    return (f"organisation_id = %s AND {old}", [organisation_id, current]) if column.tenant else (old, [current])


def _write(column: Column, organisation_id: int, fresh: dict[int, bytes]) -> None:
    if not fresh:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE {column.table} t SET "{column.name}" = u.sealed'  # noqa: S608  (names of models)
            f" FROM unnest(%s::bigint[], %s::bytea[]) u (id, sealed) WHERE t.{column.key} = u.id",
            [list(fresh), list(fresh.values())],
        )


def _resealed(ring: keys.Keyring, sealed: bytes) -> bytes | None:
    try:
        return ring.reseal(sealed)
    except keys.UnreadableSecret:
        return None


def _lock(kind: str, organisation_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {kind}(%s, %s)", [STILL, organisation_id])
