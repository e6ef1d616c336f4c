"""Writing cells to files, row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

import xlsxwriter

from qibu.demo.dirt import Cell, Day, Number

_MADE_ON = datetime(2020, 1, 1)  # a fixed stamp, so that equal content gives equal files


def write_xlsx(
    path: Path, titles: Sequence[str], groups: Sequence[str], heads: Sequence[str], rows: Iterable[list[Cell]]
) -> None:
    """Title rows over all columns, merged group heads, heads, then the rows in constant memory."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        book.set_properties({"created": _MADE_ON})
        sheet, bold = book.add_worksheet("Sheet1"), book.add_format({"bold": True, "align": "center"})
        dated = book.add_format({"num_format": "yyyy/m/d"})
        for line, title in enumerate(titles):
            sheet.merge_range(line, 0, line, len(heads) - 1, title, bold)
        column = 0
        for group, members in groupby(groups):
            last = column + len(list(members)) - 1
            if last > column:
                sheet.merge_range(len(titles), column, len(titles), last, group, bold)
            else:
                sheet.write_string(len(titles), column, group, bold)
            column = last + 1
        sheet.write_row(len(titles) + 1, 0, heads, bold)
        for line, cells in enumerate(rows, start=len(titles) + 2):
            for place, cell in enumerate(cells):
                if isinstance(cell, Day):
                    sheet.write_datetime(line, place, cell.value, dated)
                elif isinstance(cell, Number):
                    sheet.write_number(line, place, cell.value)
                elif cell:
                    sheet.write_string(line, place, cell)


def _text(cell: Cell) -> str:
    if isinstance(cell, Day):
        return f"{cell.value.year}年{cell.value.month}月{cell.value.day}日"
    return str(cell.value) if isinstance(cell, Number) else cell


def write_csv(
    path: Path, encoding: str, delimiter: str, heads: Sequence[str], rows: Iterable[list[Cell]]
) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow(heads)
        for cells in rows:
            writer.writerow([_text(cell) for cell in cells])
