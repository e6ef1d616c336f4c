"""What happens to customers ends their sequences, within a second or so; the planner looks again each morning."""

from __future__ import annotations

from collections.abc import Sequence

from qibu.contracts.customers import ConsentRecorded, CustomersMerged, HoldPlaced
from qibu.contracts.drives import DriveBooked
from qibu.contracts.leads import (
    LeadLost,
    LeadReopened,
    LeadsMerged,
    LeadStageChanged,
    LeadTouched,
    LeadWon,
)
from qibu.contracts.quotes import QuoteAccepted, QuoteAnswered
from qibu.contracts.showroom import VisitorCame
from qibu.contracts.tasks import TaskTried
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.relay import reader
from qibu.nurturing.services import ending


@reader(
    "nurturing.ends", LeadTouched, LeadStageChanged, LeadLost, LeadWon, LeadReopened, LeadsMerged, TaskTried,
    VisitorCame, DriveBooked, QuoteAnswered, QuoteAccepted, ConsentRecorded, HoldPlaced, CustomersMerged,
)  # fmt: skip
def ends(actor: Actor, entries: Sequence[Entry]) -> None:
    """What counts is how things are now, so that reading twice does nothing twice."""
    customers = {entry.customer_id for entry in entries if entry.customer_id}
    if customers:
        ending.look(actor, customers)
