"""What an error means that comes from below: the database is away, the disk is full."""

from __future__ import annotations

import psycopg
from django.db import InterfaceError, OperationalError

from qibu.kernel.room import causes, is_full

AWAY = ("57P", "08")  # SQLSTATE: the server shuts down, crashed or starts; the connection broke


def database_away(error: BaseException | None) -> bool:
    """The connection broke or can't be had. What was under way is undone, or done without an answer."""
    return any(map(_is_away, causes(error))) and not disk_full(error)


def disk_full(error: BaseException | None) -> bool:
    return any(map(is_full, causes(error)))


def _is_away(error: BaseException) -> bool:
    if isinstance(error, psycopg.Error):
        state = error.sqlstate
        broken = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        return broken and (state is None or state.startswith(AWAY))
    # Django's own, of a connection that it found closed before it asked the driver.
    return isinstance(error, OperationalError | InterfaceError) and error.__cause__ is None
