"""Work when two customers become one: nobody is called twice for the same thing."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contracts.tasks import TaskCancelled
from qibu.customers import merge_parts
from qibu.customers.services.ledger import Ledger
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.tasks.models import Clock, Task
from qibu.tasks.services import clocks
from qibu.vehicles.merging import gone_back

LIVING = [Task.State.OPEN, Task.State.BACKLOG]
# Planned twice: the same step of a plan for the same car and day. What was begun stays, else the older one.
DOUBLES = """
SELECT (array_agg(id ORDER BY attempts DESC, id))[2:] FROM tasks_task
 WHERE organisation_id = %(org)s AND customer_id IN (%(survivor)s, %(merged)s) AND state IN ('open', 'backlog')
   AND starts_with(key, 'care:')
 GROUP BY kind, vehicle_id, facts ->> 'due_on' HAVING count(DISTINCT customer_id) > 1
"""


def _hold(actor: Actor, customer_ids: list[int]) -> None:
    """As results do: tasks, their clocks, then the customer."""
    rows = Task.objects.filter(customer_id__in=customer_ids, state__in=LIVING).order_by("pk").select_for_update()
    clocks.lock(list(rows.values_list("pk", flat=True)))


def _drop_doubles(book: Ledger) -> None:
    doubles = sorted(pk for (ids,) in book.rows(DOUBLES) for pk in ids)
    if not doubles:
        return
    now, reason = times.now(), _("合并档案：同一件事只联系一次")
    clocks.mark_breaches(
        actor=book.actor, clocks=Clock.objects.filter(task_id__in=doubles, stopped_at__isnull=True), at=now
    )
    for column, value in (("state", Task.State.CANCELLED.value), ("note", reason), ("closed_at", now)):
        book.change(Task, column, f"%(value)s::{_TYPES[column]}", "t.id = ANY(%(ids)s)", value=value, ids=doubles)
    for column, moment in (("climb_at", None), ("stopped_at", now)):
        where = "t.task_id = ANY(%(ids)s) AND t.stopped_at IS NULL"
        book.change(Clock, column, "%(value)s::timestamptz", where, value=moment, ids=doubles)
    dropped = Task.objects.filter(pk__in=doubles).order_by("pk")
    journal.record_many([TaskCancelled(**clocks.about(task), reason=reason) for task in dropped], actor=book.actor)


_TYPES = {"state": "text", "note": "text", "closed_at": "timestamptz"}


def _follow_cars(book: Ledger) -> None:
    """Open work about a car that went back goes with it; what was done since stays where it was done."""
    mine = Task.objects.filter(customer_id=book.survivor_id, vehicle_id__in=gone_back(book), state__in=LIVING)
    mine.filter(pk__gt=book.mark(Task)).update(customer_id=book.merged_id)


merge_parts.lock("tasks.living", _hold)
merge_parts.special("tasks.work", merged=_drop_doubles, undone=_follow_cars)
merge_parts.called(Task, gettext_lazy("任务"))
