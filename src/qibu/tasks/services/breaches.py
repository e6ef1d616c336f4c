"""A broken promise stays on record with its reason: whoever ends the work says why, in the same step (H2).

What the system ends by itself (a plan that changed, two files that became one) has nobody to ask; its reason can be
given later, by whoever had the work or a manager.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from qibu.contracts.tasks import BreachExplained
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.tasks.models import Clock, Escalation
from qibu.tasks.rules import Lack, Why
from qibu.tasks.selectors.promises import owing
from qibu.tasks.services import clocks
from qibu.tasks.services.errors import NotAllowedNow, Problem

LACKS = {Lack.CAUSE: Problem.BREACH_UNEXPLAINED, Lack.WORDS: Problem.WORDS_MISSING}


def account_for(*, actor: Actor, task_ids: Iterable[int], why: Why, at: datetime) -> None:
    """Before locked tasks end: those that are late and unexplained get the reason, or the act is refused."""
    late = list(owing(clocks.lock(task_ids), at).select_related("task").order_by("pk"))
    if not late:
        return
    _check(why)
    rows = Clock.objects.filter(pk__in=[clock.pk for clock in late])
    clocks.mark_breaches(actor=actor, clocks=rows, at=at)
    rows.update(breach_cause=why.cause, breach_reason=why.said, explained_by=actor.staff_id, explained_at=at)
    journal.record_many([_event(clock, why) for clock in late], actor=actor, at=at)


def explain(*, actor: Actor, clock_id: int, why: Why) -> None:
    """Why a promise was broken, said by the one responsible or a manager; what was said before stays in the trail."""
    clock = clocks.held(actor, clock_id)
    _check(why)
    if clock.breached_at is None:
        raise NotAllowedNow(Problem.CLOCK_NOT_LATE)
    clock.breach_cause, clock.breach_reason = why.cause, why.said
    clock.explained_by_id, clock.explained_at = actor.staff_id, times.now()
    clock.save(update_fields=["breach_cause", "breach_reason", "explained_by", "explained_at"])
    Escalation.objects.filter(clock=clock, told_id=actor.staff_id, seen_at__isnull=True).update(seen_at=times.now())
    journal.record(_event(clock, why), actor=actor)


def take_back(*, task_ids: Iterable[int], at: datetime) -> list[int]:
    """A result is undone: the reason that came with it is asked again, the breach stays. Gives its entries."""
    rows = Clock.objects.filter(task_id__in=list(task_ids), explained_at=at)
    tasks = list(rows.values_list("task_id", flat=True))
    rows.update(breach_cause="", breach_reason="", explained_by=None, explained_at=None)
    entries = Entry.objects.filter(type=BreachExplained.name, subject_id__in=tasks, at=at)
    return list(entries.values_list("pk", flat=True))


def _check(why: Why) -> None:
    if why.lacks:
        raise NotAllowedNow(LACKS[why.lacks])


def _event(clock: Clock, why: Why) -> BreachExplained:
    return BreachExplained(**clocks.about(clock.task), cause=why.cause, reason=why.said)
