"""What apps above know of a customer that tells whether two files are one's: cars, visits, open work. A closed
contract;
an app registers in its `slots.py`:

    evidence.add(evidence.Evidence("cars", _("车辆"), told=cars_of, order=10))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qibu.kernel.actors import Actor

Told = Callable[[Actor, list[int]], Mapping[int, Sequence[str]]]


@dataclass(frozen=True)
class Evidence:
    """`told` gets the actor and the customers and gives short lines for each: one query, not one for each file."""

    key: str
    label: Any
    told: Told
    order: int = 100


_registered: dict[str, Evidence] = {}


def add(one: Evidence) -> None:
    _registered[one.key] = one


def told(actor: Actor, customer_ids: list[int]) -> list[tuple[Any, list[list[str]]]]:
    """Label → the lines of each customer, in their order; without what nobody has."""
    found = []
    for one in sorted(_registered.values(), key=lambda each: (each.order, each.key)):
        lines = one.told(actor, customer_ids)
        if any(lines.values()):
            found.append((one.label, [list(lines.get(pk, ())) for pk in customer_ids]))
    return found
