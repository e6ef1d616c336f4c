"""Two who act at the same moment, one of them made to wait for the other: no clock decides which; what an act holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from qibu.kernel import times

WAIT = 20  # seconds after which a test that hangs fails
HELD = re.compile(r'FROM "(\w+)".* FOR (?:NO KEY )?UPDATE', re.DOTALL)


@contextmanager
def held(among: Collection[str]) -> Iterator[list[str]]:
    """Of these tables those of which rows were held, in the order in which it began; known at the end."""
    tables: list[str] = []
    with CaptureQueriesContext(connection) as asked:
        yield tables
    found = (HELD.search(query["sql"]) for query in asked.captured_queries)
    tables += [name for name in dict.fromkeys(one[1] for one in found if one) if name in among]


@contextmanager
def meanwhile(act: Callable[[], Any]) -> Iterator[None]:
    """`act` begins on a connection of its own, and has to wait, or is done, when the block ends."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as fault:
            failed.append(fault)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    yield
    thread.join(WAIT)
    assert not thread.is_alive() and failed == []


def until_somebody_waits() -> None:
    until = times.now() + timedelta(seconds=WAIT)
    while not _waits_for_a_lock():
        assert times.now() < until, "nobody waits"


def _waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])
