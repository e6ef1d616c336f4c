"""What a door brings, as it is written down: words that are read into a person and a wish.

A draft is words alone, so that it can wait, be put right by hand and be read again. What can't be read goes into the
remark: nothing that somebody wrote is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, tzinfo
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from qibu.customers.rules import read_phone_cell
from qibu.intake.rules.moments import appointment, day
from qibu.kernel.cells import cell_text
from qibu.leads.rules import Person

INTERESTS = ("buy", "lease", "test_drive", "trade_in", "sell")
PAYMENTS = ("full", "loan")
LENGTHS = {
    "name": 80, "email": 120, "wechat": 40, "city": 40, "brand": 40, "series": 60, "model": 100, "colour": 30,
    "trade_in": 100, "trade_in_plate": 20, "trade_in_vin": 24, "trade_in_registered": 20, "trade_in_km": 20,
    "trade_in_condition": 20, "trade_in_note": 400, "competitors": 120, "language": 8, "drive": 60,
}  # fmt: skip
REMARK = 4000
CONDITIONS = ("excellent", "good", "fair", "poor")  # of a used car, as ADF and the appraisal have them
UNNAMED = "qibu-digest"  # the source of keys that we give to what has none
_EMAIL = re.compile(r"[^@\s<>()\[\],;:\"]+@[^@\s<>()\[\],;:\"]+\.[A-Za-z\u0080-\uffff]{2,}")
_CODE = re.compile(r"[-\w]{1,40}", re.ASCII)
_MONEY = re.compile(r"([\d,，]+(?:\.\d+)?)\s*(万|[wW]|[kK]|千)?")
_TIMES = {"万": 10_000, "w": 10_000, "k": 1000, "千": 1000}
MOST_MONEY = Decimal(100_000_000)
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_KM = re.compile(r"(\d[\d,，]{0,8}(?:\.\d{1,2})?)\s*(万|[wW])?\s*(mi\b|miles?|英里)?")
MILE, MOST_KM = Decimal("1.609344"), 2_000_000


class Reason(StrEnum):
    """Why something waits for a person. The first two are what a lead can't do without."""

    WAY = "way"
    CAR = "car"
    PHONE = "phone"  # something stands where the telephone belongs, and it is none
    TRAP = "trap"  # a field was filled in that people don't see
    WORDS = "words"  # a letter in plain words, which a person has to read
    BROKEN = "broken"  # a document that can't be read at all


@dataclass(frozen=True, kw_only=True)
class Draft:
    name: str = ""
    phone: str = ""  # one or more, as they were written
    email: str = ""
    wechat: str = ""
    city: str = ""
    interest: str = ""
    brand: str = ""
    series: str = ""
    model: str = ""
    model_code: str = ""
    colour: str = ""
    quantity: str = ""
    buys_by: str = ""
    budget: str = ""
    payment: str = ""
    trade_in: str = ""
    trade_in_plate: str = ""
    trade_in_vin: str = ""
    trade_in_registered: str = ""
    trade_in_km: str = ""
    trade_in_condition: str = ""
    trade_in_note: str = ""
    competitors: str = ""
    language: str = ""
    drive: str = ""  # when they would like to come for a test drive
    remark: str = ""

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Draft:
        """From stored or typed words; what is no fact of a draft is left."""
        return cls(**{name: _words(name, facts[name]) for name in NAMES if facts.get(name) not in (None, "")})

    def facts(self) -> dict[str, str]:
        """What is said, for keeping."""
        return {name: value for name, value in asdict(self).items() if value}

    def but(self, **facts: str) -> Draft:
        return replace(self, **facts)


