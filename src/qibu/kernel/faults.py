"""What an error means that comes from below: the database is away, the disk is full."""

from __future__ import annotations

import errno
from collections.abc import Iterator

import psycopg
from django.db import InterfaceError, OperationalError

AWAY = ("57P", "08")  # SQLSTATE: the server shuts down, crashed or starts; the connection broke
FULL = "53100"


def database_away(error: BaseException | None) -> bool:
    """The connection broke or can't be had. What was under way is undone, or done without an answer."""
    return any(map(_is_away, _causes(error))) and not disk_full(error)


def disk_full(error: BaseException | None) -> bool:
    return any(map(_is_full, _causes(error)))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_full(error: BaseException) -> bool:
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return full or getattr(error, "sqlstate", None) == FULL


def _is_away(error: BaseException) -> bool:
    if isinstance(error, psycopg.Error):
        state = error.sqlstate
        broken = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        return broken and (state is None or state.startswith(AWAY))
    # Django's own, of a connection that it found closed before it asked the driver.
    return isinstance(error, OperationalError | InterfaceError) and error.__cause__ is None
