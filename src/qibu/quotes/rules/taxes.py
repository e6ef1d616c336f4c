"""What the state takes when a car is bought: purchase tax 车辆购置税, vessel tax 车船税; estimates for a quotation.

The amounts that count are those of the tax office; a quotation says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from qibu.quotes.rules.loans import NOTHING, cents

VAT = Decimal("1.13")  # 增值税 13 % of motor vehicles: 财政部 税务总局 海关总署公告2019年第39号, art. 1
RATE = Decimal("0.10")  # 车辆购置税法 (2018), art. 4
MOST_SEATS = 9  # a 乘用车 seats nine at most, the driver included

ELECTRIC, PLUG_IN = "electric", "plug_in"
NEW_ENERGY = frozenset({ELECTRIC, PLUG_IN})


class Relief(StrEnum):
    """Why less is due, or why not."""

    NONE = "none"  # no car with a plug
    FREE = "free"  # 免征, up to the cap
    HALF = "half"  # 减半, up to the cap
    SHORT_RANGE = "short_range"  # a plug-in car that doesn't go far enough on its battery
    UNKNOWN_RANGE = "unknown_range"  # a plug-in car whose range nobody wrote down
    NO_RULE = "no_rule"  # no rule is known for cars bought on that day


@dataclass(frozen=True)
class Period:
    """`share` of the tax that is let off, `cap` at most in yuan; `plug_in_km` is what a plug-in car has to go on its
    battery."""

    first: date
    last: date
    relief: Relief
    share: Decimal
    cap: Decimal
    plug_in_km: int


# 财政部 税务总局 工业和信息化部公告2023年第10号, art. 1: free 2024–2025 up to 30,000 yuan, half 2026–2027 up to 15,000
# for each passenger car. The range of plug-in cars: 43 km by 工业和信息化部 财政部 税务总局公告2023年第32号, 100 km
# from 2026 on by 公告2025年第26号. What counts is the day of the invoice, and that the car stands in the 减免税目录.
PERIODS = (
    Period(date(2024, 1, 1), date(2025, 12, 31), Relief.FREE, Decimal(1), Decimal(30_000), 43),
    Period(date(2026, 1, 1), date(2027, 12, 31), Relief.HALF, Decimal("0.5"), Decimal(15_000), 100),
)


@dataclass(frozen=True)
class Car:
    energy: str
    seats: int = 5
    displacement: int | None = None  # cubic centimetres
    electric_range: int | None = None  # km


@dataclass(frozen=True)
class Tax:
    amount: Decimal
    full: Decimal  # before relief
    relief: Relief

    @property
    def saved(self) -> Decimal:
        return self.full - self.amount


def purchase_tax(price: Decimal, car: Car, bought_on: date) -> Tax:
    """`price` is what is paid for the car, VAT included: taxed is the price without VAT (车辆购置税法 arts. 5–6)."""
    full = cents(price / VAT * RATE)
    period = next((one for one in PERIODS if one.first <= bought_on <= one.last), None)
    relief = _relief(car, period)
    if period is None or relief != period.relief:
        return Tax(full, full, relief)
    return Tax(full - min(cents(full * period.share), period.cap), full, relief)


def _relief(car: Car, period: Period | None) -> Relief:
    if car.energy not in NEW_ENERGY or car.seats > MOST_SEATS:
        return Relief.NONE
    if period is None:
        return Relief.NO_RULE
    if car.energy == PLUG_IN and car.electric_range is None:
        return Relief.UNKNOWN_RANGE
    if car.energy == PLUG_IN and (car.electric_range or 0) < period.plug_in_km:
        return Relief.SHORT_RANGE
    return period.relief


# 车船税法 (2011, amended 2019), annex: the bands of 乘用车 in cubic centimetres; the last one is open.
BANDS = (1000, 1600, 2000, 2500, 3000, 4000, None)


class Vessel(StrEnum):
    DUE = "due"
    EXEMPT = "exempt"  # electric cars are not taxed, plug-in cars of the catalogue exempt
    UNKNOWN = "unknown"  # the displacement is not known, or the car is no passenger car


@dataclass(frozen=True)
class VesselTax:
    amount: Decimal
    yearly: Decimal
    months: int
    state: Vessel


def vessel_tax(car: Car, bought_on: date, table: Sequence[Decimal]) -> VesselTax:
    """Of the first year: from the month of purchase on, by months (车船税法实施条例 art. 19). `table` gives the yearly
    amount of the province for each of `BANDS`. Electric passenger cars have no displacement and are outside of the
    annex; plug-in ones are free (财税〔2018〕74号, art. 2)."""
    months = 13 - bought_on.month
    if car.energy in NEW_ENERGY and car.seats <= MOST_SEATS:
        return VesselTax(NOTHING, NOTHING, months, Vessel.EXEMPT)
    if not car.displacement or car.seats > MOST_SEATS:
        return VesselTax(NOTHING, NOTHING, months, Vessel.UNKNOWN)
    yearly = table[_band(car.displacement)]
    return VesselTax(cents(yearly * months / 12), yearly, months, Vessel.DUE)


def _band(displacement: int) -> int:
    """A band includes its upper end: 1.6 升（含）."""
    return next(place for place, top in enumerate(BANDS) if top is None or displacement <= top)
