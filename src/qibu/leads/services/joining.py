"""Two open leads of one customer become one: nobody is asked twice, nothing that was found out is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models

from qibu.contracts.leads import LeadsMerged
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors
from qibu.leads.errors import NotTheirs
from qibu.leads.models import Lead, StageChange
from qibu.leads.services import ending, facts
from qibu.leads.services.claimed import refuse_unclaimed
from qibu.leads.services.ending import Loss
from qibu.network.rules import Capability

DUPLICATE = Loss(reason="duplicate", invalid=True)
STAY = (StageChange,)  # what tells how a lead went stays with it
NOTHING: tuple[Any, ...] = (None, "", {})


def join(*, actor: Actor, lead_id: int, other_id: int) -> Lead:
    """What the other one knows fills what this one lacks; what hangs on it (keys, drives, quotations, orders) moves."""
    actor.require(Capability.SALES_WORK)
    lead, other = _both(actor, lead_id, other_id)
    changes = facts.write(actor, lead, _filled(lead, other))
    _move_what_hangs_on(other, lead)
    _keep_earlier(lead, other)
    ending.give_up(actor, other, DUPLICATE)
    Lead.objects.filter(pk=other.pk).update(merged_into=lead)
    journal.record(LeadsMerged(**lead.about(), merged_id=other.pk, changes=tuple(changes)), actor=actor)
    return lead


def _both(actor: Actor, lead_id: int, other_id: int) -> tuple[Lead, Lead]:
    """Held; two open leads of one customer."""
    for number in (lead_id, other_id):
        selectors.lead_or_404(actor, number)
    there = {one.pk: one for one in selectors.hold(actor, (lead_id, other_id))}
    if len(there) != 2 or len({one.customer_id for one in there.values()}) != 1:
        raise NotTheirs
    for one in there.values():
        refuse_unclaimed(actor, one)
    return there[lead_id], there[other_id]


def _filled(lead: Lead, other: Lead) -> dict[str, Any]:
    empty = [name for name in facts.FIELDS if getattr(lead, name) in NOTHING]
    found = {name: getattr(other, name) for name in empty if getattr(other, name) not in NOTHING}
    remarks = [text for text in (lead.remark, other.remark) if text]
    return found | ({"remark": "\n".join(dict.fromkeys(remarks))} if len(remarks) > 1 else {})


def _keep_earlier(lead: Lead, other: Lead) -> None:
    """The customer has waited since the first of the two came."""
    lead.received_at = min(lead.received_at, other.received_at)
    said = [at for at in (lead.answered_at, other.answered_at) if at is not None]
    heard = [at for at in (lead.heard_at, other.heard_at) if at is not None]
    lead.answered_at, lead.heard_at = min(said, default=None), max(heard, default=None)
    lead.updated_at = times.now()
    lead.save(update_fields=["received_at", "answered_at", "heard_at", "updated_at"])


def _move_what_hangs_on(other: Lead, lead: Lead) -> None:
    """Every key that points at a lead moves by itself: rooms above need nothing here."""
    for model, column in _keys():
        model._default_manager.filter(**{column: other}).update(**{column: lead})


def _keys() -> Iterator[tuple[type[models.Model], str]]:
    for relation in Lead._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.related_model not in (Lead, *STAY):
            yield relation.related_model, relation.field.name