NAMES = tuple(one.name for one in fields(Draft))
PERSON = ("name", "phone", "email", "wechat", "city")
WISHED = tuple(name for name in NAMES if name not in PERSON)
# What is said of the used car, and how the lead calls it (leads.rules.USED_CAR).
USED = {
    "trade_in_plate": "plate", "trade_in_vin": "vin", "trade_in_registered": "registered_on",
    "trade_in_km": "mileage", "trade_in_condition": "condition", "trade_in_note": "note",
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    person: Person
    wish: dict[str, Any]
    reasons: tuple[Reason, ...] = ()


@dataclass
class _Desk:
    """What couldn't be read, on its way to the remark."""

    left: list[str] = field(default_factory=list)

    def keep(self, value: Any, said: str) -> Any:
        if not value and said:
            self.left.append(said)
        return value


def read(draft: Draft, on: date, zone: tzinfo = UTC) -> Reading:
    """`on`: the day on which it was said, for words like 一周内; `zone`: of the store."""
    desk = _Desk()
    found, faults = read_phone_cell(draft.phone)
    phones = tuple(phone.number for phone in found)
    if faults and draft.phone not in draft.remark:
        desk.left.append(draft.phone)
    email = desk.keep(_email(draft.email), draft.email)
    person = Person(
        name=draft.name, phones=phones, email=email or "", wechat=draft.wechat,
        facts={"city": draft.city} if draft.city else {},
    )  # fmt: skip
    wish = _wish(draft, on, desk) | _drive(draft, on, zone, desk)
    wish["remark"] = "\n".join([*filter(None, [draft.remark]), *desk.left])[:REMARK]
    return Reading(person, {name: value for name, value in wish.items() if value}, _reasons(draft, person, wish))


def _reasons(draft: Draft, person: Person, wish: Mapping[str, Any]) -> tuple[Reason, ...]:
    found = list[Reason]()
    if not (person.phones or person.email or person.wechat):
        found.append(Reason.PHONE if draft.phone.strip() else Reason.WAY)
    if not any(wish.get(name) for name in ("brand", "series", "model", "model_code", "trade_in")):
        found.append(Reason.CAR)
    return tuple(found)


def _wish(draft: Draft, on: date, desk: _Desk) -> dict[str, Any]:
    plain = ("brand", "series", "model", "colour", "trade_in", "competitors", "language")
    return {
        **{name: getattr(draft, name) for name in plain},
        "interest": draft.interest if draft.interest in INTERESTS else "",
        "payment": draft.payment if draft.payment in PAYMENTS else "",
        "model_code": draft.model_code if _CODE.fullmatch(draft.model_code) else "",
        "quantity": desk.keep(_number(draft.quantity), draft.quantity),
        "buys_by": desk.keep(day(draft.buys_by, on), draft.buys_by),
        "budget": desk.keep(money(draft.budget), draft.budget),
        "used_car": _used_car(draft, on, desk),
    }  # fmt: skip


def _drive(draft: Draft, on: date, zone: tzinfo, desk: _Desk) -> dict[str, Any]:
    found = desk.keep(appointment(draft.drive, on, zone), draft.drive)
    return {"drive_on": found[0], "drive_at": found[1]} if found else {}


def _used_car(draft: Draft, on: date, desk: _Desk) -> dict[str, Any]:
    """For the appraisal: plain values that JSON can hold, as far as they can be read."""
    registered, km = day(draft.trade_in_registered, on), kilometres(draft.trade_in_km)
    vin = _VIN.fullmatch(draft.trade_in_vin.upper())
    condition = draft.trade_in_condition.lower()
    found = {
        "plate": draft.trade_in_plate, "vin": desk.keep(vin[0] if vin else "", draft.trade_in_vin),
        "registered_on": desk.keep(registered.isoformat() if registered else "", draft.trade_in_registered),
        "mileage": desk.keep(km, draft.trade_in_km),
        "condition": desk.keep(condition if condition in CONDITIONS else "", draft.trade_in_condition),
        "note": draft.trade_in_note,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _words(name: str, value: Any) -> str:
    """As text that fits. Lines stay in remarks alone."""
    if name == "remark":
        return legible(str(value))[:REMARK]
    text = " ".join(legible(cell_text(value) if not isinstance(value, str) else value).split())
    return text[: LENGTHS.get(name, 200)]


def legible(text: str) -> str:
    """Without signs that no database holds and nobody sees."""
    told = (sign if sign.isprintable() or sign in "\n\t" else " " if sign.isspace() else "" for sign in text)
    return "".join(told).strip()


def _email(text: str) -> str:
    found = _EMAIL.search(text)
    return found[0][:120] if found else ""


def _number(text: str) -> int | None:
    found = re.search(r"\d{1,3}", text)
    return int(found[0]) if found and int(found[0]) > 0 else None


def kilometres(text: str) -> int | None:
    """62000, 6.2万公里, 38,000 mi: in whole kilometres."""
    found = _KM.search(text)
    if found is None:
        return None
    number = Decimal(found[1].replace(",", "").replace("，", "")) * _TIMES.get((found[2] or "").lower(), 1)
    km = round(number * (MILE if found[3] else 1))
    return km if 0 < km < MOST_KM else None


def money(text: str) -> Decimal | None:
    """Yuan; of a span (15-20万) what is spent at most."""
    best: Decimal | None = None
    found = list(_MONEY.finditer(text.replace("¥", "").replace("￥", "")))
    unit = next((one[2] for one in reversed(found) if one[2]), "")
    for one in found:
        try:
            amount = Decimal(one[1].replace(",", "").replace("，", "")) * _TIMES.get((one[2] or unit).lower(), 1)
        except InvalidOperation:
            continue
        best = max(amount, best or amount)
    return best.quantize(Decimal("0.01")) if best and best < MOST_MONEY else None
