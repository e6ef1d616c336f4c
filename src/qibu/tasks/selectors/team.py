"""How the colleagues stand today: what lies with each, what they did, who is away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network import words
from qibu.network.models import Absence, Staff
from qibu.network.rules import Capability
from qibu.network.selectors import able, away_on, days_away, there
from qibu.tasks.models import Attempt, Task
from qibu.tasks.rules import Away, stand_in_for

AHEAD = timedelta(days=30)  # absences that are announced


@dataclass(frozen=True)
class Figures:
    """What lies somewhere now, and what was done today. `covered` is done for somebody who is away, `waiting` is put
    off or still in the backlog."""

    open: int = 0
    overdue: int = 0
    promises: int = 0
    covered: int = 0
    waiting: int = 0
    done: int = 0
    tries: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True)
class Colleague:
    """One line of the team."""

    person: Staff
    figures: Figures
    away: Absence | None = None
    does_it: str = ""  # who does the work meanwhile; the pool without anybody
    announced: list[Absence] = field(default_factory=list)


@dataclass(frozen=True)
class Team:
    """Everybody at work who has work or could have some, what lies with nobody, and all of it together."""

    lines: list[Colleague]
    pool: Figures
    all: Figures


def team(actor: Actor, now: datetime) -> Team:
    """The most overdue first. Five queries."""
    actor.require(Capability.TASKS_VIEW_ALL)
    today, figures = times.day_of(now), _figures(now)
    away = {one.staff_id: one for one in away_on(today)}
    announced: dict[int, list[Absence]] = {}
    for one in _announced(today):
        announced.setdefault(one.staff_id, []).append(one)
    doing = {pk: stand_in_for(pk, {one.staff_id: as_away(one) for one in away.values()}) for pk in away}
    people = list(Staff.objects.filter(left_on=None).order_by("sort_key", "pk"))
    names = {one.pk: one.name for one in people}
    found = [
        Colleague(
            one, figures.get(one.pk, Figures()), away.get(one.pk), names.get(doing.get(one.pk) or 0, ""),
            announced.get(one.pk, []),
        )
        for one in people
        if one.user_id or one.pk in figures
    ]  # fmt: skip
    found = sorted(found, key=lambda line: (-line.figures.overdue, -line.figures.open))
    return Team(found, figures.get(None, Figures()), sum(figures.values(), Figures()))


def _figures(now: datetime) -> dict[int | None, Figures]:
    """By person; None is the pool, and what the system ended by itself."""
    start, lying = times.start_of(times.day_of(now)), _lying(now)
    closed = Task.objects.filter(state=Task.State.DONE, closed_at__gte=start)
    done: dict[int | None, int] = dict(_by(closed, "closed_by_id"))
    tries: dict[int | None, int] = dict(_by(Attempt.objects.filter(at__gte=start, undone_at__isnull=True), "by_id"))
    everybody = {*lying, *done, *tries}
    return {pk: Figures(**lying.get(pk, {}), done=done.get(pk, 0), tries=tries.get(pk, 0)) for pk in everybody}


def _lying(now: datetime) -> dict[int | None, dict[str, int]]:
    rows = Task.objects.filter(state__in=[Task.State.OPEN, Task.State.BACKLOG])
    shown = Q(state=Task.State.OPEN, shown_from__lte=now)
    counted: Iterable[dict[str, Any]] = rows.order_by().values("assignee_id").annotate(
        open=Count("pk", filter=shown), overdue=Count("pk", filter=shown & Q(due_at__lt=now)),
        promises=Count("pk", filter=shown & Q(category=Task.Category.PROMISE)),
        covered=Count("pk", filter=shown & Q(covered_for__isnull=False)), waiting=Count("pk", filter=~shown),
    )  # type: ignore[assignment]  # plain dictionaries  # fmt: skip
    return {row.pop("assignee_id"): row for row in counted}


def _by(rows: QuerySet[Any], whose: str) -> list[tuple[Any, int]]:
    return list(rows.order_by().values_list(whose).annotate(n=Count("pk")))


def _announced(today: date) -> list[Absence]:
    rows = Absence.objects.filter(ended_at__isnull=True, first_day__gt=today, first_day__lte=today + AHEAD)
    return list(rows.select_related("stand_in").order_by("first_day", "pk"))


def absences_for(actor: Actor) -> list[Absence]:
    """What isn't over of what the person may change: their own, first; of those who share out work, everybody's."""
    rows = Absence.objects.filter(ended_at__isnull=True, last_day__gte=times.today())
    if not actor.may(Capability.TASKS_ASSIGN):
        rows = rows.filter(staff_id=actor.staff_id or 0)
    found = list(rows.select_related("staff", "stand_in").order_by("first_day", "pk"))
    return sorted(found, key=lambda one: one.staff_id != actor.staff_id)


def absence_or_404(actor: Actor, absence_id: int) -> Absence:
    actor.require(Capability.TASKS_WORK)
    found: Absence | None = Absence.objects.select_related("staff").filter(pk=absence_id).first()
    if found is None:
        raise Http404
    if found.staff_id != actor.staff_id:
        actor.require(Capability.TASKS_ASSIGN)
    return found


def as_away(one: Absence) -> Away:
    return Away(one.staff_id, one.last_day, one.stand_in_id, one.first_day)


def away_within(first: date, last: date) -> list[Away]:
    """Who is away on one of these days; of two records of one person the later one comes last."""
    rows = Absence.objects.filter(ended_at__isnull=True, first_day__lte=last, last_day__gte=first)
    return [as_away(one) for one in rows.order_by("at", "pk")]


# Sharing out ----------------------------------------------------------------------------------------
def open_work(giver_id: int | None, *, late_only: bool = False) -> QuerySet[Task]:
    """Somebody's open tasks, or the pool's."""
    rows: QuerySet[Task] = Task.objects.filter(state=Task.State.OPEN, assignee_id=giver_id)
    return rows.filter(due_at__lt=times.now()) if late_only else rows


def loads_of(staff_ids: Iterable[int], though_away: Iterable[int] = ()) -> dict[int, int]:
    """Of these people, those who may be given work and are there today, with how many open tasks they have; some are
    meant although they are not there."""
    wanted = [*there(times.today()).filter(pk__in=list(staff_ids)), *able().filter(pk__in=list(though_away))]
    takers = [one.pk for one in wanted]
    loads = dict(_by(Task.objects.filter(state=Task.State.OPEN, assignee__in=takers), "assignee_id"))
    return {pk: loads.get(pk, 0) for pk in takers}


@dataclass(frozen=True)
class Taker:
    """Somebody who may be given work: how many open tasks they have, and when they are not there, in words."""

    person: Staff
    load: int
    gone: bool
    away: str


def takers_for(giver_id: int | None, today: date) -> list[Taker]:
    """Who could take work over from somebody, or from the pool; three queries."""
    loads = dict(_by(Task.objects.filter(state=Task.State.OPEN, assignee__isnull=False), "assignee_id"))
    days = days_away(today)
    return [
        Taker(one, loads.get(one.pk, 0), _gone(days.get(one.pk), today), words.away(days.get(one.pk), today))
        for one in able().exclude(pk=giver_id or 0).order_by("sort_key", "pk")
    ]


def _gone(one: Absence | None, today: date) -> bool:
    return one is not None and one.first_day <= today
