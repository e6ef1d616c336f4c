"""What happens to quotations. `subject_id` is the quotation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OfQuote:
    """What every event of a quotation says of it."""

    lead_id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class QuoteWritten(OfQuote, Event):
    """A version was begun, or changed before it was sent."""

    changes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DiscountAsked(OfQuote, Event):
    """Somebody wants to take more off than they may."""

    timeline: ClassVar[bool] = True
    discount: Decimal
    reason: str


@dataclass(frozen=True, kw_only=True)
class DiscountDecided(OfQuote, Event):
    timeline: ClassVar[bool] = True
    agreed: bool
    discount: Decimal
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class QuoteSent(OfQuote, Event):
    timeline: ClassVar[bool] = True
    car: str
    total: Decimal
    valid_until: date


@dataclass(frozen=True, kw_only=True)
class QuoteOpened(OfQuote, Event):
    """The customer opened the link for the first time."""

    timeline: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class QuoteAnswered(OfQuote, Event):
    """The customer said on the page that they are interested, or asked something."""

    timeline: ClassVar[bool] = True
    answer: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class QuoteAccepted(OfQuote, Event):
    timeline: ClassVar[bool] = True
    car: str
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class QuoteWithdrawn(OfQuote, Event):
    timeline: ClassVar[bool] = True
    reason: str


@dataclass(frozen=True, kw_only=True)
class LinkRevoked(OfQuote, Event):
    """The customer's link opens no more."""


@dataclass(frozen=True, kw_only=True)
class CarAppraised(Event):
    timeline: ClassVar[bool] = True
    lead_id: int
    car: str
    value: Decimal
    valid_until: date


@dataclass(frozen=True, kw_only=True)
class QuoteContentChanged(Event):
    """A loan plan, or how the organisation quotes; `what` is plan or rules."""

    what: str
    code: str
    changes: tuple[str, ...]
