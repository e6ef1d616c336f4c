"""The rules of test drives: plain Python, one file a subject, one door."""

from qibu.drives.rules.feedback import ITEMS, Intention, average
from qibu.drives.rules.lanes import Busy, Piece, lay
from qibu.drives.rules.licences import CLASSES, LicenceFault, in_probation, licence_fault
from qibu.drives.rules.reminders import remind_at
from qibu.drives.rules.signatures import Unsigned, read_strokes, svg
from qibu.drives.rules.slots import first_free, next_quarter, openings, within_hours

__all__ = [
    "CLASSES",
    "ITEMS",
    "Busy",
    "Intention",
    "LicenceFault",
    "Piece",
    "Unsigned",
    "average",
    "first_free",
    "in_probation",
    "lay",
    "licence_fault",
    "next_quarter",
    "openings",
    "read_strokes",
    "remind_at",
    "svg",
    "within_hours",
]
