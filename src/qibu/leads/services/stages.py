"""Where a lead stands on the way to delivery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qibu.contracts.leads import LeadStageChanged
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors
from qibu.leads.errors import Closed, UnknownStage, Wanting
from qibu.leads.models import Lead, StageChange
from qibu.leads.services import facts, judging
from qibu.leads.services.claimed import refuse_unclaimed
from qibu.network.rules import Capability


def move(*, actor: Actor, lead_id: int, stage: str, known: Mapping[str, Any] | None = None) -> Lead:
    """By hand, forwards or back, within the stages of the product line; `known` are facts that come along. Raises
    `Wanting` where the stages on the way ask for more than the lead has."""
    actor.require(Capability.SALES_WORK)
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    if not lead.living:
        raise Closed
    refuse_unclaimed(actor, lead)
    facts.write(actor, lead, known or {})
    if stage not in _codes(actor, lead):
        raise UnknownStage(stage)
    if needs := selectors.lacks(actor, lead, stage):
        raise Wanting(needs)
    stand(actor, lead, stage)
    return lead


def advance(actor: Actor, lead: Lead, stage: str) -> None:
    """For acts that have asked: what happened (a test drive, a quotation, an order) brings a held lead forwards, never
    back. A product line without that stage leaves the lead where it stands."""
    codes = _codes(actor, lead)
    if lead.living and stage in codes and (lead.stage not in codes or codes.index(stage) > codes.index(lead.stage)):
        stand(actor, lead, stage)


def stand(actor: Actor, lead: Lead, stage: str) -> None:
    """For acts that have asked: a held lead stands at that stage from now on."""
    was, now = lead.stage, times.now()
    if was == stage:
        return
    lead.stage, lead.stage_at, lead.updated_at = stage, now, now
    lead.save(update_fields=["stage", "stage_at", "updated_at"])
    change = StageChange.objects.create(
        organisation_id=lead.organisation_id, lead=lead, was=was, stage=stage, at=now, by_id=actor.staff_id
    )
    journal.record(LeadStageChanged(**lead.about(), was=was, stage=stage), actor=actor)
    judging.look(actor, lead)
    StageChange.objects.filter(pk=change.pk).update(probability=lead.probability)


def _codes(actor: Actor, lead: Lead) -> list[str]:
    return [row.code for row in selectors.stages_for(actor, lead.brand, lead.series)]
