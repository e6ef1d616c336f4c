"""How the colleagues stand today: what lies with each, what they did, who is away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network.models import Absence, Staff
from qibu.network.rules import Capability
from qibu.network.selectors import able, away_on
from qibu.tasks.models import Attempt, Task

AHEAD = timedelta(days=30)  # absences that are announced


@dataclass(frozen=True)
class Colleague:
    """One line of the team. `covered` lies with this person for somebody who is away."""

    person: Staff
    open: int = 0
    overdue: int = 0
    promises: int = 0
    covered: int = 0
    waiting: int = 0  # backlog and put off
    done: int = 0
    tries: int = 0
    away: Absence | None = None
    announced: list[Absence] = field(default_factory=list)


def team(actor: Actor, now: datetime) -> list[Colleague]:
    """Everybody at work who has work or could have some, the most overdue first. Five queries."""
    actor.require(Capability.TASKS_VIEW_ALL)
    today, start = times.day_of(now), times.start_of(times.day_of(now))
    lying = _lying(now)
    done = dict(_by(Task.objects.filter(state=Task.State.DONE, closed_at__gte=start), "closed_by_id"))
    tries = dict(_by(Attempt.objects.filter(at__gte=start, undone_at__isnull=True), "by_id"))
    away = {one.staff_id: one for one in away_on(today)}
    announced: dict[int, list[Absence]] = {}
    for one in _announced(today):
        announced.setdefault(one.staff_id, []).append(one)
    people = Staff.objects.filter(left_on=None).order_by("sort_key", "pk")
    found = [
        Colleague(
            one, **lying.get(one.pk, {}), done=done.get(one.pk, 0), tries=tries.get(one.pk, 0),
            away=away.get(one.pk), announced=announced.get(one.pk, []),
        )
        for one in people
        if one.user_id or one.pk in lying
    ]  # fmt: skip
    return sorted(found, key=lambda line: (-line.overdue, -line.open))


def _lying(now: datetime) -> dict[int, dict[str, int]]:
    rows = Task.objects.filter(state__in=[Task.State.OPEN, Task.State.BACKLOG], assignee__isnull=False)
    shown = Q(state=Task.State.OPEN, shown_from__lte=now)
    counted: Iterable[dict[str, int]] = rows.order_by().values("assignee_id").annotate(
        open=Count("pk", filter=shown), overdue=Count("pk", filter=shown & Q(due_at__lt=now)),
        promises=Count("pk", filter=shown & Q(category=Task.Category.PROMISE)),
        covered=Count("pk", filter=Q(covered_for__isnull=False)), waiting=Count("pk", filter=~shown),
    )  # type: ignore[assignment]  # plain dictionaries  # fmt: skip
    return {row.pop("assignee_id"): row for row in counted}


def _by(rows: QuerySet[Any], whose: str) -> list[tuple[int, int]]:
    return list(rows.order_by().values_list(whose).annotate(n=Count("pk")))


def _announced(today: date) -> list[Absence]:
    rows = Absence.objects.filter(ended_at__isnull=True, first_day__gt=today, first_day__lte=today + AHEAD)
    return list(rows.select_related("stand_in").order_by("first_day", "pk"))


def own_absences(actor: Actor) -> list[Absence]:
    """What the person has announced of themselves and isn't over."""
    rows = Absence.objects.filter(staff_id=actor.staff_id or 0, ended_at__isnull=True, last_day__gte=times.today())
    return list(rows.select_related("stand_in").order_by("first_day"))


# Sharing out ----------------------------------------------------------------------------------------
def open_work(giver_id: int | None, *, late_only: bool = False) -> QuerySet[Task]:
    """Somebody's open tasks, or the pool's."""
    rows: QuerySet[Task] = Task.objects.filter(state=Task.State.OPEN, assignee_id=giver_id)
    return rows.filter(due_at__lt=times.now()) if late_only else rows


def loads_of(staff_ids: Iterable[int]) -> dict[int, int]:
    """Of these people, those who may be given work, with how many open tasks they have."""
    takers = able().filter(pk__in=list(staff_ids)).values_list("pk", flat=True)
    loads = dict(_by(Task.objects.filter(state=Task.State.OPEN, assignee__in=takers), "assignee_id"))
    return {pk: loads.get(pk, 0) for pk in takers}
