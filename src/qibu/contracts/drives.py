"""Test drives. `subject_id` is the drive, or the car or route that is told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class DriveBooked(Event):
    timeline: ClassVar[bool] = True
    car: str
    starts_at: datetime
    staff_name: str = ""


@dataclass(frozen=True, kw_only=True)
class DriveMoved(Event):
    """Another time, car or person; `was_at` is the time before."""

    timeline: ClassVar[bool] = True
    car: str
    was_at: datetime
    starts_at: datetime
    staff_name: str = ""


@dataclass(frozen=True, kw_only=True)
class DriveCancelled(Event):
    timeline: ClassVar[bool] = True
    car: str
    starts_at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class LicenceSeen(Event):
    """The driving licence of who drives was looked at. Its number is not kept."""

    licence_class: str


@dataclass(frozen=True, kw_only=True)
class AgreementSigned(Event):
    """`way` is screen or paper; `number` is the version of the words."""

    way: str
    number: int


@dataclass(frozen=True, kw_only=True)
class DriveBegun(Event):
    car: str
    km: int


@dataclass(frozen=True, kw_only=True)
class DriveDone(Event):
    timeline: ClassVar[bool] = True
    car: str
    km: int
    minutes: int
    damaged: bool = False


@dataclass(frozen=True, kw_only=True)
class DriveMissed(Event):
    """The customer didn't come."""

    timeline: ClassVar[bool] = True
    car: str
    starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class FeedbackGiven(Event):
    """`by`: customer by a link, or here on the consultant's phone."""

    timeline: ClassVar[bool] = True
    average: str
    intention: str
    by: str


@dataclass(frozen=True, kw_only=True)
class FeedbackAsked(Event):
    """A link to the questions was made for the customer's phone."""


@dataclass(frozen=True, kw_only=True)
class DemoCarSaved(Event):
    plate: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RouteSaved(Event):
    route: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DrivePolicyChanged(Event):
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AgreementWorded(Event):
    """The words of the agreement changed; earlier signatures keep theirs."""

    number: int
