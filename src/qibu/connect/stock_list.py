"""Reads a list of cars in stock: which row is the heading, which column is what, and what each row says of a car.

The words come from `content/stock.toml`. VINs and days are read by the same rules as those of customers' cars.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from qibu.connect.mapping import first_filled, is_footer_word, plain
from qibu.connect.sheets import Row
from qibu.kernel.cells import cell_text, is_blank
from qibu.kernel.days import UnreadableDay, read_day
from qibu.vehicles.rules import IllegalVin, read_vin

SEARCHED = 30  # rows in which the heading is looked for
MOST = 3_000  # cars; a longer list is of something else
LENGTHS = {
    "model_code": 40, "brand": 40, "series": 60, "model": 100, "colour": 30, "interior": 30, "place": 40,
    "cost_centre": 40, "note": 200,
}  # fmt: skip
DAYS = ("expected_on", "arrived_on")


class NoStockList(ValueError):
    """The sheet has no column with VINs."""


class TooManyCars(ValueError):
    """More rows than any store has cars."""


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
    listed = tomllib.loads((Path(__file__).parent / "content" / "stock.toml").read_text("utf-8"))["columns"]
    return {plain(word): field for field, words in listed.items() for word in words}


def read(numbered: Iterable[tuple[int, Row]], today: date) -> list[Line]:
    """The cars in a sheet's rows, in its order."""
    rows = list(numbered)
    place, columns = _heading(rows[:SEARCHED])
    lines = [_line(number, row, columns, today) for number, row in rows[place + 1 :] if _is_car(row, columns)]
    if len(lines) > MOST:
        raise TooManyCars
    return _repeats_marked(lines)


def _heading(rows: Sequence[tuple[int, Row]]) -> tuple[int, dict[int, str]]:
    """Place of the heading among the rows, and column → field; the row with most known words."""
    best: tuple[int, dict[int, str]] = (0, {})
    for place, (_number, row) in enumerate(rows):
        found = _known(row)
        if "vin" in found.values() and len(found) > len(best[1]):
            best = place, found
    if not best[1]:
        raise NoStockList
    return best


def _known(row: Row) -> dict[int, str]:
    found: dict[int, str] = {}
    for index, cell in enumerate(row):
        name = _columns().get(plain(cell_text(cell)))
        if name and name not in found.values():
            found[index] = name
    return found


def _is_car(row: Row, columns: dict[int, str]) -> bool:
    """Empty rows, headings of the next printed page and totals are not."""
    if not any(cell_text(row[index]) for index in columns if index < len(row)):
        return False
    return len(_known(row)) < 2 and not is_footer_word(first_filled(row))


def _line(number: int, row: Row, columns: dict[int, str], today: date) -> Line:
    cells = {name: row[index] for index, name in columns.items() if index < len(row)}
    vin, faults = _vin(cells.get("vin"))
    facts = {name: _text(cells.get(name))[:length] for name, length in LENGTHS.items()}
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


def _text(cell: Any) -> str:
    text = cell_text(cell)
    return "" if is_blank(text) else text


def _repeats_marked(lines: Sequence[Line]) -> list[Line]:
    """Of a car that stands there twice the first row counts."""
    seen: set[str] = set()
    found = []
    for line in lines:
        again = line.vin in seen and "no_vin" not in line.faults
        found.append(replace(line, faults=(*line.faults, "repeated")) if again else line)
        seen.add(line.vin)
    return found
