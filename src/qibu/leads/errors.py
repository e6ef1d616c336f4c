"""Why an act on a lead is refused. Pages turn these into sentences beside the field."""

from __future__ import annotations

from collections.abc import Sequence

from qibu.leads.rules import Lack, Need


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


class Wanting(LeadFault):
    """The stage asks for something that the lead doesn't have yet."""

    def __init__(self, needs: Sequence[Need]) -> None:
        super().__init__(", ".join(needs))
        self.needs = tuple(needs)


class PastMoment(LeadFault):
    """What is done next lies in the past."""


class NotTheirs(LeadFault):
    """Two leads are merged only if they are open and of one customer."""


class UnknownReason(LeadFault):
    """No such reason, or the detail belongs to another one."""


class StageInUse(LeadFault):
    """Leads stand at stages that would vanish."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = tuple(codes)


class Misnamed(LeadFault):
    """A stage or a reason needs a name, and each its own."""
