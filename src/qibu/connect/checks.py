"""Turns the rows of a sheet into checked records, each with what is wrong about it. Nothing is stored here.

A row is loaded, rejected or repeated; what merely decorates the page (titles, repeated headings, totals,
footers) is no row. A rejected row has a problem of severity `reject`. A loaded row may have warnings: the
cell that could not be used is left out of its record and named, the rest of the row counts.

Owners. Rejected: neither a usable name nor a usable phone; a VIN that is not 17 legal characters. A row
without VIN loads the person alone. A phone that can't be used beside a usable name loads with a warning, with
or without a VIN: the person exists and can be met, and the store sees whose number to ask for. Repeated: the
same car and person again, a person being known by the phone, or by the name where the row has no phone.

Visits. Rejected: no order number; a VIN that is not 17 legal characters; neither a VIN nor a plate that is
known; no readable day of the visit (the day of leaving serves where the sheet has no column for the arrival).
Repeated: the same order number again; the first one counts, and a warning says when the contents differ.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Literal

from qibu.connect.mapping import (
    JOINT,
    VISITS,
    Mapping,
    is_footer_word,
    is_title_word,
    plain,
    shown,
)
from qibu.connect.sheets import Cell, Row
from qibu.customers import rules as customers
from qibu.kernel.cells import cell_text, is_blank
from qibu.kernel.custom import UnreadableValue
from qibu.kernel.days import UnreadableDay, read_day
from qibu.vehicles import rules as vehicles

Outcome = Literal["loaded", "rejected", "repeated"]
Severity = Literal["reject", "warn"]
Record = dict[str, Any]

LONG_TEXTS = {"remark": 2_000, "jobs": 2_000, "address": 300}
TEXT = 100
OWNER_TEXTS = (
    "province",
    "city",
    "district",
    "address",
    "occupation",
    "source",
    "brand",
    "series",
    "model",
    "colour",
    "seller",
    "advisor",
    "insurer",
    "remark",
    "member_level",
    "wechat",
)
VISIT_TEXTS = ("kind", "jobs", "advisor", "technician", "remark", "status")
OWNER_DAYS = (
    "birthday",
    "purchased_on",
    "registered_on",
    "insurance_until",
    "compulsory_until",
    "next_maintenance_on",
)
PAST_DAYS = {"birthday", "purchased_on", "registered_on", "opened_on", "closed_on"}
AMOUNTS = ("labour", "parts", "total")
NUMBERS = {"labour", "parts", "total", "price", "mileage"}
PRICES = (Decimal(1_000), Decimal(20_000_000))  # a car in yuan; what lies outside is a slip or another unit
ROUNDING = Decimal("0.05")
SHOWN = 60
LONGEST = 2_001  # no rule needs more of a cell, and some would take long over a hostile one
PHONES = 200
LOW = 2**32 - 1
GENDERS = {
    "男": "male",
    "男性": "male",
    "先生": "male",
    "m": "male",
    "male": "male",
    "女": "female",
    "女性": "female",
    "女士": "female",
    "小姐": "female",
    "f": "female",
    "female": "female",
}
COMPANY = re.compile(
    r"单位|公司|企业|公户|对公|集团|机构|团体|法人|政府|company|corporate|fleet|business", re.IGNORECASE
)
PERSON = re.compile(r"个人|私人|私户|个体|自然人|person|private|individual", re.IGNORECASE)
CODE = re.compile(r"[A-Za-z0-9]{17}")
MONEY = re.compile(r"[￥¥$,\s元]|RMB|CNY", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell. Phones and identity numbers are masked in `value`; the row has them."""

    code: str
    field: str
    column: int | None  # from 0; none when the sheet has no such column
    row: int  # of the file, from 1
    value: str
    severity: Severity
    detail: str = ""  # why, as the rule that refused the cell says it


@dataclass(frozen=True, slots=True)
class Checked:
    row: int
    outcome: Outcome
    record: Record
    problems: tuple[Problem, ...] = ()
    first_row: int | None = None  # of a repeated row: where it stood before


