"""Work items: made by hand, promised, given to somebody, taken from the pool, dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation

from qibu.contracts.tasks import (
    PromiseMade,
    TaskAssigned,
    TaskCancelled,
    TaskCreated,
    TaskReopened,
    TaskSettled,
)
from qibu.customers.selectors import visible
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.tasks import following
from qibu.tasks.models import Clock, Task
from qibu.tasks.rules import UNSAID, Why
from qibu.tasks.selectors.lists import pool_of, visible_tasks, was_open_to
from qibu.tasks.services import breaches, clocks
from qibu.tasks.services.errors import AlreadyDone, Barred, NotAllowedNow, NotYours, Problem, Rival

State = Task.State
REOPENED_FOR = timedelta(hours=4)


def create_todo(
    *,
    actor: Actor,
    title: str,
    due_at: datetime,
    detail: str = "",
    customer_id: int | None = None,
    vehicle_id: int | None = None,
    assignee_id: int | None = None,
) -> Task:
    """A thing to do; without an assignee it is one's own."""
    actor.require(Capability.TASKS_WORK)
    _check_customer(actor, customer_id)
    task = _create(actor, Task.Category.OTHER, "todo", title, detail, due_at, customer_id, vehicle_id, assignee_id)
    journal.record(TaskCreated(**clocks.about(task), kind=task.kind, category=task.category), actor=actor)
    return task


def create_promise(
    *,
    actor: Actor,
    customer_id: int | None,
    title: str,
    due_at: datetime,
    detail: str = "",
    vehicle_id: int | None = None,
    assignee_id: int | None = None,
) -> Task:
    """答应客户的事: it stands on the customer's page until it is kept."""
    actor.require(Capability.TASKS_WORK)
    if customer_id is None:
        raise NotAllowedNow(Problem.NO_CUSTOMER)
    _check_customer(actor, customer_id)
    category = Task.Category.PROMISE
    task = _create(actor, category, "promise", title, detail, due_at, customer_id, vehicle_id, assignee_id)
    journal.record(PromiseMade(**clocks.about(task), due_at=task.due_at), actor=actor)
    return task


@dataclass(frozen=True, kw_only=True)
class Work:
    """A task that another app makes: `kind` begins with the app's word, `key` keeps it from being made twice. A lazy
    `title` is kept in the languages of the product, so that everybody reads it in their own."""

    kind: str
    title: Any
    due_at: datetime
    category: str = Task.Category.FOLLOW_UP
    detail: str = ""
    customer_id: int | None = None
    vehicle_id: int | None = None
    assignee_id: int | None = None  # None is the pool of the desk
    desk: str = Task.Desk.ANY
    shown_from: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None


def create_work(*, actor: Actor, work: Work) -> Task:
    """A task that follows from what happened elsewhere, whose own event says so. Whoever may do what made it may make
    it. One whose key is there already is left as it is."""
    known = Task.objects.filter(key=work.key).first() if work.key else None
    if known is not None:
        return known
    now, person = times.now(), _colleague(work.assignee_id)
    task = _row(actor, work, person.pk if person else None, now)
    task.save(force_insert=True)
    clocks.start(actor=actor, task=task, at=now)
    return task


def create_many(*, actor: Actor, works: Iterable[Work]) -> dict[str, Task]:
    """Many at once in a few statements, each by its key; those that are there already are left as they are. What
    would lie with somebody who has left lies in the pool. Returns those that were made."""
    wanted = {work.key: work for work in works if work.key}
    known = set(Task.objects.filter(key__in=wanted).values_list("key", flat=True))
    named = {work.assignee_id for work in wanted.values() if work.assignee_id}
    there = set(Staff.objects.filter(pk__in=named, left_on__isnull=True).values_list("pk", flat=True))
    now = times.now()
    rows = [
        _row(actor, work, work.assignee_id if work.assignee_id in there else None, now)
        for key, work in wanted.items()
        if key not in known
    ]
    made = Task.objects.bulk_create(rows)
    clocks.start_for_tasks(actor=actor)
    return {task.key: task for task in made if task.key}


def _row(actor: Actor, work: Work, assignee_id: int | None, now: datetime) -> Task:
    title, english = (_in_language(work.title, language) for language in ("zh-hans", "en"))
    facts = {**work.facts} if english == title else {**work.facts, "title_en": english}
    return Task(
        organisation_id=actor.organisation_id, category=work.category, kind=work.kind, title=title,
        detail=work.detail, customer_id=work.customer_id, vehicle_id=work.vehicle_id,
        assignee_id=assignee_id, assigned_at=now if assignee_id else None, desk=work.desk,
        due_at=work.due_at, shown_from=work.shown_from or now, facts=facts, key=work.key, created_at=now,
        created_by_id=actor.staff_id,
    )  # fmt: skip


def _in_language(words: Any, language: str) -> str:
    with translation.override(language):
        return str(words)


