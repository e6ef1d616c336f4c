"""Why somebody comes or calls, and what follows from it."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    LOOK = "look"
    DRIVE = "drive"
    NEGOTIATE = "negotiate"
    PICK_UP = "pick_up"
    SERVICE = "service"
    OTHER = "other"


LEADING = frozenset({Purpose.LOOK, Purpose.DRIVE, Purpose.NEGOTIATE})  # whoever comes for these may buy a car


def may_lead(purpose: str) -> bool:
    """Whether a lead is made, also when the person buys nothing today."""
    return purpose in LEADING


def takes_a_turn(purpose: str) -> bool:
    """Who fetches a car, has one repaired or asks the way costs nobody their turn."""
    return purpose in LEADING
