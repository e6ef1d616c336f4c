from qibu.orders.models.content import OrderPolicy
from qibu.orders.models.order import Cancellation, Decision, Order, OrderChange
from qibu.orders.models.payment import Payment
from qibu.orders.models.stock import StockCar

__all__ = ["Cancellation", "Decision", "Order", "OrderChange", "OrderPolicy", "Payment", "StockCar"]