def settle(*, actor: Actor, task_ids: Iterable[int], done: bool, note: Any) -> list[int]:
    """Open tasks end because of what happened elsewhere, which `note` says: done by it, or needed no more.
    A lazy note is kept in both languages. Returns those that ended.

    Nobody is asked why one was late: its breach waits for its reason on the page of promises."""
    rows = Task.objects.filter(pk__in=list(task_ids), state__in=[State.OPEN, State.BACKLOG])
    tasks, now = list(rows.select_for_update().order_by("pk")), times.now()
    ids, (said, english) = [task.pk for task in tasks], (_in_language(note, each) for each in ("zh-hans", "en"))
    clocks.stop(actor=actor, task_ids=ids, at=now)
    Task.objects.filter(pk__in=ids).update(
        state=State.DONE if done else State.CANCELLED, note=said, closed_at=now, closed_by_id=actor.staff_id
    )
    ending = TaskSettled if done else TaskCancelled
    told = {"reason": said, "reason_en": "" if english == said else english}
    journal.record_many([ending(**clocks.about(task), **told) for task in tasks], actor=actor)
    return ids


def assign(*, actor: Actor, task_id: int, staff_id: int | None) -> Task:
    """Give a task to a colleague, or with None back to the pool. One's own work may be handed on by oneself."""
    task = _locked(actor, task_id)
    if task.assignee_id != actor.staff_id:
        actor.require(Capability.TASKS_ASSIGN)
    if task.state not in {State.OPEN, State.BACKLOG}:
        raise AlreadyDone(task.pk, rival_of(task))
    hand(actor, [task], _colleague(staff_id))
    return task


Whose = tuple[int | None, int | None]  # with whom a task lies, and for whom that person covers


def assign_many(*, actor: Actor, task_ids: Iterable[int], staff_id: int | None) -> dict[int, Whose]:
    """Give many open tasks at once; those that are closed meanwhile are left alone. Returns those that changed hands,
    with whose they were."""
    person = _colleague(staff_id)
    tasks = [task for task in _open_ones(actor, task_ids) if task.assignee_id != staff_id or task.covered_for_id]
    before = {task.pk: (task.assignee_id, task.covered_for_id) for task in tasks}
    hand(actor, tasks, person)
    return before


def take_back(*, actor: Actor, before: Mapping[int, Whose], staff_id: int | None) -> set[int]:
    """Undo of `assign_many`: those that are still open with the taker go back, unless who had them has left."""
    tasks = [task for task in _open_ones(actor, before) if task.assignee_id == staff_id]
    named = {number for whose in before.values() for number in whose if number}
    there = {one.pk: one for one in Staff.objects.filter(pk__in=named, left_on__isnull=True)}
    back: set[int] = set()
    for giver_id, covered_id in {tuple(before[task.pk]) for task in tasks}:
        if giver_id is None or giver_id in there:
            theirs = [task for task in tasks if tuple(before[task.pk]) == (giver_id, covered_id)]
            hand(actor, theirs, there.get(giver_id or 0))
            ids = [task.pk for task in theirs]
            Task.objects.filter(pk__in=ids).update(covered_for_id=covered_id if covered_id in there else None)
            back.update(ids)
    return back


def _open_ones(actor: Actor, task_ids: Iterable[int]) -> list[Task]:
    actor.require(Capability.TASKS_ASSIGN)
    found = visible_tasks(actor).filter(pk__in=list(task_ids), state__in=[State.OPEN, State.BACKLOG])
    return list(found.select_for_update(of=("self",)).order_by("pk"))


def claim(*, actor: Actor, task_ids: Sequence[int]) -> list[Task]:
    """Take tasks from the pool. Of two people who press at once the second is told who was first."""
    actor.require(Capability.TASKS_WORK)
    if actor.staff_id is None:
        raise NotAllowedNow(Problem.NOBODY)
    known = was_open_to(actor).filter(pk__in=list(task_ids))
    tasks = list(known.select_for_update(of=("self",)).order_by("pk"))
    free = set(pool_of(actor).filter(pk__in=[task.pk for task in tasks]).values_list("pk", flat=True))
    for task in tasks:
        if task.assignee_id == actor.staff_id and task.state == State.OPEN:
            continue
        if task.assignee_id is not None or task.state != State.OPEN:
            raise AlreadyDone(task.pk, rival_of(task))
        if task.pk not in free:
            raise NotYours
    if len(tasks) < len(set(task_ids)):
        raise NotYours
    refuse_barred(actor, tasks)
    hand(actor, [task for task in tasks if task.assignee_id is None], Staff(pk=actor.staff_id, name=actor.name))
    return tasks


