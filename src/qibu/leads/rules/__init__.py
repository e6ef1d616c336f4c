"""The rules of leads: plain Python, one file a subject, one door."""

from qibu.leads.rules.chances import Chance, Decile, Factor, calibration, chance, counted
from qibu.leads.rules.duty import Part, begins, on_duty
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
from qibu.leads.rules.policy import BOUNDS, Policy, policy_of, sound
from qibu.leads.rules.pursuit import Fault, neglected, unrealistic
from qibu.leads.rules.reasons import BY_TURN, LET_GO, UNTAKEN, Reason
from qibu.leads.rules.receiving import USED_CAR, WISHES, Door, Lack, Person, Received, lacks
from qibu.leads.rules.sharing import Case, SharingRule, Target, fitting
from qibu.leads.rules.turns import Taker, in_turn, next_taker

__all__ = [
    "BOUNDS",
    "BY_TURN",
    "DEFAULT_PACE",
    "HAPPENED",
    "LET_GO",
    "TYPED",
    "UNTAKEN",
    "USED_CAR",
    "WISHES",
    "Behaviour",
    "Case",
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
    "Part",
    "Person",
    "Policy",
    "Reason",
    "Received",
    "SharingRule",
    "Sign",
    "Taker",
    "Target",
    "begins",
    "calibration",
    "chance",
    "counted",
    "fitting",
    "grade_by",
    "graded",
    "in_turn",
    "lacking",
    "lacks",
    "neglected",
    "next_contact",
    "next_taker",
    "on_duty",
    "on_the_way",
    "policy_of",
    "sound",
    "unrealistic",
]
