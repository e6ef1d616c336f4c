"""Reading a small sheet with a list: below which row its lines begin, which column is what, and what each line says."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, TypeVar

from qibu.connect import sheets
from qibu.connect.mapping import first_filled, is_footer_word, plain
from qibu.connect.sheets import Limits, Row
from qibu.kernel.cells import cell_text, is_blank

SMALL = replace(sheets.LIMITS, file_bytes=5 * 2**20, rows=5_000, seconds=20, cpu_seconds=15)
SEARCHED = 30  # rows in which the heading is looked for
Columns = dict[int, str]  # place → field
Cells = dict[str, Any]  # field → cell, as it stands there
L = TypeVar("L")


class NoHeading(ValueError):
    """No row names the column that must be there."""


class TooLong(ValueError):
    """More rows than any list of that kind has."""


def rows_of(file: IO[bytes], limits: Limits = SMALL) -> list[tuple[int, Row]]:
    """A sheet as it came, row by row. Raises `UnreadableSheet`; call it outside a scope."""
    with tempfile.TemporaryDirectory() as folder:
        kept, rows = Path(folder) / "list", Path(folder) / "rows"
        with kept.open("wb") as target:
            while chunk := file.read(2**20):
                target.write(chunk)
        sheets.describe(kept, limits=limits)
        sheets.convert(kept, rows, limits=limits)
        return list(sheets.read_converted(rows))


def by_word(listed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Field → words, turned round."""
    return {plain(word): field for field, words in listed.items() for word in words}


def lines(
    numbered: Iterable[tuple[int, Row]], fields: Mapping[str, str], must: str, most: int
) -> list[tuple[int, Cells]]:
    """What stands below the heading, in the sheet's order. Raises `NoHeading`, `TooLong`."""
    rows = list(numbered)
    place, columns = _heading(rows, fields, must)
    below = [(number, row) for number, row in rows[place + 1 :] if _says_something(row, columns, fields)]
    if len(below) > most:
        raise TooLong
    return [(number, _cells(row, columns)) for number, row in below]


def _heading(rows: Sequence[tuple[int, Row]], fields: Mapping[str, str], must: str) -> tuple[int, Columns]:
    """Place of the heading among the first rows, and its columns; the row with most known words."""
    best: tuple[int, Columns] = (0, {})
    for place, (_number, row) in enumerate(rows[:SEARCHED]):
        found = _known(row, fields)
        if must in found.values() and len(found) > len(best[1]):
            best = place, found
    if not best[1]:
        raise NoHeading
    return best


def _known(row: Row, fields: Mapping[str, str]) -> Columns:
    """The columns that a row names, each field once."""
    found: Columns = {}
    for index, cell in enumerate(row):
        field = fields.get(plain(cell_text(cell)))
        if field and field not in found.values():
            found[index] = field
    return found


def _says_something(row: Row, columns: Columns, fields: Mapping[str, str]) -> bool:
    """Empty rows, headings of the next printed page and totals don't."""
    if not any(cell_text(cell) for cell in _cells(row, columns).values()):
        return False
    return len(_known(row, fields)) < 2 and not is_footer_word(first_filled(row))


def _cells(row: Row, columns: Columns) -> Cells:
    return {field: row[index] for index, field in columns.items() if index < len(row)}


def text(cell: Any) -> str:
    """What a cell says; dashes and the like say nothing."""
    found = cell_text(cell)
    return "" if is_blank(found) else found


def repeats_marked(found: Iterable[L], key: Callable[[L], object]) -> list[L]:
    """What stands there a second time gets the fault "repeated": the first line counts. No key, no repeat."""
    seen: set[object] = set()
    marked = []
    for line in found:
        name = key(line)
        marked.append(_repeated(line) if name and name in seen else line)
        seen.add(name)
    return marked


def _repeated(line: Any) -> Any:
    return replace(line, faults=(*line.faults, "repeated"))
