"""The demo world as files of the kind that dealer systems give out, and what one would load.

python -m qibu.demo.exports DIR --store N --day YYYY-MM-DD
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from qibu.demo import dialects, dirt, sheets
from qibu.demo.dialects import Column, Context, OwnerRow, VisitRow
from qibu.demo.dirt import Cell, Flaw
from qibu.demo.records import Household, Organisation, Policy
from qibu.demo.world import World

REPEATED_SHARE = 0.02
HEADING_AGAIN = 60  # the first heading is printed again after so many rows


@dataclass(frozen=True, slots=True)
class Dialect:
    file: str
    subject: str  # owners, visits
    form: str  # xlsx, csv
    columns: tuple[Column[Any], ...]
    title: str = ""
    encoding: str = ""
    delimiter: str = ","
    footer: bool = True
    heading_again: bool = False


DIALECTS = (
    Dialect(
        "车主资料-双层表头.xlsx",
        "owners",
        "xlsx",
        dialects.OWNERS_TITLED,
        "车主资料一览表",
        heading_again=True,
    ),
    Dialect(
        "客户车辆-分号.csv", "owners", "csv", dialects.OWNERS_SEMICOLON, "", "utf-8-sig", ";", footer=False
    ),
    Dialect(
        "车主名单-其他系统.csv", "owners", "csv", dialects.OWNERS_OTHER_VENDOR, "", "gbk", heading_again=True
    ),
    Dialect("维修委托书.csv", "visits", "csv", dialects.VISITS_FLAT, "", "gb18030"),
    Dialect(
        "结算单-双层表头.xlsx", "visits", "xlsx", dialects.VISITS_TITLED, "维修结算单汇总", heading_again=True
    ),
    Dialect(
        "维修委托书-制表符.txt", "visits", "csv", dialects.VISITS_TABBED, "", "utf-16", "\t", footer=False
    ),
)


@dataclass(frozen=True, slots=True)
class Truth:
    """rows = loaded + rejected + repeated; titles, headings and totals are no rows."""

    file: str
    subject: str
    rows: int
    loaded: int
    rejected: int
    repeated: int
    customers: int  # distinct, among the loaded rows
    vehicles: int
    warnings: int
    amount_total: Decimal  # of the loaded visits
    flaws: dict[str, int]


@dataclass
class _Tally:
    rows: int = 0
    loaded: int = 0
    repeated: int = 0
    amount: Decimal = Decimal()

    def __post_init__(self) -> None:
        self.customers: set[str] = set()
        self.vehicles: set[str] = set()
        self.flaws: Counter[Flaw] = Counter()

    def count(self, row: OwnerRow | VisitRow) -> None:
        self.rows += 1
        if row.flaw is not Flaw.NONE:
            self.flaws[row.flaw] += 1
        if row.flaw.rejects:
            return
        self.loaded += 1
        if isinstance(row, VisitRow):
            self.amount += row.visit.total
            self.vehicles.add(row.visit.car)
            return
        self.customers.add(row.customer.number)
        if row.flaw is not Flaw.VIN_MISSING:
            self.vehicles.add(row.car.number)

    def truth(self, dialect: Dialect) -> Truth:
        rejected = sum(number for flaw, number in self.flaws.items() if flaw.rejects)
        warnings = sum(number for flaw, number in self.flaws.items() if flaw.warns)
        flaws = {flaw.value: self.flaws[flaw] for flaw in sorted(self.flaws)}
        return Truth(
            dialect.file, dialect.subject, self.rows, self.loaded, rejected, self.repeated,
            len(self.customers), len(self.vehicles), warnings, self.amount, flaws,
        )  # fmt: skip


def _owner_rows(rng: Random, households: Iterable[Household]) -> Iterator[OwnerRow]:
    for household in households:
        latest: dict[str, Policy] = {policy.car: policy for policy in household.policies}
        for car in household.cars:
            flaw = dirt.owner_flaw(rng, car, alone=len(household.cars) == 1)
            yield OwnerRow(household.customers[0], car, latest.get(car.number), flaw)


def _visit_rows(rng: Random, households: Iterable[Household]) -> Iterator[VisitRow]:
    for household in households:
        cars = {car.number: car for car in household.cars}
        for visit in household.visits:
            flaw = dirt.visit_flaw(rng, cars[visit.car])
            plate_only = flaw is Flaw.PLATE_ONLY and not visit.plate
            yield VisitRow(visit, Flaw.NONE if plate_only else flaw)


def _cells(world: World, store: Organisation, dialect: Dialect, tally: _Tally) -> Iterator[list[Cell]]:
    """The rows as they stand in the file; the tally is complete when the last was taken."""
    rng = Random(f"{world.seed} {store.code} {dialect.file}")
    context = Context(rng, {person.login: person.name for person in world.staff})
    make = _owner_rows if dialect.subject == "owners" else _visit_rows
    waiting: list[Cell] = []
    heading_due = dialect.heading_again
    for row in make(rng, world.households(store)):
        cells = [column.make(context, row) for column in dialect.columns]
        tally.count(row)
        yield cells
        if waiting and rng.random() < 0.2:
            yield waiting
            waiting = []
            tally.rows += 1
            tally.repeated += 1
        if not waiting and row.flaw is Flaw.NONE and rng.random() < REPEATED_SHARE:
            waiting = cells
        if heading_due and tally.rows >= HEADING_AGAIN:
            heading_due = False
            yield [column.head for column in dialect.columns]
    if dialect.footer:
        yield ["合计", f"{tally.rows} 条", *[""] * (len(dialect.columns) - 2)]


def write(world: World, store: Organisation, dialect: Dialect, folder: Path) -> Truth:
    tally = _Tally()
    rows = _cells(world, store, dialect, tally)
    path = folder / dialect.file
    heads = [column.head for column in dialect.columns]
    if dialect.form == "xlsx":
        titles = (f"{store.name} {dialect.title}", f"截止日期：{world.today:%Y-%m-%d}  制表：系统导出")
        sheets.write_xlsx(path, titles, [column.group for column in dialect.columns], heads, rows)
    else:
        sheets.write_csv(path, dialect.encoding, dialect.delimiter, heads, rows)
    return tally.truth(dialect)


def write_all(world: World, store: Organisation, folder: Path) -> tuple[Truth, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    truths = tuple(write(world, store, dialect, folder) for dialect in DIALECTS)
    told = {truth.file: asdict(truth) | {"amount_total": str(truth.amount_total)} for truth in truths}
    text = json.dumps(
        {"store": store.code, "day": world.today.isoformat(), "files": told}, ensure_ascii=False, indent=1
    )
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8")
    return truths


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m qibu.demo.exports", description="把演示世界写成各种系统的导出文件"
    )
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--store", type=int, default=1, choices=(1, 2, 3), metavar="N")
    parser.add_argument("--day", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--customers", type=int, default=600)
    parser.add_argument("--visits", type=int, default=3500)
    options = parser.parse_args(arguments)
    world = World(options.seed, options.day, customers=options.customers, visits=options.visits)
    for truth in write_all(world, world.stores[options.store - 1], options.folder):
        print(f"{truth.file}: {truth.rows} = {truth.loaded} + {truth.rejected} + {truth.repeated}")


if __name__ == "__main__":
    main()
