"""Locks in one order: the lead, its order, the delivery."""

from __future__ import annotations

from django.http import Http404

from qibu.deliveries import selectors
from qibu.deliveries.errors import NotDelivered, Over
from qibu.deliveries.models import Delivery
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.orders.models import Order
from qibu.orders.services import holding
from qibu.vehicles import transfer_parts


def held(actor: Actor, delivery_id: int) -> tuple[Lead, Order, Delivery]:
    """All three locked, for a delivery that is still planned."""
    order_id = selectors.visible(actor).filter(pk=delivery_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise Http404
    lead, order = holding.held(actor, order_id)
    return lead, order, planned(actor, delivery_id, order)


def delivered(actor: Actor, delivery_id: int) -> tuple[Lead, Order, Delivery]:
    """All three locked, for a delivery that took place; what a transfer of its car locks comes before them."""
    found = selectors.visible(actor).filter(pk=delivery_id).values_list("order_id", "vehicle_id").first()
    if found is None:
        raise Http404
    order_id, vehicle_id = found
    if vehicle_id is None:
        raise NotDelivered
    transfer_parts.take_locks(actor, vehicle_id)
    lead, order = holding.held(actor, order_id)
    delivery = selectors.delivery_or_404(actor, delivery_id, lock=True)
    if delivery.state != Delivery.State.DELIVERED:
        raise NotDelivered
    delivery.order = order
    return lead, order, delivery


def planned(actor: Actor, delivery_id: int, order: Order | None = None) -> Delivery:
    """The delivery alone, locked; with its order where that is held, too."""
    delivery = selectors.delivery_or_404(actor, delivery_id, lock=True)
    if not delivery.planned:
        raise Over
    if order is not None:
        delivery.order = order
    return delivery
