"""Why an act on a lead is refused. Pages turn these into sentences beside the field."""

from __future__ import annotations

from collections.abc import Sequence

from qibu.leads.rules import Lack


class LeadFault(Exception):
    """Base of all refusals."""


class Unusable(LeadFault):
    """What came in can't become a lead as it is."""

    def __init__(self, lacking: Sequence[Lack]) -> None:
        super().__init__(", ".join(lacking))
        self.lacking = tuple(lacking)


class Closed(LeadFault):
    """The lead has come to its end."""


class StillOpen(LeadFault):
    """Only a closed lead can be taken up again."""


class ChangedMeanwhile(LeadFault):
    """Somebody else changed the lead after the form was opened."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class NobodyThere(LeadFault):
    """Whoever should take the lead doesn't work here, or not with leads."""


class UnknownStage(LeadFault):
    """The product line has no such stage."""
