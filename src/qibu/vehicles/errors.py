"""Why an act on a car is refused. Pages turn these into sentences beside the field."""

from __future__ import annotations

from datetime import date


class VehicleFault(Exception):
    """Base of all refusals."""


class Nameless(VehicleFault):
    """Neither VIN nor plate: nobody could find the car again."""


class VinTaken(VehicleFault):
    def __init__(self, vehicle_id: int) -> None:
        super().__init__(vehicle_id)
        self.vehicle_id = vehicle_id


class ChangedMeanwhile(VehicleFault):
    """Somebody else changed the car after the form was opened."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class ContradictoryReading(VehicleFault):
    """Less than an earlier reading, or more than a later one, and no reason given."""

    def __init__(self, on: date, km: int) -> None:
        super().__init__(on, km)
        self.on, self.km = on, km


class InTheFuture(VehicleFault):
    """What has happened can't bear a later day than today."""


class TooEarly(VehicleFault):
    """A part in a car can't end before it began."""

    def __init__(self, since: date) -> None:
        super().__init__(since)
        self.since = since


class BeforeTheCar(VehicleFault):
    """Nobody has a part in a car before there is one."""

    def __init__(self, earliest: date) -> None:
        super().__init__(earliest)
        self.earliest = earliest


class TooFarAhead(VehicleFault):
    """A last day that nobody plans for: more likely a wrong year."""

    def __init__(self, latest: date) -> None:
        super().__init__(latest)
        self.latest = latest


class OverAlready(VehicleFault):
    """A part that begins today or later can't have ended before."""


class PolicyExists(VehicleFault):
    """The same kind of cover with the same last day."""


class PeriodReversed(VehicleFault):
    """A policy that ends before it starts."""


class PartExists(VehicleFault):
    """The customer already has this part in the car."""


class OwnerExists(VehicleFault):
    """The car has an owner: ownership goes over by a transfer."""


class OwnedSince(VehicleFault):
    """The car went on to somebody else after the transfer that is to be taken back."""


class NumberKnown(VehicleFault):
    """The telephone number of the new owner is that of a customer who is there already."""

    def __init__(self, customer_id: int, name: str) -> None:
        super().__init__(customer_id)
        self.customer_id, self.name = customer_id, name
