"""The dirt that lists gather over the years. What a row means is not changed by it, or the row says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from random import Random

from qibu.demo.records import Car
from qibu.demo.vin import check_digit


class Flaw(StrEnum):
    """What is wrong with a row; `rejects` says which of them keep it out."""

    NONE = "none"
    VIN_SHORT = "vin_short"
    VIN_LONG = "vin_long"
    VIN_ILLEGAL = "vin_illegal"
    NAME_MISSING = "name_missing"
    ORDER_MISSING = "order_missing"
    CAR_MISSING = "car_missing"
    CHECK_DIGIT = "check_digit"
    ODD_PLATE = "odd_plate"
    PHONE_MISSING = "phone_missing"
    VIN_MISSING = "vin_missing"
    PLATE_ONLY = "plate_only"

    @property
    def rejects(self) -> bool:
        return self in _REJECTING

    @property
    def warns(self) -> bool:
        return self in (Flaw.CHECK_DIGIT, Flaw.ODD_PLATE, Flaw.PHONE_MISSING)


_REJECTING = (
    Flaw.VIN_SHORT,
    Flaw.VIN_LONG,
    Flaw.VIN_ILLEGAL,
    Flaw.NAME_MISSING,
    Flaw.ORDER_MISSING,
    Flaw.CAR_MISSING,
)
# Each comes once in sixty owner rows or so. The last three are kept from customers with several cars, whose
# rows have to find each other.
_OWNER_FLAWS = (Flaw.VIN_SHORT, Flaw.VIN_LONG, Flaw.VIN_ILLEGAL, Flaw.CHECK_DIGIT, Flaw.ODD_PLATE)
_LONER_FLAWS = (*_OWNER_FLAWS, Flaw.NAME_MISSING, Flaw.PHONE_MISSING, Flaw.VIN_MISSING)
_VISIT_FLAWS = (Flaw.ORDER_MISSING, Flaw.CAR_MISSING, Flaw.PLATE_ONLY)


def is_always_clean(car: Car) -> bool:
    """Its owner's row is without flaws in every file, so that a visit may know it by its plate alone."""
    return bool(car.plate) and int(car.number[-7:]) // 16 % 3 == 0


def owner_flaw(rng: Random, car: Car, *, alone: bool) -> Flaw:
    if rng.random() > 0.18 or is_always_clean(car):
        return Flaw.NONE
    return rng.choice(_LONER_FLAWS if alone else _OWNER_FLAWS)


def visit_flaw(rng: Random, car: Car) -> Flaw:
    if rng.random() > 0.03:
        return Flaw.NONE
    flaw = rng.choice(_VISIT_FLAWS)
    return Flaw.NONE if flaw is Flaw.PLATE_ONLY and not is_always_clean(car) else flaw


def spoil_vin(rng: Random, vin: str, flaw: Flaw) -> str:
    match flaw:
        case Flaw.VIN_SHORT:
            return vin[:-1]
        case Flaw.VIN_LONG:
            return vin + rng.choice("0123456789")
        case Flaw.VIN_ILLEGAL:
            return vin[:11] + rng.choice("OI") + vin[12:]
        case Flaw.CHECK_DIGIT:
            wrong = "0123456789X".replace(check_digit(vin), "")
            return vin[:8] + rng.choice(wrong) + vin[9:]
        case Flaw.VIN_MISSING | Flaw.PLATE_ONLY | Flaw.CAR_MISSING:
            return ""
    return rng.choice((vin, vin, vin, vin, vin.lower(), f" {vin}"))


def spoil_plate(rng: Random, plate: str, flaw: Flaw) -> str:
    if flaw is Flaw.ODD_PLATE:
        return rng.choice(("未上牌", "临牌", "皖B12", "无"))
    if flaw in (Flaw.CAR_MISSING, Flaw.VIN_MISSING):
        return ""
    return rng.choice((plate, plate, plate, f"{plate[:2]}·{plate[2:]}" if plate else "", f"{plate} "))


@dataclass(frozen=True, slots=True)
class Number:
    """A value that the sheet holds as a number."""

    value: float | int


@dataclass(frozen=True, slots=True)
class Day:
    """A value that the sheet holds as a date."""

    value: date


Cell = str | Number | Day


def phone(rng: Random, number: str) -> Cell:
    if not number:
        return ""
    forms: tuple[Cell, ...] = (
        number,
        number,
        Number(float(number)),
        f"{number}.0",
        f"{number[:3]} {number[3:7]} {number[7:]}",
        f"{number[:3]}-{number[3:7]}-{number[7:]}",
        f"+86{number}",
        f"+86 {number}",
    )
    return rng.choice(forms)


def day(rng: Random, value: date | None) -> Cell:
    """Four forms: a true date, 2024-03-09, 2024/3/9, 20240309."""
    if value is None:
        return ""
    forms: tuple[Cell, ...] = (
        Day(value),
        f"{value:%Y-%m-%d}",
        f"{value.year}/{value.month}/{value.day}",
        f"{value:%Y%m%d}",
    )
    return rng.choice(forms)


def money(rng: Random, amount: Decimal) -> Cell:
    return rng.choice((Number(float(amount)), f"{amount:.2f}", f"{amount:,.2f}", f"￥{amount:.2f}"))
