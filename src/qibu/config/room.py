"""A full disk, in our own words before anybody else's: where, what could not be done, what to do.

Standard library alone: the supervisor asks, and Django is not in its memory."""

from __future__ import annotations

import shutil
from pathlib import Path

from qibu.kernel.room import causes, is_full

LITTLE = 32 * 2**20  # a database needs two segments of its log at least
# As the system and PostgreSQL say it; "wrote only 4096 of 8192 bytes" is told with this hint alone.
SIGNS = ("No space left on device", "Disk quota exceeded", "Check free disk space")


def sentence(place: Path, failed: str) -> str:
    return f"{place} 所在的磁盘满了，{failed}。请清理磁盘，至少腾出 1 GB；已经保存的数据都在。"


def lacks(text: str) -> bool:
    """Whether a program's words complain of a full disk."""
    return any(sign in text for sign in SIGNS)


def lacking(error: BaseException | None) -> bool:
    """Whether an error, or what led to it, is a full disk."""
    # Copying a folder gathers its errors as texts; a connection that was refused has the server's.
    return any(is_full(one) or lacks(str(one)) for one in causes(error))


def none_left(place: Path) -> bool:
    """A database that could not write its log is gone before it says why."""
    try:
        return shutil.disk_usage(place).free < LITTLE
    except OSError:
        return False
