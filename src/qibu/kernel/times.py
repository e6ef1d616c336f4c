"""Times are stored in UTC and shown in the store's zone; days are dates."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    return timezone.now()


def today() -> date:
    """The calendar day in the store's zone."""
    return now().astimezone(ZONE).date()


def day_of(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def at_time(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZONE)


def start_of(day: date) -> datetime:
    return at_time(day, time.min)
