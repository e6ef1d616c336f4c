"""How far consultants may go with an order, as an organisation wants it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from qibu.contracts.orders import OrderPolicyChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.kernel.meanwhile import merged
from qibu.network.inheritance import hold
from qibu.network.rules import Capability
from qibu.orders import selectors
from qibu.orders.models import OrderPolicy


def change(
    *, actor: Actor, discount_percent: Decimal, least_deposit: Decimal, seen: Mapping[str, Any] | None = None
) -> None:
    """A row of one's own; what is as it is above is said nevertheless, so that it stays when that changes. `seen` stood
    in the form; raises `Disputed`."""
    actor.require(Capability.SALES_MANAGE)
    hold(actor)
    mine = {"discount_percent": discount_percent, "least_deposit": least_deposit}
    counts = selectors.policy(actor).row
    now = {name: getattr(counts, name) for name in mine}
    wanted = merged(seen=seen, mine=mine, now=now)
    changed = tuple(name for name, value in wanted.items() if now[name] != value)
    if changed:
        OrderPolicy.objects.update_or_create(organisation_id=actor.organisation_id, defaults=wanted)
        journal.record(OrderPolicyChanged(changes=changed), actor=actor)


def inherit_again(*, actor: Actor) -> None:
    """What is above counts again."""
    actor.require(Capability.SALES_MANAGE)
    gone, _each = OrderPolicy.objects.filter(organisation_id=actor.organisation_id).delete()
    if gone:
        journal.record(OrderPolicyChanged(changes=("inherited",)), actor=actor)
