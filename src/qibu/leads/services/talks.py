"""A word with the customer, written down from the lead's own page: its result and what is done next, in one act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qibu.contracts.leads import LeadPlanned
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.leads import selectors
from qibu.leads.errors import Closed
from qibu.leads.models import Lead
from qibu.leads.services import following
from qibu.leads.services.claimed import refuse_unclaimed
from qibu.network.rules import Capability
from qibu.tasks.models import Task
from qibu.tasks.rules import UNSAID, Why
from qibu.tasks.services import results
from qibu.tasks.services.results import Recorded


@dataclass(frozen=True, kw_only=True)
class Talk:
    """`again_at`: the customer asked to be called again then. `what` and `due_at`: what is done next, by whoever made
    the call; without them the grade says when."""

    outcome: str
    note: str = ""
    again_at: datetime | None = None
    what: str = ""
    due_at: datetime | None = None
    why: Why = UNSAID
    token: str = ""


def record(*, actor: Actor, lead_id: int, talk: Talk) -> tuple[Lead, Recorded]:
    actor.require(Capability.SALES_WORK)
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    if not lead.living:
        raise Closed
    refuse_unclaimed(actor, lead)
    if talk.due_at is not None:
        following.refuse_past(talk.due_at)
    called = lead.next_task_id or 0
    recorded = results.record(
        actor=actor, task_ids=[called], outcome=talk.outcome, note=talk.note, next_at=talk.again_at, why=talk.why,
        token=talk.token,
    )  # fmt: skip
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    if lead.living and talk.due_at is not None and not recorded.repeated and _ended(called):
        _plan(actor, lead, talk, talk.due_at, called)
    return lead, recorded


def _ended(task_id: int) -> bool:
    return bool(Task.objects.filter(pk=task_id, state=Task.State.DONE).exists())


def _plan(actor: Actor, lead: Lead, talk: Talk, due_at: datetime, called: int) -> None:
    """In the place of what the grade had planned; it follows the same call, so that taking that back takes it along."""
    what = talk.what or following.NEXT_WORD
    following.replace(actor, lead, kind=following.FOLLOW, title=what, due_at=due_at)
    if lead.next_task is not None:
        lead.next_task.facts |= {"after": called}
        lead.next_task.save(update_fields=["facts"])
    english = lead.next_task.facts.get("title_en", "") if lead.next_task else ""
    journal.record(LeadPlanned(**lead.about(), what=str(what), what_en=english, due_at=due_at), actor=actor)
