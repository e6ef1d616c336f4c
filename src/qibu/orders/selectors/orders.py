"""Which orders somebody sees: those of the leads they see; who keeps the till sees all, for the money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404

from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.network.rules import Capability
from qibu.orders.models import Cancellation, Order
from qibu.orders.rules import LIVING, Kind, State


def visible(actor: Actor) -> QuerySet[Order]:
    if actor.may(Capability.PAYMENTS):
        rows: QuerySet[Order] = Order.objects.filter(lead__customer__erased_at__isnull=True)
        return rows
    seen: QuerySet[Order] = Order.objects.filter(lead__in=leads.visible(actor))
    return seen


def order_or_404(actor: Actor, order_id: int, *, lock: bool = False) -> Order:
    """Hidden and missing orders look the same."""
    rows = visible(actor).filter(pk=order_id).select_related("lead__customer", "car")
    found = (rows.select_for_update(of=("self",)) if lock else rows.select_related("consultant")).first()
    if found is None:
        raise Http404
    return found


def of_lead(actor: Actor, lead_id: int) -> QuerySet[Order]:
    """For leads that the reader was found to see: the newest first."""
    return visible(actor).filter(lead_id=lead_id).select_related("car").order_by("-created_at", "-pk")


def unfinished(lead_id: int) -> list[str]:
    """The numbers of the orders that still go on, for leads that the reader was found to see."""
    rows = Order.objects.filter(lead_id=lead_id, state__in=list(LIVING)).order_by("created_at", "pk")
    return list(rows.values_list("number", flat=True))


def of_customer(actor: Actor, customer_id: int) -> QuerySet[Order]:
    return visible(actor).filter(lead__customer_id=customer_id).select_related("car").order_by("-created_at", "-pk")


def to_decide(actor: Actor) -> QuerySet[Order]:
    """Orders and cancellations that wait for somebody's word."""
    asked = Cancellation.objects.filter(granted__isnull=True).values("order_id")
    return visible(actor).filter(Q(state=State.WAITING) | Q(pk__in=asked))


MONEY = DecimalField(max_digits=14, decimal_places=2)


def refunds_open(actor: Actor) -> QuerySet[Order]:
    """Cancelled orders of which money is still to be given back."""
    granted = Cancellation.objects.filter(order=OuterRef("pk"), granted=True).order_by().values("order")
    total = Subquery(granted.annotate(total=Sum("refund")).values("total"), output_field=MONEY)
    back = Sum("payments__amount", filter=Q(payments__kind=Kind.REFUND, payments__struck_at__isnull=True))
    rows = visible(actor).filter(state=State.CANCELLED)
    rows = rows.annotate(given_back=Coalesce(back, Decimal(0), output_field=MONEY), granted_back=total)
    return rows.filter(granted_back__gt=F("given_back"))


@dataclass(frozen=True)
class History:
    """Something that happened to an order, for its page."""

    at: datetime
    kind: str  # change, decision, cancellation
    row: Any


def history_of(order: Order) -> list[History]:
    """What was changed, asked and decided, the newest first."""
    changes = [History(one.at, "change", one) for one in order.changes.select_related("by")]
    decided = [
        History(one.decided_at or one.asked_at, "decision", one)
        for one in order.decisions.select_related("asked_by", "decided_by")
    ]
    ended = [
        History(one.decided_at or one.asked_at, "cancellation", one)
        for one in order.cancellations.select_related("asked_by", "decided_by")
    ]
    return sorted([*changes, *decided, *ended], key=lambda one: one.at, reverse=True)
