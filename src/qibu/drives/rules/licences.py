"""Who may sit at the wheel of a demonstration car.

Classes: Annex 1 of the Provisions on the application for and use of driving licences (机动车驾驶证申领和使用规定,
Order 162 of the Ministry of Public Security, 2021). A1, A2, A3, B1, B2 and C1 include small cars; C2 small cars with
automatic gears alone; C5 cars adapted for the disabled, which a demonstration car is not; the others no cars at all.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from qibu.kernel.days import add_months

ALL_CARS = frozenset({"A1", "A2", "A3", "B1", "B2", "C1"})
AUTOMATIC_CARS = frozenset({"C2"})
CLASSES = ("C1", "C2", "A1", "A2", "A3", "B1", "B2", "C3", "C4", "C5", "C6", "D", "E", "F", "M", "N", "P")
PROBATION = 12  # months


class LicenceFault(StrEnum):
    EXPIRED = "expired"
    NO_CARS = "no_cars"
    AUTOMATIC_ALONE = "automatic_alone"
    NOT_YET = "not_yet"


def licence_fault(
    licence_class: str, *, issued_on: date | None, expires_on: date | None, on: date, manual: bool
) -> LicenceFault | None:
    """Why somebody may not drive on a day. A licence without a last day is valid for good (长期); its last day counts.

    Road Traffic Safety Law (道路交通安全法) art. 19: who drives holds a licence for that kind of vehicle.
    """
    if expires_on is not None and expires_on < on:
        return LicenceFault.EXPIRED
    if issued_on is not None and issued_on > on:
        return LicenceFault.NOT_YET
    if licence_class in ALL_CARS:
        return None
    if licence_class in AUTOMATIC_CARS:
        return LicenceFault.AUTOMATIC_ALONE if manual else None
    return LicenceFault.NO_CARS


def in_probation(issued_on: date | None, on: date) -> bool:
    """Within twelve months of the first issue (实习期): on an expressway only beside somebody who has held such a
    licence for three years. Regulations for the Road Traffic Safety Law (道路交通安全法实施条例) art. 22; Order 162
    art. 77."""
    return issued_on is not None and on < add_months(issued_on, PROBATION)
