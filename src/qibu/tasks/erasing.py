"""Work for a customer who is erased: what is open ends, what was done is counted on without its words."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contracts.tasks import TaskCancelled
from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.models import BatchRow
from qibu.network.services import exports
from qibu.tasks.models import Attempt, Clock, Task
from qibu.tasks.services import clocks

LIVING = (Task.State.OPEN, Task.State.BACKLOG)
NAMELESS = "已删除"  # the title of what people wrote; a plan's own says nothing of anybody


def _of(whom: Whom) -> QuerySet[Task]:
    rows: QuerySet[Task] = Task.objects.filter(customer_id__in=whom.ids)
    return rows


def _end(actor: Actor, whom: Whom) -> None:
    ids = list(_of(whom).values_list("pk", flat=True))
    exports.forget_rows("tasks", ids)
    exports.forget_rows("promises", Clock.objects.filter(task__in=ids).values_list("pk", flat=True))
    BatchRow.objects.filter(act__kind__startswith="tasks.", row__in=ids).delete()
    _of(whom).filter(key__isnull=True).update(title=NAMELESS)
    tasks, now, reason = list(_of(whom).filter(state__in=LIVING).order_by("pk")), times.now(), _("个人信息已按要求删除")
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(
        state=Task.State.CANCELLED, closed_at=now, closed_by_id=actor.staff_id
    )
    clocks.stop(actor=actor, task_ids=[task.pk for task in tasks], at=now)
    journal.record_many([TaskCancelled(**clocks.about(task), reason=reason) for task in tasks], actor=actor)


def _promises(whom: Whom) -> int:
    return _of(whom).filter(state__in=LIVING, category=Task.Category.PROMISE).count()


def _open(whom: Whom) -> int:
    return _of(whom).filter(state__in=LIVING).count()


erase_parts.special("tasks.work", _end)
erase_parts.blank(Task, "customer", {"detail": "", "note": "", "facts": {}})
erase_parts.blank(Attempt, "task__customer", {"note": "", "before": {}}, gettext_lazy("联系结果里的备注"))
erase_parts.blank(Clock, "task__customer", {"pause_reason": "", "breach_reason": ""})
erase_parts.promised(_promises)
erase_parts.goes(gettext_lazy("待办任务，会取消"), _open)
erase_parts.keeps(gettext_lazy("做过的任务，只留类别和时间"), lambda whom: _of(whom).exclude(state__in=LIVING).count())
