"""Why an act on a quotation is refused. Pages turn these into sentences beside the field."""

from __future__ import annotations

from decimal import Decimal

from qibu.quotes.rules.authority import Refusal


class QuoteFault(Exception):
    """Base of all refusals."""


class NotNow(QuoteFault):
    """The quotation is in a state in which this can't be done."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class ChangedMeanwhile(QuoteFault):
    """Somebody else changed it after the form was opened."""

    def __init__(self, edits: int) -> None:
        super().__init__(edits)
        self.edits = edits


class BadOffer(QuoteFault):
    """A variant can't be reckoned; `code` is car, below_list, discount, extra, trade_in, plan, down, loan or number
    (too many variants), `number` counts from 0. `amount` is what would do, `name` what it is about."""

    def __init__(self, number: int, code: str, amount: Decimal | None = None, name: str = "") -> None:
        super().__init__(number, code)
        self.number, self.code, self.amount, self.name = number, code, amount, name


class OverLimit(QuoteFault):
    """More is taken off than whoever sends it may; `most` is what they may."""

    def __init__(self, most: Decimal) -> None:
        super().__init__(most)
        self.most = most


class WithinLimit(QuoteFault):
    """Nothing has to be agreed to."""


class NobodyAgrees(QuoteFault):
    """Nobody is there whose limit is wide enough."""


class MayNotAgree(QuoteFault):
    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.why = why


class Over(QuoteFault):
    """The day until which it holds is past."""


class NoSuchVariant(QuoteFault):
    """The customer takes one of those that were offered."""


class TooManyAnswers(QuoteFault):
    """A page of a link takes only so many."""
