"""What people may read of orders and cars in stock. Every read starts from `visible` or `stock`."""

from qibu.orders.selectors.content import policy
from qibu.orders.selectors.money import Account, account_of, dues_of, payment_or_404
from qibu.orders.selectors.orders import (
    History,
    history_of,
    of_customer,
    of_lead,
    order_or_404,
    refunds_open,
    to_decide,
    unfinished,
    visible,
)
from qibu.orders.selectors.stock import allocable, holder_of, stock, stock_car_or_404

__all__ = [
    "Account", "History", "account_of", "allocable", "dues_of", "history_of", "holder_of", "of_customer", "of_lead",
    "order_or_404", "payment_or_404", "policy", "refunds_open", "stock", "stock_car_or_404", "to_decide",
    "unfinished", "visible",
]  # fmt: skip
