"""Why an act on a lead is refused. Pages turn these into sentences beside the field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

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


class Unclaimed(LeadFault):
    """The lead lies in the pool: whoever works on it claims it first, within the limits of claiming."""


class StillBound(LeadFault):
    """Something keeps the lead from being given up; `words` says what to do first."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


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
class TakenAlready(LeadFault):
    """A colleague was faster. The name is told to whoever saw the lead in the pool a moment ago."""

    def __init__(self, name: str, at: datetime | None) -> None:
        super().__init__(name)
        self.name, self.at = name, at


class NoMoreClaims(LeadFault):
    """So many were taken from the pool today that it is the turn of others."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class HandsFull(LeadFault):
    """So many open leads lie with the person that they take no more from the pool."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class NotAgainYet(LeadFault):
    """Whoever gave a lead back doesn't take it again at once."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class ReasonMissing(LeadFault):
    """What others will ask about is said with its reason."""


class NotThis(LeadFault):
    """Values that mean nothing: `field` says which one."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field
