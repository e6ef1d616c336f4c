"""What happens to orders, their payments and the cars in stock. `subject_id` is the order, or the car in stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderDrawnUp(Event):
    number: str
    car: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderChanged(Event):
    number: str
    changes: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderSubmitted(Event):
    """It goes beyond what the consultant may agree to: `beyond` are codes of `orders.rules.Beyond`."""

    number: str
    beyond: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OrderConfirmed(Event):
    """The contract counts."""

    timeline: ClassVar[bool] = True
    number: str
    car: str = ""
    total: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class OrderRefused(Event):
    """It goes back to the consultant as a draft."""

    number: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CarAllocated(Event):
    timeline: ClassVar[bool] = True
    number: str
    vin: str


@dataclass(frozen=True, kw_only=True)
class CarReleased(Event):
    number: str
    vin: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentReceived(Event):
    """Money came in or went back: `kind` says which."""

    timeline: ClassVar[bool] = True
    number: str
    kind: str
    amount: Decimal
    on: date


@dataclass(frozen=True, kw_only=True)
class PaymentStruck(Event):
    number: str
    kind: str
    amount: Decimal
    why: str


@dataclass(frozen=True, kw_only=True)
class OrderInvoiced(Event):
    number: str
    invoice: str
    on: date


@dataclass(frozen=True, kw_only=True)
class CancellationAsked(Event):
    number: str
    reason: str
    refund: Decimal


@dataclass(frozen=True, kw_only=True)
class CancellationRefused(Event):
    number: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Event):
    timeline: ClassVar[bool] = True
    number: str
    reason: str
    refund: Decimal


@dataclass(frozen=True, kw_only=True)
class RefundAsked(Event):
    """Of an order that is cancelled already: more is to be given back than was agreed to."""

    number: str
    refund: Decimal
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RefundGranted(Event):
    number: str
    refund: Decimal
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RefundRefused(Event):
    number: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderPolicyChanged(Event):
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StockCarAdded(Event):
    vin: str


@dataclass(frozen=True, kw_only=True)
class StockCarChanged(Event):
    vin: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StockCarLeft(Event):
    vin: str
    why: str


@dataclass(frozen=True, kw_only=True)
class StockLoaded(Event):
    """A sheet came in: cars that are new, and those it corrected."""

    new: int
    changed: int
