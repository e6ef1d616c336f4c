"""What changes in a file may make it look like another one."""

from __future__ import annotations

from collections.abc import Sequence

from qibu.contracts.customers import CustomerChanged, CustomerRegistered, CustomersMerged, MergeUndone
from qibu.contracts.vehicles import OwnershipChanged, VehicleChanged, VehicleRegistered
from qibu.customers.services import duplicates
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.relay import reader


@reader(
    "customers.duplicates",
    CustomerRegistered, CustomerChanged, CustomersMerged, MergeUndone, OwnershipChanged, VehicleRegistered,
    VehicleChanged,
)  # fmt: skip
def look(actor: Actor, entries: Sequence[Entry]) -> None:
    """Each customer once a batch."""
    named = {entry.customer_id for entry in entries} | {entry.data.get("merged_id") for entry in entries}
    duplicates.refresh(actor=actor, customer_ids=[pk for pk in named if pk])
