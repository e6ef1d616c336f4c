"""What a car lacks to be handed over."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Lack(StrEnum):
    CONTRACT = "contract"  # it doesn't count: changed since, it waits for somebody's word, or is a draft again
    CAR = "car"  # no car with a VIN is kept for the order
    NOT_THERE = "not_there"  # the car hasn't arrived
    MONEY = "money"  # something is still due
    STEPS = "steps"  # what must be gone through wasn't
    SIGNATURE = "signature"
    ADVISOR = "advisor"  # nobody is named who looks after the owner from now on (F1)


@dataclass(frozen=True)
class Readiness:
    """`counts`: the contract does, and isn't fulfilled; `steps`: how many that must be gone through are open; `signed`:
    on the screen or on paper."""

    counts: bool
    has_car: bool
    arrived: bool
    due: Decimal
    steps: int
    signed: bool
    advisor: bool


def lacks(ready: Readiness) -> tuple[Lack, ...]:
    found = {
        Lack.CONTRACT: not ready.counts, Lack.CAR: not ready.has_car,
        Lack.NOT_THERE: ready.has_car and not ready.arrived, Lack.MONEY: ready.due > 0, Lack.STEPS: ready.steps > 0,
        Lack.SIGNATURE: not ready.signed, Lack.ADVISOR: not ready.advisor,
    }  # fmt: skip
    return tuple(lack for lack, true in found.items() if true)
