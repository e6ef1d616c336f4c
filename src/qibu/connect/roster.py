"""Reads a list of staff: which row is the heading, which column is what, and who stands in each row.

The words come from `content/roster.toml`. Roles follow from what a column of roles says, else from the title; the three
separated duties (GB/T 22239) are never given by a sheet.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from qibu.connect import small_sheets
from qibu.connect.sheets import Row
from qibu.connect.small_sheets import Cells
from qibu.kernel.plain_cells import plain_cell

LENGTHS = {"name": 60, "number": 32, "title": 60, "phone": 40, "email": 254, "username": 64, "superior": 60}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MOST = 500  # people; a longer list is of something else


@dataclass(frozen=True)
class Line:
    """One row of the list. `faults` are codes: no_name, odd_name, bad_email, gone, repeated; such a row is not
    taken over."""

    row: int
    name: str = ""
    number: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""
    username: str = ""
    superior: str = ""  # a name or number, as the list says it
    roles: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


@cache
def words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "content" / "roster.toml").read_text("utf-8"))


@cache
def _columns() -> dict[str, str]:
    return small_sheets.by_word(words()["columns"])


def read(numbered: Iterable[tuple[int, Row]]) -> list[Line]:
    """The people in a sheet's rows, in its order. Raises `NoHeading`, `TooLong`."""
    found = [_line(number, cells) for number, cells in small_sheets.lines(numbered, _columns(), "name", MOST)]
    return small_sheets.repeats_marked(found, _who)


def _who(line: Line) -> tuple[str, ...]:
    """By number, else by name and phone."""
    return (line.number,) if line.number else (line.name, line.phone)


def roles_of(title: str, role: str = "") -> tuple[str, ...]:
    """What a title makes of a person; a column of roles may name several."""
    parts = [part for part in re.split(r"[、,，;；/ ]+", role) if part] or ([title] if title else [])
    found = [_role(part) for part in parts]
    return tuple(dict.fromkeys(each for each in found if each))


def _role(said: str) -> str:
    """An assistant or deputy of a manager is no manager: rights are given by hand where a title leaves doubt."""
    found, folded = _said(said), said.strip().casefold()
    doubtful = found.endswith("_manager") and any(word in folded for word in words()["doubt"]["words"])
    return "" if doubtful else found


def _said(text: str) -> str:
    folded = text.strip().casefold()
    listed: dict[str, list[str]] = words()["roles"]
    exact = (role for role, patterns in listed.items() if folded in patterns)
    inside = (role for role, patterns in listed.items() for word in patterns if len(word) > 1 and _within(word, folded))
    return next(exact, None) or next(inside, "")


def _within(word: str, text: str) -> bool:
    return bool(re.search(rf"\b{re.escape(word)}\b", text)) if word.isascii() else word in text


def _line(number: int, cells: Cells) -> Line:
    said = {field: small_sheets.text(cell) for field, cell in cells.items()}
    kept = {field: said.get(field, "")[:length] for field, length in LENGTHS.items()}
    faults = []
    if not kept["name"]:
        faults.append("no_name")
    elif plain_cell(kept["name"]) != kept["name"] or not any(char.isalpha() for char in kept["name"]):
        faults.append("odd_name")
    if kept["email"] and not EMAIL.fullmatch(kept["email"]):
        faults.append("bad_email")
    if said.get("state", "").casefold() in words()["gone"]["words"]:
        faults.append("gone")
    return Line(number, **kept, roles=roles_of(kept["title"], said.get("role", "")), faults=tuple(faults))
