"""What happens in the show-room and at its telephone. `subject_id` is the visitor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class VisitorCame(Event):
    """Somebody came in, or called (`way`). `staff_name`: who received them; empty while nobody did."""

    timeline: ClassVar[bool] = True
    way: str
    purpose: str
    party: int = 1
    staff_id: int | None = None
    staff_name: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class VisitorTaken(Event):
    """A consultant received somebody who had waited, or took them over."""

    staff_id: int
    staff_name: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class VisitorLeft(Event):
    minutes: int


@dataclass(frozen=True, kw_only=True)
class VisitorChanged(Event):
    """Who it was, or what they wanted, was written down later."""

    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TurnChanged(Event):
    """Somebody was skipped (`skip`), two changed places (`swap`), or somebody was chosen out of turn (`chosen`)."""

    way: str
    staff_name: str
    other_name: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ConsultantMarked(Event):
    """Somebody said that they can receive nobody now, or can again."""

    staff_name: str
    busy: bool
