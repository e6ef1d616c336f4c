"""Reads a price list: which row is the heading, which column is what, and which car stands in each row.

The words come from `content/prices.toml`. A car is known by its code; what a list doesn't say of it is not changed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from qibu.connect import small_sheets
from qibu.connect.mapping import plain
from qibu.connect.sheets import Row
from qibu.connect.small_sheets import Cells
from qibu.kernel.plain_cells import plain_cell

LENGTHS = {"brand": 40, "series": 60, "name": 100}
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
MOST = 2000  # cars; a longer list is of something else
NEEDED = ("brand", "series", "name", "price")  # of a car that nobody knows yet


@dataclass(frozen=True)
class Line:
    """One row of the list: `values` are what it says of the car of that code. `faults` are codes: no_code, bad_code,
    repeated, odd_text, and the name of each field that can't be read; such a row is not taken over."""

    row: int
    code: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


@cache
def words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "content" / "prices.toml").read_text("utf-8"))


@cache
def _fields() -> dict[str, str]:
    return small_sheets.by_word(words()["columns"])


@cache
def _energies() -> dict[str, str]:
    return small_sheets.by_word(words()["energy"])


def read(numbered: Iterable[tuple[int, Row]]) -> list[Line]:
    """The cars in a sheet's rows, in its order. Raises `NoHeading`, `TooLong`."""
    found = [_line(number, cells) for number, cells in small_sheets.lines(numbered, _fields(), "code", MOST)]
    return small_sheets.repeats_marked(found, lambda line: line.code)


def _line(number: int, cells: Cells) -> Line:
    said = {name: written for name, cell in cells.items() if (written := small_sheets.text(cell))}
    code = said.pop("code", "").casefold().replace(" ", "-")
    values, faults = dict[str, Any](), list[str]()
    if not CODE.fullmatch(code):
        faults.append("bad_code" if code else "no_code")
    for name, written in said.items():
        try:
            values[name] = READ[name](written)
        except (ValueError, InvalidOperation, KeyError):
            faults.append(name)
    odd = any(plain_cell(values[name]) != values[name] for name in LENGTHS if name in values)
    return Line(number, code, values, (*faults, *(("odd_text",) if odd else ())))


def lacks(line: Line) -> tuple[str, ...]:
    """What a car that nobody knows yet would need besides."""
    return tuple(name for name in NEEDED if name not in line.values)


# How a cell is read -----------------------------------------------------------------------------
def read_price(text: str) -> Decimal:
    """159800, 159,800.00, ¥159800 元, 15.98万."""
    bare = re.sub(r"[,¥￥\s元]", "", text)
    factor = 10_000 if bare.endswith("万") else 1
    amount = (Decimal(bare.removesuffix("万")) * factor).quantize(Decimal("0.01"))
    if not 0 < amount <= 99_999_999:
        raise ValueError(text)
    return amount


def read_displacement(text: str) -> int:
    """1498, 1498mL, 1.5T, 1.5L: in cubic centimetres; litres stand for the nearest thousandfold less two."""
    number = Decimal(_number(text))
    litres = number < 20
    found = int(number * 1000) - 2 if litres else int(number)
    return _between(found, 200, 10_000)


def _number(text: str) -> str:
    found = NUMBER.search(text.replace(",", ""))
    if found is None:
        raise ValueError(text)
    return found[0]


def _between(number: int, least: int, most: int) -> int:
    if not least <= number <= most:
        raise ValueError(number)
    return number


def _short(name: str) -> Any:
    def read_text(text: str) -> str:
        if len(text) > LENGTHS[name]:
            raise ValueError(text)
        return text

    return read_text


READ: dict[str, Any] = {
    "brand": _short("brand"), "series": _short("series"), "name": _short("name"), "price": read_price,
    "year": lambda text: _between(int(Decimal(_number(text))), 1990, 2100), "displacement": read_displacement,
    "energy": lambda text: _energies()[plain(text)], "seats": lambda text: _between(int(_number(text)), 1, 60),
    "electric_range": lambda text: _between(int(Decimal(_number(text))), 1, 3000),
    "on_sale": lambda text: text.casefold() not in words()["off"]["words"],
}  # fmt: skip
