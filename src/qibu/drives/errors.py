"""Why an act on a test drive is refused. Pages turn these into sentences beside the field (`words.refusal`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from qibu.drives.rules import LicenceFault
from qibu.drives.rules.slots import Span


class DriveFault(Exception):
    """Base of all refusals."""


class Taken(DriveFault):
    """The car or the person is on the way at that time already. `whose` is the consultant who has it."""

    def __init__(
        self, what: str, called: str, whose: str, starts_at: datetime, ends_at: datetime, free: datetime | None = None
    ) -> None:
        super().__init__(what)
        self.what, self.called, self.whose = what, called, whose
        self.starts_at, self.ends_at, self.free = starts_at, ends_at, free


class OutsideHours(DriveFault):
    """The store isn't open all the time of the drive."""

    def __init__(self, day: date, hours: Sequence[Span]) -> None:
        super().__init__(day)
        self.day, self.hours = day, tuple(hours)


class InThePast(DriveFault):
    """The time has gone by."""


class Away(DriveFault):
    """The consultant isn't there that day."""

    def __init__(self, name: str, last_day: date) -> None:
        super().__init__(name)
        self.name, self.last_day = name, last_day


class NobodyThere(DriveFault):
    """Whoever should come along doesn't work here, or doesn't sell."""


class CarUnusable(DriveFault):
    """The car is in repair or gone, or isn't insured on that day."""

    def __init__(self, called: str, why: str, until: date | None = None) -> None:
        super().__init__(called)
        self.called, self.why, self.until = called, why, until


class UnknownRoute(DriveFault):
    """No such route, or one that isn't driven any more."""


class LeadClosed(DriveFault):
    """The lead has come to its end."""


class WrongState(DriveFault):
    """The drive has gone on meanwhile: what was asked for can't follow."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class ChangedMeanwhile(DriveFault):
    """Somebody else changed it after the form was opened."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class ReasonMissing(DriveFault):
    """To cancel takes a word about why."""


class Unlicensed(DriveFault):
    """Whoever wants to drive may not, or nobody looked."""

    def __init__(self, fault: LicenceFault | None) -> None:
        super().__init__(fault)
        self.fault = fault


class NotSigned(DriveFault):
    """There is no signature under the agreement."""


class AlreadySigned(DriveFault):
    """It stands: what was signed isn't signed over."""


class WrongMileage(DriveFault):
    """The reading doesn't fit what is known. `known` is the last one."""

    def __init__(self, known: int, most: int | None = None) -> None:
        super().__init__(known)
        self.known, self.most = known, most


class CarOut(DriveFault):
    """The car hasn't come back from the drive before."""

    def __init__(self, whose: str) -> None:
        super().__init__(whose)
        self.whose = whose


class NothingSaid(DriveFault):
    """Feedback without a single answer."""


class AlreadyAnswered(DriveFault):
    """The customer has given feedback on this drive."""


class NameTaken(DriveFault):
    """A plate, VIN or name that the fleet has already. `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class StillBooked(DriveFault):
    """A car that is taken away while drives are booked with it: they have to be moved first."""

    def __init__(self, drives: int) -> None:
        super().__init__(drives)
        self.drives = drives


class NotYet(DriveFault):
    """The time of the drive hasn't come: nobody can have missed it."""
