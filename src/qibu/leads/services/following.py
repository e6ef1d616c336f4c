"""The next action of a lead: a task with a clock, always set while the lead is open (C4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from qibu.contracts.leads import LeadAnswered, LeadPlanned
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors, words
from qibu.leads.errors import Closed, PastMoment
from qibu.leads.models import Lead
from qibu.leads.rules import Grade, Received, next_contact
from qibu.leads.services.claimed import refuse_unclaimed
from qibu.network.rules import Capability
from qibu.tasks.models import Task
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.services import tasks
from qibu.tasks.services.tasks import Work

FIRST, FOLLOW = "lead.first_response", "lead.follow_up"
NEXT_WORD, FIRST_WORD, INSTEAD = gettext_lazy("跟进"), gettext_lazy("首次联系"), gettext_lazy("改为：{what}")
FIRST_DRIVE, COMES_AGAIN, WANTS_TO_DRIVE = (
    gettext_lazy("首次联系，约试驾"), gettext_lazy("客户又来联系"), gettext_lazy("客户想试驾"),
)  # fmt: skip


def begin(actor: Actor, lead: Lead, received: Received) -> None:
    """A lead that is being made: who stands before one has been answered, who wrote or called in waits for a word."""
    now = times.now()
    if received.consultant_id is not None:
        lead.answered_at = lead.heard_at = received.at
        lead.next_task = planned(actor, lead, FOLLOW, NEXT_WORD, next_due(actor, lead, now))
        return
    title = FIRST_DRIVE if lead.drive_asked_at else FIRST_WORD
    due = _answered_by(actor, max(now, received.at))
    lead.next_task = planned(actor, lead, FIRST, title, due, words.drive_wish(lead))


def come_again(actor: Actor, lead: Lead, received: Received, said: str = "") -> None:
    """Somebody with an open lead shows up again: whoever has the lead hears of it before anything else is due, and what
    is due sooner anyway tells of it."""
    if not lead.living or received.consultant_id == lead.consultant_id is not None:
        return
    due = _answered_by(actor, times.now())
    task = lead.next_task
    if task is not None and task.state == Task.State.OPEN and task.due_at <= due:
        tasks.tell(task, "：".join(filter(None, (str(COMES_AGAIN), said))))
        return
    asks = lead.drive_asked_at == received.at
    title = WANTS_TO_DRIVE if asks else COMES_AGAIN
    replace(actor, lead, kind=FOLLOW, title=title, due_at=due, detail=words.drive_wish(lead) if asks else said[:300])


def begin_again(actor: Actor, lead: Lead) -> int | None:
    """For acts that have asked: whoever has a held, open lead now gets their own time for the first word; the former
    one's clock ends, and what it broke stays on record. Returns the former task."""
    former, waits = lead.next_task_id, lead.answered_at is None
    kind, title = (FIRST, FIRST_WORD) if waits else (FOLLOW, NEXT_WORD)
    replace(actor, lead, kind=kind, title=title, due_at=_answered_by(actor, times.now()))
    return former


def _answered_by(actor: Actor, since: datetime) -> datetime:
    """So much of the store's opening hours later as its policy says."""
    return calendar_of(actor.organisation_id).add_working_time(since, selectors.policy(actor).answer_within)


def plan(*, actor: Actor, lead_id: int, title: str, due_at: datetime, detail: str = "") -> Lead:
    """What is done next, and when. It takes the place of what was planned before."""
    actor.require(Capability.SALES_WORK)
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    if not lead.living:
        raise Closed
    refuse_unclaimed(actor, lead)
    refuse_past(due_at)
    replace(actor, lead, kind=FOLLOW, title=title, due_at=due_at, detail=detail)
    journal.record(LeadPlanned(**lead.about(), what=title, due_at=due_at), actor=actor)
    return lead


def replace(actor: Actor, lead: Lead, *, kind: str, title: Any, due_at: datetime, detail: str = "") -> None:
    """For acts that have asked: a held, open lead gets its next action; the former one ends."""
    former = lead.next_task_id
    lead.next_task = planned(actor, lead, kind, title, due_at, detail)
    Lead.objects.filter(pk=lead.pk).update(next_task=lead.next_task)
    if former is not None:
        tasks.settle(actor=actor, task_ids=[former], done=False, note=format_lazy(INSTEAD, what=title))


def refuse_past(due_at: datetime) -> None:
    if due_at <= times.now():
        raise PastMoment


def next_due(actor: Actor, lead: Lead, after: datetime) -> datetime:
    """When the next word is due by the grade, within the hours of the store."""
    return _in_hours(actor, next_contact(Grade(lead.grade or Grade.C), after, selectors.pace_of(actor)))


def spoke(actor: Actor, lead: Lead, at: datetime) -> None:
    """For acts that have asked: the two sides spoke; the first time it is the store's answer."""
    lead.heard_at = at
    Lead.objects.filter(pk=lead.pk).update(heard_at=at)
    answered(actor, lead, at)


def answered(actor: Actor, lead: Lead, at: datetime) -> None:
    """The store's first word: its clock stops, once."""
    if lead.answered_at is not None:
        return
    lead.answered_at = at
    Lead.objects.filter(pk=lead.pk).update(answered_at=at)
    calendar = calendar_of(actor.organisation_id)
    minutes = round(calendar.working_time_between(min(lead.received_at, at), at) / timedelta(minutes=1))
    journal.record(LeadAnswered(**lead.about(), after_minutes=minutes), actor=actor)


def planned(actor: Actor, lead: Lead, kind: str, title: Any, due_at: datetime, detail: str = "") -> Task:
    """For acts that have asked: the task alone."""
    work = Work(
        kind=kind, title=title, due_at=due_at, detail=detail, customer_id=lead.customer_id,
        assignee_id=lead.consultant_id, desk=Task.Desk.SALES, facts={"car": lead.car, "lead": lead.pk or 0},
    )  # fmt: skip
    return tasks.create_work(actor=actor, work=work)


def _in_hours(actor: Actor, at: datetime) -> datetime:
    calendar = calendar_of(actor.organisation_id)
    return at if calendar.is_open(at) else calendar.next_open(at)
