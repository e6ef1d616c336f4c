"""When somebody is on duty 在岗: whole days, halves, or not at all."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

NOON = time(12, 30)  # where the two halves of a day meet


class Part(StrEnum):
    DAY = "day"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    OFF = "off"


def begins(part: Part, day: date, zone: ZoneInfo) -> datetime:
    """From when on somebody of this part of the day is there."""
    return datetime.combine(day, NOON if part == Part.AFTERNOON else time.min, zone)


def on_duty(part: Part, at: datetime) -> bool:
    """`at` on the clock of the store."""
    if part == Part.OFF:
        return False
    late = at.time() >= NOON
    return part == Part.DAY or late == (part == Part.AFTERNOON)
