"""What of the work of somebody who leaves goes to a colleague (A6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qibu.kernel import times
from qibu.network.handover import Part, register_part
from qibu.tasks.models import Task
from qibu.ui import formats

LIVING = [Task.State.OPEN, Task.State.BACKLOG]


def held(staff_id: int) -> QuerySet[Task]:
    rows: QuerySet[Task] = Task.objects.filter(assignee_id=staff_id, state__in=LIVING)
    return rows


def covered(staff_id: int) -> QuerySet[Task]:
    """What a stand-in has for the person while they are away: it would come back to them."""
    rows: QuerySet[Task] = Task.objects.filter(covered_for_id=staff_id, state__in=LIVING)
    return rows


def titled(task_ids: Collection[int]) -> Mapping[int, str]:
    """What each is and until when, the most urgent first."""
    rows = Task.objects.filter(pk__in=task_ids).order_by("due_at", "pk")
    said = gettext("{title}，{day} 前")
    return {
        task.pk: said.format(title=task.called, day=formats.day(times.day_of(task.due_at), "short")) for task in rows
    }


register_part(
    Part(
        "tasks.open", _("没做完的任务"), held, "assignee", also={"assigned_at": Now()}, load=_("任务 {n} 件"),
        lines=titled,
    )
)  # fmt: skip
register_part(Part("tasks.covered", _("代班中的任务"), covered, "covered_for", lines=titled))
