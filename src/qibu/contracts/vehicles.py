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
    timeline: ClassVar[bool] = True
    role: str
    began: bool
    plate: str = ""


@dataclass(frozen=True, kw_only=True)
class MileageRead(Event):
    on: date
    km: int


@dataclass(frozen=True, kw_only=True)
class PolicyRecorded(Event):
    kind: str
    ends_on: date
