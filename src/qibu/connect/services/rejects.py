"""The rows that were not loaded, as a workbook: correct the cells and load the file again."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from qibu.connect.mapping import Mapping
from qibu.connect.sheets import Cell, Row

LONGEST_NUMBER = 11  # digits that Excel shows as they are, without an exponent
OPTIONS = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip


class Rejects:
    """Texts stay texts: nothing that comes out of a sheet is ever a live formula here."""

    def __init__(self, path: Path, mapping: Mapping) -> None:
        self.book = xlsxwriter.Workbook(str(path), OPTIONS)
        self.sheet = self.book.add_worksheet(_("未载入"))
        self.text = self.book.add_format({"num_format": "@", "quote_prefix": True})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.width = max((column.index + 1 for column in mapping.columns), default=0)
        self.next = 1
        self._head(mapping)

    def _head(self, mapping: Mapping) -> None:
        bold = self.book.add_format({"bold": True, "bottom": 1})
        names = {column.index: column.heading for column in mapping.columns}
        heads = [names.get(index, "") for index in range(self.width)] + [_("未载入的原因"), _("原来的行号")]
        for index, name in enumerate(heads):
            self.sheet.set_column(index, index, 48 if index == self.width else 16)
            self.sheet.write_string(0, index, name, bold)
        self.sheet.freeze_panes(1, 0)

    def add(self, row: int, cells: Row, reasons: list[str]) -> None:
        for index, cell in enumerate(cells[: self.width]):
            self._write(index, cell)
        self.sheet.write_string(self.next, self.width, _("；").join(reasons))
        self.sheet.write_number(self.next, self.width + 1, row)
        self.next += 1

    def _write(self, index: int, cell: Cell) -> None:
        place: tuple[int, int] = (self.next, index)
        if cell is None or cell == "":
            return
        if isinstance(cell, datetime):
            self.sheet.write_datetime(*place, cell, self.moment)
        elif isinstance(cell, date):
            self.sheet.write_datetime(*place, datetime(cell.year, cell.month, cell.day), self.day)
        elif isinstance(cell, int | float) and _fits(cell):
            self.sheet.write_number(*place, cell)
        else:
            self.sheet.write_string(*place, _text(cell), self.text)

    def close(self) -> None:
        if not self.book.fileclosed:
            self.book.close()


def _fits(number: float) -> bool:
    return not isinstance(number, bool) and abs(number) < 10**LONGEST_NUMBER


def _text(cell: Any) -> str:
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell)) if whole else str(cell)
