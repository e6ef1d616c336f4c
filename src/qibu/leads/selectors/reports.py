"""For the manager: leads that nobody follows, dates that do no good, and what consultants gave up (C4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.leads.rules import Fault, Grade, Pace, neglected, unrealistic
from qibu.leads.rules.pursuit import GRACE
from qibu.leads.selectors.leads import visible
from qibu.leads.selectors.pace import pace_of
from qibu.network.models import Staff
from qibu.network.rules import CAPABILITIES, Capability

LATELY = timedelta(days=30)
LEADERS = [role.value for role, may in CAPABILITIES.items() if Capability.SALES_ASSIGN in may]


def _open(actor: Actor) -> QuerySet[Lead]:
    rows = visible(actor).filter(state=Lead.State.OPEN)
    heard = Coalesce(F("heard_at"), F("answered_at"), F("received_at"), output_field=DateTimeField())
    return rows.annotate(heard=heard).select_related("customer", "consultant", "next_task")


def not_followed(actor: Actor) -> QuerySet[Lead]:
    """The next action is past, or nobody has spoken to them for twice the pace of the grade."""
    now, pace = times.now(), pace_of(actor)
    found = Q(next_task__due_at__lt=now)
    for grade in Grade:
        found |= _of(grade) & Q(heard__lt=now - 2 * pace[grade].every - GRACE)
    return _open(actor).filter(found).order_by("next_task__due_at", "pk")


def unreal(actor: Actor) -> QuerySet[Lead]:
    """The next action comes later than the grade allows, or than the purchase."""
    pace = pace_of(actor)
    due_on = TruncDate("next_task__due_at", tzinfo=times.ZONE)
    planned_on = TruncDate("next_task__created_at", tzinfo=times.ZONE)
    rows = _open(actor).annotate(due_on=due_on, planned_on=planned_on)
    found = Q(buys_by__isnull=False, due_on__gt=F("buys_by"), planned_on__lte=F("buys_by"))
    for grade in Grade:
        latest = ExpressionWrapper(
            F("next_task__created_at") + pace[grade].every + GRACE, output_field=DateTimeField()
        )
        found |= _of(grade) & Q(next_task__due_at__gt=latest)
    return rows.filter(found).order_by("next_task__due_at", "pk")


def _of(grade: Grade) -> Q:
    return Q(grade=grade.value) | (Q(grade="") if grade == Grade.C else Q(pk__in=()))


def closed_by_sales(actor: Actor) -> QuerySet[Lead]:
    """Lost of late by those who work on leads, and no manager has looked at it yet."""
    sellers = Staff.objects.exclude(roles__overlap=LEADERS).values("pk")
    rows = visible(actor).filter(
        state=Lead.State.LOST, loss_checked_at__isnull=True, closed_at__gte=times.now() - LATELY, closed_by__in=sellers
    )  # fmt: skip
    return rows.select_related("customer", "consultant", "closed_by").order_by("-closed_at", "-pk")


def fault_of(lead: Lead, now: datetime, pace: Mapping[Grade, Pace], *, dates: bool) -> Fault | None:
    """Why a row stands in a report, by the rule; `dates`: in that of unrealistic dates."""
    grade, task = Grade(lead.grade or Grade.C), lead.next_task
    if task is None:
        return None
    if not dates:
        heard = lead.heard_at or lead.answered_at or lead.received_at
        return neglected(grade, now, due=task.due_at, heard=heard, pace=pace)
    planned = task.created_at.astimezone(times.ZONE)
    return unrealistic(
        grade, planned, due=task.due_at, due_on=times.day_of(task.due_at), buys_by=lead.buys_by, pace=pace
    )
