"""What happens to leads, from the first trace to delivery or loss. `subject_id` is the lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class LeadReceived(Event):
    """Somebody showed that they may buy a car."""

    timeline: ClassVar[bool] = True
    source: str
    door: str
    car: str = ""
    interest: str = ""


@dataclass(frozen=True, kw_only=True)
class LeadTouched(Event):
    """Somebody with an open lead came again, by whatever door; nothing is asked twice."""

    timeline: ClassVar[bool] = True
    source: str
    door: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LeadAssigned(Event):
    """`reason` is a code of `leads.rules.reasons`; without a person it lies in the pool 公海. `rule`: the store's rule
    by which it went; `note`: what whoever did it said."""

    timeline: ClassVar[bool] = True
    staff_id: int | None
    staff_name: str = ""
    reason: str = ""
    rule: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class LeadChanged(Event):
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LeadAnswered(Event):
    """The first word of the store to the person: the first-response clock stops."""

    after_minutes: int


@dataclass(frozen=True, kw_only=True)
class LeadPlanned(Event):
    """Somebody said what is done next."""

    what: str
    what_en: str = ""
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class LeadStageChanged(Event):
    timeline: ClassVar[bool] = True
    was: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class LeadGraded(Event):
    """`by_hand` stops the automatic grade until it is released."""

    was: str
    grade: str
    by_hand: bool = False


@dataclass(frozen=True, kw_only=True)
class LeadLost(Event):
    timeline: ClassVar[bool] = True
    reason: str
    detail: str = ""
    lost_to: str = ""
    retry_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class LeadWon(Event):
    """The car was delivered."""

    timeline: ClassVar[bool] = True
    car: str = ""


@dataclass(frozen=True, kw_only=True)
class LeadReopened(Event):
    timeline: ClassVar[bool] = True
    was: str


@dataclass(frozen=True, kw_only=True)
class LossChecked(Event):
    """A manager looked at why a lead was lost and found it right."""


@dataclass(frozen=True, kw_only=True)
class LeadsMerged(Event):
    """Two open leads of a customer became one; `merged_id` is the one that was taken up."""

    timeline: ClassVar[bool] = True
    merged_id: int
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LeadJudged(Event):
    """Somebody said how likely the sale is, or left it to the counts again; None: none is reckoned."""

    percent: int | None
    by_hand: bool = False


@dataclass(frozen=True, kw_only=True)
class ScoringRefused(Event):
    """The customer doesn't want to be judged by a machine."""


@dataclass(frozen=True, kw_only=True)
class ScoringAllowed(Event):
    pass


@dataclass(frozen=True, kw_only=True)
class StagesChanged(Event):
    """The stages of a product line; `line` is in words, empty for all cars."""

    line: str = ""
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LossReasonChanged(Event):
    reason: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PaceChanged(Event):
    """How often leads of a grade are spoken to."""

    grade: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LeadPolicyChanged(Event):
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AllocationRuleChanged(Event):
    """Without a name: the whole list."""

    rule: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SellerGroupChanged(Event):
    group: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SellerShareChanged(Event):
    """How much of what comes somebody is to have."""

    staff_name: str
    weight: int
    room: int | None = None


@dataclass(frozen=True, kw_only=True)
class DutyChanged(Event):
    """`days`: who and when, as `李思远 2026-11-27`."""

    days: tuple[str, ...]
