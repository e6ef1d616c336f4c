"""Which leads somebody sees: their own, those in the pool, and with the right all of the store."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.network.models import Staff
from qibu.network.rules import CAPABILITIES, Capability
from qibu.network.selectors import able

SELLING = tuple(role.value for role, granted in CAPABILITIES.items() if Capability.SALES_WORK in granted)


def visible(actor: Actor) -> QuerySet[Lead]:
    """Leads of who was erased are shown to nobody."""
    rows: QuerySet[Lead] = Lead.objects.filter(customer__erased_at__isnull=True)
    if actor.may(Capability.SALES_VIEW_ALL):
        return rows
    if not actor.may(Capability.SALES_VIEW):
        return rows.none()
    return rows.filter(Q(consultant_id=actor.staff_id or 0) | Q(consultant__isnull=True, state=Lead.State.OPEN))


def lead_or_404(actor: Actor, lead_id: int, *, lock: bool = False) -> Lead:
    """Hidden and missing leads look the same."""
    rows = visible(actor).filter(pk=lead_id).select_related("customer", "next_task")
    found = (rows.select_for_update(of=("self",)) if lock else rows.select_related("consultant")).first()
    if found is None:
        raise Http404
    return found


def of_customer(actor: Actor, customer_id: int) -> QuerySet[Lead]:
    """For customers whom the reader was found to see; the open ones first, then the newest."""
    rows = visible(actor).filter(customer_id=customer_id, merged_into__isnull=True)
    rows = rows.select_related("consultant", "next_task")
    return rows.order_by("closed_at", "-received_at", "-pk")


def sellers() -> QuerySet[Staff]:
    """Who works on leads and can be given some."""
    return able().filter(roles__overlap=list(SELLING)).order_by("sort_key", "pk")


def others_of(actor: Actor, lead: Lead) -> list[Lead]:
    """The customer's other leads, as far as the reader sees them."""
    rows = of_customer(actor, lead.customer_id).exclude(pk=lead.pk)
    return list(rows[:10])
