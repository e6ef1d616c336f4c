"""A process that dies at a chosen moment of its work, without hooks in the product.

The work is done in a fork of the test's process. A moment is a statement, a commit, a file that takes another's place
or goes: `moments` counts those of a piece of work, `dies` ends the process with SIGKILL just before the chosen one.
Then the test looks whether the work goes on to the same end."""

from __future__ import annotations

import os
import random
import re
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection

from drawing import DRAW
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.testing import _disconnect

NAME = "dying"
PATIENCE = 60.0
# What gives up a moment: before it nothing of it is done.
DOINGS = (
    (psycopg.Cursor, "execute"), (psycopg.Cursor, "executemany"), (psycopg.Cursor, "copy"),
    (psycopg.Connection, "commit"), (os, "replace"), (os, "unlink"),
)  # fmt: skip


@contextmanager
def _counted(until: int) -> Iterator[list[int]]:
    """Count moments; the one with the number `until` is not lived to see."""
    count = [0]

    def counting(doing: Callable[..., Any]) -> Callable[..., Any]:
        def do(*given: Any, **named: Any) -> Any:
            count[0] += 1
            if count[0] == until:
                os.kill(os.getpid(), signal.SIGKILL)
            return doing(*given, **named)

        return do

    with pytest.MonkeyPatch.context() as patch:
        for place, name in DOINGS:
            patch.setattr(place, name, counting(getattr(place, name)))
        yield count


def _forked(act: Callable[[], object], until: int) -> tuple[int, int]:
    """How the process ended, and the moments it lived to see."""
    _disconnect()  # connections and their pool belong to one process
    ours, its = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.environ["PGAPPNAME"] = NAME
            # No pool: its threads may meet a lock that a thread of the other process held when this one was made.
            connection.settings_dict["OPTIONS"].pop("pool", None)
            with _counted(until) as count:
                act()
            os.write(its, str(count[0]).encode())
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(its)
    with os.fdopen(ours) as told:
        lived = int(told.read() or 0)
    _number, status = os.waitpid(pid, 0)
    _wait_until_its_sessions_are_over()
    return status, lived


def _wait_until_its_sessions_are_over() -> None:
    end = time.monotonic() + PATIENCE
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [NAME])
            if not cursor.fetchone()[0]:
                return
        assert time.monotonic() < end
        time.sleep(0.01)


def moments(act: Callable[[], object]) -> int:
    """Do it, undisturbed."""
    status, lived = _forked(act, 0)
    assert status == 0
    return lived


def dies(act: Callable[[], object], moment: int) -> bool:
    """Do it up to that moment; False where it had ended before."""
    status, _lived = _forked(act, moment)
    assert status in (0, signal.SIGKILL), status
    return status != 0


def spread(last: int, most: int) -> list[int]:
    """So many moments from the first to the last: one of each of as many equal stretches, others each day."""
    if last <= most:
        return list(range(1, last + 1))
    chance = random.Random(f"{DRAW} {last}")
    return [chance.randint(last * stretch // most + 1, last * (stretch + 1) // most) for stretch in range(most)]


# --- What stands there afterwards --------------------------------------------------------------------------

# Kept about the work itself, or by its numbers; a journal is compared by what it tells how often.
APART = ("connect_import", "connect_change", "kernel_", "network_once", "network_batch", "network_export")
WHAT = """
SELECT table_name, array_agg(column_name::text ORDER BY column_name) FROM information_schema.columns
 WHERE table_schema = 'public' AND data_type NOT IN ('timestamp with time zone', 'jsonb', 'bytea')
   AND column_name !~ '(^|_)(id|key|token|digest|version|xid)$' AND is_generated = 'NEVER'
   AND table_name IN (SELECT table_name FROM information_schema.columns WHERE column_name = 'organisation_id')
 GROUP BY table_name
"""
UNSPOKEN = {
    ("customers_contactpoint", "value"), ("customers_customer", "identity"), ("customers_searchtoken", "source"),
}  # fmt: skip


def standing(actor: Actor) -> dict[str, list[str]]:
    """Every row of a store by what it says, without the numbers and moments that the database gives."""
    told = "SELECT type || (retracts_id IS NOT NULL)::text FROM kernel_entry"
    with scope(actor), connection.cursor() as cursor:
        cursor.execute(WHAT)
        tables = [(name, columns) for name, columns in cursor.fetchall() if not name.startswith(APART)]
        found = {"kernel_entry": _rows(cursor, told, actor)}
        for name, columns in sorted(tables):
            said = ", ".join(f'"{column}"' for column in columns if (name, column) not in UNSPOKEN) or "1"
            found[name] = _rows(cursor, f"SELECT ROW({said})::text FROM {name}", actor)  # noqa: S608
    return found


def _rows(cursor: Any, query: str, actor: Actor) -> list[str]:
    cursor.execute(f"{query} WHERE organisation_id = %s", [actor.organisation_id])
    # Keys of what is due end with the number of the customer.
    return sorted(re.sub(r"@\d+", "@", row) for (row,) in cursor.fetchall())


def unlike(found: dict[str, list[str]], wanted: dict[str, list[str]]) -> dict[str, tuple[list[str], list[str]]]:
    """The tables in which two stores differ, with what only the one and only the other has."""
    pairs = {name: (Counter(found[name]), Counter(rows)) for name, rows in wanted.items()}
    return {
        name: (sorted((ours - theirs).elements()), sorted((theirs - ours).elements()))
        for name, (ours, theirs) in pairs.items() if ours != theirs
    }  # fmt: skip
