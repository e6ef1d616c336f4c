"""Days of the calendar and of people, found by walking."""

from __future__ import annotations

from datetime import date, timedelta

from qibu.care.tests.plain import sky

DAY = timedelta(days=1)
FESTIVALS = {
    "spring_festival": (1, 1), "lantern": (1, 15), "dragon_boat": (5, 5), "qixi": (7, 7), "mid_autumn": (8, 15),
    "double_ninth": (9, 9),
}  # fmt: skip
CIVIL = {
    "new_year": (1, 1), "womens_day": (3, 8), "labour_day": (5, 1), "childrens_day": (6, 1), "national_day": (10, 1),
}  # fmt: skip


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(at) for at in range((last - first).days + 1)]


def ends_month(day: date) -> bool:
    return (day + DAY).day == 1


def months_later(day: date, months: int) -> date:
    """Walking on: so many times into a new month, then to the same number, or to the end of a shorter month."""
    found = day.replace(day=1)
    while months:
        found += DAY
        months -= found.day == 1
    while found.day != day.day and not ends_month(found):
        found += DAY
    return found


def occasions_of(day: date) -> set[str]:
    """All that a day is. A festival is not kept again in a leap month."""
    _year, month, number, leap = sky.lunar_day(day)
    found = {name for name, on in FESTIVALS.items() if on == (month, number) and not leap}
    found |= {name for name, on in CIVIL.items() if on == (day.month, day.day)}
    return found | ({sky.term_of(day)} - {""})


def is_birthday(born: date, lunar: bool, day: date) -> bool:
    """The 29th of February is kept on the 28th, the 30th of a month on the 29th where there is none, and a leap
    month's day in the month of its number where the year has no such leap month."""
    if day <= born:
        return False
    if not lunar:
        on_last = ends_month(day) and (born.month, born.day) == (2, 29) and day.month == 2
        return on_last or (day.month, day.day) == (born.month, born.day)
    _year, month, number, leap = sky.lunar_day(born)
    here = sky.lunar(day)
    if here.number != month or here.leap != (leap and _has_leap(here.year, month)):
        return False
    return min(number, here.days) == (day - here.first).days + 1


def _has_leap(year: int, number: int) -> bool:
    every = [*sky.months(year), *sky.months(year + 1)]
    return any(month.leap and (month.year, month.number) == (year, number) for month in every)
