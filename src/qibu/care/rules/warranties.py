"""When a car's warranty ends: by months or by kilometres, whichever comes first.

Without an entry of the car's own the least that the law grants counts, as an estimate: three years or 60,000 km from
the invoice (家用汽车产品修理更换退货责任规定, 市场监管总局令第43号, in force 2022-01-01, art. 18). Battery, drive
motor and its control: eight years or 120,000 km, as makers of subsidised cars had to grant (财建〔2015〕134号).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from qibu.care.rules.maintenance import DailyMileage, Reading, first_day_at
from qibu.kernel.days import add_months


class Part(StrEnum):
    """What is warranted."""

    CAR = "car"
    BATTERY = "battery"


@dataclass(frozen=True, slots=True)
class Term:
    """How long a part is warranted; nothing where only the other one counts."""

    months: int | None
    km: int | None


LEGAL_MINIMUM = Term(36, 60_000)
COMMON_FOR_BATTERIES = Term(96, 120_000)


@dataclass(frozen=True, slots=True)
class Granted:
    """What is entered for a car: the last day and the last kilometre, each where it is known."""

    until: date | None = None
    km: int | None = None

    def __bool__(self) -> bool:
        return self.until is not None or self.km is not None


@dataclass(frozen=True, slots=True)
class WarrantyEnd:
    """The day, what brings it, the odometer it ends at."""

    part: Part
    ends_on: date
    by_km: bool
    km: int | None
    estimated: bool

    @property
    def cycle(self) -> str:
        return f"warranty:{self.part.value}"


def warranty_end(
    part: Part, granted: Granted, *, bought: date | None, readings: Sequence[Reading], daily: DailyMileage,
    household: bool = True,
) -> WarrantyEnd | None:
    """When it ends. Nothing is guessed for cars that are no household's: the law's least is not theirs."""
    assumed = _assumed(part, bought) if not granted and household else None
    found = granted or assumed
    if not found:
        return None
    by_km = _day_of(found.km, bought, readings, daily) if found.km is not None else None
    if found.until is None and by_km is None:
        return None
    sooner = by_km is not None and (found.until is None or by_km < found.until)
    ends_on = by_km if sooner else found.until
    assert ends_on is not None
    return WarrantyEnd(part, ends_on, sooner, found.km, assumed is not None or (sooner and not readings))


def _assumed(part: Part, bought: date | None) -> Granted | None:
    if bought is None:
        return None
    term = COMMON_FOR_BATTERIES if part is Part.BATTERY else LEGAL_MINIMUM
    return Granted(add_months(bought, term.months or 0) - timedelta(days=1), term.km)


def _day_of(target: int, bought: date | None, readings: Sequence[Reading], daily: DailyMileage) -> date | None:
    """A car that has driven past it passed it at its pace."""
    known = readings[-1] if readings else Reading(bought, 0) if bought else None
    return first_day_at(target, known, daily) if known else None
