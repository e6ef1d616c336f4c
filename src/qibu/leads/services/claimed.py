"""Nobody works on a lead of the pool past its claim: the limits of claiming would be gone round (C2)."""

from __future__ import annotations

from qibu.kernel.actors import Actor
from qibu.leads import selectors
from qibu.leads.errors import Unclaimed
from qibu.leads.models import Lead


def refuse_unclaimed(actor: Actor, lead: Lead) -> None:
    """For acts on a held lead, here and in the rooms above. Raises `Unclaimed`."""
    if selectors.must_claim(actor, lead):
        raise Unclaimed
