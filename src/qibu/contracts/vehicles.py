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
    """A part in a car began or ended; `subject_id` is the ownership, `on` the day it happened."""

    timeline: ClassVar[bool] = True
    role: str
    began: bool
    plate: str = ""
    on: date | None = None


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
