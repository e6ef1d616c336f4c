"""What happens to leads of which nobody says a word: passed on, then into the pool, and the manager hears of it (C2).

Looked at by the worker. Each lead is held with its task and file, and left for the next time where somebody is at it
just now; one that was passed on has a new deadline, so that looking twice does nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from qibu.customers.models import Customer
from qibu.kernel.actors import Actor
from qibu.leads import selectors
from qibu.leads.models import Lead, Placement
from qibu.leads.rules import Grade, Reason
from qibu.leads.services import allocating, following
from qibu.network.rules import CAPABILITIES, Capability
from qibu.tasks.models import Attempt, Clock, Task
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.services import clocks, ladder

BATCH = 200  # of one organisation at one look
LEADERS = tuple(role.value for role, granted in CAPABILITIES.items() if Capability.SALES_ASSIGN in granted)


@dataclass
class Swept:
    passed_on: int = 0
    pooled: int = 0


# No first word in time ----------------------------------------------------------------------------
def sweep(*, actor: Actor, now: datetime) -> Swept:
    """Leads whose first word is overdue by more than the policy's grace go to the next by the rules."""
    done, policy, calendar = Swept(), selectors.policy(actor), calendar_of(actor.organisation_id)
    if not calendar.is_open(now):
        return done
    for lead in _unanswered(now):
        assert lead.next_task is not None  # open leads have one
        if calendar.add_working_time(lead.next_task.due_at, policy.grace) <= now:
            _pass_on(actor, lead, policy.passed_on, now, done)
    return done


def _unanswered(now: datetime) -> list[Lead]:
    """Held. A try counts as a word, whatever came of it."""
    tried = Attempt.objects.filter(task=OuterRef("next_task"), undone_at__isnull=True)
    rows = Lead.objects.filter(
        ~Exists(tried), state=Lead.State.OPEN, consultant__isnull=False, answered_at__isnull=True,
        next_task__kind=following.FIRST, next_task__state=Task.State.OPEN, next_task__due_at__lt=now,
    )  # fmt: skip
    return _held(rows.order_by("next_task__due_at", "pk"))


def _held(rows: QuerySet[Lead]) -> list[Lead]:
    """Those at which nobody is, in the order task, file, lead; asked again once they are held."""
    numbers = list(rows.values_list("pk", "next_task_id", "customer_id")[:BATCH])
    of_tasks = Task.objects.filter(pk__in=[task for _lead, task, _file in numbers]).order_by("pk")
    free_tasks = set(of_tasks.select_for_update(skip_locked=True).values_list("pk", flat=True))
    of_files = Customer.objects.filter(pk__in=[file for _lead, _task, file in numbers]).order_by("pk")
    free_files = set(of_files.select_for_update(skip_locked=True).values_list("pk", flat=True))
    free = [lead for lead, task, file in numbers if task in free_tasks and file in free_files]
    held = Lead.objects.filter(pk__in=free).select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    still = set(held.values_list("pk", flat=True))
    return list(rows.filter(pk__in=still).select_related("customer", "next_task", "consultant"))


def _pass_on(actor: Actor, lead: Lead, most: int, now: datetime, done: Swept) -> None:
    placements = Placement.objects.filter(lead=lead)
    had = set(placements.filter(staff__isnull=False).values_list("staff_id", flat=True)) | {lead.consultant_id or 0}
    often = placements.filter(code=Reason.SILENCE, staff__isnull=False).count()
    silent = lead.consultant.name if lead.consultant else ""
    choice = allocating.choose(actor, lead, had, silent=silent) if often < most else None
    staff_id = choice.staff_id if choice else None
    facts = {**choice.facts, "former": silent} if choice else {"former": silent}
    late = _hand_on(actor, lead, staff_id, Reason.SILENCE, facts, now)
    if staff_id is None:
        ladder.report(actor=actor, task_ids=[late or 0], roles=LEADERS, now=now)
        done.pooled += 1
    else:
        done.passed_on += 1


def _hand_on(
    actor: Actor, lead: Lead, staff_id: int | None, reason: Reason, facts: Mapping[str, Any], now: datetime
) -> int | None:
    """What was broken stays with whoever broke it; the next one has their own time. Returns the former task."""
    clocks.mark_breaches(actor=actor, clocks=Clock.objects.filter(task_id=lead.next_task_id or 0), at=now)
    allocating.move(actor, lead, staff_id, reason, facts=facts)
    return following.begin_again(actor, lead)


# No word for days ---------------------------------------------------------------------------------
def give_back_quiet(*, actor: Actor, now: datetime) -> int:
    """Leads of whose next action nobody took notice, and of whom nobody said a word for so many days as the policy has
    for their grade, go back into the pool."""
    found = _held(_quiet(actor, now))
    for lead in found:
        name = lead.consultant.name if lead.consultant else ""
        _hand_on(actor, lead, None, Reason.QUIET, {"former": name}, now)
    return len(found)


def _quiet(actor: Actor, now: datetime) -> QuerySet[Lead]:
    """A day that was agreed for later is no silence: the next action has to be overdue."""
    policy = selectors.policy(actor)
    tries = Attempt.objects.filter(task__customer=OuterRef("customer"), task__kind__startswith="lead.", undone_at=None)
    last_try = tries.order_by().values("task__customer").annotate(last=Max("at")).values("last")
    rows = Lead.objects.filter(state=Lead.State.OPEN, consultant__isnull=False, next_task__due_at__lt=now).annotate(
        last_word=Greatest(
            F("assigned_at"), F("answered_at"), F("stage_at"), F("received_at"),
            Subquery(last_try, output_field=DateTimeField()),
        )
    )  # fmt: skip
    over = Q()
    for grade in Grade:
        before = now - timedelta(days=policy.quiet_days(grade))
        over |= Q(grade__in=[grade, ""] if grade == Grade.C else [grade], last_word__lt=before)
    return rows.filter(over).order_by("last_word", "pk")

