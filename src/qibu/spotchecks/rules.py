"""The rules of spot checks: who is drawn, what answers are worth, what follows for whom. Plain Python."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from math import ceil

FULL = Decimal(100)


class Answer(StrEnum):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NONE = "none"  # it did not come to that, or the customer doesn't remember


WORTH: dict[str, Decimal] = {Answer.YES: Decimal(1), Answer.PARTLY: Decimal("0.5"), Answer.NO: Decimal(0)}


@dataclass(frozen=True, order=True)
class Candidate:
    lead_id: int
    staff_id: int


@dataclass(frozen=True)
class Size:
    """`share` in percent of all, at least `number` together and `each` of every consultant, where there are so many."""

    share: int
    number: int
    each: int


def rank(seed: str, lead_id: int) -> str:
    """The place of a lead in the lot: a digest of seed and number, which nobody can choose and everybody can repeat."""
    return hashlib.sha256(f"{seed}:{lead_id}".encode()).hexdigest()


def in_order(population: Iterable[Candidate], seed: str) -> list[Candidate]:
    return sorted(population, key=lambda one: (rank(seed, one.lead_id), one.lead_id))


def draw(population: Sequence[Candidate], seed: str, size: Size) -> list[Candidate]:
    """First `each` of every consultant, then whoever is next, all by the one order of the lot."""
    ordered = in_order(population, seed)
    taken: list[Candidate] = []
    had: dict[int, int] = {}
    for one in ordered:
        if had.get(one.staff_id, 0) < size.each:
            had[one.staff_id] = had.get(one.staff_id, 0) + 1
            taken.append(one)
    wanted = max(size.number, ceil(len(ordered) * size.share / 100))
    chosen = {one.lead_id for one in taken}
    rest = (one for one in ordered if one.lead_id not in chosen)
    for one in rest:
        if len(taken) >= wanted:
            break
        taken.append(one)
    return sorted(taken, key=lambda one: (rank(seed, one.lead_id), one.lead_id))


def substitute(population: Iterable[Candidate], seed: str, drawn: Iterable[int], staff_id: int) -> Candidate | None:
    """Who takes the place of somebody who can't be asked: the next of the lot of the same consultant."""
    had = set(drawn)
    left = (one for one in in_order(population, seed) if one.lead_id not in had and one.staff_id == staff_id)
    return next(left, None)


def digest(population: Iterable[Candidate], seed: str, size: Size, drawn: Iterable[Candidate]) -> str:
    """Of everything that the draw was made of and gave."""
    told = {
        "population": [[one.lead_id, one.staff_id] for one in sorted(population)], "seed": seed,
        "size": [size.share, size.number, size.each], "drawn": [one.lead_id for one in drawn],
    }  # fmt: skip
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()


def score(answers: Mapping[str, str], weights: Mapping[str, int]) -> Decimal | None:
    """In percent of what could be reached; what it did not come to counts neither way. None where nothing counts."""
    counted = {code: weights[code] for code, answer in answers.items() if answer in WORTH and weights.get(code)}
    most = sum(counted.values())
    if not most:
        return None
    reached = sum((WORTH[answers[code]] * weight for code, weight in counted.items()), Decimal(0))
    return (FULL * reached / most).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Stakes:
    """From `reward_from` percent on `reward` yuan, below `penalty_below` the `penalty`, of at least `least` checks."""

    reward_from: int
    reward: Decimal
    penalty_below: int
    penalty: Decimal
    least: int


def follows(average: Decimal, checks: int, stakes: Stakes) -> Decimal:
    """What is proposed: more than zero is a reward. Too few checks say nothing about anybody."""
    if checks < stakes.least:
        return Decimal(0)
    if average >= stakes.reward_from:
        return stakes.reward
    return -stakes.penalty if average < stakes.penalty_below else Decimal(0)
