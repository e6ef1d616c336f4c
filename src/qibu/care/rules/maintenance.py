"""When a car is due for maintenance: by months or by kilometres, whichever comes first.

"Whichever sooner", with an average mileage per car, is how the known dealer systems do it (Siebel Automotive,
preventive maintenance). The rule knows no today: the same facts always give the same day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations
from math import ceil
from statistics import median

from qibu.kernel.days import add_months

DEFAULT_DAILY_KM = 40.0
LOWEST_DAILY_KM = 5.0
HIGHEST_DAILY_KM = 300.0
# Driven faster than this between two readings, one of them is a typing error.
_IMPOSSIBLE_DAILY_KM = 1000
_RECENT = timedelta(days=365)
_SHORTEST_SPAN = timedelta(days=14)
_LONGEST_FORECAST = 3650
# A pace like 436 km in 53 days is no exact float: what it is off by, to so many digits, must not make a day.
_NO_DAY = 9


@dataclass(frozen=True, slots=True)
class Interval:
    """A maker's plan: the first service and every further one; nothing where only months or only km count."""

    first_km: int | None
    first_months: int
    km: int | None
    months: int


@dataclass(frozen=True, slots=True)
class PartOfInterval:
    """What an organisation says otherwise of an interval; nothing is left to the one above."""

    first_km: int | None = None
    first_months: int | None = None
    km: int | None = None
    months: int | None = None

    def with_more(self, other: "PartOfInterval") -> "PartOfInterval":
        """What the other one has where this one says nothing."""
        first_km, first_months = _first(self.first_km, other.first_km), _first(self.first_months, other.first_months)
        return PartOfInterval(first_km, first_months, _first(self.km, other.km), _first(self.months, other.months))

    def completed(self, whole: Interval) -> Interval:
        return Interval(
            _first(self.first_km, whole.first_km),
            whole.first_months if self.first_months is None else self.first_months,
            _first(self.km, whole.km),
            whole.months if self.months is None else self.months,
        )


def _first(one: int | None, other: int | None) -> int | None:
    return other if one is None else one


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    """What the odometer said on a day."""

    on: date
    km: int


@dataclass(frozen=True, slots=True)
class LastMaintenance:
    """The visit a cycle starts from."""

    on: date
    km: int | None = None


class Basis(StrEnum):
    """What the daily mileage rests on."""

    READINGS = "readings"
    PURCHASE = "purchase"
    DEFAULT = "default"


class DueBy(StrEnum):
    """Which of the two comes first."""

    MONTHS = "months"
    KM = "km"


@dataclass(frozen=True, slots=True)
class DailyMileage:
    """Kilometres a day, and what that rests on."""

    km: float
    basis: Basis
    readings: int = 0


@dataclass(frozen=True, slots=True)
class MaintenanceDue:
    """The day, what brings it, the odometer it is meant for, and the facts behind."""

    due_on: date
    by: DueBy
    km: int | None
    cycle: str
    daily: DailyMileage
    last_reading: Reading | None
    estimated: bool


def maintenance_cycle(last: LastMaintenance | None) -> str:
    """The key of a cycle: the visit it starts from, so that a new forecast never opens a second one."""
    return f"maintenance:{last.on.isoformat()}" if last else "maintenance:first"


def maintenance_due(
    interval: Interval,
    *,
    purchase_on: date,
    readings: Iterable[Reading],
    last: LastMaintenance | None = None,
    default_daily_km: float = DEFAULT_DAILY_KM,
    purchase_estimated: bool = False,
) -> MaintenanceDue:
    """When the next maintenance is due, and why."""
    trusted = trusted_readings(readings)
    daily = daily_mileage(trusted, purchase_on, default_daily_km)
    start = last.on if last else purchase_on
    by_months = add_months(start, interval.months if last else interval.first_months)
    target = _target_km(interval, last)
    known = _position(trusted, last, purchase_on)
    by_km = max(start, first_day_at(target, known, daily)) if target is not None else None
    by = DueBy.KM if by_km is not None and by_km < by_months else DueBy.MONTHS
    return MaintenanceDue(
        due_on=by_km if by_km is not None and by is DueBy.KM else by_months,
        by=by,
        km=target,
        cycle=maintenance_cycle(last),
        daily=daily,
        last_reading=trusted[-1] if trusted else None,
        estimated=_is_estimated(by, daily, purchase_estimated and last is None),
    )


