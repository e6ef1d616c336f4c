"""Birthdays by the civil and by the lunar calendar."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from lunar_python import LunarYear

# The Julian day number of the day before 1 January of the year 1.
_JULIAN_DAY_ZERO = 1721425


class _Month(NamedTuple):
    year: int
    number: int
    leap: bool
    first: date
    days: int


def next_birthday(birthday: date, lunar: bool, after: date) -> date:
    """The first birthday later than `after`. `birthday` is the civil day of birth in both cases.

    Civil: 29 February is kept on the 28th in common years. Lunar (农历, GB/T 33661-2017): the day of birth is
    turned into its lunar day, which returns each lunar year; a birthday in a leap month is kept in that leap
    month when the year has it, else in the ordinary month of the same number; the 30th is kept on the 29th
    in short months.
    """
    after = max(after, birthday)
    # A lunar year may end as late as February, so the lunar birthday of last year may still lie ahead.
    years = range(after.year - 1, after.year + 3)
    return next(day for year in years if (day := _in_year(birthday, lunar, year)) > after)


def solar_of_lunar(year: int, month: int, day: int, *, leap: bool = False) -> date:
    """The civil day of a lunar day, for entry forms; missing leap months and 30ths fall back as above."""
    wanted = [one for one in _months(year) if (one.year, one.number) == (year, month)]
    if not wanted or not 1 <= day <= 30:
        raise ValueError("lunar_day")
    found = wanted[-1] if leap else wanted[0]
    return date.fromordinal(found.first.toordinal() + min(day, found.days) - 1)


def lunar_of_solar(day: date) -> tuple[int, int, int, bool]:
    """Lunar year, month, day and whether the month is a leap month."""
    started = [one for one in _months(day.year) if one.first <= day]
    month = started[-1]
    return month.year, month.number, (day - month.first).days + 1, month.leap


def _in_year(birthday: date, lunar: bool, year: int) -> date:
    if lunar:
        _, month, day, leap = lunar_of_solar(birthday)
        return solar_of_lunar(year, month, day, leap=leap)
    if (birthday.month, birthday.day) == (2, 29):
        return _last_of_february(year)
    return birthday.replace(year=year)


def _last_of_february(year: int) -> date:
    try:
        return date(year, 2, 29)
    except ValueError:
        return date(year, 2, 28)


@lru_cache(maxsize=512)
def _months(year: int) -> tuple[_Month, ...]:
    """The months of a lunar year with the last two before it, leap months behind their ordinary ones.

    Computing a year takes milliseconds, so it is done once.
    """
    return tuple(
        _Month(
            one.getYear(),
            abs(one.getMonth()),
            one.isLeap(),
            date.fromordinal(int(one.getFirstJulianDay()) - _JULIAN_DAY_ZERO),
            one.getDayCount(),
        )
        for one in LunarYear.fromYear(year).getMonths()
    )
