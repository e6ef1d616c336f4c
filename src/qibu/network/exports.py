"""Which lists may leave the house as a spreadsheet. Each app registers its lists in a module of its own called
`exports`, which is found at start-up.

    register(Sheet(VisitList, Capability.CUSTOMERS_EXPORT, "aftersales:list"))

A list's columns say what stands in their cells (`Column.cell_value`); a list that writes more than it shows gives
`heads` and `cells` of its own, which get the list and one piece of its rows. Telephone numbers are masked
there as on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from qibu.ui.lists import ListPage

Heads = Callable[[ListPage], Sequence[str]]
Cells = Callable[[ListPage, list[Any]], Iterable[Sequence[Any]]]  # texts, numbers, days, moments


def column_heads(page: ListPage) -> list[str]:
    return [str(column.label) for column in page.columns]


def column_cells(page: ListPage, rows: list[Any]) -> Iterable[list[Any]]:
    for row in page.decorate(rows):
        yield [column.cell_value(row) for column in page.columns]


@dataclass(frozen=True)
class Sheet:
    page: type[ListPage]
    capability: str
    url_name: str  # of the list
    heads: Heads = column_heads
    cells: Cells = column_cells

    @property
    def key(self) -> str:
        return self.page.key


SHEETS: dict[str, Sheet] = {}


def register(sheet: Sheet) -> None:
    known = SHEETS.get(sheet.key)
    if known is not None and known.page.__module__ != sheet.page.__module__:
        raise ValueError(f"The list {sheet.key!r} is registered twice.")
    SHEETS[sheet.key] = sheet
