"""What leads asked for: a test drive, and when they would like to come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from qibu.drives.models import Drive
from qibu.drives.rules import next_quarter, openings
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.leads.rules import Door
from qibu.tasks.selectors.calendars import calendar_of

SOON = timedelta(hours=4)  # who came in for a drive is still in the house


def waits_for_a_drive(lead: Lead, drives: Iterable[Drive]) -> bool:
    """They asked, and nothing that was booked answers it: neither since then nor for a day to come."""
    asked = lead.drive_asked_at
    if asked is None or not lead.living:
        return False
    return not any(one.living or one.created_at >= asked for one in drives)


def wished_start(actor: Actor, lead: Lead) -> datetime | None:
    """When the form of a booking begins: at the time they named, when the store opens on the day they named, or now
    where they stand in the show-room."""
    now, calendar = times.now(), calendar_of(actor.organisation_id)
    if lead.drive_on and lead.drive_at:
        at = times.at_time(lead.drive_on, lead.drive_at)
        return at if at > now else None
    if lead.drive_on:
        spans = openings(calendar, lead.drive_on)
        return next((begins for begins, _ends in spans if begins > now), None)
    asked = lead.drive_asked_at
    here = lead.door == Door.SHOWROOM and asked is not None and now - SOON < asked <= now
    return next_quarter(now) if here and calendar.is_open(now) else None
