"""Progress of a long piece of work, told while its transaction is open, and whether somebody asked to stop.

It goes over a connection of its own with short transactions. The same connection holds a lock of the session, so
that others can see whether the work is alive: when the process is killed, the lock is gone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection, connections

from qibu.kernel.actors import Actor

ALIVE = 0x71696D70  # "qimp": first key of the advisory lock of an import at work, the second is its identity
OFTEN = 0.4  # seconds between two reports of the same phase


class Stopped(Exception):
    """Somebody asked to stop; nothing of the running step stays."""


class AlreadyAtWork(Exception):
    """Another process is at work on this import."""


@dataclass
class Watch:
    link: psycopg.Connection[Any]
    actor: Actor
    import_id: int
    phase: str = ""
    total: int = 0
    _next: float = field(default=0.0, repr=False)

    def tell(self, phase: str, done: int = 0, total: int = 0) -> None:
        """Say where the work stands; raises `Stopped` when that was asked for."""
        now = time.monotonic()
        if phase == self.phase and now < self._next:
            return
        self.phase, self._next = phase, now + OFTEN
        if self._write({"phase": phase, "done": done, "total": total or self.total}):
            raise Stopped

    def _write(self, progress: dict[str, Any]) -> bool:
        org = self.actor.organisation_id
        with self.link.transaction(), self.link.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('qibu.read_orgs', %s, true), set_config('qibu.write_org', %s, true)",
                [f"{{{org}}}", str(org)],
            )
            cursor.execute(
                "UPDATE connect_import SET progress = progress || %s WHERE organisation_id = %s AND id = %s "
                "RETURNING stop_asked",
                [json.dumps(progress), org, self.import_id],
            )
            found = cursor.fetchone()
        return bool(found and found[0])


@contextmanager
def watching(actor: Actor, import_id: int) -> Iterator[Watch]:
    """Only one process at a time is at work on an import."""
    with closing(_link()) as link:
        row = link.execute("SELECT pg_try_advisory_lock(%s, %s)", [ALIVE, _key(import_id)]).fetchone()
        if not row or not row[0]:
            raise AlreadyAtWork(import_id)
        try:
            yield Watch(link, actor, import_id)
        finally:
            if not link.broken:
                link.execute("SELECT pg_advisory_unlock(%s, %s)", [ALIVE, _key(import_id)])


def at_work(import_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND granted)",
            [ALIVE, _key(import_id)],
        )
        return bool(cursor.fetchone()[0])


def _key(import_id: int) -> int:
    return import_id % 2**31


def _link() -> psycopg.Connection[Any]:
    params = connections["default"].get_connection_params()
    params = {key: value for key, value in params.items() if key not in ("cursor_factory", "context")}
    return psycopg.connect(**params, autocommit=True)
