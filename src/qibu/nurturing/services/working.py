"""What follows when the task of a piece ends on the workbench: it was sent, or it isn't."""

from __future__ import annotations

from qibu.kernel.actors import Actor
from qibu.nurturing.models import Sending
from qibu.nurturing.services import sending
from qibu.tasks.following import Following, register
from qibu.tasks.models import Task

State = Sending.State


def _ended(actor: Actor, ended: list[Task]) -> None:
    sent = {
        task.pk for task in ended if task.outcome == Task.Outcome.REACHED and task.state == Task.State.DONE
    }
    rows = Sending.objects.filter(task__in=ended, state=State.WAITING).select_related("lead", "edition")
    held = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if done := [row for row in held if row.task_id in sent]:
        sending.sent(actor, done)
    if dropped := [row for row in held if row.task_id not in sent]:
        sending.skipped(actor, dropped, "")


def _back(actor: Actor, again: list[Task]) -> None:
    """A slip was taken back: it waits again, unless the customer has opened it meanwhile."""
    rows = Sending.objects.filter(task__in=again, opened=0).exclude(state=State.WAITING)
    rows.update(state=State.WAITING, sent_at=None, by=None, expires_at=None)


def ready() -> None:
    """Said at start-up, by whoever is found then."""
    register("nurturing.", Following(_ended, _back))
