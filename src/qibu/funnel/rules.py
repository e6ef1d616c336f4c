"""Figures of the sales side: each is defined here once (C9).

A funnel follows a cohort: of the leads that were received in a period, how many ever came as far as each stage. Who
stands further has passed the earlier ones, also where nobody wrote it down; so no bar is longer than the one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

# By when somebody means to buy who says no day, as the grades define it (leads.rules.grades); C is nobody's guess.
HORIZON = {"H": timedelta(days=7), "A": timedelta(days=15), "B": timedelta(days=30)}
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Step:
    """`came` so far, of `whole`; `before` came to the step before."""

    code: str
    came: int
    before: int
    whole: int


def steps(stages: Sequence[str], reached: Mapping[int, int], won: int) -> list[Step]:
    """`reached`: how many leads have a stage's place (0 is the first) as their furthest; the last step is delivery,
    which `won` reached: they passed all stages."""
    whole = sum(reached.values()) + won
    found, before = list[Step](), whole
    for place, code in enumerate(stages):
        came = won + sum(number for furthest, number in reached.items() if furthest >= place)
        found.append(Step(code, came, before, whole))
        before = came
    return [*found, Step("won", won, before, whole)]


def price_each(cost: Decimal, number: int) -> Decimal | None:
    """Cost per lead or per sale; without any there is none."""
    return (cost / number).quantize(CENT, ROUND_HALF_UP) if number else None


@dataclass(frozen=True)
class Chance:
    """An open lead as the forecast sees it. `buys_by` is what the person said, `grade_on` the day of the grade."""

    probability: float
    grade: str
    received: date
    buys_by: date | None = None


def falls_within(chance: Chance, on: date, last: date) -> bool:
    """Whether delivery is looked for by a day. A day that somebody named and that has passed counts as now."""
    expected = chance.buys_by or (on + HORIZON[chance.grade] if chance.grade in HORIZON else None)
    return expected is not None and max(expected, on) <= last


def expected(chances: Iterable[Chance], on: date, last: date) -> float:
    """How many of the open leads will be delivered by a day: the sum of their probabilities."""
    return sum(one.probability for one in chances if falls_within(one, on, last))


def error(forecast: float, actual: int) -> int | None:
    """By how many hundredths of what came a forecast was off; plus is too high. Where nothing came there is none."""
    return round((forecast - actual) / actual * 100) if actual else None


def month_of(day: date) -> tuple[date, date]:
    """First and last day."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
