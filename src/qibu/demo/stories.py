"""What has to be seen on the day of the demonstration: dated from today, in days and store time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """Days count from today; times are minutes after midnight. None: left to chance."""

    delivered: int | None = None
    visited: int | None = None
    promise: tuple[int, int] | None = None
    appointment: tuple[int, int] | None = None
    birthday: int | None = None
    insurance_ends: int | None = None
    inspection: int | None = None


def clock(hour: int, minute: int = 0) -> int:
    return hour * 60 + minute


# One customer in twenty lives one of these, in turn. The promises of today lie half an hour to two hours
# apart, so that at any hour of work some are overdue and some fall due within two hours.
STORIES = (
    Story(delivered=1),
    Story(visited=1, promise=(0, clock(10))),
    Story(visited=3, promise=(-1, clock(16))),
    Story(insurance_ends=7, birthday=0),
    Story(appointment=(0, clock(9, 30))),
    Story(delivered=3, birthday=2),
    Story(visited=2, promise=(0, clock(14, 30))),
    Story(insurance_ends=30),
    Story(visited=3, promise=(0, clock(11, 30))),
    Story(inspection=18),
    Story(delivered=7, promise=(0, clock(16))),
    Story(visited=4, appointment=(1, clock(10))),
    Story(insurance_ends=60, birthday=4),
    Story(visited=1),
    Story(delivered=30),
    Story(visited=5, promise=(-3, clock(11))),
    Story(appointment=(0, clock(14)), birthday=1),
    Story(delivered=2, promise=(1, clock(10))),
    Story(visited=6, promise=(0, clock(17, 30))),
    Story(insurance_ends=-2),
    Story(inspection=-5),
    Story(visited=2),
    Story(delivered=14),
    Story(visited=3, promise=(0, clock(13))),
    Story(insurance_ends=1, promise=(0, clock(9))),
    Story(appointment=(2, clock(9))),
    Story(visited=7, birthday=6),
    Story(delivered=1, promise=(0, clock(15, 30))),
    Story(inspection=45, insurance_ends=30),
    Story(visited=1, appointment=(3, clock(15))),
)
NO_STORY = Story()


def story_of(number: int) -> Story:
    return STORIES[number // 20 % len(STORIES)] if number % 20 == 3 else NO_STORY
