from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CustomerRegistered(Event):
    timeline: ClassVar[bool] = True
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(Event):
    """`changes` are field names; values of sealed fields never leave the row."""

    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PhoneRevealed(Event):
    reason: str
    task_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ConsentRecorded(Event):
    timeline: ClassVar[bool] = True
    purpose: str
    channel: str
    state: str


@dataclass(frozen=True, kw_only=True)
class HoldPlaced(Event):
    timeline: ClassVar[bool] = True
    reach: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class HoldLifted(Event):
    timeline: ClassVar[bool] = True
    reach: str


@dataclass(frozen=True, kw_only=True)
class NoteWritten(Event):
    timeline: ClassVar[bool] = True
    text: str


@dataclass(frozen=True, kw_only=True)
class AdvisorChanged(Event):
    """`was` and `note` come with a hand-over: from whom, and what the taker was told."""

    timeline: ClassVar[bool] = True
    role: str
    staff_id: int | None
    staff_name: str = ""
    was: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TagChanged(Event):
    """A tag was renamed, merged into another one or removed.

    `subject_id` is the tag, `customers` how many carried it.
    """

    tag: str
    into: str = ""
    customers: int = 0


@dataclass(frozen=True, kw_only=True)
class DuplicateJudged(Event):
    """A person looked at two files that may be one: `verdict` is different, related, or open again."""

    other_id: int
    verdict: str


@dataclass(frozen=True, kw_only=True)
class CustomersMerged(Event):
    """Two files became one; `customer_id` survives, `subject_id` is the merge. What was written about `merged_id`
    before stays as it is: readers of its history follow the merge."""

    timeline: ClassVar[bool] = True
    merged_id: int


@dataclass(frozen=True, kw_only=True)
class MergeUndone(Event):
    """`customer_id` is the survivor, `merged_id` lives again; `left` values were changed since and stayed."""

    timeline: ClassVar[bool] = True
    merged_id: int
    left: int = 0


@dataclass(frozen=True, kw_only=True)
class CustomerErased(Event):
    """Everything that told who a customer was is gone; `merged` were files that had gone into theirs. `again`: a backup
    from before was restored."""

    timeline: ClassVar[bool] = True
    reason: str
    merged: tuple[int, ...] = ()
    again: bool = False
