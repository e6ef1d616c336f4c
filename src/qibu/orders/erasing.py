"""Orders of a customer who is erased: the contract, its car and its money stay (会计法 art. 23; 汽车销售管理办法
art. 18), what people wrote about them doesn't."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network.services import exports
from qibu.orders.models import Cancellation, Decision, Order, OrderChange, Payment
from qibu.orders.rules import LIVING, State


def _orders(whom: Whom) -> list[int]:
    return list(Order.objects.filter(lead__customer_id__in=whom.ids).values_list("pk", flat=True))


def _end(actor: Actor, whom: Whom) -> None:
    """What isn't fulfilled ends, and its car is free for others; lists that hold their rows go."""
    now = times.now()
    open_ones = Order.objects.filter(lead__customer_id__in=whom.ids, state__in=list(LIVING))
    open_ones.update(state=State.CANCELLED, car=None, allocated_at=None, cancelled_at=now, updated_at=now)
    exports.forget_rows("orders", _orders(whom))


erase_parts.special("orders.open", _end)
erase_parts.blank(Order, "lead__customer", {"remark": "", "extras_note": ""}, gettext_lazy("订单上的备注"))
erase_parts.blank(Payment, "order__lead__customer", {"note": "", "struck_why": ""})
erase_parts.blank(Cancellation, "order__lead__customer", {"note": "", "answer": ""})
erase_parts.blank(Decision, "order__lead__customer", {"note": ""})
erase_parts.remove(OrderChange, "order__lead__customer", gettext_lazy("订单的改动记录"))


erase_parts.keeps(gettext_lazy("订单、车和款项"), lambda whom: len(_orders(whom)))
erase_parts.goes(gettext_lazy("导出的表格文件"), lambda whom: exports.files_with("orders", _orders(whom)))
