"""Sheets that are pages: dealer systems write an HTML table, or Excel's XML of 2003, and call it .xls.

Both are read as they come, row by row, by the parsers of the standard library; XML with a document type or entities
of its own is refused, since those can make a parser work for ever. Only ever used in the child that `sheets` starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import IO
from xml.parsers import expat

Text = list[str | None]
Merge = tuple[int, int, int, int]
HTML, XML = "html", "xml"
BLOCK = 2**16
WIDEST = 2_000  # cells that a row may be stretched to; `sheets` refuses what is too wide
_SPACE = re.compile(r"[ \t\r\n\f\xa0\u3000]+")
_NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"


class Untrusted(ValueError):
    """XML that brings its own definitions."""


def kind_of(text: str) -> str:
    """html, xml, or nothing: by the beginning of the file. A page without a table is no sheet."""
    start = text.lstrip("\ufeff \t\r\n")[:2_000].lower()
    if start.startswith(("<?xml", "<workbook")):
        return XML if _NAMESPACE in text[:8_000].lower() else ""
    looks = start.startswith("<") and re.search(r"<(!doctype html|html|table|head|meta|style)\b", start)
    return HTML if looks and "<table" in text.lower() else ""


@dataclass
class Table:
    """What was read of a table: rows that are whole, and which cells were stretched."""

    rows: list[Text] = field(default_factory=list)
    merged: list[Merge] = field(default_factory=list)
    done: int = 0  # rows that were handed on already

    def take(self) -> list[Text]:
        taken, self.rows = self.rows, []
        self.done += len(taken)
        return taken

    def close(self, row: Text) -> None:
        self.rows.append(row)

    @property
    def number(self) -> int:
        """Of the row that is being read, from 0."""
        return self.done + len(self.rows)


def read(file: IO[str], kind: str, table: Table) -> Iterator[Text]:
    """The rows of the first table that has several columns (HTML), or of the first worksheet (XML)."""
    parser = _Html(table) if kind == HTML else _Xml(table)
    while block := file.read(BLOCK):
        parser.feed(block)
        yield from table.take()
    parser.end()
    yield from table.take()


class _Html(HTMLParser):
    """Tables within tables are pages' layout: what counts is the innermost one that a row stands in."""

    def __init__(self, table: Table) -> None:
        super().__init__(convert_charrefs=True)
        self.table = table
        self.row: Text | None = None
        self.cell: list[str] | None = None
        self.span = (1, 1)
        self.reaching: dict[int, tuple[int, str | None]] = {}  # column → rows a cell above reaches into, and its text
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.silent += 1
        elif tag == "tr":
            self._end_row()
            self.row = []
        elif tag in ("td", "th"):
            self._end_cell()
            self.row = [] if self.row is None else self.row
            self.cell, said = [], dict(attrs)
            self.span = (_span(said.get("colspan")), _span(said.get("rowspan")))
        elif tag == "br" and self.cell is not None:
            self.cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.silent = max(self.silent - 1, 0)
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self.cell is not None and not self.silent:
            self.cell.append(data)

    def end(self) -> None:
        self.close()
        self._end_row()

    def _end_cell(self) -> None:
        if self.cell is None or self.row is None:
            return
        self._skip_reached(self.row)
        wide, high = min(self.span[0], WIDEST - len(self.row)), self.span[1]
        first = len(self.row)
        self.row.append(_SPACE.sub(" ", "".join(self.cell)).strip() or None)
        self.row += [None] * (wide - 1)
        for column in range(first, first + wide) if high > 1 else ():
            # This row itself is the first of them; a cell merged downwards holds for each of its rows.
            self.reaching[column] = high, self.row[first] if wide == 1 else None
        if (wide, high) != (1, 1):
            number = self.table.number
            self.table.merged.append((number, first, number + high - 1, first + wide - 1))
        self.cell = None

    def _skip_reached(self, row: Text) -> None:
        while (reached := self.reaching.get(len(row))) and len(row) < WIDEST:
            row.append(reached[1])

    def _end_row(self) -> None:
        self._end_cell()
        if self.row is None:
            return
        self._skip_reached(self.row)
        self.reaching = {column: (rows - 1, text) for column, (rows, text) in self.reaching.items() if rows > 1}
        self.table.close(self.row)
        self.row = None


class _Xml:
    """Excel's XML of 2003: Worksheet, Row and Cell; places may be skipped by ss:Index."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.sheets = 0
        self.row: Text | None = None
        self.data: list[str] | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse

    def feed(self, block: str) -> None:
        self.parser.Parse(block, False)

    def end(self) -> None:
        self.parser.Parse("", True)

    def _refuse(self, *_args: object) -> None:
        raise Untrusted

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        element = name.rpartition(" ")[2]
        place = _span(attrs.get(f"{_NAMESPACE} Index"), most=1_100_000)
        if element == "Worksheet":
            self.sheets += 1
        elif self.sheets != 1:
            return
        elif element == "Row":
            for _blank in range(place - 1 - self.table.number if place > 1 else 0):
                self.table.close([])
            self.row = []
        elif element == "Cell" and self.row is not None:
            self.row += [None] * max(min(place - 1, WIDEST) - len(self.row), 0)
            self._open_cell(attrs)
        elif element == "Data":
            self.data = []

    def _open_cell(self, attrs: dict[str, str]) -> None:
        assert self.row is not None
        across, down = (_number(attrs.get(f"{_NAMESPACE} {name}")) for name in ("MergeAcross", "MergeDown"))
        first, number = len(self.row), self.table.number
        self.row += [None] * min(1 + across, WIDEST - first)
        if across or down:
            self.table.merged.append((number, first, number + down, first + across))
        self.place = first

    def _text(self, data: str) -> None:
        if self.data is not None:
            self.data.append(data)

    def _end(self, name: str) -> None:
        element = name.rpartition(" ")[2]
        if element == "Data" and self.data is not None and self.row is not None and self.place < len(self.row):
            self.row[self.place] = _SPACE.sub(" ", "".join(self.data)).strip() or None
            self.data = None
        elif element == "Row" and self.row is not None:
            self.table.close(self.row)
            self.row = None


def _number(text: str | None) -> int:
    return min(int(text), WIDEST) if text and text.strip().isdecimal() else 0


def _span(text: str | None, most: int = WIDEST) -> int:
    found = int(text) if text and text.strip().isdecimal() and len(text) < 9 else 1
    return max(1, min(found, most))
