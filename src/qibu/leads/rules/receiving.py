"""What every door brings: who it is, what they wish, how it is called where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

# Facts of a lead that a door may bring. What is empty is not brought.
WISHES = (
    "interest", "brand", "series", "model", "model_code", "colour", "quantity", "buys_by", "budget", "payment",
    "trade_in", "used_car", "competitors", "language", "remark", "drive_on", "drive_at",
)  # fmt: skip
CAR = ("brand", "series", "model", "model_code")
# What may be known of the car in `trade_in` before anybody has looked at it; `registered_on` is a day as ISO writes it.
USED_CAR = ("plate", "vin", "registered_on", "mileage", "condition", "note")


class Door(StrEnum):
    FORM = "form"
    API = "api"
    EMAIL = "email"
    ADF = "adf"
    SHEET = "sheet"
    SHOWROOM = "showroom"
    PHONE = "phone"
    HAND = "hand"


class Lack(StrEnum):
    """Why something can't become a lead as it is."""

    WAY = "way"  # nothing to reach the person by
    CAR = "car"  # no car is named


@dataclass(frozen=True, kw_only=True)
class Person:
    """Phones as `customers.rules.read_phone` spells them; `facts` are further fields of the customer's file."""

    name: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""
    wechat: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Received:
    """`keys`: how it is called where it came from. `again`: the sender says that it was sent before and what is new
    counts (ADF: status="resend"). `consultant_id`: who met the person."""

    door: Door
    source: str
    person: Person
    at: datetime
    wish: Mapping[str, Any] = field(default_factory=dict)
    keys: tuple[tuple[str, str], ...] = ()
    again: bool = False
    campaign: str = ""
    consultant_id: int | None = None
    customer_id: int | None = None  # whoever wrote it down knows who it is


def lacks(received: Received) -> list[Lack]:
    """From outside a lead needs a way to reach the person and some car, if only the one that they would give in
    payment; people of the house know what they do."""
    person, found = received.person, list[Lack]()
    reachable = person.phones or person.email or person.wechat or received.customer_id
    if not reachable:
        found.append(Lack.WAY)
    at_the_house = received.door in {Door.SHOWROOM, Door.PHONE, Door.HAND}
    if not at_the_house and not any(received.wish.get(name) for name in (*CAR, "trade_in")):
        found.append(Lack.CAR)
    return found