def trusted_readings(readings: Iterable[Reading]) -> list[Reading]:
    """The readings of the odometer that is in the car, in order of days.

    A single reading out of line with both neighbours is a typing error. Where the line breaks for good the
    odometer was replaced: the last stretch of two readings or more holds, since one alone proves nothing.
    """
    highest = {reading.on: reading for reading in sorted(readings)}
    stretches = _stretches(_without_outliers(sorted(highest.values())))
    proven = [stretch for stretch in stretches if len(stretch) > 1]
    return (proven or stretches or [[]])[-1]


def daily_mileage(
    trusted: Sequence[Reading], purchase_on: date, default_daily_km: float = DEFAULT_DAILY_KM
) -> DailyMileage:
    """Kilometres a day: the median slope of the last year (Theil–Sen), else since purchase, else usual.

    Kept between 5 and 300 km, so that a car standing still or a wrong reading gives no absurd day.
    """
    recent = [reading for reading in trusted if reading.on >= trusted[-1].on - _RECENT] if trusted else []
    if len(recent) < 2:
        recent = list(trusted[-2:])
    if slope := _slope(recent):
        return DailyMileage(_bounded(slope), Basis.READINGS, len(recent))
    if trusted and (slope := _slope([Reading(purchase_on, 0), trusted[-1]])) and slope <= HIGHEST_DAILY_KM:
        return DailyMileage(_bounded(slope), Basis.PURCHASE, 1)
    return DailyMileage(default_daily_km, Basis.DEFAULT)


def first_day_at(target: int, known: Reading, daily: DailyMileage) -> date:
    """The first day on which the odometer shows so much, ten years away at most; in the past where it was passed."""
    days = ceil(round((target - known.km) / daily.km, _NO_DAY))
    return known.on + timedelta(days=max(min(days, _LONGEST_FORECAST), -_LONGEST_FORECAST))


def _bounded(slope: float) -> float:
    return min(max(slope, LOWEST_DAILY_KM), HIGHEST_DAILY_KM)


def _slope(readings: Sequence[Reading]) -> float | None:
    pairs = ((a, b) for a, b in combinations(readings, 2) if b.on - a.on >= _SHORTEST_SPAN)
    slopes = [(b.km - a.km) / (b.on - a.on).days for a, b in pairs]
    return median(slopes) if slopes else None


def _fits(earlier: Reading, later: Reading) -> bool:
    driven, days = later.km - earlier.km, (later.on - earlier.on).days
    return 0 <= driven <= _IMPOSSIBLE_DAILY_KM * max(days, 1)


def _without_outliers(readings: Sequence[Reading]) -> list[Reading]:
    kept = list(readings[:1])
    for at, reading in enumerate(readings[1:], start=1):
        after = readings[at + 1] if at + 1 < len(readings) else None
        odd = after and _fits(kept[-1], after) and not (_fits(kept[-1], reading) and _fits(reading, after))
        if not odd:
            kept.append(reading)
    return kept


def _stretches(readings: Sequence[Reading]) -> list[list[Reading]]:
    stretches: list[list[Reading]] = []
    for reading in readings:
        if stretches and _fits(stretches[-1][-1], reading):
            stretches[-1].append(reading)
        else:
            stretches.append([reading])
    return stretches


def _target_km(interval: Interval, last: LastMaintenance | None) -> int | None:
    if last is None:
        return interval.first_km
    if last.km is None or interval.km is None:
        return None
    return last.km + interval.km


def _position(trusted: Sequence[Reading], last: LastMaintenance | None, purchase_on: date) -> Reading:
    """The newest place known on the road to the target: never one from before the last visit."""
    if last is None or last.km is None:
        return trusted[-1] if trusted else Reading(purchase_on, 0)
    visit = Reading(last.on, last.km)
    later = [reading for reading in trusted if reading.on >= last.on and _fits(visit, reading)]
    return later[-1] if later else visit


def _is_estimated(by: DueBy, daily: DailyMileage, start_estimated: bool) -> bool:
    return start_estimated or (by is DueBy.KM and daily.basis is Basis.DEFAULT)