@dataclass
class Summary:
    """The counts of a dry run: rows = loaded + rejected + repeated."""

    rows: int = 0
    loaded: int = 0
    rejected: int = 0
    repeated: int = 0
    amount_total: Decimal = Decimal(0)
    reasons: Counter[str] = field(default_factory=Counter)  # rejected rows by their first reason
    warnings: Counter[str] = field(default_factory=Counter)
    _people: set[int] = field(default_factory=set)
    _vehicles: set[int] = field(default_factory=set)

    @property
    def customers(self) -> int:
        """Different people of the loaded rows, by phone, else by name."""
        return len(self._people)

    @property
    def vehicles(self) -> int:
        return len(self._vehicles)

    def add(self, checked: Checked) -> None:
        self.rows += 1
        setattr(self, checked.outcome, getattr(self, checked.outcome) + 1)
        self.warnings.update(problem.code for problem in checked.problems if problem.severity == "warn")
        if checked.outcome == "rejected":
            self.reasons[next(p.code for p in checked.problems if p.severity == "reject")] += 1
        elif checked.outcome == "loaded":
            self._count(checked.record)

    def _count(self, record: Record) -> None:
        self.amount_total += record.get("total") or 0
        if person := record.get("phone") or record.get("name") or record.get("contact_name"):
            self._people.add(hash(person))
        if car := record.get("vin") or record.get("plate"):
            self._vehicles.add(hash(car))


def check_rows(
    kind: str,
    rows: Iterable[tuple[int, Row]],
    mapping: Mapping,
    known_plate: Callable[[str], bool],
    *,
    area_code: str = "",
    today: date | None = None,
    own: Table[str, Callable[[object], str]] | None = None,
) -> Iterator[Checked]:
    """The rows of the file, which come with their numbers; what is no row is passed over in silence.

    `own`: how cells of the organisation's own fields are read, by the target of their column.
    """
    context = _Context(mapping, known_plate, area_code, today, own or {})
    furniture = _Furniture(mapping)
    check = _check_visit if kind == VISITS else _check_owner
    repeats = _Repeats(by_order=kind == VISITS)
    for number, cells in rows:
        if not furniture.holds(number, cells):
            row = _Row(number, cells, context)
            check(row)
            yield repeats.judge(row)


class _Furniture:
    """Knows the rows that decorate the page."""

    def __init__(self, mapping: Mapping) -> None:
        self.first = mapping.data_row
        self.targets = mapping.targets
        self.names = {index: target for target, index in self.targets.items()}
        self.headings = {plain(level) for c in mapping.columns for level in c.heading.split(JOINT)} - {""}
        self.above: set[str] = set()

    def holds(self, number: int, cells: Row) -> bool:
        if number < self.first:
            self.above.update(text for cell in cells if (text := shown(cell)))
            return True
        filled = [index for index, cell in enumerate(cells) if cell is not None and cell != ""]
        if not filled:
            return True
        first = shown(cells[filled[0]])
        if plain(first) in self.headings and len(filled) > 1 and self._repeats_heading(cells, filled):
            return True
        if len(filled) <= 3 and all(self._is_title(shown(cells[index])) for index in filled):
            return True
        if is_footer_word(first):
            return not any(self._identifies(index, cells[index]) for index in filled[1:])
        return all(self.names.get(index) in NUMBERS for index in filled)

    def _repeats_heading(self, cells: Row, filled: Sequence[int]) -> bool:
        known = sum(plain(shown(cells[index])) in self.headings for index in filled)
        return known * 5 >= len(filled) * 4

    def _is_title(self, text: str) -> bool:
        return text in self.above or is_title_word(text)

    def _identifies(self, index: int, cell: Cell) -> bool:
        target, text = self.names.get(index), shown(cell)
        if target == "vin":
            return bool(CODE.fullmatch(text))
        return (target == "phone" and sum(map(str.isdigit, text)) >= 7) or (
            target == "order_number" and len(text) >= 5
        )


