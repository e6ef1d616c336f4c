"""The rules of leads: plain Python, one file a subject, one door."""

from qibu.leads.rules.grades import DEFAULT_PACE, Grade, Pace, grade_by, next_contact
from qibu.leads.rules.reasons import Reason
from qibu.leads.rules.receiving import WISHES, Door, Lack, Person, Received, lacks

__all__ = [
    "DEFAULT_PACE",
    "WISHES",
    "Door",
    "Grade",
    "Lack",
    "Pace",
    "Person",
    "Reason",
    "Received",
    "grade_by",
    "lacks",
    "next_contact",
]
