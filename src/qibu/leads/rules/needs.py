"""What a lead must have to stand at a stage (C9): facts of its own, and what happened, which other areas know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum


class Need(StrEnum):
    CAR = "car"  # which car they want
    COLOUR = "colour"
    BUYS_BY = "buys_by"  # by when they mean to buy
    BUDGET = "budget"
    PAYMENT = "payment"  # in full or by a loan
    PHONE = "phone"  # a number that is worth calling
    VISIT = "visit"  # was in the show-room
    DRIVE = "drive"
    QUOTE = "quote"
    ORDER = "order"


TYPED = (Need.CAR, Need.COLOUR, Need.BUYS_BY, Need.BUDGET, Need.PAYMENT)  # what a person can say in a form
HAPPENED = (Need.VISIT, Need.DRIVE, Need.QUOTE, Need.ORDER)  # what is written down elsewhere


def on_the_way(stages: Sequence[tuple[str, Collection[str]]], was: str, to: str) -> list[Need]:
    """What is needed to come from one stage to another: forwards, what the stages on the way ask for; back, nothing.
    From a stage that the line doesn't have everything up to the new one counts."""
    codes = [code for code, _needs in stages]
    begin, end = codes.index(was) + 1 if was in codes else 0, codes.index(to) + 1
    wanted = {need for _code, needs in stages[begin:end] for need in needs}
    return [need for need in Need if need in wanted]


def lacking(needs: Iterable[str], have: Mapping[Need, bool]) -> list[Need]:
    """In the order in which people ask; a need that nobody can answer for is not asked."""
    wanted = set(needs)
    return [need for need in Need if need in wanted and have.get(need) is False]
