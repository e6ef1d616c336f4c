"""The rules of leads: plain Python, one file a subject, one door."""

from qibu.leads.rules.chances import Chance, Decile, Factor, calibration, chance, counted
from qibu.leads.rules.grades import (
    DEFAULT_PACE,
    Behaviour,
    Grade,
    Graded,
    Pace,
    Sign,
    grade_by,
    graded,
    next_contact,
)
from qibu.leads.rules.needs import HAPPENED, TYPED, Need, lacking, on_the_way
from qibu.leads.rules.pursuit import Fault, neglected, unrealistic
from qibu.leads.rules.reasons import Reason
from qibu.leads.rules.receiving import WISHES, Door, Lack, Person, Received, lacks

__all__ = [
    "DEFAULT_PACE",
    "HAPPENED",
    "TYPED",
    "WISHES",
    "Behaviour",
    "Chance",
    "Decile",
    "Door",
    "Factor",
    "Fault",
    "Grade",
    "Graded",
    "Lack",
    "Need",
    "Pace",
    "Person",
    "Reason",
    "Received",
    "Sign",
    "calibration",
    "chance",
    "counted",
    "grade_by",
    "graded",
    "lacking",
    "lacks",
    "neglected",
    "next_contact",
    "on_the_way",
    "unrealistic",
]