@dataclass(frozen=True, slots=True)
class _Context:
    mapping: Mapping
    known_plate: Callable[[str], bool]
    area_code: str
    today: date | None
    own: Table[str, Callable[[object], str]]
    targets: dict[str, int] = field(init=False)
    in_ten_thousands: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "targets", self.mapping.targets)
        units = (c.target for c in self.mapping.columns if c.target and re.search(r"[(（]\s*万", c.heading))
        object.__setattr__(self, "in_ten_thousands", frozenset(units))


class _Row:
    """One row while it is read: what was understood so far and what was not."""

    __slots__ = ("cells", "context", "number", "problems", "record", "rejected")

    def __init__(self, number: int, cells: Row, context: _Context) -> None:
        self.number, self.cells, self.context = number, cells, context
        self.record: Record = {}
        self.problems: list[Problem] = []
        self.rejected = False

    def cell(self, name: str) -> Cell:
        index = self.context.targets.get(name)
        if index is None or index >= len(self.cells):
            return None
        cell = self.cells[index]
        return cell[:LONGEST] if isinstance(cell, str) else cell

    def text(self, name: str) -> str:
        cell = self.cell(name)
        return _said(cell) if isinstance(cell, str) else "" if cell is None else cell_text(cell)

    def note(
        self, code: str, name: str, severity: Severity = "warn", *, value: str | None = None, detail: str = ""
    ) -> None:
        text = (shown(self.cell(name)) if value is None else value)[:SHOWN]
        if name in ("phone", "phone2", "identity"):
            text = customers.mask_identity(text) if name == "identity" else customers.mask_phone(text)
        column = self.context.targets.get(name)
        self.problems.append(Problem(code, name, column, self.number, text, severity, detail))
        self.rejected |= severity == "reject"

    def reject(self, code: str, name: str, detail: str = "") -> None:
        self.note(code, name, "reject", detail=detail)

    def keep(self, name: str, value: object) -> None:
        if value is not None and value not in ("", ()):
            self.record[name] = value


@lru_cache(maxsize=50_000)
def _said(cell: str) -> str:
    """Most texts of a sheet come again and again: towns, models, names of staff."""
    text = cell_text(cell)
    return "" if is_blank(text) else text


# --- Owners ------------------------------------------------------------------------------------------------


def _check_owner(row: _Row) -> None:
    _read_vin(row)
    _read_plate(row)
    _read_people(row)
    if not row.record.get("name") and not row.record.get("phone"):
        row.reject("no_name_no_phone", "name")
    _read_character(row)
    for name in OWNER_DAYS:
        _read_day(row, name)
    _read_identity(row)
    _read_price(row)
    _read_mileage(row)
    _read_email(row)
    _read_texts(row, OWNER_TEXTS)
    _read_tags(row)
    _read_own(row)


def _read_people(row: _Row) -> None:
    for name in ("name", "contact_name"):
        text = row.text(name)
        if text:
            row.keep(name, (customers.read_name(text) or "")[:TEXT])
            if name not in row.record:
                row.note("name_unusable", name)
    numbers: dict[str, None] = {}
    for name in ("phone", "phone2"):
        if text := row.text(name)[:PHONES]:
            found, faults = customers.read_phone_cell(text, area_code=row.context.area_code)
            numbers.update(dict.fromkeys(phone.number for phone in found))
            if faults:
                row.note("phone_unusable", name, detail=faults[0].value)
    if numbers:
        row.record["phone"] = next(iter(numbers))
        row.record["phones"] = tuple(numbers)


def _read_character(row: _Row) -> None:
    """Person or company: as the sheet says, else as the name reads."""
    said = row.text("customer_kind")
    if COMPANY.search(said):
        row.record["customer_kind"] = "company"
    elif PERSON.search(said):
        row.record["customer_kind"] = "person"
    elif "name" in row.record:
        company = customers.looks_like_company(row.record["name"])
        row.record["customer_kind"] = "company" if company else "person"
    if gender := row.text("gender"):
        row.keep("gender", GENDERS.get(gender.lower()))
        if "gender" not in row.record and gender not in ("未知", "其他", "保密"):
            row.note("gender_unknown", "gender")


