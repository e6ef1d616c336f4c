"""A list of cars in stock comes in: what is new is made, what the newer list says otherwise is corrected."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from qibu.connect import sheets, stock_list
from qibu.connect.stock_list import Line
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.orders.services import stock
from qibu.orders.services.stock import Loaded

LIMITS = replace(sheets.LIMITS, file_bytes=10 * 2**20, rows=10_000, seconds=20, cpu_seconds=15)


def read_file(file: IO[bytes]) -> list[Line]:
    """The cars in an uploaded sheet. Raises `UnreadableSheet`, `NoStockList`, `TooManyCars`. Outside a scope."""
    with tempfile.TemporaryDirectory() as folder:
        kept, rows = Path(folder) / "list", Path(folder) / "rows"
        with kept.open("wb") as target:
            while chunk := file.read(2**20):
                target.write(chunk)
        sheets.describe(kept, limits=LIMITS)
        sheets.convert(kept, rows, limits=LIMITS)
        return stock_list.read(sheets.read_converted(rows), times.today())


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
