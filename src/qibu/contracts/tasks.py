from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TaskCreated(Event):
    title: str
    kind: str
    category: str


@dataclass(frozen=True, kw_only=True)
class TaskTried(Event):
    """A call was made and its result recorded; `subject_id` is the task."""

    timeline: ClassVar[bool] = True
    title: str
    outcome: str
    note: str = ""
    next_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ResultUndone(Event):
    """A result was taken back on its day; the entries it made are named in `retracts`."""

    title: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class TaskAssigned(Event):
    title: str
    staff_id: int | None
    staff_name: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskCancelled(Event):
    title: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskSettled(Event):
    """What was to be done came about by another act, which `reason` names."""

    title: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskReopened(Event):
    title: str


@dataclass(frozen=True, kw_only=True)
class PromiseMade(Event):
    """Something was promised to the customer by a time; `subject_id` is the task."""

    timeline: ClassVar[bool] = True
    title: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockPaused(Event):
    title: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ClockResumed(Event):
    title: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockBreached(Event):
    title: str
    kind: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockEscalated(Event):
    """The delay was told to somebody higher up; `subject_id` is the task, `kind` that of its clock."""

    title: str
    kind: str
    told_id: int
    rung: int
    due_at: datetime
    staff_name: str = ""


@dataclass(frozen=True, kw_only=True)
class DelayTakenOn(Event):
    """Somebody said that they see to an overdue task; until then nobody higher is told."""

    title: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class BreachExplained(Event):
    """Why a promise was broken: `cause` is of the short list, `reason` what was said beside it."""

    title: str
    reason: str
    cause: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkListPrinted(Event):
    """A day's list went on paper; `phones` says whether the numbers stood on it in full."""

    whose: str
    rows: int
    phones: bool


@dataclass(frozen=True, kw_only=True)
class CalendarChanged(Event):
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LadderChanged(Event):
    """Who is told of overdue work of one kind, and when, was set here, or inherited again."""

    ladder: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TaskCovered(Event):
    """Work of somebody who is away went to who stands in (nobody: the pool), or back to its own person."""

    title: str
    staff_name: str
    whose: str
    back: bool = False
