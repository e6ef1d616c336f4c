"""What was done before the days that are played one by one: results of the weeks before, written as sets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby

from qibu.care.services import planner
from qibu.contracts.tasks import TaskTried
from qibu.demo import calls, sets
from qibu.demo.clockwork import told
from qibu.demo.shop import Shop, at
from qibu.kernel import journal
from qibu.kernel.scoping import scope
from qibu.network.models import Staff
from qibu.network.services import actors
from qibu.tasks.models import Attempt, Clock, Task
from qibu.tasks.services import clocks


def settle(shop: Shop, first: date) -> None:
    """Plan the first day, and close what fell due before it on the day it fell due."""
    with told(at(first, 6, 5)):
        planner.plan(actor=shop.system, on=first)
        with scope(shop.system):
            rows = Task.objects.filter(state=Task.State.OPEN, facts__day__lt=first.isoformat())
            _settle(shop, list(rows.order_by("facts__day", "assignee_id", "pk")))


def _settle(shop: Shop, found: list[Task]) -> None:
    staff = {person.pk: actors.of_staff(person) for person in Staff.objects.filter(left_on__isnull=True)}
    anybody = next(iter(staff))
    for (day, assignee), group in groupby(found, lambda task: (task.facts["day"], task.assignee_id)):
        person = staff[assignee or anybody]
        for task, moment in _moments(shop, date.fromisoformat(day), group):
            _close(shop, task, moment, person.staff_id)
            event = TaskTried(**clocks.about(task), outcome=task.outcome, note=task.note, next_at=None)
            journal.record(event, actor=person, at=moment)
    _write(shop, found)


def _moments(shop: Shop, day: date, group: Iterable[Task]) -> Iterable[tuple[Task, datetime]]:
    moment = at(day, 8, 50)
    for task in group:
        moment += timedelta(minutes=shop.dice("moment", task.key).randrange(5, 45))
        yield task, min(moment, at(day, 17, 40))


def _close(shop: Shop, task: Task, moment: datetime, staff_id: int | None) -> None:
    rng = shop.dice("past", task.key)
    reached = rng.random() < 0.86
    task.note = rng.choice(calls.REACHED[calls.topic(task.kind)]) if reached else ""
    task.outcome = Task.Outcome.REACHED if reached else Task.Outcome.NOT_REACHED
    task.state, task.attempts = Task.State.DONE, 1 if reached else 3
    task.closed_at, task.closed_by_id, task.assignee_id = moment, staff_id, staff_id
    task.created_at = task.shown_from = task.assigned_at = at(moment.date(), 6, 5)
    task.due_at = at(moment.date(), 18)


def _write(shop: Shop, found: list[Task]) -> None:
    columns = ("state", "outcome", "note", "attempts", "closed_at", "closed_by", "assignee", "assigned_at",
               "created_at", "shown_from", "due_at")  # fmt: skip
    sets.update(found, columns)
    Attempt.objects.bulk_create(
        Attempt(
            organisation_id=shop.system.organisation_id, task=task, outcome=task.outcome, note=task.note,
            at=task.closed_at or task.due_at, by_id=task.closed_by_id,
        )
        for task in found
    )  # fmt: skip
    when = {task.pk: task for task in found}
    stopped = list(Clock.objects.filter(task__in=found))
    for clock in stopped:
        task = when[clock.task_id]
        clock.started_at, clock.due_at, clock.stopped_at = task.shown_from, task.due_at, task.closed_at
        clock.warn_at, clock.climb_at = task.due_at - timedelta(hours=3), None
    sets.update(stopped, ("started_at", "due_at", "stopped_at", "warn_at", "climb_at"))
