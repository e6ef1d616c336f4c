"""What of the work of somebody who leaves goes to a colleague (A6)."""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel.actors import Actor
from qibu.network.handover import register_mover
from qibu.tasks.models import Task


def _open_of(staff_id: int) -> QuerySet[Task]:
    return Task.objects.filter(assignee_id=staff_id, state__in=[Task.State.OPEN, Task.State.BACKLOG])


def count(actor: Actor, staff_id: int) -> int:
    return _open_of(staff_id).count()


def move(actor: Actor, giver_id: int, taker_id: int) -> int:
    return _open_of(giver_id).update(assignee_id=taker_id, assigned_at=Now())


register_mover("tasks.open", _("没做完的任务"), count, move)
