"""Tables that a price is reckoned by: which columns each has, and what a row must say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

Row = Mapping[str, str]


class Cell(StrEnum):
    USE = "use"  # private or company
    COUNT = "count"  # a whole number
    MONEY = "money"
    PERCENT = "percent"


class Fault(StrEnum):
    MISSING = "missing"
    NO_NUMBER = "no_number"
    REPEATED = "repeated"


@dataclass(frozen=True)
class Column:
    name: str
    cell: Cell
    key: bool = False  # which row it is: no two rows have the same
    optional: bool = False  # empty means "and above"


@dataclass(frozen=True)
class Table:
    """`fixed`: its rows are given by law; only the amounts are said."""

    code: str
    columns: tuple[Column, ...]
    fixed: bool = False


SEATS = Column("seats", Cell.COUNT, key=True, optional=True)
TABLES = {
    one.code: one
    for one in (
        Table("compulsory", (Column("use", Cell.USE, key=True), SEATS, Column("premium", Cell.MONEY))),
        Table("liability", (Column("sum", Cell.COUNT, key=True), SEATS, Column("premium", Cell.MONEY))),
        Table("damage", (SEATS, Column("base", Cell.MONEY), Column("percent", Cell.PERCENT))),
        Table("people", (SEATS, Column("driver", Cell.PERCENT), Column("passenger", Cell.PERCENT))),
        Table("vessel", (Column("up_to", Cell.COUNT, key=True, optional=True), Column("yearly", Cell.MONEY)), True),
    )
}
USES = ("private", "company")


@dataclass(frozen=True)
class Wrong:
    """What is wrong in which row (counted from 1) and column."""

    row: int
    column: str
    fault: Fault


def faults(table: Table, rows: Sequence[Row]) -> list[Wrong]:
    found = [wrong for number, row in enumerate(rows, 1) for wrong in _of_row(table, number, row)]
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(rows, 1):
        key = tuple(row.get(column.name, "") for column in table.columns if column.key)
        if key in seen:
            found.append(Wrong(number, next(column.name for column in table.columns if column.key), Fault.REPEATED))
        seen.add(key)
    return found


def _of_row(table: Table, number: int, row: Row) -> Iterable[Wrong]:
    for column in table.columns:
        text = row.get(column.name, "")
        if not text:
            if not column.optional:
                yield Wrong(number, column.name, Fault.MISSING)
        elif not _readable(column.cell, text):
            yield Wrong(number, column.name, Fault.NO_NUMBER)


def _readable(cell: Cell, text: str) -> bool:
    if cell == Cell.USE:
        return text in USES
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    if not number.is_finite() or number < 0 or number > 10**8:
        return False
    return cell != Cell.COUNT or number == number.to_integral_value()
