from __future__ import annotations

from dataclasses import dataclass

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PlanChanged(Event):
    code: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DayPlanned(Event):
    on: str
    planned: int
    backlog: int
    moved: int
    cancelled: int
