"""Readers of the journal that left something behind."""

from __future__ import annotations

from qibu.contracts.network import ReadersRetried
from qibu.kernel import journal, relay
from qibu.kernel.actors import Actor
from qibu.kernel.models import Parked
from qibu.kernel.scoping import scope
from qibu.network.rules import Capability
from qibu.network.services import actors


def retry(*, actor: Actor) -> int:
    """Try what is parked again, as the system does it; gives how many entries are left. Opens its own scopes."""
    actor.require(Capability.ORGANISATION_MANAGE)
    handled = relay.retry_parked(actors.system(actor.organisation_id), at_once=True)
    with scope(actor):
        left = Parked.objects.filter(organisation_id=actor.organisation_id).count()
        if handled or left:
            journal.record(ReadersRetried(handled=handled, left=left), actor=actor)
    return left
