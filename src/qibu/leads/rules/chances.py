"""How likely a lead is to end in a delivery: naive Bayes over counts of won and lost leads.

The method is that of Odoo CRM's predictive lead scoring (`crm.lead.scoring.frequency`): for each value of a few fields
the leads that were won and lost, 0.1 added to the counts, since one whole case weighs too much where there are few.
Leads that reached a later stage passed the earlier ones, so for stages it is counted how many came as far.

Where a store has few leads of its own, what is known around it carries it: counts of the group weigh at most `GROUP`
cases, the ones the product comes with at most `SHIPPED_WEIGHT`. They never outweigh what the store itself has seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

SMOOTHING = 0.1
GROUP, SHIPPED_WEIGHT = 40.0, 20.0
LEAST, MOST = 0.01, 0.99
ALL = "*"  # the row of a field that counts every lead which says something of it
STAGE = "stage"
# The source and the way by which somebody came tell nearly the same: each counts half, or it would be said twice.
SHARES = {"source": 0.5, "door": 0.5}
WORTH_SAYING = 0.14  # a change of the odds by fifteen in a hundred

Key = tuple[str, str]  # a field and its value
Counts = Mapping[Key, tuple[float, float]]  # won, lost
Seen = tuple[Key, ...]

# What the product knows before a store has sold anything: how far leads come, of ten that are won and ninety lost.
SHIPPED: Counts = {
    (STAGE, ALL): (10, 90), (STAGE, "contacted"): (10, 70), (STAGE, "visited"): (10, 35), (STAGE, "driven"): (8, 16),
    (STAGE, "quoted"): (9, 13), (STAGE, "ordered"): (10, 2),
    ("grade", ALL): (10, 90), ("grade", "H"): (5, 9), ("grade", "A"): (3, 18), ("grade", "B"): (1.5, 28),
    ("grade", "C"): (0.5, 35),
}  # fmt: skip


@dataclass(frozen=True)
class Factor:
    """How a field moves the odds: above zero it raises, below it lowers."""

    field: str
    value: str
    weight: float

    @property
    def telling(self) -> bool:
        return abs(self.weight) >= WORTH_SAYING


@dataclass(frozen=True)
class Chance:
    probability: float
    factors: tuple[Factor, ...]  # the heaviest first
    cases: float  # how many closed leads of the store stand behind it


def chance(seen: Iterable[Key], own: Counts, around: Counts | None = None) -> Chance:
    """`seen`: what is known of the lead; `own`: the store's counts, `around`: those of the group without it."""
    counts = blended(own, around or {})
    won, lost = counts.get((STAGE, ALL), (0.0, 0.0))
    odds = log((won + SMOOTHING) / (lost + SMOOTHING))
    factors = [Factor(f, value, SHARES.get(f, 1.0) * _weight(counts, f, value)) for f, value in seen]
    raw = odds + sum(one.weight for one in factors)
    probability = min(max(1 / (1 + exp(-max(min(raw, 30), -30))), LEAST), MOST)
    return Chance(
        probability, tuple(sorted(factors, key=lambda one: -abs(one.weight))), sum(own.get((STAGE, ALL), (0.0, 0.0)))
    )


def blended(own: Counts, around: Counts) -> dict[Key, tuple[float, float]]:
    group, shipped = _share(around, GROUP), _share(SHIPPED, SHIPPED_WEIGHT)
    found: dict[Key, tuple[float, float]] = {}
    for key in {*own, *around, *SHIPPED}:
        (a, b), (c, d), (e, f) = (source.get(key, (0.0, 0.0)) for source in (own, around, SHIPPED))
        found[key] = (a + group * c + shipped * e, b + group * d + shipped * f)
    return found


def _share(counts: Counts, most: float) -> float:
    cases = sum(counts.get((STAGE, ALL), (0.0, 0.0)))
    return min(1.0, most / cases) if cases else 0.0


def _weight(counts: Counts, field: str, value: str) -> float:
    """The logarithm of how much better than all leads those with this value end. What is added to the counts is shared
    out as all leads ended, so that a value nobody has seen yet says nothing."""
    won, lost = counts.get((field, value), (0.0, 0.0))
    all_won, all_lost = counts.get((field, ALL), (0.0, 0.0))
    usual = (all_won + SMOOTHING) / (all_won + all_lost + 2 * SMOOTHING)
    here = (won + SMOOTHING * usual) / (lost + SMOOTHING * (1 - usual))
    return log(here) - log(usual / (1 - usual))


def counted(seen: Iterable[Key], passed: Sequence[str]) -> tuple[Key, ...]:
    """The rows that a closed lead adds to: its values, the whole of each field, and every stage it came through."""
    values = [key for key in seen if key[0] != STAGE]
    keys = [*values, *((field, ALL) for field, _value in values), (STAGE, ALL), *((STAGE, code) for code in passed)]
    return tuple(dict.fromkeys(keys))


@dataclass(frozen=True)
class Decile:
    """Of leads to which such a chance was given, how many were won."""

    low: float
    high: float
    predicted: float
    cases: int
    won: int

    @property
    def actual(self) -> float:
        return self.won / self.cases if self.cases else 0.0


def calibration(told: Iterable[tuple[float, bool]]) -> list[Decile]:
    """Chances that were given, with what came of it, by tenths; tenths without a case are left out."""
    groups: dict[int, list[tuple[float, bool]]] = {}
    for probability, won in told:
        groups.setdefault(min(int(probability * 10), 9), []).append((probability, won))
    return [
        Decile(
            tenth / 10, (tenth + 1) / 10, sum(p for p, _won in rows) / len(rows), len(rows),
            sum(1 for _p, won in rows if won),
        )
        for tenth, rows in sorted(groups.items())
    ]  # fmt: skip
