"""Why an act on an order or a car in stock is refused. Pages turn these into sentences beside the field."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal


class OrderFault(Exception):
    """Base of all refusals."""


class NumberTaken(OrderFault):
    """The store has a contract of that number."""


class WrongState(OrderFault):
    """The order doesn't stand where this can be done."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class LeadClosed(OrderFault):
    """Nothing is ordered for a lead that has come to its end."""


class OrderedAlready(OrderFault):
    """The lead has as many orders as it wants cars; a further one is asked for in so many words."""

    def __init__(self, numbers: Sequence[str]) -> None:
        super().__init__(", ".join(numbers))
        self.numbers = tuple(numbers)


class PastDay(OrderFault):
    """A car is promised for today or later."""


class ChangedMeanwhile(OrderFault):
    """Somebody else changed it after the form was opened."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class DiscountTooHigh(OrderFault):
    """More is given than the car costs."""


class DepositTooHigh(OrderFault):
    """More than the law lets be earnest money, or than the car costs."""

    def __init__(self, most: Decimal) -> None:
        super().__init__(most)
        self.most = most


class ReasonMissing(OrderFault):
    """A contract that counts is not changed without saying why."""


class IdentityMissing(OrderFault):
    """A contract names who signs it."""


class CarTaken(OrderFault):
    """Another order holds the car."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


class CarGone(OrderFault):
    """The car is not in stock any more."""


class OtherModel(OrderFault):
    """The car isn't the one that was ordered."""


class TooMuch(OrderFault):
    """More than is due, or than there is to give back."""

    def __init__(self, most: Decimal) -> None:
        super().__init__(most)
        self.most = most


class ReceiptTaken(OrderFault):
    """A receipt of that number is there already."""


class InvoiceTaken(OrderFault):
    """An invoice of that number is there already."""


class InTheFuture(OrderFault):
    """What has happened can't bear a later day than today."""


class AskedAlready(OrderFault):
    """The same is waiting for a decision."""


class VinTaken(OrderFault):
    """The store has this car already."""


class HeldByOrder(OrderFault):
    """A car that an order holds doesn't leave before the order lets go of it."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number
