"""Locks in one order: the lead, then its order, then the car in stock."""

from __future__ import annotations

from django.http import Http404

from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.orders import selectors
from qibu.orders.errors import WrongState
from qibu.orders.models import Order


def held(actor: Actor, order_id: int) -> tuple[Lead, Order]:
    """Both locked, for acts that move the lead, too."""
    lead_id = selectors.visible(actor).filter(pk=order_id).values_list("lead_id", flat=True).first()
    if lead_id is None:
        raise Http404
    lead = leads.lead_or_404(actor, lead_id, lock=True)
    order = selectors.order_or_404(actor, order_id, lock=True)
    return lead, order


def stands(order: Order, *states: str) -> None:
    if order.state not in states:
        raise WrongState(order.state)
