"""A used car that the customer would give in payment is looked at and given a price."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from qibu.contracts.quotes import CarAppraised
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.errors import Closed
from qibu.leads.services.claimed import refuse_unclaimed
from qibu.network.rules import Capability
from qibu.quotes.models import Appraisal


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was seen, and what the store gives for it until when."""

    car: str
    value: Decimal
    valid_until: date
    plate: str = ""
    vin: str = ""
    registered_on: date | None = None
    mileage: int | None = None
    condition: str = Appraisal.Condition.GOOD
    accident: bool = False
    note: str = ""


def appraise(*, actor: Actor, lead_id: int, looked: Looked) -> Appraisal:
    """Each look is a row of its own: what a car was worth when stays to be read. Raises `leads.errors.Closed`,
    `Unclaimed`."""
    actor.require(Capability.SALES_WORK)
    lead = leads.lead_or_404(actor, lead_id, lock=True)
    if not lead.living:
        raise Closed
    refuse_unclaimed(actor, lead)
    found: Appraisal = Appraisal.objects.create(
        organisation_id=actor.organisation_id, lead=lead, by_id=actor.staff_id, at=times.now(), **asdict(looked)
    )
    event = CarAppraised(
        customer_id=lead.customer_id, subject_id=found.pk, lead_id=lead.pk, car=found.car, value=found.value,
        valid_until=found.valid_until,
    )  # fmt: skip
    journal.record(event, actor=actor)
    return found
