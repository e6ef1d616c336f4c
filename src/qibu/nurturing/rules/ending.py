"""What ends a lead's way through a sequence before its last step: whoever answers by any way, comes, or refuses is not
written to by a machine's plan any more; a person goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class End(StrEnum):
    FINISHED = "finished"  # all steps are done
    REPLIED = "replied"  # on the page of a piece, or of a quotation
    CAME_AGAIN = "came_again"  # another trace of theirs came in by whatever door
    SPOKE = "spoke"  # the two sides spoke
    VISITED = "visited"
    DROVE = "drove"  # a test drive was agreed or done
    ORDERED = "ordered"
    WON = "won"
    LOST = "lost"
    TAKEN_UP = "taken_up"  # a lost lead is followed again
    OPTED_OUT = "opted_out"  # no consent, or a hold
    BY_HAND = "by_hand"
    DOUBLE = "double"  # of the same customer there is another one that goes on
    SWITCHED_OFF = "switched_off"  # the sequence is gone, or not in use any more


SHOWED_THEMSELVES = (
    End.REPLIED, End.CAME_AGAIN, End.SPOKE, End.VISITED, End.DROVE, End.ORDERED, End.WON, End.TAKEN_UP,
)  # fmt: skip


@dataclass(frozen=True)
class Happened:
    """Something that the customer did, by the names of `End`."""

    end: End
    at: datetime


@dataclass(frozen=True)
class Facts:
    """How things stand with a lead that goes through a sequence. `open`: it is followed; `won`: it bought."""

    open: bool
    won: bool
    permitted: bool  # by one channel of the sequence at least
    in_use: bool  # the sequence counts and is switched on
    double: bool = False


def ended_by(for_open: bool, begun: datetime, facts: Facts, happened: Iterable[Happened]) -> End | None:
    """Why it ends, the customer's own word first; None: it goes on. What happened before it began doesn't count."""
    if not facts.permitted:
        return End.OPTED_OUT
    since = [one for one in happened if one.at > begun]
    if since:
        return min(since, key=lambda one: one.at).end
    if facts.won:
        return End.WON
    if facts.open != for_open:
        return End.LOST if for_open else End.TAKEN_UP
    if facts.double:
        return End.DOUBLE
    return None if facts.in_use else End.SWITCHED_OFF
