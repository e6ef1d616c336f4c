"""Recording what a customer agrees to, and takes back. Rows are never changed: the newest counts."""

from __future__ import annotations

from qibu.contracts.customers import ConsentRecorded
from qibu.customers.models import Consent
from qibu.customers.services.locking import lock, touch
from qibu.kernel import journal
from qibu.kernel.actors import Actor


class MissingEvidence(ValueError):
    """A yes needs to be shown: who said it, where it is written (PIPL art. 14, burden of proof art. 69)."""


def record(
    *,
    actor: Actor,
    customer_id: int,
    purpose: str,
    channel: str,
    state: str,
    basis: str = Consent.Basis.CONSENT,
    evidence: str = "",
) -> Consent:
    customer = lock(actor, customer_id)
    if state == Consent.State.GIVEN and not evidence.strip():
        raise MissingEvidence
    row = Consent.objects.create(
        organisation_id=actor.organisation_id,
        customer=customer,
        purpose=Consent.Purpose(purpose),
        channel=Consent.Channel(channel),
        state=Consent.State(state),
        basis=Consent.Basis(basis),
        evidence=evidence.strip(),
        by_id=actor.staff_id,
    )
    touch(customer.pk)
    event = ConsentRecorded(customer_id=customer.pk, subject_id=row.pk, purpose=purpose, channel=channel, state=state)
    journal.record(event, actor=actor)
    return row
