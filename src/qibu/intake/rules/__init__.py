"""The rules of the doors: plain Python, one file a subject, one door."""

from qibu.intake.rules.drafts import NAMES, UNNAMED, Draft, Reading, Reason, legible, read
from qibu.intake.rules.moments import day, moment

__all__ = ["NAMES", "UNNAMED", "Draft", "Reading", "Reason", "day", "legible", "moment", "read"]
