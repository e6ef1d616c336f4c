"""The store's own hours and days off, over those that are shipped. Clocks that run keep the deadlines they have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from qibu.contracts.tasks import CalendarChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.kernel.meanwhile import merged
from qibu.network.rules import Capability
from qibu.tasks.models import CalendarDay, WorkCalendar
from qibu.tasks.selectors.calendars import hours_of
from qibu.tasks.services.errors import NotAllowedNow, Problem

StoredHours = Mapping[str, list[list[str]]]
WEEK = tuple(str(day) for day in range(1, 8))


def outline(spans: list[list[str]]) -> list[list[str]]:
    """From the first opening to the last closing."""
    return [[spans[0][0], spans[-1][1]]] if spans else []


def set_hours(*, actor: Actor, hours: StoredHours, seen: StoredHours | None = None) -> None:
    """Opening hours by ISO weekday; a store that never opens could keep no promise. `seen` are those that stood in
    the form when it was opened, by weekday; raises `Disputed`."""
    actor.require(Capability.ORGANISATION_MANAGE)
    WorkCalendar.objects.select_for_update().filter(organisation_id=actor.organisation_id).first()
    stored = hours_of(actor.organisation_id)
    now = {day: outline(stored.get(day, [])) for day in WEEK}
    wanted = merged(seen=seen, mine={day: hours.get(day, []) for day in WEEK}, now=now)
    # A day that stays keeps its pause at noon, which the form doesn't show.
    whole = {day: stored[day] if wanted[day] == now[day] and day in stored else wanted[day] for day in WEEK}
    if not any(whole.values()):
        raise NotAllowedNow(Problem.NEVER_OPEN)
    WorkCalendar.objects.update_or_create(
        organisation_id=actor.organisation_id, defaults={"hours": {day: spans for day, spans in whole.items() if spans}}
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


def inherit_hours_again(*, actor: Actor) -> None:
    """The organisation's own hours go; those above it count again."""
    actor.require(Capability.ORGANISATION_MANAGE)
    gone, _details = WorkCalendar.objects.filter(organisation_id=actor.organisation_id).delete()
    if gone:
        journal.record(CalendarChanged(changes=("hours", "inherited")), actor=actor)


def drop_all_days(*, actor: Actor) -> None:
    """The organisation's own word on every day goes."""
    actor.require(Capability.ORGANISATION_MANAGE)
    rows = CalendarDay.objects.filter(organisation_id=actor.organisation_id)
    days = [day.isoformat() for day in rows.order_by("day").values_list("day", flat=True)]
    rows.delete()
    if days:
        journal.record(CalendarChanged(changes=(*days, "inherited")), actor=actor)
