"""What the home knows of its own safety: the recovery file of its keys, and its backups.

Notes in JSON beside what they tell of, written by the commands and read by `doctor`, the pages and the worker:
`keys/recovery.json` {"made", "keys"}, `run/backups.json` {"kept": [{"file", "at", "bytes", "seconds", "keys"}],
"failed": {"at", "why"}}. No Django here: `doctor` may be asked while nothing else works.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

STALE = timedelta(days=2)  # a nightly backup that failed twice


@dataclass(frozen=True)
class Backup:
    """A backup that was made whole and read again."""

    file: str
    at: str
    bytes: int
    seconds: float
    keys: list[int] = field(default_factory=list)

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.at)

    @property
    def age(self) -> timedelta:
        return datetime.now(UTC) - self.made_at


@dataclass(frozen=True)
class Failure:
    """Why the last try came to nothing; there is none after a good one."""

    at: str
    why: str

    @property
    def happened_at(self) -> datetime:
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True)
class Backups:
    kept: tuple[Backup, ...] = ()
    failed: Failure | None = None

    @property
    def last(self) -> Backup | None:
        return max(self.kept, key=lambda one: one.made_at, default=None)


@dataclass(frozen=True)
class Recovery:
    """`missing`: there is no recovery file; `outdated`: it lacks the newest key."""

    made_at: datetime | None = None
    outdated: bool = False

    @property
    def missing(self) -> bool:
        return self.made_at is None


def backups(home: Path) -> Backups:
    noted = _read(home / "run" / "backups.json")
    failed = noted.get("failed")
    return Backups(tuple(Backup(**one) for one in noted.get("kept", [])), Failure(**failed) if failed else None)


def note_backup(home: Path, made: Backup) -> None:
    """Among those that still lie where they were written."""
    kept = [one for one in backups(home).kept if one.file != made.file and Path(one.file).exists()]
    _write(home / "run" / "backups.json", {"kept": [asdict(one) for one in [*kept, made]]})


def note_failure(home: Path, why: str) -> None:
    noted = _read(home / "run" / "backups.json")
    failed = Failure(datetime.now(UTC).isoformat(timespec="seconds"), why)
    _write(home / "run" / "backups.json", {**noted, "failed": asdict(failed)})


def keys_in_backups(home: Path) -> set[int]:
    """The data keys that are needed to read the backups that are still kept."""
    return {number for one in backups(home).kept if Path(one.file).exists() for number in one.keys}


def recovery(home: Path) -> Recovery:
    noted, stored = _read(home / "keys" / "recovery.json"), _read(home / "keys" / "data.json")
    if not noted:
        return Recovery()
    has_all = set(map(int, stored.get("keys", {}))) <= set(noted["keys"])
    return Recovery(datetime.fromisoformat(noted["made"]), outdated=not has_all)


def note_recovery(home: Path, numbers: list[int]) -> None:
    made = datetime.now(UTC).isoformat(timespec="seconds")
    _write(home / "keys" / "recovery.json", {"made": made, "keys": sorted(numbers)})


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(path: Path, content: dict[str, Any]) -> None:
    draft = path.with_suffix(f".{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
