"""Birthdays by the civil and by the lunar calendar."""

from datetime import date
from functools import lru_cache

from lunar_python import Lunar, LunarMonth, Solar


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
    found = LunarMonth.fromYm(year, -month) if leap else None
    found = found or LunarMonth.fromYm(year, month)
    if found is None:
        raise ValueError("lunar_month")
    solar = Lunar.fromYmd(year, found.getMonth(), min(day, found.getDayCount())).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def lunar_of_solar(day: date) -> tuple[int, int, int, bool]:
    """Lunar year, month, day and whether the month is a leap month."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return lunar.getYear(), abs(lunar.getMonth()), lunar.getDay(), lunar.getMonth() < 0


def _in_year(birthday: date, lunar: bool, year: int) -> date:
    if lunar:
        return _lunar_in_year(birthday, year)
    if (birthday.month, birthday.day) == (2, 29):
        return _last_of_february(year)
    return birthday.replace(year=year)


def _last_of_february(year: int) -> date:
    try:
        return date(year, 2, 29)
    except ValueError:
        return date(year, 2, 28)


@lru_cache(maxsize=65536)
def _lunar_in_year(birthday: date, year: int) -> date:
    _, month, day, leap = lunar_of_solar(birthday)
    return solar_of_lunar(year, month, day, leap=leap)
