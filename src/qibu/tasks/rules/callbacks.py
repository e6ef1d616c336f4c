"""Times offered when a customer asks to be called again."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from qibu.tasks.rules.calendar import Calendar

EVENING = time(17)
FROM_NOW = timedelta(hours=1)
AFTER_OPENING = timedelta(hours=1)


class Slot(StrEnum):
    HOUR = "hour"
    EVENING = "evening"
    MORNING = "morning"


@dataclass(frozen=True, slots=True)
class Offer:
    slot: Slot
    at: datetime
    tomorrow: bool = False


def offers(now: datetime, calendar: Calendar) -> list[Offer]:
    """In an hour; today at five while that is further off; an hour after opening on the next working day."""
    local = now.astimezone(calendar.zone)
    found = [Offer(Slot.HOUR, now + FROM_NOW)]
    evening = datetime.combine(local.date(), EVENING, calendar.zone)
    if evening > now + FROM_NOW and calendar.is_working_day(local.date()):
        found.append(Offer(Slot.EVENING, evening))
    morning = (calendar.next_morning(now) + AFTER_OPENING).astimezone(calendar.zone)
    rounded = morning.replace(minute=0, second=0) + (timedelta(hours=1) if morning.minute else timedelta(0))
    return [*found, Offer(Slot.MORNING, rounded, tomorrow=rounded.date() == local.date() + timedelta(days=1))]
