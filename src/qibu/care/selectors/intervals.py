"""The maintenance intervals that count: the nearest organisation's first, of its own the narrower line's, number by
number (A7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qibu.care.models import MaintenanceInterval
from qibu.care.rules import EVERY_CAR, ProductLine
from qibu.care.selectors.plans import Living
from qibu.network.inheritance import Layer, layered, lineage

NUMBERS = ("first_km", "first_months", "km", "months")


def ordered(organisation_id: int) -> list[MaintenanceInterval]:
    """Those of the line, in the order in which they are asked."""
    line = lineage(organisation_id)
    distance: Mapping[int | None, int] = {number: step for step, number in enumerate(line)} | {None: len(line)}

    def place(row: MaintenanceInterval) -> tuple[int, ...]:
        return distance[row.organisation_id], *(-int(part) for part in row.line.narrowness), row.order

    return sorted((row for row in MaintenanceInterval.objects.all() if row.organisation_id in distance), key=place)


class Intervals:
    """All that is said of intervals up the line, read once."""

    def __init__(self, organisation_id: int) -> None:
        self.here, self._rows = organisation_id, ordered(organisation_id)

    def lines(self) -> list[ProductLine]:
        """Those that somebody has a word on; all cars last."""
        return [*sorted({row.line for row in self._rows} - {EVERY_CAR}), EVERY_CAR]

    def living(self, line: ProductLine) -> Living:
        layers = (Layer(row.organisation_id, _given(row), row.line) for row in self._rows if row.line.fits(line))
        return Living(layered(layers), self.here, line)


def _given(row: MaintenanceInterval) -> dict[str, Any]:
    return {name: value for name in NUMBERS if (value := getattr(row, name)) is not None}
