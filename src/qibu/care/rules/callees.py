"""Who is called for what, on a car in which several people have a part.

Source: the usage of the trade, as stores describe it. The one who brings the car decides on the day of its service;
whoever pays decides on its cover; the inspection needs the owner's papers (机动车行驶证，机动车登记规定), a warranty
is a claim of the owner's. A store may decide otherwise for a car (`Callee`), as long as that person has a part in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qibu.care.rules.cars import Trigger

OWNER, DRIVER, PAYER, SENDER = "owner", "driver", "payer", "sender"
# What people are called for, and whom first.
ORDER: Mapping[Trigger, tuple[str, ...]] = {
    Trigger.MAINTENANCE: (SENDER, DRIVER, OWNER),
    Trigger.INSURANCE: (PAYER, OWNER),
    Trigger.INSPECTION: (OWNER,),
    Trigger.WARRANTY: (OWNER,),
    Trigger.VISIT_CLOSED: (SENDER, DRIVER, OWNER),
    Trigger.DELIVERY: (OWNER,),
}


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with a part in a car, of those that last today."""

    customer_id: int
    role: str
    since: date | None = None


def callee(trigger: Trigger, parties: Sequence[Party], chosen: int | None = None) -> int | None:
    """Of two in the same role the one who came last: they have the car now. Whoever was chosen counts while they have
    a part in the car."""
    if chosen is not None and any(party.customer_id == chosen for party in parties):
        return chosen
    for role in ORDER.get(trigger, (OWNER,)):
        held = [party for party in parties if party.role == role]
        if held:
            return max(held, key=lambda party: party.since or date.min).customer_id
    return None
