"""Work about a car that goes over: what was to be done for whoever leaves it ends, and may come back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F, Func, JSONField, Q, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contracts.tasks import TaskCancelled, TaskReopened
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.tasks.models import Task
from qibu.tasks.services import clocks, snapshots
from qibu.vehicles import transfer_parts
from qibu.vehicles.models import Ownership, Transfer
from qibu.vehicles.selectors import transfers

KEY = "tasks.work"
LIVING = (Task.State.OPEN, Task.State.BACKLOG)


def _open(vehicle_id: int) -> QuerySet[Task]:
    rows: QuerySet[Task] = Task.objects.filter(vehicle_id=vehicle_id, state__in=LIVING).order_by("pk")
    return rows


def _hold(actor: Actor, vehicle_id: int) -> None:
    """As results do: tasks, then their clocks; of a transfer that is taken back also those that it ended."""
    last = transfers.transfers_of(vehicle_id).filter(undone_at__isnull=True).first()
    ended = [kept["id"] for kept in last.kept.get(KEY, {}).get("tasks", ())] if last else []
    rows = Task.objects.filter(Q(vehicle_id=vehicle_id, state__in=LIVING) | Q(pk__in=ended)).order_by("pk")
    clocks.lock(list(rows.select_for_update().values_list("pk", flat=True)))


def _end(actor: Actor, one: Transfer) -> None:
    tasks = list(_open(one.vehicle_id).filter(customer_id__in=transfers.leavers_of(one)))
    kept = {"tasks": [snapshots.of_task(task) for task in tasks], "clocks": snapshots.of_clocks(t.pk for t in tasks)}
    reason = _("车已过户：{reason}").format(reason=transfers.reason_words(one.reason))
    _cancel(actor, tasks, reason)
    one.kept[KEY] = {**kept, "reason": reason}
    one.save(update_fields=["kept"])


def _cancel(actor: Actor, tasks: Iterable[Task], reason: str) -> None:
    tasks, now = list(tasks), times.now()
    ids = [task.pk for task in tasks]
    Task.objects.filter(pk__in=ids).update(
        state=Task.State.CANCELLED, note=reason, closed_at=now, closed_by_id=actor.staff_id
    )
    clocks.stop(actor=actor, task_ids=ids, at=now)
    journal.record_many([TaskCancelled(**clocks.about(task), reason=reason) for task in tasks], actor=actor)


def _bring_back(actor: Actor, one: Transfer) -> None:
    """As they were; what somebody took up again or wrote about since stays so."""
    kept = one.kept.get(KEY, {})
    ids = [each["id"] for each in kept.get("tasks", ())]
    ended = Task.objects.filter(pk__in=ids, state=Task.State.CANCELLED, note=kept.get("reason"))
    tasks = list(ended.order_by("pk"))
    _put_back(kept, {task.pk for task in tasks})
    journal.record_many([TaskReopened(**clocks.about(task)) for task in tasks], actor=actor)
    theirs = _open(one.vehicle_id).filter(customer_id__in=transfers.given_back_by(one))
    _cancel(actor, theirs, _("过户已撤销"))


def _put_back(kept: dict[str, Any], ids: set[int]) -> None:
    running = set(clocks.of_tasks(ids))
    tasks = [each for each in kept.get("tasks", ()) if each["id"] in ids]
    snapshots.put_back(tasks, [each for each in kept.get("clocks", ()) if each["id"] in running])


def _left(actor: Actor, vehicle_id: int, customer_id: int) -> None:
    """Nobody is called about a car in which they have no part; the planner makes it for who is called now. What people
    wrote down themselves is theirs to end."""
    planned = list(_open(vehicle_id).filter(customer_id=customer_id, key__startswith="care:"))
    _cancel(actor, planned, _("身份已结束，不再为这台车联系这位客户"))
    ended = Func(F("facts"), Value({"ended": "callee"}, JSONField()), template="%(expressions)s", arg_joiner=" || ")
    Task.objects.filter(pk__in=[task.pk for task in planned]).update(facts=ended, closed_by=None)


def _ahead(actor: Actor, vehicle_id: int) -> Iterator[tuple[Any, int]]:
    owner = Ownership.objects.filter(vehicle_id=vehicle_id, role=Ownership.Role.OWNER, until__isnull=True)
    yield gettext_lazy("件待办"), _open(vehicle_id).filter(customer_id__in=owner.values("customer_id")).count()


def _since(actor: Actor, one: Transfer) -> Iterator[tuple[Any, int]]:
    if one.owner_id is not None:
        done = Task.objects.filter(vehicle_id=one.vehicle_id, customer_id=one.owner_id, created_at__gt=one.at)
        yield gettext_lazy("件为新车主做过的事"), done.exclude(state__in=LIVING).count()


transfer_parts.lock(KEY, _hold)
transfer_parts.special(KEY, done=_end, undone=_bring_back)
transfer_parts.whenever_left(KEY, _left)
transfer_parts.count(KEY, ahead=_ahead, stays=_since)
