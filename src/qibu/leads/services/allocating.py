"""With whom a lead lies, and why (C2)."""

from __future__ import annotations

from django.db.models.functions import Now

from qibu.contracts.leads import LeadAssigned
from qibu.customers.models import Customer
from qibu.customers.services import assignments
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors
from qibu.leads.errors import Closed, NobodyThere
from qibu.leads.models import Lead
from qibu.leads.rules import Reason, Received
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.tasks.services import tasks


def place(actor: Actor, lead: Lead, received: Received) -> None:
    """A lead that is being made: with whoever met the person, with their consultant of before, or in the pool."""
    for staff_id, reason in (
        (received.consultant_id, Reason.RECEIVED), (_consultant_of_before(lead.customer), Reason.RETURNING),
    ):  # fmt: skip
        if staff_id and selectors.sellers().filter(pk=staff_id).exists():
            _lay(lead, staff_id, reason)
            return
    _lay(lead, None, Reason.NOBODY)


def _consultant_of_before(customer: Customer) -> int | None:
    """Whoever worked on their last lead, else who sold them the car."""
    earlier = Lead.objects.filter(customer=customer, consultant__isnull=False).order_by("-received_at", "-pk")
    return earlier.values_list("consultant_id", flat=True).first() or customer.seller_id


def _lay(lead: Lead, staff_id: int | None, reason: Reason) -> None:
    lead.consultant_id, lead.assigned_at = staff_id, times.now() if staff_id else None
    lead.assigned_why = {"code": reason}


def tell(actor: Actor, lead: Lead) -> None:
    """The lead lies where it lies now: on record, and the customer's file names the same person as seller, who then
    sees it."""
    name = Staff.objects.filter(pk=lead.consultant_id or 0).values_list("name", flat=True).first() or ""
    reason = lead.assigned_why["code"]
    journal.record(
        LeadAssigned(**lead.about(), staff_id=lead.consultant_id, staff_name=name, reason=reason), actor=actor
    )
    if lead.consultant_id is not None:
        assignments.follow(actor=actor, customer_id=lead.customer_id, role="seller", staff_id=lead.consultant_id)


def give(*, actor: Actor, lead_id: int, staff_id: int | None, reason: Reason = Reason.GIVEN) -> Lead:
    """A manager gives a lead to a colleague, or puts it into the pool; its next action goes along."""
    actor.require(Capability.SALES_ASSIGN)
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    if not lead.living:
        raise Closed
    move(actor, lead, staff_id, reason)
    return lead


def move(actor: Actor, lead: Lead, staff_id: int | None, reason: Reason) -> None:
    """For acts that have asked: a held, open lead goes to a person or into the pool."""
    taker = selectors.sellers().filter(pk=staff_id).first() if staff_id else None
    if staff_id and taker is None:
        raise NobodyThere
    _lay(lead, staff_id, reason)
    Lead.objects.filter(pk=lead.pk).update(
        consultant=staff_id, assigned_at=lead.assigned_at, assigned_why=lead.assigned_why, updated_at=Now()
    )
    if lead.next_task is not None:
        tasks.hand(actor, [lead.next_task], taker)
    tell(actor, lead)
