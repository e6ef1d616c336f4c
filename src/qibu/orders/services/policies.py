"""How far consultants may go with an order, as an organisation wants it."""

from __future__ import annotations

from decimal import Decimal

from qibu.contracts.orders import OrderPolicyChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.orders import selectors
from qibu.orders.models import OrderPolicy


def change(*, actor: Actor, discount_percent: Decimal, least_deposit: Decimal) -> None:
    """A row of one's own; what is as it is above is said nevertheless, so that it stays when that changes."""
    actor.require(Capability.SALES_MANAGE)
    counts = selectors.policy(actor).row
    wanted = {"discount_percent": discount_percent, "least_deposit": least_deposit}
    changed = tuple(name for name, value in wanted.items() if getattr(counts, name) != value)
    if changed:
        OrderPolicy.objects.update_or_create(organisation_id=actor.organisation_id, defaults=wanted)
        journal.record(OrderPolicyChanged(changes=changed), actor=actor)


def inherit_again(*, actor: Actor) -> None:
    """What is above counts again."""
    actor.require(Capability.SALES_MANAGE)
    gone, _each = OrderPolicy.objects.filter(organisation_id=actor.organisation_id).delete()
    if gone:
        journal.record(OrderPolicyChanged(changes=("inherited",)), actor=actor)
