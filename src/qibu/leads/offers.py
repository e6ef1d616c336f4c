"""Times on offer for what is done next: as soon as makes sense, and no later than the grade allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.leads.rules import Grade, Pace
from qibu.tasks.rules import Calendar
from qibu.tasks.selectors.calendars import calendar_of
from qibu.ui import formats

MORNING = time(10)
SHARES = {Grade.H: (0.25, 1), Grade.A: (0.34, 0.67, 1), Grade.B: (0.3, 0.6, 1), Grade.C: (0.2, 0.5, 1)}


@dataclass(frozen=True)
class Offer:
    label: str
    at: datetime
    latest: bool  # what the grade asks for at the most


def of(actor: Actor, lead: Lead, pace: Mapping[Grade, Pace]) -> list[Offer]:
    now, grade = times.now(), Grade(lead.grade or Grade.C)
    every, calendar = pace[grade].every, calendar_of(actor.organisation_id)
    moments = [_working(calendar, now, now + every * share) for share in SHARES[grade]]
    distinct = list(dict.fromkeys(moments))
    return [Offer(_words(at, now), at, at == distinct[-1]) for at in distinct]


def _working(calendar: Calendar, now: datetime, at: datetime) -> datetime:
    """In the hours of the store; of days ahead, the morning."""
    day = times.day_of(at)
    wanted = at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0) + timedelta(minutes=30)
    if day > times.day_of(now) + timedelta(days=1):
        wanted = times.at_time(day, MORNING)
    return wanted if calendar.is_open(wanted) else calendar.next_open(wanted)


def _words(at: datetime, now: datetime) -> str:
    days, clock = (times.day_of(at) - times.day_of(now)).days, formats.moment(at, "time")
    if days == 0:
        return _("今天 {time}").format(time=clock)
    if days == 1:
        return _("明天 {time}").format(time=clock)
    return f"{formats.day(at, 'words')} {clock}"
