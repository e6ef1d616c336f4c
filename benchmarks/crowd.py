"""Many customers out of few: the files of an imported store copied row by row, each copy with numbers, VINs, plates and
search words of its own, so that a store of a million is as uneven as the sheet it came from. Names repeat, as names do.

Run in a home: `python -m benchmarks.crowd COPIES`. What people did (tasks) is not copied; the planner makes its own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django

OFFSET = 10_000_000  # copy k of row n is row n + k × OFFSET, for up to two hundred copies
PROVINCES, LETTERS = "京沪苏浙皖鲁粤川鄂湘", "ABCDEFGHJK"


def main() -> None:
    django.setup()
    from qibu.config.home import Home
    from qibu.config.postgres import Engine, connect_super

    copies, home = int(sys.argv[1]), Home.from_environment()
    with Engine(home).used(), connect_super(home, home.database) as db:
        db.autocommit = True
        # Copies keep the bonds of what they copy: no key needs to be looked up, and no trigger to follow a merge.
        db.execute("SET session_replication_role = replica")
        db.execute("SET synchronous_commit = off")
        db.execute("SET maintenance_work_mem = '1GB'")
        for model in copied():
            began = time.monotonic()
            with without_indexes(db, model._meta.db_table):
                done = db.execute(statement(model), {"copies": copies}).rowcount
            print(model._meta.db_table, done, f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        for model in copied():
            table = model._meta.db_table
            db.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id) + 1) FROM {table}")  # noqa: S608
            db.execute(f"VACUUM (ANALYZE) {table}")
        end_of_journal(db)
        print(db.execute("SELECT count(*) FROM customers_customer").fetchone()[0])


def end_of_journal(db: Any) -> None:
    """What readers made of the copied entries is copied, too: they go on behind them."""
    from qibu.kernel.relay import READERS

    for reader in READERS:
        db.execute(
            "INSERT INTO kernel_readerposition (organisation_id, reader, xid, entry_id)"
            " SELECT organisation_id, %s, xid, id FROM kernel_entry ORDER BY xid DESC, id DESC LIMIT 1"
            " ON CONFLICT (organisation_id, reader) DO UPDATE SET xid = excluded.xid, entry_id = excluded.entry_id",
            [reader],
        )


@contextmanager
def without_indexes(db: Any, table: str) -> Iterator[None]:
    """Those that no constraint needs are made anew at the end, which is much faster than row by row."""
    rows = db.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)", [table],
    ).fetchall()  # fmt: skip
    for name, _definition in rows:
        db.execute(f'DROP INDEX "{name}"')
    yield
    for _name, definition in rows:
        db.execute(definition)


def copied() -> list[Any]:
    from qibu.aftersales.models import Visit
    from qibu.care.models import Due, Reckoned
    from qibu.customers.models import Consent, ContactPoint, Customer, Relation, SearchToken, Tagging
    from qibu.kernel.models import Entry
    from qibu.vehicles.models import Ownership, Policy, Reading, Vehicle

    return [
        Customer, ContactPoint, Consent, Tagging, Relation, Vehicle, Ownership, Reading, Policy, Visit, Due, Reckoned,
        SearchToken, Entry,
    ]  # fmt: skip


def statement(model: Any) -> str:
    """Copies 1 … `copies` of every row that is not a copy itself."""
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    values = ", ".join(copy_of(model, field) for field in model._meta.concrete_fields)
    table = model._meta.db_table
    return (
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} AS row"  # noqa: S608
        f" CROSS JOIN generate_series(1, %(copies)s) AS k WHERE row.id < {OFFSET}"
    )


def copy_of(model: Any, field: Any) -> str:
    own = f'row."{field.column}"'
    special = SPECIAL.get((model._meta.db_table, field.column))
    if special:
        return special
    if field.primary_key or field.related_model in copied():
        return f"{own} + k * {OFFSET}"
    return own


LETTER = f"substr('{LETTERS}', k / 10 %% 10 + 1, 1)"
PROVINCE = f"substr('{PROVINCES}', k %% 10 + 1, 1)"
# VINs differ in the maker's first three places, so that the last six, which people read out, repeat as they do.
SPECIAL = {
    ("customers_contactpoint", "hash"): "decode(md5(encode(row.hash, 'hex') || k), 'hex')",
    ("vehicles_vehicle", "vin"): "overlay(row.vin placing lpad(k::text, 3, '0') from 1 for 3)",
    ("vehicles_vehicle", "plate"): (
        f"CASE row.plate WHEN '' THEN '' ELSE {PROVINCE} || {LETTER} || substr(row.plate, 3) END"
    ),
    ("aftersales_visit", "number"): "row.number || '-' || k",
    # The cycle names whose it is.
    ("care_due", "cycle"): (
        f"regexp_replace(row.cycle, '[0-9]+$', '') || (substring(row.cycle from '[0-9]+$')::bigint + k * {OFFSET})"
    ),
    ("customers_searchtoken", "source"): (
        f"CASE WHEN row.source LIKE 'vehicle:%%' THEN 'vehicle:' || (substr(row.source, 9)::bigint + k * {OFFSET})"
        " ELSE row.source END"
    ),
    ("customers_searchtoken", "token"): (
        "CASE WHEN row.token LIKE '#p:%%' THEN '#p:' || md5(row.token || k)"
        " WHEN row.source NOT LIKE 'vehicle:%%' THEN row.token"
        " WHEN length(row.token) = 17 THEN overlay(row.token placing lpad(k::text, 3, '0') from 1 for 3)"
        " WHEN row.token ~ '^[^ -~]' THEN " + f"{PROVINCE} || lower({LETTER}) || substr(row.token, 3)"
        " ELSE row.token END"
    ),
    **{
        ("kernel_entry", column): f'row."{column}" + k * {OFFSET}'
        for column in ("customer_id", "vehicle_id", "subject_id", "retracts_id")
    },
}


if __name__ == "__main__":
    main()
