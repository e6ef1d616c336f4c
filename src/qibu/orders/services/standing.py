"""Where an order stands follows from its car and its money."""

from __future__ import annotations

from qibu.kernel import times
from qibu.orders import rules
from qibu.orders.models import Order
from qibu.orders.selectors import account_of


def settle(order: Order) -> None:
    """A part of acts: after the car or the money of a held order changed."""
    now = rules.standing(order.state, has_car=order.car_id is not None, due=account_of(order).due)
    if now != order.state:
        order.state, order.updated_at = now, times.now()
        order.save(update_fields=["state", "updated_at"])
