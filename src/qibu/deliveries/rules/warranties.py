"""Until when a car that is handed over is under warranty, by what its maker grants.

Both periods begin with the invoice, and with the handing over where that is another day (家用汽车产品修理更换退货
责任规定, 市场监管总局令第 43 号, in force 2022-01-01, art. 18); so they are counted from the day of delivery. Where
nothing is said of a model the car's fields stay empty, and care reckons with the least that the law grants
(`care.rules.warranties`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from qibu.kernel.days import add_months

WITH_BATTERY = frozenset({"electric", "plug_in"})


@dataclass(frozen=True)
class Term:
    """What a maker grants to cars whose brand and series begin so; empty is any. Months or kilometres, or both."""

    brand: str = ""
    series: str = ""
    months: int | None = None
    km: int | None = None
    battery_months: int | None = None
    battery_km: int | None = None

    def fits(self, brand: str, series: str) -> bool:
        return brand.startswith(self.brand) and series.startswith(self.series)


@dataclass(frozen=True)
class Granted:
    """As the car's file has it."""

    warranty_until: date | None = None
    warranty_km: int | None = None
    battery_warranty_until: date | None = None
    battery_warranty_km: int | None = None


def narrowest(terms: Iterable[Term], brand: str, series: str) -> Term | None:
    """Of those that fit the one that says most of the car."""
    fitting = [term for term in terms if term.fits(brand, series)]
    return max(fitting, key=lambda term: (len(term.series), len(term.brand)), default=None)


def granted(term: Term | None, on: date, energy: str) -> Granted:
    """Last days: a warranty of 36 months from 5 March ends on 4 March. No plug, no battery of its own."""
    if term is None:
        return Granted()
    battery = energy in WITH_BATTERY
    return Granted(
        _last_day(term.months, on), term.km,
        _last_day(term.battery_months, on) if battery else None, term.battery_km if battery else None,
    )  # fmt: skip


def _last_day(months: int | None, on: date) -> date | None:
    return add_months(on, months) - timedelta(days=1) if months else None
