"""Why a lead lies with whom it lies: said beside the name, so that nobody has to guess."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    RECEIVED = "received"  # the consultant met the person
    RETURNING = "returning"  # the consultant of before
    RULE = "rule"  # a rule of the store, which is named beside it
    TURN = "turn"  # next in the turn
    CLAIMED = "claimed"  # taken from the pool
    GIVEN = "given"  # by a manager
    SILENCE = "silence"  # nobody answered in time
    RELEASED = "released"  # put back into the pool
    QUIET = "quiet"  # nobody said a word for too long: back into the pool
    SWAPPED = "swapped"  # two consultants changed leads
    NOBODY = "nobody"  # nobody is there who takes leads
    FULL = "full"  # whoever is there has as many as the policy gives room for


BY_TURN = frozenset({Reason.RULE, Reason.TURN, Reason.SILENCE})  # what counts in the turn; own finds and gifts don't
UNTAKEN = frozenset({Reason.NOBODY, Reason.FULL})  # what came in and found nobody
LET_GO = frozenset({Reason.RELEASED, Reason.QUIET, Reason.SILENCE})  # whoever had it then doesn't take it at once
