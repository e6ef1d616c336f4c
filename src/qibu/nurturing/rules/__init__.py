"""The rules of nurturing: plain Python, one file a subject, one door."""

from qibu.nurturing.rules.ending import SHOWED_THEMSELVES, End, Facts, Happened, ended_by
from qibu.nurturing.rules.markup import Block, read_markup
from qibu.nurturing.rules.opening import anew, by_a_person, twice
from qibu.nurturing.rules.pacing import Step, due_step, is_over
from qibu.nurturing.rules.wording import PLACES, fill, unknown_places

__all__ = [
    "PLACES", "SHOWED_THEMSELVES", "Block", "End", "Facts", "Happened", "Step", "anew", "by_a_person", "due_step",
    "ended_by", "fill", "is_over", "read_markup", "twice", "unknown_places",
]  # fmt: skip
