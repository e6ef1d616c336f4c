"""How a lead ends, and how it is taken up again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy

from qibu.contracts.leads import LeadLost, LeadReopened, LeadWon, LossChecked
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import bonds, selectors
from qibu.leads.errors import Closed, StillBound, StillOpen, UnknownReason
from qibu.leads.models import Lead, LossReason
from qibu.leads.services import following, judging, scoring
from qibu.leads.services.claimed import refuse_unclaimed
from qibu.network.rules import Capability
from qibu.tasks.models import Task
from qibu.tasks.services import tasks
from qibu.tasks.services.tasks import Work

RETRY = "lead.retry"
RETRY_AT = time(10)

State = Lead.State


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Why it came to nothing: reason and detail are codes of content; to whom it went, and when to try again."""

    reason: str
    detail: str = ""
    note: str = ""
    brand: str = ""
    series: str = ""
    retry_on: date | None = None
    invalid: bool = False


def lose(*, actor: Actor, lead_id: int, loss: Loss) -> Lead:
    actor.require(Capability.SALES_WORK)
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    if not lead.living:
        raise Closed
    refuse_unclaimed(actor, lead)
    if words := bonds.of(lead):
        raise StillBound(words)
    give_up(actor, lead, _known(actor, loss))
    return lead


def _known(actor: Actor, loss: Loss) -> Loss:
    """Reason and detail as the content has them; the reason says whether the lead is lost or invalid."""
    found = {(row.parent, row.code): row for row in selectors.loss_reasons(actor)}
    reason = found.get(("", loss.reason))
    if reason is None or (loss.detail and (loss.reason, loss.detail) not in found):
        raise UnknownReason
    return replace(loss, invalid=reason.ends == LossReason.Ends.INVALID)


def give_up(actor: Actor, lead: Lead, loss: Loss) -> None:
    """For acts that have asked: a held, open lead comes to nothing."""
    lead.loss, lead.loss_detail, lead.loss_note = loss.reason, loss.detail, loss.note
    lead.lost_brand, lead.lost_series, lead.retry_on = loss.brand, loss.series, loss.retry_on
    lead.retry_task = _try_again(actor, lead) if loss.retry_on else None
    _close(actor, lead, State.INVALID if loss.invalid else State.LOST, gettext_lazy("线索战败"))
    event = LeadLost(
        **lead.about(), reason=loss.reason, detail=loss.detail, retry_on=loss.retry_on,
        lost_to=" ".join(filter(None, (loss.brand, loss.series))),
    )  # fmt: skip
    journal.record(event, actor=actor)


def win(actor: Actor, lead: Lead) -> None:
    """For acts that have asked: the car of a held, open lead was delivered."""
    _close(actor, lead, State.WON, gettext_lazy("已经交车"))
    journal.record(LeadWon(**lead.about(), car=lead.car), actor=actor)


def _try_again(actor: Actor, lead: Lead) -> Task:
    """On the day on which it is worth another try, there is work of whoever had the lead."""
    due = times.at_time(lead.retry_on or times.today(), RETRY_AT)
    work = Work(
        kind=RETRY, title=gettext_lazy("战败客户再联系"), due_at=due, shown_from=times.start_of(times.day_of(due)),
        detail=lead.car, customer_id=lead.customer_id, assignee_id=_still_there(lead), desk=Task.Desk.SALES,
        facts={"car": lead.car, "lead": lead.pk},
    )  # fmt: skip
    return tasks.create_work(actor=actor, work=work)


def _still_there(lead: Lead) -> int | None:
    there = selectors.sellers().filter(pk=lead.consultant_id or 0)
    return lead.consultant_id if there.exists() else None


def confirm(*, actor: Actor, lead_id: int) -> Lead:
    """A manager looked at why a lead was lost and found it right: it leaves the report."""
    actor.require(Capability.SALES_ASSIGN)
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    if lead.living:
        raise StillOpen
    if lead.loss_checked_at is None:
        lead.loss_checked_at, lead.loss_checked_by_id = times.now(), actor.staff_id
        lead.save(update_fields=["loss_checked_at", "loss_checked_by"])
        journal.record(LossChecked(**lead.about()), actor=actor)
    return lead


def reopen(*, actor: Actor, lead_id: int, title: str, due_at: datetime) -> Lead:
    """A closed lead is taken up again, with what is done next."""
    actor.require(Capability.SALES_WORK)
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    if lead.living:
        raise StillOpen
    following.refuse_past(due_at)
    following.replace(actor, lead, kind=following.FOLLOW, title=title, due_at=due_at)
    take_up(actor, lead)
    lead.refresh_from_db()
    return lead


def take_up(actor: Actor, lead: Lead) -> None:
    """For acts that have asked: a held, closed lead whose next action is set is open again, as if it had not ended."""
    was, retry = lead.state, lead.retry_task_id
    scoring.discount(actor, lead)
    lead.state, lead.closed_at, lead.closed_by, lead.retry_on, lead.retry_task = State.OPEN, None, None, None, None
    lead.loss_checked_at, lead.loss_checked_by, lead.merged_into, lead.updated_at = None, None, None, times.now()
    for name in ("loss", "loss_detail", "loss_note", "lost_brand", "lost_series"):
        setattr(lead, name, "")
    lead.save()
    if retry is not None:
        tasks.settle(actor=actor, task_ids=[retry], done=True, note=gettext_lazy("重新跟进了"))
    journal.record(LeadReopened(**lead.about(), was=was), actor=actor)
    judging.look(actor, lead)


def _close(actor: Actor, lead: Lead, state: str, why: Any) -> None:
    now = times.now()
    lead.state, lead.closed_at, lead.closed_by_id, lead.updated_at = state, now, actor.staff_id, now
    lead.save()
    scoring.count(actor, lead)
    if lead.next_task_id is not None:
        tasks.settle(actor=actor, task_ids=[lead.next_task_id], done=state == State.WON, note=why)
