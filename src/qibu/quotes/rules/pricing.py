"""What a car costs on the road: the parts of a quotation, and the one function that adds them up (C6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from qibu.quotes.rules import insurance, taxes
from qibu.quotes.rules.insurance import Cover
from qibu.quotes.rules.loans import NOTHING, cents
from qibu.quotes.rules.taxes import Car


class Kind(StrEnum):
    """The parts, in the order in which people read them."""

    VEHICLE = "vehicle"
    DISCOUNT = "discount"
    PURCHASE_TAX = "purchase_tax"
    COMPULSORY = "compulsory"
    LIABILITY = "liability"
    DAMAGE = "damage"
    PEOPLE = "people"
    INSURANCE = "insurance"  # what an insurer offered, in place of the three estimates above
    VESSEL_TAX = "vessel_tax"
    REGISTRATION = "registration"
    ACCESSORY = "accessory"
    SERVICE = "service"
    SUBSIDY = "subsidy"
    TRADE_IN = "trade_in"


DEDUCTED = frozenset({Kind.DISCOUNT, Kind.SUBSIDY, Kind.TRADE_IN})
ESTIMATED = frozenset({Kind.LIABILITY, Kind.DAMAGE, Kind.PEOPLE})


@dataclass(frozen=True)
class Part:
    """`amount` is what it adds: what is taken off is negative. `note` is a code that pages put into words, `facts` what
    stands in those words; `name` is what an extra is called."""

    kind: Kind
    amount: Decimal
    name: str = ""
    name_en: str = ""
    code: str = ""
    note: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        return {**asdict(self), "kind": self.kind.value, "amount": str(self.amount), "facts": dict(self.facts)}


def read_part(stored: Mapping[str, Any]) -> Part:
    return Part(**{**stored, "kind": Kind(stored["kind"]), "amount": Decimal(stored["amount"])})


@dataclass(frozen=True)
class Extra:
    """An accessory, a service, a fee or a subsidy, as it is on that day. A gift costs the customer nothing."""

    kind: Kind
    code: str
    name: str
    price: Decimal
    name_en: str = ""
    gift: bool = False

    def part(self) -> Part:
        facts: dict[str, Any] = {"name": self.name, "name_en": self.name_en, "code": self.code}
        if self.gift:
            return Part(self.kind, NOTHING, **facts, note="gift", facts={"worth": str(self.price)})
        return Part(self.kind, -self.price if self.kind in DEDUCTED else self.price, **facts)


@dataclass(frozen=True)
class Tables:
    """What is reckoned by: see `catalog`. `vessel` has a yearly amount for each band of displacement."""

    compulsory: Sequence[Mapping[str, Any]] = ()
    liability: Sequence[Mapping[str, Any]] = ()
    damage: Sequence[Mapping[str, Any]] = ()
    people: Sequence[Mapping[str, Any]] = ()
    vessel: Sequence[Decimal] = ()


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is offered: the car and its price, what is taken off, what comes along."""

    car: Car
    price: Decimal
    bought_on: date
    discount: Decimal = NOTHING
    company: bool = False
    cover: Cover = field(default_factory=Cover)
    insured_for: Decimal | None = None  # what an insurer asks for all commercial parts
    extras: tuple[Extra, ...] = ()
    trade_in: Decimal = NOTHING


class TooMuchOff(ValueError):
    """More is taken off than the car costs."""


def parts_of(wish: Wish, tables: Tables) -> list[Part]:
    """All parts with their amounts, in the order of `Kind`."""
    if wish.discount > wish.price:
        raise TooMuchOff
    paid = wish.price - wish.discount
    tax = taxes.purchase_tax(paid, wish.car, wish.bought_on)
    found = [
        Part(Kind.VEHICLE, wish.price),
        *_taken_off(Kind.DISCOUNT, wish.discount),
        Part(Kind.PURCHASE_TAX, tax.amount, note=tax.relief, facts={"saved": str(tax.saved)}),
        *_insured(wish, tables),
        *_vessel(wish, tables),
        *(one.part() for one in sorted(wish.extras, key=lambda one: one.code)),
        *_taken_off(Kind.TRADE_IN, wish.trade_in),
    ]
    order = list(Kind)
    return sorted(found, key=lambda part: order.index(part.kind))


def total(parts: Iterable[Part]) -> Decimal:
    """What the customer pays for everything. The only place where a quotation is added up."""
    return cents(sum((part.amount for part in parts), NOTHING))


def sum_of(parts: Iterable[Part], *kinds: Kind) -> Decimal:
    return total(part for part in parts if part.kind in kinds)


def financed(parts: Iterable[Part]) -> Decimal:
    """What a lender counts as the price of the car: what is paid for the car itself."""
    return sum_of(parts, Kind.VEHICLE, Kind.DISCOUNT)


def given_away(parts: Iterable[Part]) -> Decimal:
    """What the store lets go: the discount, and what gifts are worth."""
    kept = list(parts)
    gifts = sum((Decimal(part.facts["worth"]) for part in kept if part.note == "gift"), NOTHING)
    return gifts - sum_of(kept, Kind.DISCOUNT)


def _taken_off(kind: Kind, amount: Decimal) -> list[Part]:
    return [Part(kind, -amount)] if amount else []


def _insured(wish: Wish, tables: Tables) -> list[Part]:
    seats, paid = wish.car.seats, wish.price - wish.discount
    found = [_priced(Kind.COMPULSORY, insurance.compulsory(tables.compulsory, seats, wish.company))]
    if wish.insured_for is not None:
        return [*found, Part(Kind.INSURANCE, wish.insured_for, note="offered")]
    cover = wish.cover
    if cover.damage:
        found.append(_priced(Kind.DAMAGE, insurance.damage(tables.damage, seats, paid)))
    if cover.liability:
        premium = insurance.liability(tables.liability, seats, cover.liability)
        found.append(_priced(Kind.LIABILITY, premium, {"sum": cover.liability}))
    if cover.people:
        premium = insurance.people(tables.people, seats, cover.people)
        found.append(_priced(Kind.PEOPLE, premium, {"sum": cover.people}))
    return found


def _priced(kind: Kind, premium: Decimal | None, facts: Mapping[str, Any] | None = None) -> Part:
    """What no table has stands there with nothing and says so, so that nobody takes it for free."""
    note = "estimate" if kind in ESTIMATED else ""
    return Part(kind, premium or NOTHING, note="no_table" if premium is None else note, facts=facts or {})


def _vessel(wish: Wish, tables: Tables) -> list[Part]:
    if not tables.vessel:
        return [Part(Kind.VESSEL_TAX, NOTHING, note="no_table")]
    tax = taxes.vessel_tax(wish.car, wish.bought_on, tables.vessel)
    return [Part(Kind.VESSEL_TAX, tax.amount, note=tax.state, facts={"months": tax.months})]
