"""A list of cars in stock comes in: what is new is made, what the newer list says otherwise is corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qibu.connect.stock_list import Line
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.orders.services import stock
from qibu.orders.services.stock import Loaded


@dataclass(frozen=True)
class Entry:
    """What loading a line would do. `fate`: new, changed (`differs` names the fields), same, gone, or rejected."""

    line: Line
    fate: str
    differs: tuple[str, ...] = ()


def compare(actor: Actor, lines: Sequence[Line]) -> list[Entry]:
    actor.require(Capability.SALES_MANAGE)
    good = [line for line in lines if not line.faults]
    told = stock.compare(actor, [line.said() for line in good])
    fates = {line.row: (fate, differs) for line, (_row, fate, differs) in zip(good, told, strict=True)}
    return [Entry(line, *fates.get(line.row, ("rejected", ()))) for line in lines]


def load(*, actor: Actor, lines: Sequence[Line]) -> Loaded:
    """All rows without a fault, in one transaction; sent twice, the second time changes nothing."""
    actor.require(Capability.SALES_MANAGE)
    return stock.load(actor=actor, lines=[line.said() for line in lines if not line.faults])
