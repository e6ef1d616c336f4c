"""What follows when the next action of a lead ends on the workbench: the next one, or the end of the lead (C4)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads import bonds, selectors, words
from qibu.leads.errors import Unclaimed
from qibu.leads.models import Lead
from qibu.leads.services import ending, following, judging, stages
from qibu.leads.services.ending import Loss
from qibu.leads.services.following import FOLLOW, NEXT_WORD
from qibu.network.rules import Capability
from qibu.tasks.following import Following, register
from qibu.tasks.models import Task
from qibu.tasks.services import tasks

REFUSED = Loss(reason="contact", detail="refused")  # 不愿被打扰
CONTACTED = "contacted"  # the stage of whoever was spoken with
WRONG = Loss(reason="wrong_number", invalid=True)


def _leads_of(held: Iterable[Task], state: str = Lead.State.OPEN) -> QuerySet[Lead]:
    rows = Lead.objects.filter(next_task__in=list(held), state=state).select_related("customer", "next_task")
    return rows.select_for_update(of=("self",)).order_by("pk")


def _ended(actor: Actor, ended: list[Task]) -> None:
    """A call was made or the task dropped: the next one is due by the grade, unless somebody says otherwise. Who wants
    no calls is left in peace."""
    by_id = {task.pk: task for task in ended}
    for lead in _leads_of(ended):
        task = by_id[lead.next_task_id or 0]
        if task.outcome == Task.Outcome.DO_NOT_CALL and not bonds.of(lead):
            ending.give_up(actor, lead, REFUSED)
        else:
            _go_on(actor, lead, task)


def _go_on(actor: Actor, lead: Lead, task: Task) -> None:
    now, was = times.now(), lead.stage
    if task.outcome == Task.Outcome.REACHED:
        following.spoke(actor, lead, now)
        stages.advance(actor, lead, CONTACTED)
    judging.look(actor, lead)
    due = following.next_due(actor, lead, now)
    planned = following.planned(actor, lead, FOLLOW, NEXT_WORD, due)
    planned.facts |= {"after": task.pk, "stood": was}
    planned.save(update_fields=["facts"])
    lead.next_task = planned
    Lead.objects.filter(pk=lead.pk).update(next_task=planned)


def _back(actor: Actor, again: list[Task]) -> None:
    """A result was taken back: the task is the next action again, and the one that followed it goes."""
    for task in again:
        planned = Task.objects.filter(facts__after=task.pk, kind=FOLLOW, state=Task.State.OPEN)
        lead = _leads_of(planned).first()
        if lead is None:
            continue
        later = [lead.next_task_id or 0]
        stood = lead.next_task.facts.get("stood") if lead.next_task else None
        if stood and lead.stage == CONTACTED:
            stages.stand(actor, lead, stood)
        Lead.objects.filter(pk=lead.pk).update(next_task=task)
        tasks.settle(actor=actor, task_ids=later, done=False, note=gettext_lazy("上一次的结果撤销了"))
    follow_again(actor, again)


def follow_again(actor: Actor, again: Iterable[Task]) -> None:
    """For acts that have asked: leads that ended because nobody was to call, whose call is open again."""
    for lead in _leads_of(again, Lead.State.LOST).filter(loss=REFUSED.reason, loss_detail=REFUSED.detail):
        ending.take_up(actor, lead)


def leave_in_peace(actor: Actor, customer_ids: Iterable[int]) -> None:
    """Customers who want no calls at all: their open leads end, but those with a contract, which both sides fulfil."""
    rows = Lead.objects.filter(customer_id__in=list(customer_ids), state=Lead.State.OPEN)
    for lead in selectors.held(rows):
        if not bonds.of(lead):
            ending.give_up(actor, lead, REFUSED)


def _barred(actor: Actor, held: list[Task]) -> dict[int, str]:
    """The next action of a lead in the pool is done by whoever claims the lead. Who takes none for themselves, as the
    call centre, calls for the store, and the lead stays in the pool."""
    if actor.may(Capability.SALES_ASSIGN) or not actor.may(Capability.SALES_WORK):
        return {}
    rows = Lead.objects.filter(next_task__in=held, state=Lead.State.OPEN, consultant__isnull=True)
    return {task_id: words.refused(Unclaimed()) for task_id in rows.values_list("next_task_id", flat=True) if task_id}


register("lead.", Following(_ended, _back, _barred))
