"""Care reads the journal: what happens to a car or a person may move what falls due for them."""

from __future__ import annotations

from collections.abc import Sequence

from qibu.care.selectors import facts
from qibu.care.services import dues
from qibu.contracts.aftersales import VisitChanged, VisitClosed
from qibu.contracts.care import CalleeChosen
from qibu.contracts.customers import CustomerChanged, CustomerRegistered
from qibu.contracts.deliveries import VehicleDelivered
from qibu.contracts.vehicles import (
    MileageRead,
    OwnershipChanged,
    PolicyRecorded,
    PolicyRemoved,
    TransferUndone,
    VehicleChanged,
    VehicleRegistered,
)
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.relay import reader


@reader(
    "care.dues",
    VisitClosed, VisitChanged, VehicleRegistered, VehicleChanged, OwnershipChanged, MileageRead, PolicyRecorded,
    PolicyRemoved, CalleeChosen, TransferUndone, VehicleDelivered,
)  # fmt: skip
def reckon(actor: Actor, entries: Sequence[Entry]) -> None:
    """Each car once, and not again for entries whose facts were already there when it was reckoned."""
    newest: dict[int, int] = {}
    for entry in entries:
        if entry.vehicle_id:
            newest[entry.vehicle_id] = max(entry.xid, newest.get(entry.vehicle_id, 0))
    known = facts.reckoned(actor, list(newest))
    stale = [vehicle_id for vehicle_id, xid in newest.items() if known.get(vehicle_id, 0) <= xid]
    if stale:
        dues.refresh(actor=actor, vehicle_ids=stale)


ABOUT_BIRTHDAYS = frozenset({"birthday", "birthday_lunar", "kind"})


@reader("care.people", CustomerRegistered, CustomerChanged)
def reckon_people(actor: Actor, entries: Sequence[Entry]) -> None:
    """New people, and those whose day of birth was changed."""
    wanted = {
        entry.customer_id
        for entry in entries
        if entry.customer_id
        and (entry.type == CustomerRegistered.name or ABOUT_BIRTHDAYS & set(entry.data.get("changes", ())))
    }
    dues.refresh_people(actor=actor, customer_ids=wanted)
