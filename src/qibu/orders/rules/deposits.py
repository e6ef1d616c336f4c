"""Earnest money and advance payment: two things that sound the same (dìngjīn) and are not.

定金 is security: whoever gave it and doesn't keep the contract loses it, who took it and doesn't keep the contract
gives back twice as much (民法典, 2021, art. 586 and 587). It may be at most 20 % of what the contract is worth; what
goes beyond has no effect as earnest money (art. 586 (2)) and is an advance. 订金 is a payment in advance and is given
back when the contract comes to nothing; 诚意金 and 预付款 are the same (最高人民法院, 民法典合同编通则司法解释,
法释〔2023〕13 号, art. 67: a sum under such a name is 定金 only where its security was agreed in words).
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

EARNEST_SHARE = Decimal("0.20")
CENT = Decimal("0.01")


class Deposit(StrEnum):
    EARNEST = "earnest"  # 定金
    ADVANCE = "advance"  # 订金


def largest_earnest(price: Decimal) -> Decimal:
    """The most that can be earnest money, of the agreed price of the car (民法典 art. 586), to the cent below."""
    return (max(price, Decimal(0)) * EARNEST_SHARE).quantize(CENT, ROUND_DOWN)


def deposit_too_high(kind: str, amount: Decimal, price: Decimal) -> bool:
    """Of an advance there is no limit but the price itself."""
    return amount > (largest_earnest(price) if kind == Deposit.EARNEST else price)


def earnest_of(kind: str, agreed: Decimal, paid: Decimal) -> Decimal:
    """What of a deposit that was paid is security: less or more than agreed counts as it was paid, up to what was
    agreed (art. 586 (2): what is really handed over decides; more than that is an advance)."""
    return min(agreed, paid) if kind == Deposit.EARNEST else Decimal(0)
