"""Between which days somebody can have a part in a car; what lies beyond is a wrong year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

OLDEST_CAR = 100  # years
LONGEST_AHEAD = 30  # years: longer than a car is kept or lent


def earliest(purchased_on: date | None, owned_since: Iterable[date | None], today: date) -> date:
    """The day of purchase, or the first owner's first day if that is earlier; where neither is known a century ago."""
    known = [day for day in (purchased_on, *owned_since) if day is not None]
    return min(known, default=_years(today, -OLDEST_CAR))


def latest(today: date) -> date:
    return _years(today, LONGEST_AHEAD)


def _years(day: date, number: int) -> date:
    """The 29th of February becomes the 28th."""
    try:
        return day.replace(year=day.year + number)
    except ValueError:
        return day.replace(year=day.year + number, day=28)
