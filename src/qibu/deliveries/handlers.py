"""What happens to orders may end their appointments."""

from __future__ import annotations

from collections.abc import Sequence

from qibu.contracts.orders import OrderCancelled
from qibu.deliveries.services import appointments
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.relay import reader


@reader("deliveries.orders", OrderCancelled)
def cancelled(actor: Actor, entries: Sequence[Entry]) -> None:
    """Reading twice does nothing twice: what was called off is planned no more."""
    appointments.fall_through(actor=actor, order_ids={entry.subject_id for entry in entries if entry.subject_id})
