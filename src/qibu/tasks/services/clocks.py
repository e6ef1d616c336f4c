"""Clocks: they run on the store's calendar, stop nowhere silently, and a breach stays on record (H2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict

from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery

from qibu.contracts.tasks import ClockBreached, ClockPaused, ClockResumed, DelayTakenOn
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.tasks.models import Clock, Escalation, Task
from qibu.tasks.rules import SEEN_TO, ClockFacts
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.services.errors import NotAllowedNow, NotYours, Problem

DUE = "due"


class About(TypedDict):
    """What every event of a task says of it."""

    title: str
    title_en: str
    subject_id: int
    customer_id: int | None
    vehicle_id: int | None


def start(*, actor: Actor, task: Task, at: datetime, kind: str = DUE, due_at: datetime | None = None) -> Clock:
    """A clock on a task, running from `at` to its deadline; it warns in the last quarter, at most four hours."""
    due = due_at or task.due_at
    return Clock.objects.create(
        organisation_id=actor.organisation_id,
        task=task,
        kind=kind,
        started_at=at,
        warn_at=ClockFacts(at, due).warns_from,
        due_at=due,
        climb_at=due,
    )


# The planner makes thousands of tasks at once; what has no clock yet gets one here, in one statement.
START_ALL = """
INSERT INTO tasks_clock (organisation_id, task_id, kind, started_at, warn_at, due_at, climb_at,
                         pause_reason, breach_reason, rung)
SELECT t.organisation_id, t.id, 'due', s.at, t.due_at - LEAST((t.due_at - s.at) * 0.25, interval '4 hours'),
       t.due_at, t.due_at, '', '', 0
  FROM tasks_task t, LATERAL (SELECT LEAST(GREATEST(t.shown_from, t.created_at), t.due_at) AS at) s
 WHERE t.organisation_id = %s AND t.state = 'open'
   AND NOT EXISTS (SELECT 1 FROM tasks_clock c
                    WHERE c.organisation_id = t.organisation_id AND c.task_id = t.id AND c.kind = 'due')
ON CONFLICT DO NOTHING
"""


def start_for_tasks(*, actor: Actor) -> int:
    """Start the clock of every open task that has none; gives how many."""
    with connection.cursor() as cursor:
        cursor.execute(START_ALL, [actor.organisation_id])
        return int(cursor.rowcount)


def lock(task_ids: Iterable[int]) -> list[int]:
    """The clocks of the tasks, held in one order by whoever changes several: nobody waits for each other in a ring."""
    rows = Clock.objects.filter(task_id__in=list(task_ids)).order_by("pk").select_for_update()
    return list(rows.values_list("pk", flat=True))


def of_tasks(task_ids: Iterable[int]) -> list[int]:
    return list(Clock.objects.filter(task_id__in=list(task_ids)).order_by("pk").values_list("pk", flat=True))


def stop(*, actor: Actor, task_ids: Iterable[int], at: datetime) -> None:
    """The work is done, in time or late; being late is put on record here, if the sweep didn't see it first."""
    running = Clock.objects.filter(pk__in=lock(task_ids), stopped_at__isnull=True)
    mark_breaches(actor=actor, clocks=running, at=at)
    running.update(stopped_at=at, climb_at=None)


def move(*, task: Task, due_at: datetime) -> None:
    """A later deadline, agreed with the customer. What is on record of the earlier one stays."""
    clock = Clock.objects.filter(task=task, kind=DUE, stopped_at__isnull=True).first()
    if clock is not None:
        clock.due_at, clock.climb_at = due_at, due_at
        clock.warn_at = ClockFacts(clock.started_at, due_at).warns_from
        clock.taken_by = clock.taken_until = None
        clock.save(update_fields=["due_at", "climb_at", "warn_at", "taken_by", "taken_until"])


def pause(*, actor: Actor, clock_id: int, reason: str, at: datetime) -> None:
    """The promise waits for something outside the store, with its reason in sight."""
    clock = held(actor, clock_id)
    if not reason.strip():
        raise NotAllowedNow(Problem.REASON_MISSING)
    if clock.paused_at or clock.stopped_at or clock.due_at < at:
        raise NotAllowedNow(Problem.CLOCK_NOT_RUNNING)
    clock.paused_at, clock.pause_reason, clock.climb_at = at, reason.strip(), None
    clock.save(update_fields=["paused_at", "pause_reason", "climb_at"])
    journal.record(ClockPaused(**about(clock.task), reason=clock.pause_reason), actor=actor)


