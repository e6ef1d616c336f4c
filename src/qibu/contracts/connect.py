from __future__ import annotations

from dataclasses import dataclass

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ImportLoaded(Event):
    """`subject_id` is the import."""

    kind: str
    file_name: str
    rows: int
    loaded: int
    rejected: int
    repeated: int


@dataclass(frozen=True, kw_only=True)
class ImportUndone(Event):
    kind: str
    file_name: str
    removed: int
    kept: int
