"""Reads a list of staff: which row is the heading, which column is what, and who stands in each row.

The words come from `content/roster.toml`. Roles follow from what a column of roles says, else from the title; the three
separated duties (GB/T 22239) are never given by a sheet.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from qibu.connect import headed
from qibu.connect.mapping import first_filled, is_footer_word
from qibu.connect.sheets import Row
from qibu.kernel.cells import cell_text, is_blank
from qibu.kernel.plain_cells import plain_cell

LENGTHS = {"name": 60, "number": 32, "title": 60, "phone": 40, "email": 254, "username": 64, "superior": 60}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MOST = 500  # people; a longer list is of something else


class NoRoster(ValueError):
    """The sheet has no column with names of people."""


class TooLong(ValueError):
    """More rows than any store has people."""


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
    return headed.by_word(words()["columns"])


def read(numbered: Iterable[tuple[int, Row]]) -> list[Line]:
    """The people in a sheet's rows, in its order."""
    rows = list(numbered)
    try:
        place, columns = headed.heading(rows, _columns(), "name")
    except headed.NoHeading:
        raise NoRoster from None
    lines = [_line(number, row, columns) for number, row in rows[place + 1 :] if _is_person(row, columns)]
    if len(lines) > MOST:
        raise TooLong
    return _repeats_marked(lines)


def roles_of(title: str, role: str = "") -> tuple[str, ...]:
    """What a title makes of a person; a column of roles may name several."""
    parts = [part for part in re.split(r"[、,，;；/ ]+", role) if part] or ([title] if title else [])
    found = [_role(part) for part in parts]
    return tuple(dict.fromkeys(each for each in found if each))


def _role(text: str) -> str:
    """An assistant or deputy of a manager is no manager: rights are given by hand where a title leaves doubt."""
    found, folded = _said(text), text.strip().casefold()
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


def _is_person(row: Row, columns: dict[int, str]) -> bool:
    """Empty rows, headings of the next printed page and totals are not."""
    if not any(cell_text(row[index]) for index in columns if index < len(row)):
        return False
    return len(headed.known(row, _columns())) < 2 and not is_footer_word(first_filled(row))


def _line(number: int, row: Row, columns: dict[int, str]) -> Line:
    said = {field: _text(row, index) for index, field in columns.items()}
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


def _text(row: Row, index: int) -> str:
    text = cell_text(row[index]) if index < len(row) else ""
    return "" if is_blank(text) else text


def _repeats_marked(lines: Sequence[Line]) -> list[Line]:
    """Who stands there a second time: by number, else by name and phone."""
    seen: set[tuple[str, ...]] = set()
    found = []
    for line in lines:
        key = (line.number,) if line.number else (line.name, line.phone)
        found.append(replace(line, faults=(*line.faults, "repeated")) if key in seen else line)
        seen.add(key)
    return found
