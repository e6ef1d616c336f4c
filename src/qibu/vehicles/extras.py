"""What apps above say about cars: lines under a car (what is due) and entries of its history. A closed
contract; an app registers in its `slots.py`:

    extras.add_lines("care.dues", dues_of)
    extras.add_history("aftersales.visits", visits_of)

`lines` gets all cars of a page at once, so it costs one query, not one per car.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qibu.kernel.actors import Actor


@dataclass(frozen=True)
class Line:
    """One row under a car: icon, words, a remark in grey, the day as a clock chip; by `order`."""

    label: Any
    icon: str = "cal"
    remark: Any = ""
    due: date | None = None
    url: str = ""
    order: int = 100


@dataclass(frozen=True)
class Moment:
    """One entry of a car's history; `id` orders what happened on one day."""

    on: date
    title: Any
    icon: str = "info"
    text: Any = ""
    by: str = ""
    url: str = ""
    id: int = 0


Lines = Callable[[Actor, list[int]], Mapping[int, Iterable[Line]]]
History = Callable[[Actor, int], Iterable[Moment]]

_lines: dict[str, Lines] = {}
_history: dict[str, History] = {}


def add_lines(key: str, of_cars: Lines) -> None:
    _lines[key] = of_cars


def add_history(key: str, of_car: History) -> None:
    _history[key] = of_car


def lines_of(actor: Actor, vehicle_ids: list[int]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    for _key, of_cars in sorted(_lines.items()):
        for vehicle_id, lines in of_cars(actor, vehicle_ids).items():
            found[vehicle_id] += lines
    return {vehicle_id: sorted(lines, key=lambda line: line.order) for vehicle_id, lines in found.items()}


def history_of(actor: Actor, vehicle_id: int) -> list[Moment]:
    """The newest first."""
    found = [moment for _key, of_car in sorted(_history.items()) for moment in of_car(actor, vehicle_id)]
    return sorted(found, key=lambda moment: (moment.on, moment.id), reverse=True)
