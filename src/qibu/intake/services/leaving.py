"""A lead leaves the house: with a colleague, who carries it to a sister store, or to another system."""

from __future__ import annotations

from typing import Any

from qibu.contracts.intake import LeadWritten
from qibu.intake import adf, selectors
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.network.rules import Capability


def write(*, actor: Actor, lead_id: int, taker: str = "") -> str:
    """As ADF, with telephones: for whoever may take customers out of the house, and on record each time."""
    actor.require(Capability.CUSTOMERS_EXPORT)
    return adf.write([selectors.as_prospect(_leaves(actor, lead_id, taker))])


def tell(*, actor: Actor, lead_id: int, taker: str = "") -> dict[str, Any]:
    """The same as the interface says it in JSON."""
    actor.require(Capability.CUSTOMERS_EXPORT)
    return selectors.as_record(_leaves(actor, lead_id, taker))


def _leaves(actor: Actor, lead_id: int, taker: str) -> Lead:
    lead = leads.lead_or_404(actor, lead_id)
    journal.record(LeadWritten(customer_id=lead.customer_id, subject_id=lead.pk, taker=taker), actor=actor)
    return lead
