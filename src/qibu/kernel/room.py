"""How a full disk is told from other faults. Standard library alone: who has no Django in memory asks, too."""

from __future__ import annotations

import errno
from collections.abc import Iterator

FULL = (errno.ENOSPC, errno.EDQUOT)
SQLSTATE = "53100"


def is_full(error: BaseException) -> bool:
    """By the number that the system or PostgreSQL gives."""
    return (isinstance(error, OSError) and error.errno in FULL) or getattr(error, "sqlstate", None) == SQLSTATE


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
