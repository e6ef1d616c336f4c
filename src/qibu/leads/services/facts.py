"""What is known of a lead: changed by people, on top of what others changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qibu.contracts.leads import LeadChanged
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.meanwhile import merged
from qibu.leads import selectors
from qibu.leads.models import Lead
from qibu.leads.services import judging
from qibu.leads.services.claimed import refuse_unclaimed
from qibu.network.rules import Capability

FIELDS = (
    "interest", "brand", "series", "model", "model_code", "colour", "quantity", "buys_by", "budget", "payment",
    "trade_in", "used_car", "competitors", "source", "campaign", "remark", "drive_asked_at", "drive_on", "drive_at",
)  # fmt: skip


def change(
    *, actor: Actor, lead_id: int, values: Mapping[str, Any], seen: Mapping[str, Any] | None = None
) -> list[str]:
    """`seen` is what stood in the form when it was opened; raises `Disputed`. Gives the fields that changed."""
    actor.require(Capability.SALES_WORK)
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    refuse_unclaimed(actor, lead)
    wanted = merged(seen=seen, mine=values, now={name: getattr(lead, name) for name in values})
    return write(actor, lead, wanted)


def write(actor: Actor, lead: Lead, values: Mapping[str, Any]) -> list[str]:
    """For acts that have asked: sets the fields of a held lead that differ, and what follows from them."""
    changed = [name for name in FIELDS if name in values and getattr(lead, name) != values[name]]
    if not changed:
        return []
    for name in changed:
        setattr(lead, name, values[name])
    lead.version, lead.updated_at = lead.version + 1, times.now()
    lead.save(update_fields=[*changed, "version", "updated_at"])
    journal.record(LeadChanged(**lead.about(), changes=tuple(sorted(changed))), actor=actor)
    judging.look(actor, lead)
    return changed
