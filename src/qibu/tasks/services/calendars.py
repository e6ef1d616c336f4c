"""The store's own hours and days off, over those that are shipped. Clocks that run keep the deadlines they have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from qibu.contracts.tasks import CalendarChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.tasks.models import CalendarDay, WorkCalendar
from qibu.tasks.services.errors import NotAllowedNow, Problem

StoredHours = Mapping[str, list[list[str]]]


def set_hours(*, actor: Actor, hours: StoredHours) -> None:
    """Opening hours by ISO weekday; a store that never opens could keep no promise."""
    actor.require(Capability.ORGANISATION_MANAGE)
    if not any(hours.values()):
        raise NotAllowedNow(Problem.NEVER_OPEN)
    WorkCalendar.objects.update_or_create(
        organisation_id=actor.organisation_id, defaults={"hours": dict(hours)}
    )
    journal.record(CalendarChanged(changes=("hours",)), actor=actor)


def set_day(*, actor: Actor, day: date, working: bool, name: str = "") -> None:
    """This day the store is closed, or works as on any such weekday, whatever is shipped."""
    actor.require(Capability.ORGANISATION_MANAGE)
    CalendarDay.objects.update_or_create(
        organisation_id=actor.organisation_id,
        day=day,
        defaults={"working": working, "swap": False, "name": name.strip()},
    )
    journal.record(CalendarChanged(changes=(day.isoformat(),)), actor=actor)


def drop_day(*, actor: Actor, day: date) -> None:
    """The store's own word on a day goes; what is shipped counts again."""
    actor.require(Capability.ORGANISATION_MANAGE)
    CalendarDay.objects.filter(organisation_id=actor.organisation_id, day=day).delete()
    journal.record(CalendarChanged(changes=(day.isoformat(),)), actor=actor)
