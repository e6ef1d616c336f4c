"""The result of a call: one touch, several tasks of one customer at once, taken back exactly within the day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from qibu.contracts.tasks import ResultUndone, TaskTried
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.network.rules import Capability
from qibu.tasks import following
from qibu.tasks.models import Attempt, Clock, Task
from qibu.tasks.rules import (
    UNSAID,
    Calendar,
    CallBackTimeMissing,
    Effect,
    Outcome,
    Why,
    deadline_after,
    effect_of,
)
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.selectors.lists import pool_of, was_open_to
from qibu.tasks.services import breaches, clocks, consequences, snapshots
from qibu.tasks.services.errors import AlreadyDone, NotAllowedNow, NotYours, Problem
from qibu.tasks.services.tasks import refuse_barred, rival_of

State = Task.State
NO_HOURS = Calendar({})  # only a call that was not answered asks for the store's hours


@dataclass(frozen=True)
class Recorded:
    """The tries of one call; `repeated` when the same form had come before."""

    attempts: tuple[Attempt, ...]
    repeated: bool = False


@dataclass(frozen=True)
class Call:
    """What the person said of the call."""

    outcome: Outcome
    note: str
    next_at: datetime | None
    point_id: int | None
    token: str
    at: datetime


def record(
    *,
    actor: Actor,
    task_ids: Iterable[int],
    outcome: str,
    note: str = "",
    next_at: datetime | None = None,
    point_id: int | None = None,
    token: str = "",
    why: Why = UNSAID,
) -> Recorded:
    """Write down a call's result for one or several tasks of one customer, and let follow what follows.

    `point_id` is the number that was called, by default the customer's first usable one. `why` is asked where a late
    task ends.
    """
    actor.require(Capability.TASKS_WORK)
    tasks = _locked(actor, task_ids)
    if token and (before := _sent_before(tasks, token)):
        return Recorded(before, repeated=True)
    _check(actor, tasks)
    call = Call(Outcome(outcome), note.strip(), next_at, point_id, token, times.now())
    phones = consequences.usable_phones(tasks[0].customer_id)
    effects = _effects(actor, tasks, call, phones)
    breaches.account_for(actor=actor, task_ids=_ending(tasks, effects), why=why, at=call.at)
    clocks.lock(task.pk for task in tasks)
    kept = [{"before": snapshots.of_task(task), "clocks": snapshots.of_clocks([task.pk])} for task in tasks]
    for task, effect in zip(tasks, effects, strict=True):
        _apply(actor, task, effect, call)
    side = _consequences(actor, tasks, effects[0], call, phones)
    recorded = Recorded(_write(actor, tasks, call, effects, kept, side))
    following.ended(actor, [task for task, effect in zip(tasks, effects, strict=True) if effect.closes])
    return recorded


def undo(*, actor: Actor, attempt_ids: Iterable[int]) -> list[Task]:
    """Take a result back on its day: tasks, hold and number are as they were. Doing it twice does nothing twice."""
    actor.require(Capability.TASKS_WORK)
    attempts = _attempts(actor, attempt_ids)
    open_ones = [attempt for attempt in attempts if attempt.undone_at is None]
    for attempt in open_ones:
        _check_untouched(attempt)
    ended = [attempt.task for attempt in open_ones if attempt.task.state == State.DONE]
    for attempt in open_ones:
        _take_back(actor, attempt)
    following.back(actor, ended)
    return [attempt.task for attempt in attempts]


def _locked(actor: Actor, task_ids: Iterable[int]) -> list[Task]:
    wanted = sorted(set(task_ids))
    tasks = list(was_open_to(actor).filter(pk__in=wanted).select_for_update(of=("self",)).order_by("pk"))
    if not wanted or len(tasks) < len(wanted):
        raise NotYours
    return tasks


def _sent_before(tasks: Sequence[Task], token: str) -> tuple[Attempt, ...]:
    rows = Attempt.objects.filter(token=token, task__in=tasks, undone_at__isnull=True)
    return tuple(rows.select_related("task").order_by("pk"))


def _check(actor: Actor, tasks: Sequence[Task]) -> None:
    for task in tasks:
        if task.state not in {State.OPEN, State.BACKLOG}:
            raise AlreadyDone(task.pk, rival_of(task))
        if task.assignee_id not in {None, actor.staff_id} and not actor.may(Capability.TASKS_VIEW_ALL):
            raise AlreadyDone(task.pk, rival_of(task))
        if task.assignee_id is None and not pool_of(actor).filter(pk=task.pk).exists():
            raise NotYours
    refuse_barred(actor, tasks)
    customers = {task.customer_id for task in tasks}
    if len(tasks) > 1 and (len(customers) > 1 or None in customers):
        raise NotAllowedNow(Problem.SEVERAL_CUSTOMERS)


def _effects(actor: Actor, tasks: Sequence[Task], call: Call, phones: Sequence[int]) -> list[Effect]:
    hours = calendar_of(actor.organisation_id) if call.outcome == Outcome.NOT_REACHED else NO_HOURS
    try:
        return [
            effect_of(
                call.outcome,
                attempts=task.attempts + 1,
                at=call.at,
                calendar=hours,
                call_back_at=call.next_at,
                other_numbers=len(phones) > 1,
            )
            for task in tasks
        ]
    except CallBackTimeMissing as error:
        raise NotAllowedNow(Problem.CALL_BACK_TIME) from error


def _ending(tasks: Sequence[Task], effects: Sequence[Effect]) -> list[int]:
    """What ends with this call: also what the customer, who wants no calls, was planned to be called for."""
    ids = [task.pk for task, effect in zip(tasks, effects, strict=True) if effect.closes]
    if effects[0].places_hold and (customer_id := tasks[0].customer_id):
        ids += [task.pk for task in consequences.planned_for(customer_id, [task.pk for task in tasks])]
    return ids


def _apply(actor: Actor, task: Task, effect: Effect, call: Call) -> None:
    running = Clock.objects.filter(task=task, stopped_at__isnull=True)
    clocks.mark_breaches(actor=actor, clocks=running, at=call.at)
    task.attempts += 1
    task.outcome, task.note = call.outcome, call.note
    if task.assignee_id is None:
        task.assignee_id, task.assigned_at = actor.staff_id, call.at
    if effect.retry_at is None:
        task.state, task.closed_at, task.closed_by_id = State.DONE, call.at, actor.staff_id
        clocks.stop(actor=actor, task_ids=[task.pk], at=call.at)
    else:
        task.shown_from = effect.retry_at
        due = deadline_after(task.due_at, effect.retry_at, call.at)
        if due != task.due_at:
            task.due_at = due
            clocks.move(task=task, due_at=due)
    task.save(update_fields=[name.removesuffix("_id") for name in snapshots.TASK])


def _consequences(
    actor: Actor, tasks: Sequence[Task], effect: Effect, call: Call, phones: Sequence[int]
) -> snapshots.Kept:
    customer_id = tasks[0].customer_id
    point = call.point_id or (phones[0] if phones else None)
    if customer_id is None:
        return {}
    if effect.spoils_number and point is not None:
        return consequences.spoil(actor, customer_id, point)
    if effect.places_hold:
        return consequences.hold(actor, customer_id, call.note, [task.pk for task in tasks], call.at)
    return {}


def _write(
    actor: Actor,
    tasks: Sequence[Task],
    call: Call,
    effects: Sequence[Effect],
    kept: Sequence[snapshots.Kept],
    side: snapshots.Kept,
) -> tuple[Attempt, ...]:
    attempts = [
        Attempt(
            organisation_id=actor.organisation_id,
            task=task,
            outcome=call.outcome,
            note=call.note,
            next_at=effect.retry_at,
            before={**was, "after": snapshots.of_task(task), "side": {} if index else side},
            at=call.at,
            by_id=actor.staff_id,
            token=call.token,
        )
        for index, (task, effect, was) in enumerate(zip(tasks, effects, kept, strict=True))
    ]
    events = [
        TaskTried(**clocks.about(task), outcome=call.outcome, note=call.note, next_at=effect.retry_at)
        for task, effect in zip(tasks, effects, strict=True)
    ]
    journal.record_many(events, actor=actor, at=call.at)
    return tuple(Attempt.objects.bulk_create(attempts))


def _attempts(actor: Actor, attempt_ids: Iterable[int]) -> list[Attempt]:
    rows = Attempt.objects.filter(pk__in=list(attempt_ids))
    held = Task.objects.filter(tries__in=rows).select_for_update(of=("self",)).order_by("pk")
    clocks.lock(task.pk for task in held)
    found = list(rows.select_related("task").order_by("pk"))
    if not found:
        raise NotYours
    if any(one.by_id != actor.staff_id for one in found) and not actor.may(Capability.TASKS_ASSIGN):
        raise NotYours
    return found


def _check_untouched(attempt: Attempt) -> None:
    if times.day_of(attempt.at) != times.today():
        raise NotAllowedNow(Problem.TOO_LATE)
    if snapshots.of_task(attempt.task) != attempt.before.get("after"):  # none is kept of who was erased
        raise NotAllowedNow(Problem.CHANGED_SINCE)


def _take_back(actor: Actor, attempt: Attempt) -> None:
    kept, task = attempt.before, attempt.task
    retracted = _entries(attempt) + breaches.take_back(task_ids=_touched(attempt), at=attempt.at)
    snapshots.put_back([kept["before"]], kept["clocks"])
    if kept["side"] and task.customer_id is not None:
        retracted += consequences.entries_of(task.customer_id, kept["side"])
        consequences.take_back(actor, task.customer_id, kept["side"])
    Attempt.objects.filter(pk=attempt.pk).update(undone_at=times.now())
    event = ResultUndone(**clocks.about(task), outcome=attempt.outcome)
    for entry_id in retracted:
        journal.record(event, actor=actor, retracts_id=entry_id)
    task.refresh_from_db()


def _touched(attempt: Attempt) -> list[int]:
    return [attempt.task_id, *(one["id"] for one in attempt.before["side"].get("tasks", []))]


def _entries(attempt: Attempt) -> list[int]:
    rows = Entry.objects.filter(type=TaskTried.name, subject_id=attempt.task_id, at=attempt.at)
    return list(rows.values_list("pk", flat=True))
