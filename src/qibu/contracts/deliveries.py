"""The handing over of a new car. `subject_id` is the delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class DeliveryPlanned(Event):
    timeline: ClassVar[bool] = True
    number: str  # of the contract
    at: datetime
    bay: str = ""


@dataclass(frozen=True, kw_only=True)
class DeliveryChanged(Event):
    number: str
    changes: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DeliveryCalledOff(Event):
    timeline: ClassVar[bool] = True
    number: str
    why: str


@dataclass(frozen=True, kw_only=True)
class DeliveryTicked(Event):
    """A line of the lists was seen to, or opened again."""

    item: str
    done: bool


@dataclass(frozen=True, kw_only=True)
class DeliveryFileKept(Event):
    """A photo or a signature was kept, or (`removed`) taken away."""

    kind: str
    removed: bool = False


@dataclass(frozen=True, kw_only=True)
class VehicleDelivered(Event):
    """The car is the customer's: on the time line at the day of the handing over."""

    timeline: ClassVar[bool] = True
    number: str
    car: str
    plate: str = ""
    on: date
    km: int
    consultant: str = ""
    advisor: str = ""


@dataclass(frozen=True, kw_only=True)
class DeliveryTakenBack(Event):
    """It was recorded by mistake: told on the time line, with its reason."""

    timeline: ClassVar[bool] = True
    number: str
    car: str
    why: str


@dataclass(frozen=True, kw_only=True)
class DeliveryUndone(Event):
    """The entry that told of the delivery is named in `retracts`."""

    number: str


@dataclass(frozen=True, kw_only=True)
class DeliveryListChanged(Event):
    """What is prepared or gone through, as an organisation wants it."""

    part: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class WarrantyTermChanged(Event):
    line: str
    changes: tuple[str, ...]