def resume(*, actor: Actor, clock_id: int, at: datetime) -> None:
    """The deadline moves by the working time that was paused."""
    clock = held(actor, clock_id)
    if clock.paused_at is None or clock.stopped_at:
        raise NotAllowedNow(Problem.CLOCK_NOT_RUNNING)
    calendar = calendar_of(actor.organisation_id)
    left = calendar.working_time_between(clock.paused_at, clock.due_at)
    due = calendar.add_working_time(at, left)
    clock.due_at, clock.climb_at, clock.paused_at = due, due, None
    clock.warn_at = ClockFacts(clock.started_at, due).warns_from
    clock.save(update_fields=["due_at", "climb_at", "paused_at", "warn_at"])
    Task.objects.filter(pk=clock.task_id).update(due_at=due)
    journal.record(ClockResumed(**about(clock.task), due_at=due), actor=actor)


def take_on(*, actor: Actor, clock_id: int, at: datetime) -> None:
    """Who was told of a delay, or a manager, sees to it: nobody higher is told for half a working day. If the work is
    still open then, it climbs on. Said twice by one person it is said once."""
    clock = _found(actor, clock_id)
    if not (actor.may(Capability.TASKS_ASSIGN) or _told(actor, clock)):
        raise NotYours
    if clock.stopped_at or clock.paused_at or clock.due_at >= at:
        raise NotAllowedNow(Problem.NOT_OVERDUE)
    if clock.taken_until and at < clock.taken_until:
        if clock.taken_by_id != actor.staff_id:
            raise NotAllowedNow(Problem.TAKEN_ON)
        return
    until = calendar_of(actor.organisation_id).add_working_time(at, SEEN_TO)
    clock.taken_by_id, clock.taken_until = actor.staff_id, until
    clock.climb_at = max(clock.climb_at, until) if clock.climb_at else None
    clock.save(update_fields=["taken_by", "taken_until", "climb_at"])
    journal.record(DelayTakenOn(**about(clock.task), until=until), actor=actor)


def mark_breaches(*, actor: Actor, clocks: QuerySet[Clock], at: datetime) -> int:
    """Put on record those of the clocks whose deadline has passed; gives how many were new."""
    late = list(
        clocks.filter(breached_at__isnull=True, paused_at__isnull=True, due_at__lt=at)
        .select_related("task")
        .order_by("due_at", "pk")
    )
    whose = Task.objects.filter(pk=OuterRef("task_id")).values("assignee_id")
    Clock.objects.filter(pk__in=[clock.pk for clock in late]).update(
        breached_at=F("due_at"), breached_with=Subquery(whose)
    )
    journal.record_many(
        [ClockBreached(**about(clock.task), kind=clock.kind, due_at=clock.due_at) for clock in late], actor=actor
    )
    return len(late)


def held(actor: Actor, clock_id: int) -> Clock:
    """The clock, locked, for whoever does the work, was told of its delay or sees everybody's."""
    clock = _found(actor, clock_id)
    if not (clock.task.assignee_id == actor.staff_id or actor.may(Capability.TASKS_VIEW_ALL) or _told(actor, clock)):
        raise NotYours
    return clock


def may_hold(actor: Actor, task: Task) -> bool:
    """Whether `held` would give a clock of the task: asked before its forms are offered."""
    if task.assignee_id == actor.staff_id or actor.may(Capability.TASKS_VIEW_ALL):
        return True
    return Escalation.objects.filter(clock__task=task, told=actor.staff_id or 0).exists()


def _told(actor: Actor, clock: Clock) -> bool:
    return Escalation.objects.filter(clock=clock, told=actor.staff_id or 0).exists()


def _found(actor: Actor, clock_id: int) -> Clock:
    actor.require(Capability.TASKS_WORK)
    clock: Clock | None = (
        Clock.objects.select_for_update(of=("self",)).select_related("task").filter(pk=clock_id).first()
    )
    if clock is None:
        raise NotYours
    return clock


def about(task: Task) -> About:
    return {
        "title": task.title,
        "title_en": task.facts.get("title_en", ""),
        "subject_id": task.pk,
        "customer_id": task.customer_id,
        "vehicle_id": task.vehicle_id,
    }
