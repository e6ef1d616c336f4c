"""Who was erased since a backup, from all that may know it: copies of the ledger that are named or lie beside the
backup, the one in the backup itself, and the one in the newest backup beside it.

A copy that has fewer lines than a backup knows was cut off at its end: that is said, and the backup's lines count, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from qibu.config.backups import verifying
from qibu.config.backups.envelope import Damaged, mark_of
from qibu.config.postgres import EngineError
from qibu.kernel import erasures
from qibu.kernel.erasures import Erased


@dataclass
class Ledgers:
    """All lines that any of them knows, in the order of time, and what was read for it."""

    lines: list[Erased] = field(default_factory=list)
    copies: list[Path] = field(default_factory=list)  # named, or beside the backup
    newest: Path | None = None  # a later backup whose own was read
    cut: dict[Path, int] = field(default_factory=dict)  # copies that lack so many lines

    @classmethod
    def beside(cls, backup: Path, backup_key: bytes, key: bytes, named: Sequence[Path]) -> Ledgers:
        """One that was altered is refused before anything is restored."""
        found = cls(copies=_copies(backup, backup_key, named), newest=_newest(backup, backup_key))
        try:
            known = {line for path in (backup, found.newest) if path for line in _inside(path, backup_key, key)}
            read = {path: erasures.read(path, key) for path in found.copies}
        except erasures.Forged as error:
            raise EngineError(str(error)) from None
        found.cut = {path: lacking for path, lines in read.items() if (lacking := len(known - set(lines)))}
        told = known.union(*read.values())
        found.lines = sorted(told, key=lambda one: (one.erased_at, one.organisation, one.customer))
        return found


def _copies(backup: Path, backup_key: bytes, named: Sequence[Path]) -> list[Path]:
    beside = backup.resolve().parent / erasures.name_beside(mark_of(backup_key))
    missing = next((path for path in named if not path.is_file()), None)
    if missing is not None:
        raise EngineError(f"没有删除记录 {missing}。")
    return [*named, *([beside] if beside.is_file() else [])]


def _newest(backup: Path, backup_key: bytes) -> Path | None:
    """The latest backup of the same home in that folder that can be read; none where it is this one."""
    for path in _later(backup):
        with suppress(Damaged, OSError):
            if verifying.beginning(path, backup_key)[1]:
                return path
    return None


def _later(backup: Path) -> Iterator[Path]:
    """Their names say when they were made."""
    here = backup.resolve()
    yield from sorted((path for path in here.parent.glob("qibu-*.qibu") if path.name > here.name), reverse=True)


def _inside(path: Path, backup_key: bytes, key: bytes) -> list[Erased]:
    return erasures.read_inside(verifying.beginning(path, backup_key)[1], key, path)
