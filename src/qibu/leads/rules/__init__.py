"""The rules of leads: plain Python, one file a subject, one door."""

from qibu.leads.rules.duty import Part, begins, on_duty
from qibu.leads.rules.grades import DEFAULT_PACE, Grade, Pace, grade_by, next_contact
from qibu.leads.rules.policy import BOUNDS, Policy, policy_of, sound
from qibu.leads.rules.reasons import BY_TURN, LET_GO, Reason
from qibu.leads.rules.receiving import WISHES, Door, Lack, Person, Received, lacks
from qibu.leads.rules.sharing import Case, SharingRule, Target, fitting
from qibu.leads.rules.turns import Taker, in_turn, next_taker

__all__ = [
    "BOUNDS",
    "BY_TURN",
    "DEFAULT_PACE",
    "LET_GO",
    "WISHES",
    "Case",
    "Door",
    "Grade",
    "Lack",
    "Pace",
    "Part",
    "Person",
    "Policy",
    "Reason",
    "Received",
    "SharingRule",
    "Taker",
    "Target",
    "begins",
    "fitting",
    "grade_by",
    "in_turn",
    "lacks",
    "next_contact",
    "next_taker",
    "on_duty",
    "policy_of",
    "sound",
]
