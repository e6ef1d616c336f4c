"""How a piece is written: plain text with four signs at the beginning of a line, so that nothing in it can be anything
but text.

    # a heading
    - a point of a list
    | a row | of a table | whose first row is its head

An empty line ends a paragraph. What is none of these is text, and read as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

HEADING, POINTS, TABLE, TEXT = "heading", "points", "table", "text"
MOST_COLUMNS = 5


@dataclass(frozen=True)
class Block:
    """`lines` of a heading (one), of a paragraph, or the points of a list; `rows` of a table, all of one width."""

    kind: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def read_markup(text: str) -> list[Block]:
    lines = [line.strip() for line in text.splitlines()]
    return [block for kind, some in groupby(lines, _kind) for block in _blocks(kind, list(some))]


def _kind(line: str) -> str:
    if line.startswith("# "):
        return HEADING
    if line.startswith(("- ", "· ", "• ")):
        return POINTS
    return TABLE if line.startswith("|") and line.count("|") > 1 else TEXT if line else ""


def _blocks(kind: str, lines: list[str]) -> Iterator[Block]:
    if kind == HEADING:
        yield from (Block(HEADING, (line[2:].strip(),)) for line in lines)
    elif kind == POINTS:
        yield Block(POINTS, tuple(line[2:].strip() for line in lines))
    elif kind == TABLE:
        yield Block(TABLE, rows=_rows(lines))
    elif kind == TEXT:
        yield Block(TEXT, tuple(lines))


def _rows(lines: list[str]) -> tuple[tuple[str, ...], ...]:
    """Rows as wide as the widest; a row of dashes, which Markdown has below the head, is none."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")][:MOST_COLUMNS] for line in lines]
    kept = [row for row in cells if not all(set(cell) <= set("-: ") and cell for cell in row)]
    width = max((len(row) for row in kept), default=0)
    return tuple(tuple(row + [""] * (width - len(row))) for row in kept)
