"""What happens at the outer doors of leads. `subject_id` is the arrival, the form, the mailbox or the sheet."""

from __future__ import annotations

from dataclasses import dataclass

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class LeadQuarantined(Event):
    """Something came in that can't become a lead as it is."""

    door: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ArrivalOpened(Event):
    """Somebody looked at what came in, with everything that stands in it."""

    door: str


@dataclass(frozen=True, kw_only=True)
class ArrivalReplayed(Event):
    """Somebody put it right and let it through the door again; `state` is what came of it."""

    state: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ArrivalDropped(Event):
    door: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ArrivalPickedUp(Event):
    """What was dropped waits again."""

    door: str


@dataclass(frozen=True, kw_only=True)
class WebFormChanged(Event):
    form_name: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MailboxChanged(Event):
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LeadWritten(Event):
    """A lead left the house, whole. `taker` is the other system, where it was one."""

    taker: str = ""


@dataclass(frozen=True, kw_only=True)
class LeadSheetLoaded(Event):
    file_name: str
    rows: int
    made: int
    updated: int
    waiting: int
