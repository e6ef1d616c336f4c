"""The rules of orders: plain Python, one file a subject, one door."""

from qibu.orders.rules.amounts import Kind, Sum, agreed, due, received, total
from qibu.orders.rules.approvals import Beyond, Limits, Terms, beyond
from qibu.orders.rules.deposits import EARNEST_SHARE, Deposit, deposit_too_high, earnest_of, largest_earnest
from qibu.orders.rules.refunds import Cause, owed_back
from qibu.orders.rules.states import LIVING, OPEN, PAYABLE, State, standing
from qibu.orders.rules.stock import AGES, days_in_stock

__all__ = [
    "AGES",
    "EARNEST_SHARE",
    "LIVING",
    "OPEN",
    "PAYABLE",
    "Beyond",
    "Cause",
    "Deposit",
    "Kind",
    "Limits",
    "State",
    "Sum",
    "Terms",
    "agreed",
    "beyond",
    "days_in_stock",
    "deposit_too_high",
    "due",
    "earnest_of",
    "largest_earnest",
    "owed_back",
    "received",
    "standing",
    "total",
]  # fmt: skip
