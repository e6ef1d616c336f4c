"""What a record of consents means: which row counts, and whether one may approach a customer with it.

PIPL (个人信息保护法): consent is informed, voluntary and explicit (art. 14), may be withdrawn at any time and as
easily as it was given (art. 15); what is needed to perform a contract with the person needs none (art. 13 (2)).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

GIVEN = "given"
ANY_CHANNEL = "any"
CONTRACT = "contract"
# Calls about one's own car and how the work was done belong to the contract; the rest needs a yes.
NEEDS_CONSENT = frozenset({"marketing", "sharing"})


class Stated(NamedTuple):
    """One statement of a customer."""

    purpose: str
    channel: str
    state: str
    at: datetime
    id: int
    basis: str = ""
    evidence: str = ""


def newest(rows: Iterable[Stated], purpose: str, channel: str) -> Stated | None:
    """The statement that counts for a purpose and channel: the newest, also of those for any channel."""
    fits = [row for row in rows if row.purpose == purpose and row.channel in (channel, ANY_CHANNEL)]
    return max(fits, key=lambda row: (row.at, row.id), default=None)


def by_contract(purpose: str, stated: Stated | None, *, has_contract: bool) -> bool:
    """Whether one may by a contract rather than by a yes: it was said so, or nothing was said and there is one."""
    if stated is None:
        return has_contract and purpose not in NEEDS_CONSENT
    return stated.state == GIVEN and stated.basis == CONTRACT


def permits(purpose: str, stated: Stated | None) -> bool:
    """Whether one may use the data for this purpose: a no always holds, silence only where no yes is needed."""
    if stated is None:
        return purpose not in NEEDS_CONSENT
    return stated.state == GIVEN
