"""Why an act in the show-room is refused. Pages turn these into sentences."""

from __future__ import annotations


class ShowroomFault(Exception):
    """Base of all refusals."""


class ReasonMissing(ShowroomFault):
    """What goes out of turn is said with its reason."""


class NotHere(ShowroomFault):
    """Whoever should receive somebody doesn't sell here."""


class LeftAlready(ShowroomFault):
    """The visitor is out of the house."""


class SamePerson(ShowroomFault):
    """Nobody changes places with themselves."""
