"""Appointments that get into each other's way."""

from __future__ import annotations

from datetime import datetime, timedelta


def clash(one: datetime, minutes: int, other: datetime, others_minutes: int) -> bool:
    """Whether two in one bay overlap; one may begin when the other ends."""
    return one < other + timedelta(minutes=others_minutes) and other < one + timedelta(minutes=minutes)
