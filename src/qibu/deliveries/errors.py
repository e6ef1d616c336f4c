"""Why an act on a delivery is refused. Pages turn these into sentences beside the field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from qibu.deliveries.rules import Lack


class DeliveryFault(Exception):
    """Base of all refusals."""


class OrderNotReady(DeliveryFault):
    """Only a contract that counts and has its car gets an appointment."""


class PlannedAlready(DeliveryFault):
    """The order has its appointment."""

    def __init__(self, delivery_id: int) -> None:
        super().__init__(delivery_id)
        self.delivery_id = delivery_id


class InThePast(DeliveryFault):
    """An appointment is for today or later."""


class OutsideHours(DeliveryFault):
    """The store isn't open all the time of the hand-over."""

    def __init__(self, day: date, hours: Sequence[tuple[datetime, datetime]]) -> None:
        super().__init__(day)
        self.day, self.hours = day, tuple(hours)


class InTheFuture(DeliveryFault):
    """What has happened can't bear a later day than today."""


class BayTaken(DeliveryFault):
    """Another car is handed over there at that time."""

    def __init__(self, at: datetime, number: str) -> None:
        super().__init__(at, number)
        self.at, self.number = at, number


class Over(DeliveryFault):
    """It took place, or was called off."""


class ListedMeanwhile(DeliveryFault):
    """Somebody else changed the list after the form was opened; `mark` is how it stands now."""

    def __init__(self, mark: str) -> None:
        super().__init__(mark)
        self.mark = mark


class ChangedMeanwhile(DeliveryFault):
    """Somebody else changed it after the form was opened."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class NoConsent(DeliveryFault):
    """No photo of people who didn't agree to it."""


class NotReady(DeliveryFault):
    """Something is lacking that the act can't do without."""

    def __init__(self, lacking: Sequence[Lack]) -> None:
        super().__init__(", ".join(lacking))
        self.lacking = tuple(lacking)


class OwnedByOther(DeliveryFault):
    """The car with that VIN belongs to somebody else."""


class ReasonMissing(DeliveryFault):
    """Something is left out or called off without saying why."""


class NotDelivered(DeliveryFault):
    """There is nothing to take back."""


class TooLate(DeliveryFault):
    """A recording is taken back on its day alone: by the next one, people have acted on it."""


class OwnedSince(DeliveryFault):
    """The car went on to somebody else since."""
