"""Where an order stands."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"  # for an approval
    CONFIRMED = "confirmed"
    ALLOCATED = "allocated"  # a car with a VIN is kept for it
    PAID = "paid"  # and nothing is due any more
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


OPEN = frozenset({State.CONFIRMED, State.ALLOCATED, State.PAID})  # the contract counts and isn't fulfilled yet
# At the counter money comes as soon as the customer has signed, whoever still has to agree (an order that comes to
# nothing gives it back); what is still due of a car that was let go on trust comes later.
PAYABLE = OPEN | {State.WAITING, State.DELIVERED}
LIVING = OPEN | {State.DRAFT, State.WAITING}


def standing(state: str, *, has_car: bool, due: Decimal) -> State:
    """A contract that counts stands where its car and its money are; the others stay where people put them."""
    if state not in OPEN:
        return State(state)
    if not has_car:
        return State.CONFIRMED
    return State.PAID if due <= 0 else State.ALLOCATED
