"""A quotation as pages, paper and the customer's phone show it: the same rows beside each other for all variants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from qibu.quotes import words
from qibu.quotes.rules import loans, pricing
from qibu.quotes.rules.loans import Schedule, Terms
from qibu.quotes.rules.pricing import Kind, Part

GROUPED = frozenset({Kind.REGISTRATION, Kind.ACCESSORY, Kind.SERVICE, Kind.SUBSIDY})


@dataclass(frozen=True)
class Cell:
    amount: Decimal
    note: str = ""
    gift: bool = False


@dataclass(frozen=True)
class Own:
    label: str
    amount: Decimal
    note: str = ""
    gift: bool = False


@dataclass(frozen=True)
class Line:
    """A part of the price; a variant that doesn't have it has None."""

    label: str
    cells: list[Cell | None]
    kind: str


@dataclass(frozen=True)
class Loan:
    """What a loan means for the customer."""

    name: str
    terms: Terms
    schedule: Schedule
    rate: Decimal  # a year, by the internal rate of return
    down: Decimal  # paid at once for the car
    upfront: Decimal  # paid at once for everything


@dataclass(frozen=True)
class Column:
    """A variant: its name, its car, its parts, how it is paid. `order` counts from 1."""

    order: int
    name: str
    car: str
    colour: str
    parts: list[Part]
    terms: Terms | None = None
    plan: str = ""

    @property
    def total(self) -> Decimal:
        return pricing.total(self.parts)

    def costs_like(self, other: Column) -> bool:
        return (self.car, self.colour, self.parts) == (other.car, other.colour, other.parts)

    @property
    def called(self) -> str:
        return self.name or _("方案 {number}").format(number=self.order)

    @property
    def own_lines(self) -> list[Own]:
        """Its parts alone, for a page that shows one variant below the other."""
        return [Own(words.part(part), part.amount, words.note(part), part.note == "gift") for part in self.parts]

    @cached_property
    def loan(self) -> Loan | None:
        if self.terms is None:
            return None
        made = loans.schedule(self.terms)
        upfront = self.total - self.terms.amount + self.terms.fee
        down = pricing.financed(self.parts) - self.terms.amount
        return Loan(self.plan, self.terms, made, loans.annual_rate(self.terms), down, upfront)

    @property
    def in_all(self) -> Decimal:
        """What is paid over the years, interest and fee included."""
        return self.total + (self.loan.schedule.cost if self.loan else Decimal(0))


@dataclass(frozen=True)
class Sheet:
    columns: list[Column]
    lines: list[Line]

    @property
    def loans(self) -> list[Loan | None]:
        return [one.loan for one in self.columns]

    @property
    def financed(self) -> bool:
        return any(one.terms for one in self.columns)

    @property
    def groups(self) -> list[list[Column]]:
        """Variants of the same car at the same price, which differ in how they are paid alone."""
        found: list[list[Column]] = []
        for one in self.columns:
            same = next((group for group in found if one.costs_like(group[0])), None)
            if same is None:
                found.append([one])
            else:
                same.append(one)
        return found


def sheet_of(columns: Sequence[Column]) -> Sheet:
    """Parts of one kind stand in one row; extras each in their own."""
    keys: dict[tuple[Kind, str], str] = {}
    for column in columns:
        for part in column.parts:
            keys.setdefault(_key(part), words.part(part))
    order = list(Kind)
    rows = sorted(keys, key=lambda key: (order.index(key[0]), key[1]))
    lines = [Line(keys[key], [_cell(column, key) for column in columns], key[0].value) for key in rows]
    return Sheet(list(columns), lines)


def _key(part: Part) -> tuple[Kind, str]:
    if part.kind in GROUPED:
        return part.kind, part.code
    return part.kind, str(part.facts.get("sum", ""))


def _cell(column: Column, key: tuple[Kind, str]) -> Cell | None:
    found = next((part for part in column.parts if _key(part) == key), None)
    return Cell(found.amount, words.note(found), found.note == "gift") if found else None
