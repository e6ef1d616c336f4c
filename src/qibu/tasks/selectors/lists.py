"""Which tasks somebody sees: their own, those of the pool for their desk, and with the right all of the store."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from qibu.customers.selectors import visible
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.tasks.models import Escalation, Task
from qibu.tasks.rules import desks_of


def visible_tasks(actor: Actor) -> QuerySet[Task]:
    """A task that is given to somebody shows its customer to them: it is the reason to see them."""
    rows: QuerySet[Task] = Task.objects.all()
    if not actor.may(Capability.TASKS_WORK):
        return rows.none()
    if actor.may(Capability.TASKS_VIEW_ALL):
        return rows
    return rows.filter(Q(assignee_id=actor.staff_id) | _own_works(actor) | _in_pool(actor) | _told(actor))


def pool_of(actor: Actor) -> QuerySet[Task]:
    """Open tasks of nobody that this actor could take."""
    rows: QuerySet[Task] = Task.objects.filter(state=Task.State.OPEN)
    return rows.filter(_in_pool(actor))


def was_open_to(actor: Actor) -> QuerySet[Task]:
    """What somebody sees, and what they may have seen in the pool before a colleague was faster: of these they hear who
    it was. Of others they hear nothing, not even that they are there."""
    rows: QuerySet[Task] = Task.objects.all()
    if actor.may(Capability.TASKS_VIEW_ALL):
        return rows
    return rows.filter(Q(pk__in=visible_tasks(actor).values("pk")) | _for_ones_desk(actor))


def later_of(actor: Actor, now: datetime) -> QuerySet[Task]:
    """Put off or still in the backlog: one's own; for those who see all, the store's."""
    return visible_tasks(actor).filter(is_later(actor, now))


def is_later(actor: Actor, now: datetime) -> Q:
    waiting = Q(state=Task.State.BACKLOG) | Q(state=Task.State.OPEN, shown_from__gt=now)
    return waiting if actor.may(Capability.TASKS_VIEW_ALL) else waiting & Q(assignee_id=actor.staff_id)


def _own_works(actor: Actor) -> Q:
    """What one made or finished oneself."""
    return Q(closed_by_id=actor.staff_id) | Q(created_by_id=actor.staff_id)


def _told(actor: Actor) -> Q:
    """What climbed to somebody is seen by them, whatever else they may see."""
    told = Escalation.objects.filter(told_id=actor.staff_id or 0).values("clock__task_id")
    return Q(pk__in=told)


def _in_pool(actor: Actor) -> Q:
    return Q(assignee__isnull=True) & _for_ones_desk(actor)


def _for_ones_desk(actor: Actor) -> Q:
    desk = Q() if actor.may(Capability.TASKS_ASSIGN) else Q(desk__in=desks_of(actor.roles))
    if actor.may(Capability.CUSTOMERS_VIEW_ALL):
        return desk
    return desk & (Q(customer__isnull=True) | Q(customer__in=visible(actor).only("pk")))
