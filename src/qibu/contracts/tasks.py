from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OfTask:
    """What every event of a task says of it: its title, and the English one where it has another there, so that
    everybody reads it in their own language."""

    title: str
    title_en: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskCreated(OfTask, Event):
    kind: str
    category: str


@dataclass(frozen=True, kw_only=True)
class TaskTried(OfTask, Event):
    """A call was made and its result recorded; `subject_id` is the task."""

    timeline: ClassVar[bool] = True
    outcome: str
    note: str = ""
    next_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ResultUndone(OfTask, Event):
    """A result was taken back on its day; the entries it made are named in `retracts`."""

    outcome: str


@dataclass(frozen=True, kw_only=True)
class TaskAssigned(OfTask, Event):
    staff_id: int | None
    staff_name: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskCancelled(OfTask, Event):
    reason: str = ""
    reason_en: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskSettled(OfTask, Event):
    """What was to be done came about by another act, which `reason` names."""

    reason: str = ""
    reason_en: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskReopened(OfTask, Event):
    pass


@dataclass(frozen=True, kw_only=True)
class PromiseMade(OfTask, Event):
    """Something was promised to the customer by a time; `subject_id` is the task."""

    timeline: ClassVar[bool] = True
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockPaused(OfTask, Event):
    reason: str


@dataclass(frozen=True, kw_only=True)
class ClockResumed(OfTask, Event):
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockBreached(OfTask, Event):
    kind: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockEscalated(OfTask, Event):
    """The delay was told to somebody higher up; `subject_id` is the task, `kind` that of its clock."""

    kind: str
    told_id: int
    rung: int
    due_at: datetime
    staff_name: str = ""


@dataclass(frozen=True, kw_only=True)
class DelayTakenOn(OfTask, Event):
    """Somebody said that they see to an overdue task; until then nobody higher is told."""

    until: datetime


@dataclass(frozen=True, kw_only=True)
class BreachExplained(OfTask, Event):
    """Why a promise was broken: `cause` is of the short list, `reason` what was said beside it."""

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
class TaskCovered(OfTask, Event):
    """Work of somebody who is away went to who stands in (nobody: the pool), or back to its own person."""

    staff_name: str
    whose: str
    back: bool = False
