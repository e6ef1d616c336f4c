"""Finding the heading of a small sheet: the row that names most of the columns one knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qibu.connect.mapping import plain
from qibu.connect.sheets import Row
from qibu.kernel.cells import cell_text

SEARCHED = 30  # rows in which the heading is looked for
Columns = dict[int, str]  # place → field


class NoHeading(ValueError):
    """No row names the column that must be there."""


def by_word(listed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Field → words, turned round."""
    return {plain(word): field for field, words in listed.items() for word in words}


def known(row: Row, fields: Mapping[str, str]) -> Columns:
    """The columns that a row names, each field once."""
    found: Columns = {}
    for index, cell in enumerate(row):
        field = fields.get(plain(cell_text(cell)))
        if field and field not in found.values():
            found[index] = field
    return found


def heading(rows: Sequence[tuple[int, Row]], fields: Mapping[str, str], must: str) -> tuple[int, Columns]:
    """Place of the heading among the first rows, and its columns."""
    best: tuple[int, Columns] = (0, {})
    for place, (_number, row) in enumerate(rows[:SEARCHED]):
        found = known(row, fields)
        if must in found.values() and len(found) > len(best[1]):
            best = place, found
    if not best[1]:
        raise NoHeading
    return best
