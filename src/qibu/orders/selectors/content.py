"""What consultants may agree to alone: the organisation's own word, else that of those above it, else the shipped."""

from __future__ import annotations

from typing import Any

from qibu.kernel.actors import Actor
from qibu.network.inheritance import Resolved, lineage, resolve
from qibu.orders.models import OrderPolicy
from qibu.orders.rules import Limits


def policy(actor: Actor, *, above: bool = False) -> Resolved[Any]:
    """`above`: what would count without a word of one's own."""
    line = lineage(actor.organisation_id)
    rows: list[Any] = list(OrderPolicy.objects.all())
    return resolve(rows, line[1:] if above else line, lambda row: "policy")["policy"]


def limits(actor: Actor) -> Limits:
    row = policy(actor).row
    return Limits(row.discount_percent, row.least_deposit)