def _read_identity(row: _Row) -> None:
    if not row.text("identity"):
        return
    try:
        row.keep("identity", _identity(row))
    except customers.UnusableIdentity as fault:
        row.note("identity_unusable", "identity", detail=fault.code.value)


def _identity(row: _Row) -> str | None:
    """A company's code where the row is a company's, unless a person's number was written there."""
    cell = row.cell("identity")
    if row.record.get("customer_kind") == "company":
        try:
            return customers.read_company_code(cell)
        except customers.LostDigits:
            raise
        except customers.UnusableIdentity:
            pass
    found = customers.read_identity(cell)
    if found is None:
        return None
    _compare_birthday(row, found)
    return found.number


def _compare_birthday(row: _Row, found: customers.Identity) -> None:
    written = row.record.get("birthday")
    if written and written != found.born_on:
        row.note("birthday_differs_from_identity", "birthday")


def _read_price(row: _Row) -> None:
    amount = _amount(row, "price")
    if not amount:  # nought stands for "not filled in"
        return
    if PRICES[0] <= amount <= PRICES[1]:
        row.record["price"] = amount
    else:
        row.note("price_implausible", "price")


def _read_email(row: _Row) -> None:
    text = row.text("email")
    if text and re.fullmatch(r"[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}", text):
        row.record["email"] = text
    elif text:
        row.note("email_unusable", "email")


def _read_tags(row: _Row) -> None:
    """Several in a cell, as people write them: 老客户、爱钓鱼."""
    found = customers.read_tags(row.text("tags"))
    if any(len(tag) > customers.LONGEST_TAG for tag in found):
        row.note("text_cut", "tags")
    row.keep("tags", tuple(dict.fromkeys(tag[: customers.LONGEST_TAG] for tag in found)))


def _read_own(row: _Row) -> None:
    """Fields that the organisation added; what can't be one of their values is left out and named."""
    for target, read in row.context.own.items():
        if target in row.context.targets:
            try:
                row.keep(target, read(row.cell(target)))
            except UnreadableValue as fault:
                row.note("own_unreadable", target, detail=fault.fault.value)


# --- Visits ------------------------------------------------------------------------------------------------


def _check_visit(row: _Row) -> None:
    row.keep("order_number", row.text("order_number")[:TEXT])
    if "order_number" not in row.record:
        row.reject("no_order_number", "order_number")
    _read_vin(row)
    _read_plate(row)
    _require_vehicle(row)
    _read_stay(row)
    _read_people(row)
    _read_mileage(row)
    _read_amounts(row)
    _read_texts(row, VISIT_TEXTS)


def _require_vehicle(row: _Row) -> None:
    plate = row.record.get("plate")
    if row.text("vin"):  # legal, or rejected already
        return
    if not plate:
        row.reject("no_vehicle", "vin")
    elif not row.context.known_plate(plate):
        row.reject("plate_unknown", "plate")


def _read_stay(row: _Row) -> None:
    """Arrival and leaving; the leaving stands in where the sheet has no column for the arrival."""
    arrival = "opened_on" if "opened_on" in row.context.targets else "closed_on"
    if not row.text(arrival):
        row.reject("no_visit_day", arrival)
    else:
        _read_day(row, arrival, "reject")
    if arrival == "closed_on" and "closed_on" in row.record:
        row.record["opened_on"] = row.record["closed_on"]
    elif arrival == "opened_on":
        _read_day(row, "closed_on")
    opened, closed = row.record.get("opened_on"), row.record.get("closed_on")
    if opened and closed and closed < opened:
        row.note("closed_before_opened", "closed_on")
        del row.record["closed_on"]


def _read_amounts(row: _Row) -> None:
    for name in AMOUNTS:
        row.keep(name, _amount(row, name))
    labour, parts, total = (row.record.get(name) for name in AMOUNTS)
    if labour is None and parts is None:
        return
    added = (labour or Decimal(0)) + (parts or Decimal(0))
    if total is None:
        row.record["total"] = added
        row.note("total_added_up", "total", value=str(added))
    elif labour is not None and parts is not None and abs(total - added) > ROUNDING:
        row.note("total_differs", "total")


