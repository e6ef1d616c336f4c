"""Sun and moon by Meeus, Astronomical Algorithms (2nd edition, chapters 25 and 49), and the calendar that they make by
GB/T 33661-2017: a month begins on Beijing's day of the new moon, the one with the winter solstice is the eleventh, and
of thirteen months between two of these the first without a principal term is a leap month.

The sun is right to a quarter of an hour, the moon to a minute: from 1940 to 2031 no term and no new moon is so close to
Beijing's midnight that this would move a day.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from math import radians, sin
from typing import NamedTuple

BEIJING, DAY = 8 / 24, timedelta(days=1)
TERMS = (
    "chunfen", "qingming", "guyu", "lixia", "xiaoman", "mangzhong", "xiazhi", "xiaoshu", "dashu", "liqiu", "chushu",
    "bailu", "qiufen", "hanlu", "shuangjiang", "lidong", "xiaoxue", "daxue", "dongzhi", "xiaohan", "dahan", "lichun",
    "yushui", "jingzhe",
)  # fmt: skip
SOLSTICE = TERMS.index("dongzhi")


class Month(NamedTuple):
    year: int
    number: int
    leap: bool
    first: date
    days: int


def julian(day: date) -> float:
    """Of the day's beginning in Beijing, in dynamical time: a minute ahead in these years."""
    return day.toordinal() + 1721424.5 - BEIJING + 60 / 86400


def longitude(at: float) -> float:
    """Of the apparent sun, in degrees."""
    t = (at - 2451545) / 36525
    m = radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    centre = (1.914602 - 0.004817 * t) * sin(m) + 0.019993 * sin(2 * m) + 0.000289 * sin(3 * m)
    wobble = 0.00478 * sin(radians(125.04 - 1934.136 * t))
    return (280.46646 + 36000.76983 * t + 0.0003032 * t * t + centre - 0.00569 - wobble) % 360


@cache
def term_of(day: date) -> str:
    """The solar term that begins on a day; empty on most days."""
    before, after = (int(longitude(julian(each)) // 15) for each in (day, day + DAY))
    return TERMS[after] if before != after else ""


def new_moon(k: int) -> float:
    """The k-th new moon after 6 January 2000."""
    t = k / 1236.85
    e = 1 - 0.002516 * t
    m, moon = radians(2.5534 + 29.1053567 * k), radians(201.5643 + 385.81693528 * k)
    f, node = radians(160.7108 + 390.67050284 * k), radians(124.7746 - 1.56375588 * k)
    return (
        2451550.09766 + 29.530588861 * k + 0.00015437 * t * t
        - 0.40720 * sin(moon) + 0.17241 * e * sin(m) + 0.01608 * sin(2 * moon) + 0.01039 * sin(2 * f)
        + 0.00739 * e * sin(moon - m) - 0.00514 * e * sin(moon + m) + 0.00208 * e * e * sin(2 * m)
        - 0.00111 * sin(moon - 2 * f) - 0.00057 * sin(moon + 2 * f) + 0.00056 * e * sin(2 * moon + m)
        - 0.00042 * sin(3 * moon) + 0.00042 * e * sin(m + 2 * f) + 0.00038 * e * sin(m - 2 * f)
        - 0.00024 * e * sin(2 * moon - m) - 0.00017 * sin(node)
        + 0.000325 * sin(radians(299.77 + 0.107408 * k)) + 0.000165 * sin(radians(251.88 + 0.016321 * k))
    )  # fmt: skip


def day_of_new_moon(k: int) -> date:
    return date.fromordinal(int(new_moon(k) - 60 / 86400 + BEIJING - 1721424.5))


@cache
def solstice(year: int) -> date:
    day = date(year, 12, 15)
    while term_of(day) != TERMS[SOLSTICE]:
        day += DAY
    return day


def moons(after: date, until: date) -> list[date]:
    """First days of the months from the one that holds `after` to the one that holds `until`."""
    k = int((after.year - 2000) * 12.3685) - 3
    days = []
    while not days or days[-1] <= until:
        days.append(day_of_new_moon(k))
        k += 1
    return [day for day, following in pairwise(days) if following > after]


@cache
def months(year: int) -> list[Month]:
    """From the eleventh month before a year to its tenth."""
    firsts = moons(solstice(year - 1), solstice(year))
    spans = list(pairwise(firsts))
    leap = next((at for at, span in enumerate(spans) if not _principal(*span)), None) if len(spans) == 13 else None
    found, number = [], 10
    for at, (first, following) in enumerate(spans):
        number += at != leap
        of = year if number > 12 else year - 1
        found.append(Month(of, (number - 1) % 12 + 1, at == leap, first, (following - first).days))
    return found


def _principal(first: date, following: date) -> bool:
    """Whether a month holds a term whose place is a multiple of 30 degrees."""
    days = (first + timedelta(at) for at in range((following - first).days))
    return any(TERMS.index(term) % 2 == 0 for day in days if (term := term_of(day)))


@cache
def lunar(day: date) -> Month:
    """The month a day lies in."""
    return next(m for year in (day.year, day.year + 1) for m in months(year) if m.first <= day < m.first + m.days * DAY)


def lunar_day(day: date) -> tuple[int, int, int, bool]:
    month = lunar(day)
    return month.year, month.number, (day - month.first).days + 1, month.leap
