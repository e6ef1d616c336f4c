"""The rules of the doors: plain Python, one file a subject, one door."""

from qibu.intake.rules.drafts import NAMES, UNNAMED, USED, WISHED, Draft, Reading, Reason, legible, read
from qibu.intake.rules.moments import appointment, day, moment

__all__ = [
    "NAMES", "UNNAMED", "USED", "WISHED", "Draft", "Reading", "Reason", "appointment", "day", "legible", "moment",
    "read",
]  # fmt: skip
