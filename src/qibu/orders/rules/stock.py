"""How long a car has been standing."""

from __future__ import annotations

from datetime import date

# What dealers watch: after 60 days a car ties up money, after 90 most makers and banks call it old stock.
AGES = (30, 60, 90, 180)


def days_in_stock(arrived_on: date | None, left_on: date | None, today: date) -> int | None:
    """Days since it arrived, until it left; None while it is still expected."""
    if arrived_on is None:
        return None
    return max(((left_on or today) - arrived_on).days, 0)
