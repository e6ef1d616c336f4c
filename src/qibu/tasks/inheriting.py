"""Hours, days off and ladders among the content that is inherited."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel.actors import Actor
from qibu.network import words
from qibu.network.inheritance import lineage, resolve
from qibu.network.inherited import Below, Content, Difference, Kind, register, said_below
from qibu.network.rules import Capability
from qibu.tasks.forms import WEEKDAYS
from qibu.tasks.models import CalendarDay, Rung, WorkCalendar
from qibu.tasks.selectors import ladders as reads
from qibu.tasks.services import calendars, ladders
from qibu.ui import formats

HOURS, DAYS = "hours", "days"
BELOW = "tasks_overridden_below"


# Ladders ----------------------------------------------------------------------------------------
def of_ladders(actor: Actor) -> list[Content]:
    line = lineage(actor.organisation_id)
    above = {one.key: one for one in reads.along(line[1:])}
    return [_of_ladder(one, above[one.key]) for one in reads.along(line)]


def _of_ladder(ladder: reads.Ladder, above: reads.Ladder) -> Content:
    return Content(
        ladder.key, str(words.LADDERS[ladder.key]), reverse("tasks:ladder", args=[ladder.key]), ladder.source,
        _rungs(ladder.rungs, above.rungs) if ladder.own else (), restorable=ladder.own,
    )  # fmt: skip


def _rungs(here: Sequence[Rung], above: Sequence[Rung]) -> tuple[Difference, ...]:
    said = [(_rung(here, place), _rung(above, place)) for place in range(max(len(here), len(above)))]
    return tuple(
        Difference(_("第 {number} 次").format(number=number), *both)
        for number, both in enumerate(said, 1)
        if both[0] != both[1]
    )


def _rung(rungs: Sequence[Rung], place: int) -> str:
    if place >= len(rungs):
        return _("无")
    after, roles = rungs[place].after_minutes, words.roles(rungs[place].roles)
    if not after:
        return _("一超时：{roles}").format(roles=roles)
    return _("{hours} 小时后：{roles}").format(hours=reads.in_hours(after), roles=roles)


def restore_ladder(actor: Actor, key: str) -> None:
    ladders.inherit_again(actor=actor, key=key)


def effect_of_ladder(actor: Actor, key: str) -> list[str]:
    return [_("已经超时的，从下一次上报起按上级的来；已经告诉过的人不变。")]


# The calendar -----------------------------------------------------------------------------------
def of_calendar(actor: Actor) -> list[Content]:
    line = lineage(actor.organisation_id)
    return [_of_hours(line), _of_days(line)]


def _of_hours(line: Sequence[int]) -> Content:
    rows = list(WorkCalendar.objects.all())
    here = resolve(rows, line, lambda row: HOURS)[HOURS]
    above = resolve(rows, line[1:], lambda row: HOURS)[HOURS].row.hours
    differences = tuple(
        Difference(str(name), _spans(here.row.hours, number), _spans(above, number))
        for number, name in enumerate(WEEKDAYS, 1)
        if _spans(here.row.hours, number) != _spans(above, number)
    )
    return Content(
        HOURS, _("每周营业时间"), reverse("tasks:calendar"), here.source_id, differences, restorable=here.own
    )


def _spans(hours: dict[str, list[list[str]]], weekday: int) -> str:
    spans = [f"{start}–{end}" for start, end in hours.get(str(weekday), [])]
    return _("、").join(spans) or _("不营业")


def _of_days(line: Sequence[int]) -> Content:
    """Not each day is a content of its own: a year has dozens."""
    rows = list(CalendarDay.objects.all())
    above = resolve(rows, line[1:], lambda row: row.day)
    own = sorted((row for row in rows if row.organisation_id == line[0]), key=lambda row: row.day)
    differences = tuple(
        Difference(formats.day(row.day), _day(row), _day(above[row.day].row) if row.day in above else _("照常"))
        for row in own
    )
    nearest = next((o for o in line if any(row.organisation_id == o for row in rows)), None)
    return Content(DAYS, _("另外安排的日子"), reverse("tasks:calendar"), nearest, differences, restorable=bool(own))


def _day(row: CalendarDay) -> str:
    return " ".join(filter(None, (_("上班") if row.working else _("放假"), row.name)))


def restore_calendar(actor: Actor, key: str) -> None:
    (calendars.inherit_hours_again if key == HOURS else calendars.drop_all_days)(actor=actor)


def effect_of_calendar(actor: Actor, key: str) -> list[str]:
    return [_("正在走的时钟不变，以后的按上级的时间算。")]


def ladders_below(actor: Actor) -> Below:
    return said_below(BELOW, "ladder")


def calendars_below(actor: Actor) -> Below:
    return said_below(BELOW, "calendar")


MAY = Capability.ORGANISATION_MANAGE
register(
    Kind(
        "ladder", gettext_lazy("超时上报"), MAY, of_ladders, restore_ladder, effect_of_ladder, ladders_below, order=40
    )
)
register(
    Kind(
        "calendar", gettext_lazy("营业时间和放假"), MAY, of_calendar, restore_calendar, effect_of_calendar,
        calendars_below, order=50,
    )
)  # fmt: skip
