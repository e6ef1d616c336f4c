"""A full disk, in our own words before anybody else's: where, what could not be done, what to do.

Standard library alone: the supervisor asks, and Django is not in its memory."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

LITTLE = 32 * 2**20  # a database needs two segments of its log at least
FULL = (errno.ENOSPC, errno.EDQUOT)
SQLSTATE = "53100"
# As the system and PostgreSQL say it; "wrote only 4096 of 8192 bytes" is told with this hint alone.
SIGNS = ("No space left on device", "Disk quota exceeded", "Check free disk space")


def sentence(place: Path, failed: str) -> str:
    return f"{place} 所在的磁盘满了，{failed}。请清理磁盘，至少腾出 1 GB；已经保存的数据都在。"


def lacks(text: str) -> bool:
    """Whether a program's words complain of a full disk."""
    return any(sign in text for sign in SIGNS)


def lacking(error: BaseException | None) -> bool:
    """Whether an error, or what led to it, is a full disk."""
    return any(map(_is_full, _causes(error)))


def none_left(place: Path) -> bool:
    """A database that could not write its log is gone before it says why."""
    try:
        return shutil.disk_usage(place).free < LITTLE
    except OSError:
        return False


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    # Copying a folder gathers its errors as texts; a connection that was refused has the server's.
    return getattr(error, "sqlstate", None) == SQLSTATE or lacks(str(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
