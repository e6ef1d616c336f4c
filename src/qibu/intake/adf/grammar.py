# ruff: noqa: RUF009  (each call makes a field of its own)
"""The elements of ADF 1.0 as they follow each other, each said once for the reader and the writer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, cast


@dataclass(frozen=True)
class Child:
    """An element below: of what class (None: text alone), how often, whether it stands there even when empty."""

    tag: str
    of: type[Any] | None = None
    many: bool = False
    required: bool = False


@dataclass(frozen=True)
class Attribute:
    """`choices`: what the grammar allows; `alias` is how others say it."""

    name: str
    choices: tuple[str, ...] = ()
    alias: Mapping[str, str] = field(default_factory=dict)


CONTENT = "content"  # the element's own text


def attribute(
    name: str, *choices: str, default: str = "", alias: Mapping[str, str] | None = None
) -> Any:
    return field(default=default, metadata={"part": Attribute(name, choices, alias or {})})


def text(tag: str, *, required: bool = False) -> Any:
    return field(default="", metadata={"part": Child(tag, required=required)})


def one(tag: str, of: type[Any], *, required: bool = False) -> Any:
    return field(default_factory=of if required else _nothing, metadata={"part": Child(tag, of, required=required)})


def many(tag: str, of: type[Any] | None = None, *, required: bool = False) -> Any:
    return field(default=(), metadata={"part": Child(tag, of, many=True, required=required)})


def content() -> Any:
    return field(default="", metadata={"part": CONTENT})


def _nothing() -> None:
    return None


def parts(of: Any) -> Iterator[tuple[Field[Any], Attribute | Child | str]]:
    for each in fields(of):
        if "part" in each.metadata:
            yield each, cast("Attribute | Child | str", each.metadata["part"])


YES_OR_NO = {"yes": "1", "true": "1", "y": "1", "no": "0", "false": "0", "n": "0"}


@dataclass(frozen=True)
class Id:
    sequence: str = attribute("sequence")
    source: str = attribute("source")
    text: str = content()


@dataclass(frozen=True)
class Odometer:
    status: str = attribute("status", "unknown", "rolledover", "replaced", "original", default="unknown")
    units: str = attribute("units", "km", "mi", default="km", alias={"miles": "mi", "mile": "mi", "公里": "km"})
    text: str = content()


@dataclass(frozen=True)
class Colours:
    interior: str = text("interiorcolor")
    exterior: str = text("exteriorcolor")
    preference: str = text("preference", required=True)


@dataclass(frozen=True)
class Image:
    width: str = attribute("width")
    height: str = attribute("height")
    alternative: str = attribute("alttext")
    address: str = content()


@dataclass(frozen=True)
class Price:
    type: str = attribute(
        "type", "quote", "offer", "msrp", "invoice", "call", "appraisal", "asking", default="quote"
    )
    currency: str = attribute("currency")
    delta: str = attribute("delta", "absolute", "relative", "percentage")
    relative_to: str = attribute("relativeto", "msrp", "invoice")
    source: str = attribute("source")
    text: str = content()


@dataclass(frozen=True)
class Option:
    name: str = text("optionname", required=True)
    code: str = text("manufacturercode")
    stock: str = text("stock")
    weighting: str = text("weighting")
    price: Price | None = one("price", Price)


@dataclass(frozen=True)
class Amount:
    type: str = attribute("type", "downpayment", "monthly", "total", default="total")
    limit: str = attribute("limit", "maximum", "minimum", "exact", default="maximum")
    currency: str = attribute("currency")
    text: str = content()


@dataclass(frozen=True)
class Balance:
    type: str = attribute("type", "finance", "residual", default="finance")
    currency: str = attribute("currency")
    text: str = content()


@dataclass(frozen=True)
class Finance:
    method: str = text("method", required=True)
    amounts: tuple[Amount, ...] = many("amount", Amount, required=True)
    balance: Balance | None = one("balance", Balance)


@dataclass(frozen=True)
class Vehicle:
    interest: str = attribute(
        "interest", "buy", "lease", "sell", "trade-in", "test-drive", default="buy",
        alias={"tradein": "trade-in", "trade_in": "trade-in", "testdrive": "test-drive", "test_drive": "test-drive",
               "trade": "trade-in", "purchase": "buy"},
    )  # fmt: skip
    status: str = attribute("status", "new", "used", default="new")
    ids: tuple[Id, ...] = many("id", Id)
    year: str = text("year", required=True)
    make: str = text("make", required=True)
    model: str = text("model", required=True)
    vin: str = text("vin")
    stock: str = text("stock")
    trim: str = text("trim")
    doors: str = text("doors")
    body_style: str = text("bodystyle")
    transmission: str = text("transmission")
    odometer: Odometer | None = one("odometer", Odometer)
    condition: str = text("condition")
    colours: tuple[Colours, ...] = many("colorcombination", Colours)
    image: Image | None = one("imagetag", Image)
    price: Price | None = one("price", Price)
    price_comments: str = text("pricecomments")
    options: tuple[Option, ...] = many("option", Option)
    finance: Finance | None = one("finance", Finance)
    comments: str = text("comments")


@dataclass(frozen=True)
class Name:
    part: str = attribute("part", "surname", "first", "middle", "last", "full", "suffix", default="full",
                          alias={"given": "first", "family": "last"})  # fmt: skip
    type: str = attribute("type", "business", "individual", default="individual")
    text: str = content()


@dataclass(frozen=True)
class Email:
    preferred: str = attribute("preferredcontact", "0", "1", default="0", alias=YES_OR_NO)
    address: str = content()


@dataclass(frozen=True)
class Phone:
    type: str = attribute(
        "type", "voice", "fax", "cellphone", "pager", default="voice",
        alias={"mobile": "cellphone", "cell": "cellphone", "cellular": "cellphone", "手机": "cellphone"},
    )  # fmt: skip
    time: str = attribute(
        "time", "morning", "afternoon", "evening", "nopreference", "day", default="nopreference"
    )
    preferred: str = attribute("preferredcontact", "0", "1", default="0", alias=YES_OR_NO)
    number: str = content()


@dataclass(frozen=True)
class Street:
    line: str = attribute("line")
    text: str = content()


@dataclass(frozen=True)
class Address:
    type: str = attribute("type", "work", "home", "delivery")
    streets: tuple[Street, ...] = many("street", Street, required=True)
    apartment: str = text("apartment")
    city: str = text("city")
    region: str = text("regioncode")
    postcode: str = text("postalcode")
    country: str = text("country")


@dataclass(frozen=True)
class Contact:
    primary: str = attribute("primarycontact", "0", "1", alias=YES_OR_NO)
    names: tuple[Name, ...] = many("name", Name, required=True)
    email: Email | None = one("email", Email)
    phones: tuple[Phone, ...] = many("phone", Phone)
    address: Address | None = one("address", Address)


@dataclass(frozen=True)
class Timeframe:
    description: str = text("description")
    earliest: str = text("earliestdate")
    latest: str = text("latestdate")


@dataclass(frozen=True)
class Customer:
    contact: Contact = one("contact", Contact, required=True)
    ids: tuple[Id, ...] = many("id", Id)
    timeframe: Timeframe | None = one("timeframe", Timeframe)
    comments: str = text("comments")


@dataclass(frozen=True)
class Vendor:
    ids: tuple[Id, ...] = many("id", Id)
    name: str = text("vendorname", required=True)
    url: str = text("url")
    contact: Contact = one("contact", Contact, required=True)


@dataclass(frozen=True)
class Provider:
    ids: tuple[Id, ...] = many("id", Id)
    name: Name = one("name", Name, required=True)
    service: str = text("service")
    url: str = text("url")
    email: Email | None = one("email", Email)
    phone: Phone | None = one("phone", Phone)
    contact: Contact | None = one("contact", Contact)


@dataclass(frozen=True)
class Prospect:
    """Somebody who may buy a car, as others tell of them. `unknown` are the elements that the grammar doesn't have, as
    they came: where they stood and their text."""

    status: str = attribute("status", "new", "resend", default="new", alias={"re-send": "resend", "update": "resend"})
    ids: tuple[Id, ...] = many("id", Id)
    requested: str = text("requestdate", required=True)
    vehicles: tuple[Vehicle, ...] = many("vehicle", Vehicle, required=True)
    customer: Customer = one("customer", Customer, required=True)
    vendor: Vendor = one("vendor", Vendor, required=True)
    provider: Provider | None = one("provider", Provider)
    unknown: tuple[tuple[str, str], ...] = field(default=(), compare=False)
