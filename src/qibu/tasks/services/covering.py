"""Work of people who are away lies with who stands in, and goes back when they return. Clocks run on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Q

from qibu.contracts.tasks import TaskCovered
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.models import Absence, Staff
from qibu.network.rules import Capability
from qibu.network.selectors import away_on
from qibu.network.services import absences
from qibu.network.services.absences import Days
from qibu.tasks.models import Task
from qibu.tasks.rules import Away, Stretch, share_out, stand_in_for, stretches
from qibu.tasks.selectors.team import as_away, away_within, loads_of, open_work
from qibu.tasks.services import clocks
from qibu.tasks.services.errors import NotAllowedNow, Problem
from qibu.tasks.services.tasks import hand

State = Task.State
LIVING = (State.OPEN, State.BACKLOG)


@dataclass(frozen=True)
class Covered:
    """Where the work of somebody who is away lies: by stretches of days, and how many tasks moved just now: to whoever
    is first (the pool where nobody is), and back."""

    absence: Absence
    stretches: list[Stretch]
    moved: int = 0
    back: int = 0


def go_away(*, actor: Actor, staff_id: int, days: Days, kind: str, stand_in_id: int | None) -> Covered:
    """Record an absence and hand on what falls due in it."""
    absence = absences.record(actor=actor, staff_id=staff_id, days=days, kind=kind, stand_in_id=stand_in_id)
    return _covered(actor, absence)


def change(*, actor: Actor, absence_id: int, days: Days, kind: str, stand_in_id: int | None) -> Covered:
    """Change an absence; what lies with the former stand-in goes to the new one, what is due later than it, back."""
    before = _targets(_away(times.today()))
    absence = absences.change(actor=actor, absence_id=absence_id, days=days, kind=kind, stand_in_id=stand_in_id)
    returned = _loosen(actor, absence, before)
    found = _covered(actor, absence)
    return replace(found, back=found.back + returned)


def come_back(*, actor: Actor, absence_id: int) -> Covered:
    """End an absence, or call it off; what was covered and isn't done yet goes back."""
    absence = absences.end(actor=actor, absence_id=absence_id)
    back, _on = _settled(actor, times.today())
    return Covered(absence, [], back=back.get(absence.staff_id, 0))


def settle(*, actor: Actor, on: date) -> int:
    """Everything lies where it belongs on this day; doing it again changes nothing. Gives how many tasks moved."""
    back, handed = _settled(actor, on)
    return sum(back.values()) + sum(handed.values())


def _settled(actor: Actor, on: date) -> tuple[dict[int, int], dict[int, int]]:
    """Person → tasks that went back to them; person → tasks that went from them."""
    away = _away(on)
    back = _give_back(actor, away)
    return back, {pk: _hand_on(actor, one, away) for pk, one in sorted(away.items())}


def _away(on: date) -> dict[int, Away]:
    return {one.staff_id: as_away(one) for one in away_on(on)}


def _covered(actor: Actor, absence: Absence) -> Covered:
    back, handed = _settled(actor, times.today())
    whose = as_away(absence)
    days = stretches(replace(whose, first=max(whose.first, times.today())), away_within(whose.first, whose.last))
    return Covered(absence, days, handed.get(absence.staff_id, 0), back.get(absence.staff_id, 0))


def _targets(away: Mapping[int, Away]) -> dict[int, int | None]:
    return {pk: stand_in_for(pk, away) for pk in away}


def _loosen(actor: Actor, changed: Absence, before: Mapping[int, int | None]) -> int:
    """Before all is settled anew: what lies with somebody who stands in no longer is with whose it is, as if they had
    come back, and so is what is due only after the absence. Gives how many of the latter. Few are away at once."""
    away = _away(times.today())
    for pk, target in _targets(away).items():
        if pk in before and before[pk] != target:
            rows = Task.objects.filter(state__in=LIVING, covered_for_id=pk, assignee_id=before[pk])
            rows.update(assignee_id=pk, covered_for=None, assigned_at=times.now())
    if changed.staff_id not in away:
        return 0
    later = Task.objects.filter(
        state__in=LIVING, covered_for_id=changed.staff_id,
        due_at__gte=times.start_of(changed.last_day + timedelta(days=1)),
    )  # fmt: skip
    return _return(actor, changed.staff, list(later.select_for_update(of=("self",)).order_by("pk")))


