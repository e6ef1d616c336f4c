"""Why an act on a visit is refused. Pages turn these into sentences beside the field."""

from __future__ import annotations


class VisitFault(Exception):
    """Base of all refusals."""


class NumberTaken(VisitFault):
    """An order number names one visit in the store."""

    def __init__(self, visit_id: int) -> None:
        super().__init__(visit_id)
        self.visit_id = visit_id


class ChangedMeanwhile(VisitFault):
    """Somebody else changed the visit after the form was opened."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class PeriodReversed(VisitFault):
    """The car left before it came."""


class InTheFuture(VisitFault):
    """What has happened can't bear a later day than today."""


class NoCustomer(VisitFault):
    """A number of the person who brought the car has to be kept with a customer, and the car has no owner."""
