"""When to try again, when to write, and what may not stand in a letter."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

LEASE = timedelta(minutes=5)  # how long somebody may have a message before another one looks at it
# RFC 5321 4.5.4.1 asks for at least half an hour between tries in the long run, sooner at first, with growing pauses.
PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 15, 30, 60, 120, 240))
MOST_TRIES = len(PAUSES) + 1

MORNING_OPEN = timedelta(hours=3)  # later than that after opening the day has begun without the letter
ALARM_FRESH = timedelta(hours=4)
WORDS_KEPT = timedelta(days=30)
BETWEEN_ALARMS = timedelta(minutes=10)  # delays of several clocks go into one letter


def next_try(tries: int, now: datetime, expires_at: datetime) -> datetime | None:
    """When to try again after so many tries; None when there were enough or nobody would want it any more."""
    if tries >= MOST_TRIES:
        return None
    at = now + PAUSES[max(tries, 1) - 1]
    return at if at < expires_at else None


def morning_window(opens: datetime, lead: timedelta) -> tuple[datetime, datetime]:
    """From when and until when the morning list of a day is written."""
    return opens - lead, opens + MORNING_OPEN


_NUMBERS = re.compile(
    r"(?<![\dA-Za-z])(?:"
    r"(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}"  # mobile
    r"|0\d{2,3}[ -]?\d{7,8}"  # landline
    r"|[48]00[ -]?\d{3}[ -]?\d{4}"
    r"|\d{17}[\dXx]|\d{15}"  # identity
    r"|(?!20\d\d[01]\d[0-3]\d(?!\d))[2-9]\d{6,7}"  # landline without area code, and no day
    r")(?![\dA-Za-z])"
)


def without_numbers(text: str) -> str:
    """A letter leaves the house: telephone and identity numbers that somebody typed into a title don't."""
    return _NUMBERS.sub("****", text)


