"""Reads a list of cars in stock: which row is the heading, which column is what, and what each row says of a car.

The words come from `content/stock.toml`. VINs and days are read by the same rules as those of customers' cars.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from qibu.connect import small_sheets
from qibu.connect.sheets import Row
from qibu.connect.small_sheets import Cells
from qibu.kernel.days import UnreadableDay, read_day
from qibu.vehicles.rules import IllegalVin, read_vin

MOST = 3_000  # cars; a longer list is of something else
LENGTHS = {
    "model_code": 40, "brand": 40, "series": 60, "model": 100, "colour": 30, "interior": 30, "place": 40,
    "cost_centre": 40, "note": 200,
}  # fmt: skip
DAYS = ("expected_on", "arrived_on")


@dataclass(frozen=True)
class Line:
    """One row. `faults` are codes: no_vin, vin_length, vin_letters, bad_day, arrived_ahead, repeated; such a row is not
    loaded. `facts` are what it says, by the fields of a car in stock; days are spelled as in 2026-03-12."""

    row: int
    vin: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    def said(self) -> dict[str, Any]:
        days = {name: date.fromisoformat(self.facts[name]) for name in DAYS if name in self.facts}
        return {"vin": self.vin, **self.facts, **days}


@cache
def _columns() -> dict[str, str]:
    words = tomllib.loads((Path(__file__).parent / "content" / "stock.toml").read_text("utf-8"))
    return small_sheets.by_word(words["columns"])


def read(numbered: Iterable[tuple[int, Row]], today: date) -> list[Line]:
    """The cars in a sheet's rows, in its order. Raises `NoHeading`, `TooLong`."""
    rows = small_sheets.lines(numbered, _columns(), "vin", MOST)
    return small_sheets.repeats_marked([_line(number, cells, today) for number, cells in rows], lambda line: line.vin)


def _line(number: int, cells: Cells, today: date) -> Line:
    vin, faults = _vin(cells.get("vin"))
    facts = {name: small_sheets.text(cells.get(name))[:length] for name, length in LENGTHS.items()}
    for name in DAYS:
        facts[name], fault = _day(cells.get(name))
        faults += (fault,) if fault else ()
    if facts["arrived_on"] > today.isoformat():
        faults += ("arrived_ahead",)
    return Line(number, vin, {name: value for name, value in facts.items() if value}, tuple(dict.fromkeys(faults)))


def _vin(cell: Any) -> tuple[str, tuple[str, ...]]:
    try:
        found = read_vin(cell)
    except IllegalVin as fault:
        return fault.text, ("vin_length",) if fault.code == "length" else ("vin_letters",)
    return (found.text, ()) if found else ("", ("no_vin",))


def _day(cell: Any) -> tuple[str, str]:
    try:
        found = read_day(cell)
    except UnreadableDay:
        return "", "bad_day"
    return (found.isoformat(), "") if found else ("", "")
