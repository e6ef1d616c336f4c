"""Checked records on their way into temporary tables of this session.

`COPY` into a table with row security is refused by PostgreSQL, and a temporary table belongs to the session alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection

from qibu.aftersales.rules import is_maintenance
from qibu.connect.checks import Record
from qibu.connect.mapping import CAR_OWN, OWN, OWNERS
from qibu.customers.rules import mask_phone, sort_key
from qibu.customers.services import fingerprints
from qibu.kernel import keys
from qibu.vehicles.rules import read_plate

CHUNK = 5_000

OWNER_COLUMNS = {
    "row": "int", "person": "text", "kind": "text", "name": "text", "sort_key": "text", "gender": "text",
    "birthday": "date", "identity": "bytea", "identity_hash": "bytea", "province": "text", "city": "text",
    "district": "text", "address": "text", "occupation": "text", "source": "text", "remark": "text",
    "seller": "text", "advisor": "text", "tags": "text[]", "custom": "jsonb", "car_custom": "jsonb",
    "vin": "text", "plate": "text", "plate_kind": "text", "brand": "text", "series": "text", "model": "text",
    "colour": "text", "price": "numeric(12,2)", "purchased_on": "date", "registered_on": "date",
    "insurer": "text", "insurance_until": "date", "compulsory_until": "date", "mileage": "int",
}  # fmt: skip
VISIT_COLUMNS = {
    "row": "int", "person": "text", "number": "text", "kind": "text", "vin": "text", "plate": "text",
    "plate_kind": "text", "contact_name": "text", "owner_name": "text", "sort_key": "text", "opened_on": "date",
    "closed_on": "date", "mileage": "int", "jobs": "text", "maintenance": "boolean", "labour": "numeric(12,2)",
    "parts": "numeric(12,2)", "total": "numeric(12,2)", "advisor": "text", "remark": "text",
}  # fmt: skip
POINT_COLUMNS = {
    "row": "int", "person": "text", "n": "int", "kind": "text", "hash": "bytea", "tail": "bytea",
    "sealed": "bytea", "masked": "text", "contact": "text",
}  # fmt: skip

Staged = tuple[dict[str, Any], list[dict[str, Any]]]  # the row, and its contact points


class Stage:
    """The temporary tables of one load: `staged` for rows, `staged_point` for phones, e-mail and WeChat."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.columns = OWNER_COLUMNS if kind == OWNERS else VISIT_COLUMNS
        self.persons = Persons()

    def __enter__(self) -> Stage:
        self._drop()
        for table, columns in (("staged", self.columns), ("staged_point", POINT_COLUMNS)):
            listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE TEMPORARY TABLE {table} ({listed})")
        return self

    def __exit__(self, *_exception: object) -> None:
        if not connection.needs_rollback and connection.connection is not None:
            self._drop()

    def fill(self, numbered: Iterable[tuple[int, Record]]) -> Iterator[int]:
        """Copy loaded records in chunks; yields how many are staged so far."""
        rows, done = iter(numbered), 0
        shape = _owner if self.kind == OWNERS else _visit
        while chunk := [shape(number, record, self.persons) for number, record in islice(rows, CHUNK)]:
            self._copy("staged", self.columns, [row for row, _points in chunk])
            self._copy("staged_point", POINT_COLUMNS, [point for _row, points in chunk for point in points])
            done += len(chunk)
            yield done
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE staged")
            cursor.execute("ANALYZE staged_point")

    def _copy(self, table: str, columns: Iterable[str], rows: Sequence[dict[str, Any]]) -> None:
        names = list(columns)
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row([row.get(name) for name in names])

    def _drop(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.staged, pg_temp.staged_point")


class Persons:
    """Who is the same person within one file: the same phone, or the same name where there is no phone."""

    def __init__(self) -> None:
        self._of_phone: dict[bytes, str] = {}

    def key(self, phones: Sequence[bytes], name: str, identity: bytes | None) -> str:
        if not phones:
            return f"n:{name}:{identity.hex() if identity else ''}" if name else ""
        known = next((self._of_phone[phone] for phone in phones if phone in self._of_phone), None)
        key = known or f"p:{phones[0].hex()}"
        for phone in phones:
            self._of_phone.setdefault(phone, key)
        return key


def _owner(number: int, record: Record, persons: Persons) -> Staged:
    row = {name: record.get(name) for name in OWNER_COLUMNS}
    name = record.get("name", "")
    row |= {
        "row": number,
        "kind": record.get("customer_kind"),
        "name": name or None,
        "sort_key": sort_key(name),
    }
    if identity := record.get("identity"):
        row |= {"identity": keys.ring().seal(identity), "identity_hash": fingerprints.identity_hash(identity)}
    phones = [_phone(number) for number in record.get("phones", ())]
    row["person"] = persons.key([phone["hash"] for phone in phones], name, row["identity_hash"])
    row["plate_kind"] = _plate_kind(record.get("plate"))
    row |= {"tags": list(record.get("tags", ())), "custom": _own(record, OWN), "car_custom": _own(record, CAR_OWN)}
    return row, _points(row, record, phones, record.get("contact_name", ""))


def _own(record: Record, prefix: str) -> str | None:
    """Fields of the organisation's own by their code, as JSON."""
    found = {name.removeprefix(prefix): value for name, value in record.items() if name.startswith(prefix)}
    return json.dumps(found, ensure_ascii=False) if found else None


def _visit(number: int, record: Record, persons: Persons) -> Staged:
    row = {name: record.get(name) for name in VISIT_COLUMNS}
    contact = record.get("contact_name") or record.get("name", "")
    phones = [_phone(number) for number in record.get("phones", ())]
    row |= {
        "row": number, "number": record["order_number"], "contact_name": contact or None,
        "owner_name": record.get("name"), "sort_key": sort_key(contact),
        "person": persons.key([phone["hash"] for phone in phones], contact, None),
        "maintenance": is_maintenance(record.get("jobs", ""), record.get("kind", "")),
        "plate_kind": _plate_kind(record.get("plate")),
    }  # fmt: skip
    return row, _points(row, record, phones, contact)


@lru_cache(maxsize=20_000)
def _plate_kind(text: str | None) -> str | None:
    plate = read_plate(text)
    return plate.kind.value if plate else None


@lru_cache(maxsize=20_000)
def _phone(number: str) -> dict[str, Any]:
    """A phone as it is stored; the same one comes again with every visit."""
    found = fingerprints.phone_print(number)
    return {
        "kind": "phone", "hash": found.whole, "tail": found.tail, "sealed": keys.ring().seal(number),
        "masked": mask_phone(number),
    }  # fmt: skip


def _points(
    row: dict[str, Any], record: Record, phones: list[dict[str, Any]], contact: str
) -> list[dict[str, Any]]:
    common = {"row": row["row"], "person": row["person"], "contact": contact}
    others = [_address(kind, text) for kind in ("email", "wechat") if (text := record.get(kind))]
    return [common | {"n": n} | point for n, point in enumerate(phones + others)]


def _address(kind: str, text: str) -> dict[str, Any]:
    sealed, found = keys.ring().seal(text), fingerprints.address_hash(kind, text)
    return {"kind": kind, "hash": found, "sealed": sealed, "masked": masked_address(text)}


def masked_address(text: str) -> str:
    """The first two characters and what follows an @; the rest is not shown."""
    name, at, host = text.partition("@")
    return f"{name[:2]}****{at}{host}"