def share(
    *,
    actor: Actor,
    giver_id: int | None,
    taker_ids: Iterable[int],
    though_away: Iterable[int] = (),
    late_only: bool = False,
) -> dict[int, int]:
    """Share out somebody's open work, or the pool's, by load; one customer's stays together. Who is not there today
    gets none unless they are meant although they are away. Person → tasks got."""
    actor.require(Capability.TASKS_ASSIGN)
    tasks = list(open_work(giver_id, late_only=late_only).select_for_update(of=("self",)).order_by("pk"))
    plan = shares(tasks, loads_of(taker_ids, though_away))
    got: dict[int, list[Task]] = {}
    for task in tasks:
        got.setdefault(plan[task.customer_id or -task.pk], []).append(task)
    people = Staff.objects.in_bulk(got)
    for person, theirs in sorted(got.items()):
        hand(actor, theirs, people[person])
    return {person: len(theirs) for person, theirs in got.items()}


def preview(
    *,
    actor: Actor,
    giver_id: int | None,
    taker_ids: Iterable[int],
    though_away: Iterable[int] = (),
    late_only: bool = False,
) -> dict[int, int]:
    """What sharing out would give to whom."""
    actor.require(Capability.TASKS_ASSIGN)
    tasks = list(open_work(giver_id, late_only=late_only))
    plan = shares(tasks, loads_of(taker_ids, though_away))
    counted = dict.fromkeys(plan.values(), 0)
    for task in tasks:
        counted[plan[task.customer_id or -task.pk]] += 1
    return counted


def shares(tasks: Sequence[Task], loads: Mapping[int, int]) -> dict[int, int]:
    """Customer (or, without one, the task's number below zero) → person."""
    if not loads:
        raise NotAllowedNow(Problem.NOBODY)
    bundles: dict[int, int] = {}
    for task in tasks:
        key = task.customer_id or -task.pk
        bundles[key] = bundles.get(key, 0) + 1
    return share_out(list(bundles.items()), loads)


def _give_back(actor: Actor, away: Mapping[int, Away]) -> dict[int, int]:
    rows = Task.objects.filter(state__in=LIVING, covered_for__isnull=False).exclude(covered_for__in=list(away))
    tasks = list(rows.select_for_update(of=("self",)).select_related("covered_for").order_by("pk"))
    people = {task.covered_for.pk: task.covered_for for task in tasks if task.covered_for}
    return {
        person: _return(actor, who, [task for task in tasks if task.covered_for_id == person])
        for person, who in sorted(people.items())
    }


def _return(actor: Actor, who: Staff, tasks: Sequence[Task]) -> int:
    """To whose they are, or to the pool if they have left."""
    at_work = who.left_on is None
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(
        assignee_id=who.pk if at_work else None, covered_for=None, assigned_at=times.now() if at_work else None
    )
    _tell(actor, tasks, who.name, who.name, back=True)
    return len(tasks)


def _hand_on(actor: Actor, one: Away, away: Mapping[int, Away]) -> int:
    """What falls due while somebody is away; what is due later waits for them."""
    ends = times.start_of(one.last + timedelta(days=1))
    rows = Task.objects.filter(state__in=LIVING, due_at__lt=ends).filter(
        Q(assignee_id=one.staff_id) | Q(assignee__isnull=True, covered_for_id=one.staff_id)
    )
    target = stand_in_for(one.staff_id, away)
    rows = rows.exclude(assignee_id=target) if target else rows.exclude(assignee__isnull=True)
    tasks = list(rows.select_for_update(of=("self",)).select_related("covered_for").order_by("pk"))
    if not tasks:
        return 0
    names = dict(Staff.objects.filter(pk__in=[one.staff_id, target or 0]).values_list("pk", "name"))
    for task in tasks:
        task.covered_for_id = task.covered_for_id or one.staff_id
    Task.objects.bulk_update(tasks, ["covered_for"])
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(
        assignee_id=target, assigned_at=times.now() if target else None
    )
    _tell(actor, tasks, names.get(target or 0, ""), names[one.staff_id], back=False)
    return len(tasks)


def _tell(actor: Actor, tasks: Sequence[Task], name: str, whose: str, *, back: bool) -> None:
    events = [TaskCovered(**clocks.about(task), staff_name=name, whose=whose, back=back) for task in tasks]
    journal.record_many(events, actor=actor)

