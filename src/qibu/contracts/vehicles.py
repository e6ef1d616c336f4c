from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class VehicleRegistered(Event):
    """The car came into the store's books; on the time line at the day of purchase."""

    timeline: ClassVar[bool] = True
    plate: str = ""
    series: str = ""


@dataclass(frozen=True, kw_only=True)
class VehicleChanged(Event):
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OwnershipChanged(Event):
    """A part in a car began or ended; `subject_id` is the ownership, `on` the day it happened.

    Where a transfer did it, `transfer` is its number and `how` its reason.
    """

    timeline: ClassVar[bool] = True
    role: str
    began: bool
    plate: str = ""
    car: str = ""  # what it is called while it has no plate
    on: date | None = None
    transfer: int | None = None
    how: str = ""


@dataclass(frozen=True, kw_only=True)
class VehicleTransferred(Event):
    """The car went over to its next owner; `subject_id` is the transfer, `how` its reason."""

    how: str
    on: date


@dataclass(frozen=True, kw_only=True)
class TransferUndone(Event):
    """A transfer was taken back; the entries it made are named in `retracts`."""

    how: str
    on: date


@dataclass(frozen=True, kw_only=True)
class TransferTakenBack(Event):
    """Told to each customer whom a transfer concerned that is taken back: `back` says whether they have the part again
    or never got it. `subject_id` is the transfer."""

    timeline: ClassVar[bool] = True
    role: str
    back: bool
    plate: str = ""
    car: str = ""
    how: str = ""
    on: date


@dataclass(frozen=True, kw_only=True)
class PartLimited(Event):
    """The last day of a part in a car was set, moved or (empty) taken away; `subject_id` is the ownership."""

    role: str
    ends_on: date | None


@dataclass(frozen=True, kw_only=True)
class MileageRead(Event):
    """`reason` says why a reading is lower than an earlier one."""

    on: date
    km: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PolicyRecorded(Event):
    """A policy was recorded or corrected; `subject_id` is the policy."""

    kind: str
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class PolicyRemoved(Event):
    kind: str
    ends_on: date
