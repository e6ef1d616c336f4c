"""Orders as a spreadsheet."""

from qibu.network.exports import Sheet, register
from qibu.network.rules import Capability
from qibu.orders.lists import OrderList

register(Sheet(OrderList, Capability.CUSTOMERS_EXPORT, "orders:list"))
