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
from qibu.tasks.rules.clock import ClockFacts, ClockState, Remaining, Unit
from qibu.tasks.rules.outcomes import (
    MOST_ATTEMPTS,
    CallBackTimeMissing,
    CloseReason,
    Effect,
    Outcome,
    effect_of,
)

__all__ = [
    "CHINA",
    "MOST_ATTEMPTS",
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
    "Open",
    "Outcome",
    "Remaining",
    "Unit",
    "WeekHours",
    "Working",
    "effect_of",
]