# --- What both have ----------------------------------------------------------------------------------------


def _read_vin(row: _Row) -> None:
    if not row.text("vin"):
        return
    try:
        vin = vehicles.read_vin(row.cell("vin"))
    except vehicles.IllegalVin as fault:
        row.reject("vin_illegal", "vin", fault.code.value)
        return
    if vin:
        row.record["vin"] = vin.text
        if not vin.is_checked:
            row.note("vin_check_digit", "vin")


def _read_plate(row: _Row) -> None:
    """An odd plate that still has the shape of one is kept; anything else is no plate."""
    plate = vehicles.read_plate(row.cell("plate"))
    if plate is None:
        return
    if plate.odd:
        row.note("plate_odd", "plate")
    if plate.kind is not vehicles.PlateKind.UNKNOWN:
        row.record["plate"] = plate.text


def _read_mileage(row: _Row) -> None:
    try:
        row.keep("mileage", vehicles.read_mileage(row.cell("mileage")))
    except vehicles.UnreadableMileage as fault:
        row.note("mileage_unreadable", "mileage", detail=fault.code.value)


def _read_day(row: _Row, name: str, severity: Severity = "warn") -> None:
    cell = row.cell(name)
    if cell is None:
        return
    try:
        day = read_day(cell)
    except UnreadableDay as fault:
        row.note("day_unreadable", name, severity, detail=fault.code.value)
        return
    today = row.context.today
    if day and today and name in PAST_DAYS and day > today:
        row.note("day_in_future", name, severity)
    else:
        row.keep(name, day)


def _amount(row: _Row, name: str) -> Decimal | None:
    text = MONEY.sub("", row.text(name))
    if not text:
        return None
    factor = 10_000 if text.endswith("万") or name in row.context.in_ten_thousands else 1
    try:
        amount = Decimal(text.removesuffix("万")) * factor
    except InvalidOperation:
        row.note("amount_unreadable", name)
        return None
    if not amount.is_finite() or abs(amount) >= 10**10:
        row.note("amount_unreadable", name)
        return None
    return amount.quantize(Decimal("0.01"))


def _read_texts(row: _Row, names: Iterable[str]) -> None:
    for name in names:
        text = row.text(name)
        limit = LONG_TEXTS.get(name, TEXT)
        if len(text) > limit:
            row.note("text_cut", name)
        row.keep(name, text[:limit].rstrip())


# --- Rows that come again ----------------------------------------------------------------------------------


class _Repeats:
    """Decides what becomes of a row once it is read; remembers numbers, not rows."""

    def __init__(self, *, by_order: bool) -> None:
        self.by_order = by_order
        self.seen: dict[int, int] = {}  # row number and the low 32 bits of its content's hash, in one number

    def judge(self, row: _Row) -> Checked:
        if row.rejected:
            return Checked(row.number, "rejected", row.record, tuple(row.problems))
        keys = self._keys(row.record)
        before = next((found for key in keys[:1] if (found := self.seen.get(key))), None)
        content = hash(tuple(item for item in row.record.items() if item[0] != "remark")) & LOW
        if before is None:
            for key in keys:
                self.seen.setdefault(key, row.number << 32 | content)
            return Checked(row.number, "loaded", row.record, tuple(row.problems))
        if before & LOW != content:
            name = "order_number" if self.by_order else "vin"
            row.note("repeated_differs", name)
        return Checked(row.number, "repeated", row.record, tuple(row.problems), before >> 32)

    def _keys(self, record: Record) -> list[int]:
        """What is looked up, first, and what else later rows may know this one by."""
        if self.by_order:
            return [hash(record["order_number"].upper())]
        car, name = record.get("vin", ""), record.get("name", "")
        by_name = hash((car, "name", name))
        if "phone" in record:
            return [hash((car, "phone", record["phone"])), *([by_name] if name else [])]
        return [by_name]
