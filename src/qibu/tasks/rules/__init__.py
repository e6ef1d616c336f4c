"""The rules of tasks: plain Python, one file a subject, one door."""

from qibu.tasks.rules.calendar import (
    CHINA,
    Calendar,
    Closed,
    DayException,
    Hours,
    NeverOpen,
    Open,
    WeekHours,
    Working,
)
from qibu.tasks.rules.callbacks import Offer, Slot, offers
from qibu.tasks.rules.clock import ClockFacts, ClockState, Remaining, Unit
from qibu.tasks.rules.covering import Away, share_out, stand_in_for
from qibu.tasks.rules.ladder import (
    BETWEEN,
    MANAGERS,
    MOST_ESCALATIONS,
    Person,
    Step,
    anybody,
    desks_of,
    next_climb,
    told,
)
from qibu.tasks.rules.outcomes import (
    MOST_ATTEMPTS,
    CallBackTimeMissing,
    CloseReason,
    Effect,
    Outcome,
    deadline_after,
    effect_of,
)

__all__ = [
    "BETWEEN",
    "CHINA",
    "MANAGERS",
    "MOST_ATTEMPTS",
    "MOST_ESCALATIONS",
    "Away",
    "Calendar",
    "CallBackTimeMissing",
    "ClockFacts",
    "ClockState",
    "CloseReason",
    "Closed",
    "DayException",
    "Effect",
    "Hours",
    "NeverOpen",
    "Offer",
    "Open",
    "Outcome",
    "Person",
    "Remaining",
    "Slot",
    "Step",
    "Unit",
    "WeekHours",
    "Working",
    "anybody",
    "deadline_after",
    "desks_of",
    "effect_of",
    "next_climb",
    "offers",
    "share_out",
    "stand_in_for",
    "told",
]
