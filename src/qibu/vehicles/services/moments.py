"""When something happened of which only the day is known."""

from __future__ import annotations

from datetime import date, datetime

from qibu.kernel import times


def moment_of(day: date | None) -> datetime:
    """Now for today and for an unknown day; the day's first moment for days past."""
    return times.now() if day is None or day == times.today() else times.start_of(day)