def cancel(*, actor: Actor, task_id: int, reason: str, why: Why = UNSAID) -> Task:
    """Drop a task that needs no call any more, with its reason; a late one with why it was late, too."""
    task = _locked(actor, task_id)
    if not reason.strip():
        raise NotAllowedNow(Problem.REASON_MISSING)
    if task.state not in {State.OPEN, State.BACKLOG}:
        raise AlreadyDone(task.pk, rival_of(task))
    refuse_barred(actor, [task])
    now = times.now()
    breaches.account_for(actor=actor, task_ids=[task.pk], why=why, at=now)
    Task.objects.filter(pk=task.pk).update(
        state=State.CANCELLED, note=reason.strip(), closed_at=now, closed_by_id=actor.staff_id
    )
    clocks.stop(actor=actor, task_ids=[task.pk], at=now)
    journal.record(TaskCancelled(**clocks.about(task), reason=reason.strip()), actor=actor)
    task.refresh_from_db()
    following.ended(actor, [task])
    return task


def refuse_barred(actor: Actor, tasks: Iterable[Task]) -> None:
    """For acts on held tasks. Raises `Barred` where an app says that something else comes first."""
    for sentence in following.barred(actor, tasks).values():
        raise Barred(sentence)


def reopen(*, actor: Actor, task_id: int) -> Task:
    """Take a closed task up again; a deadline that has passed is set anew, the old breach stays on record. Whoever
    planned it learns from its facts that a person wants it."""
    task = _locked(actor, task_id)
    if task.state in {State.OPEN, State.BACKLOG}:
        raise NotAllowedNow(Problem.NOT_CLOSED)
    now = times.now()
    due = max(task.due_at, now + REOPENED_FOR)
    Task.objects.filter(pk=task.pk).update(
        state=State.OPEN, outcome="", closed_at=None, closed_by=None, shown_from=now, due_at=due, attempts=0,
        facts={name: value for name, value in task.facts.items() if name != "ended"} | {"reopened": True},
    )  # fmt: skip
    Clock.objects.filter(task=task, kind=clocks.DUE).update(stopped_at=None)
    task.due_at = due
    clocks.move(task=task, due_at=due)
    journal.record(TaskReopened(**clocks.about(task)), actor=actor)
    task.refresh_from_db()
    following.back(actor, [task])
    return task


def rival_of(task: Task) -> Rival:
    """Who dealt with a task before, and when. Names are read after the lock: what was joined before it is stale."""
    if task.closed_by is not None:
        return Rival(task.closed_by.name, task.closed_at)
    name = task.assignee.name if task.assignee is not None else ""
    return Rival(name, task.closed_at or task.assigned_at, closed=task.closed_at is not None)


def _create(
    actor: Actor,
    category: str,
    kind: str,
    title: str,
    detail: str,
    due_at: datetime,
    customer_id: int | None,
    vehicle_id: int | None,
    assignee_id: int | None,
) -> Task:
    now = times.now()
    person = _colleague(assignee_id or actor.staff_id)
    task = Task.objects.create(
        organisation_id=actor.organisation_id,
        category=category,
        kind=kind,
        title=title.strip(),
        detail=detail.strip(),
        customer_id=customer_id,
        vehicle_id=vehicle_id,
        assignee_id=person.pk if person else None,
        assigned_at=now if person else None,
        due_at=due_at,
        shown_from=now,
        created_at=now,
        created_by_id=actor.staff_id,
    )
    clocks.start(actor=actor, task=task, at=now)
    return task


def _check_customer(actor: Actor, customer_id: int | None) -> None:
    if customer_id is not None and not visible(actor).filter(pk=customer_id).exists():
        raise NotYours


def _colleague(staff_id: int | None) -> Staff | None:
    if staff_id is None:
        return None
    person: Staff | None = Staff.objects.filter(pk=staff_id, left_on__isnull=True).first()
    if person is None:
        raise NotAllowedNow(Problem.NOBODY)
    return person


def hand(actor: Actor, tasks: Sequence[Task], person: Staff | None) -> None:
    """Locked tasks lie with a person from now on, or in the pool; nobody covers them for somebody else any more."""
    staff_id, name = (person.pk, person.name) if person else (None, "")
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(
        assignee_id=staff_id, assigned_at=times.now() if staff_id else None, covered_for=None
    )
    journal.record_many(
        [TaskAssigned(**clocks.about(task), staff_id=staff_id, staff_name=name) for task in tasks], actor=actor
    )


def tell(task: Task, said: str) -> None:
    """A held task says first what was heard since, once. Whoever tells it keeps it on record."""
    if said not in task.detail:
        lines = "\n".join(filter(None, (said, task.detail)))
        task.detail = lines[: Task._meta.get_field("detail").max_length]
        task.save(update_fields=["detail"])


def _locked(actor: Actor, task_id: int) -> Task:
    actor.require(Capability.TASKS_WORK)
    task: Task | None = visible_tasks(actor).filter(pk=task_id).select_for_update(of=("self",)).first()
    if task is None:
        raise NotYours
    return task
