"""How a lead ends, and how it is taken up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from qibu.contracts.leads import LeadLost, LeadReopened, LeadWon
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors
from qibu.leads.errors import Closed, StillOpen
from qibu.leads.models import Lead
from qibu.leads.services import following
from qibu.network.rules import Capability
from qibu.tasks.services import tasks

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
    give_up(actor, lead, loss)
    return lead


def give_up(actor: Actor, lead: Lead, loss: Loss) -> None:
    """For acts that have asked: a held, open lead comes to nothing."""
    lead.loss, lead.loss_detail, lead.loss_note = loss.reason, loss.detail, loss.note
    lead.lost_brand, lead.lost_series, lead.retry_on = loss.brand, loss.series, loss.retry_on
    _close(actor, lead, State.INVALID if loss.invalid else State.LOST, _("线索战败"))
    event = LeadLost(
        **lead.about(), reason=loss.reason, detail=loss.detail, retry_on=loss.retry_on,
        lost_to=" ".join(filter(None, (loss.brand, loss.series))),
    )  # fmt: skip
    journal.record(event, actor=actor)


def win(actor: Actor, lead: Lead) -> None:
    """For acts that have asked: the car of a held, open lead was delivered."""
    _close(actor, lead, State.WON, _("已经交车"))
    journal.record(LeadWon(**lead.about(), car=lead.car), actor=actor)


def reopen(*, actor: Actor, lead_id: int, title: str, due_at: datetime) -> Lead:
    """A closed lead is taken up again, with what is done next."""
    actor.require(Capability.SALES_WORK)
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    if lead.living:
        raise StillOpen
    was = lead.state
    following.replace(actor, lead, kind=following.FOLLOW, title=title, due_at=due_at)
    Lead.objects.filter(pk=lead.pk).update(
        state=State.OPEN, closed_at=None, closed_by=None, loss="", loss_detail="", loss_note="", lost_brand="",
        lost_series="", retry_on=None, updated_at=times.now(),
    )  # fmt: skip
    journal.record(LeadReopened(**lead.about(), was=was), actor=actor)
    lead.refresh_from_db()
    return lead


def _close(actor: Actor, lead: Lead, state: str, why: str) -> None:
    now = times.now()
    lead.state, lead.closed_at, lead.closed_by_id, lead.updated_at = state, now, actor.staff_id, now
    lead.save()
    if lead.next_task_id is not None:
        tasks.settle(actor=actor, task_ids=[lead.next_task_id], done=state == State.WON, note=why)
