"""When a car must be inspected by law (年检).

Sources: 道路交通安全法实施条例 art. 16; for school buses 机动车登记规定 (校车标牌核发); for small private
cars and motorcycles 关于深化机动车检验制度改革优化车检服务工作的意见 of four authorities, in force
2022-10-01: on the line in years 6 and 10, only a mark in years 2, 4 and 8, then every year.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import count

from qibu.kernel.days import add_months, month_end

_SMALL_CAR_SEATS = 9


class Use(StrEnum):
    """What the car is registered for (使用性质)."""

    PRIVATE = "private"
    COMMERCIAL = "commercial"
    SCHOOL_BUS = "school_bus"


class Body(StrEnum):
    """What sort of vehicle it is; a van is a 面包车, which the reform leaves out."""

    CAR = "car"
    VAN = "van"
    TRUCK = "truck"
    MOTORCYCLE = "motorcycle"
    OTHER = "other"


class InspectionKind(StrEnum):
    """On the inspection line, or only a mark to be applied for."""

    LINE = "line"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Inspection:
    """One inspection: the anniversary it falls on, its last day, and the first day it may be done."""

    due_on: date
    kind: InspectionKind
    months: int
    estimated: bool = False

    @property
    def year(self) -> int:
        """The year of the car's life that it completes."""
        return -(-self.months // 12)

    @property
    def valid_until(self) -> date:
        """The old mark holds until the end of the month."""
        return month_end(self.due_on)

    @property
    def opens_on(self) -> date:
        """It may be done in the month it is due in and the two before: three months to the month's end."""
        return add_months(self.due_on.replace(day=1), -2)

    @property
    def cycle(self) -> str:
        """The key of the care cycle, stable when plans are made anew."""
        return f"inspection:{self.months}"


@dataclass(frozen=True, slots=True)
class _Cycle:
    """Steps in months, each until an age, the last for ever; and the ages at which a mark is enough."""

    phases: tuple[tuple[int, int], ...]
    last_step: int
    marks: frozenset[int] = frozenset()

    def ages(self) -> Iterator[int]:
        age = 0
        for until, step in self.phases:
            yield from range(age + step, until + 1, step)
            age = until
        yield from count(age + self.last_step, self.last_step)


_REFORMED = _Cycle(((120, 24),), 12, frozenset({24, 48, 96}))
_SMALL_BY_ARTICLE_16 = _Cycle(((72, 24), (180, 12)), 6)
_MOTORCYCLE_BY_ARTICLE_16 = _Cycle(((48, 24),), 12)
_COMMERCIAL_PASSENGER = _Cycle(((60, 12),), 6)
_TRUCK_OR_LARGE = _Cycle(((120, 12),), 6)
_YEARLY = _Cycle((), 12)
_HALF_YEARLY = _Cycle((), 6)


def next_inspections(
    registered_on: date,
    use: Use,
    seats: int | None,
    body: Body,
    until: date,
    *,
    reformed: bool = True,
    estimated: bool = False,
) -> Iterator[Inspection]:
    """All inspections from registration on that are due by `until`.

    `reformed` is false for cars the reform leaves out though small and private: after an accident with
    injured people or a punished illegal modification, or formerly commercial. Unknown seats count as small.
    """
    cycle = _cycle_of(use, seats, body, reformed)
    for months in cycle.ages():
        due_on = add_months(registered_on, months)
        if due_on > until:
            return
        kind = InspectionKind.MARK if months in cycle.marks else InspectionKind.LINE
        yield Inspection(due_on, kind, months, estimated)


def next_inspection(
    registered_on: date,
    use: Use,
    seats: int | None,
    body: Body,
    after: date,
    *,
    reformed: bool = True,
    estimated: bool = False,
) -> Inspection:
    """The first inspection whose last day has not passed on `after`."""
    until = add_months(max(after, registered_on), 30)
    every = next_inspections(registered_on, use, seats, body, until, reformed=reformed, estimated=estimated)
    return next(one for one in every if one.valid_until >= after)


def _cycle_of(use: Use, seats: int | None, body: Body, reformed: bool) -> _Cycle:
    if use is Use.SCHOOL_BUS:
        return _HALF_YEARLY
    if body is Body.TRUCK:
        return _TRUCK_OR_LARGE
    if body is Body.MOTORCYCLE:
        return _REFORMED if reformed else _MOTORCYCLE_BY_ARTICLE_16
    if body is Body.OTHER:
        return _YEARLY
    return _passenger_cycle(use, seats, reformed and body is Body.CAR)


def _passenger_cycle(use: Use, seats: int | None, reformed: bool) -> _Cycle:
    if use is Use.COMMERCIAL:
        return _COMMERCIAL_PASSENGER
    if seats is not None and seats > _SMALL_CAR_SEATS:
        return _TRUCK_OR_LARGE
    return _REFORMED if reformed else _SMALL_BY_ARTICLE_16
