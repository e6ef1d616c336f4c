"""The account of an order: one place that adds up what came in, went back and is still due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum as Sum_
from django.shortcuts import get_object_or_404

from qibu.orders.models import Order, Payment
from qibu.orders.rules import Kind, State, Sum, due, earnest_of, received


def payment_or_404(order: Order, payment_id: int) -> Payment:
    """Of an order that the reader was found to see; one of another order isn't there."""
    found: Payment = get_object_or_404(Payment.objects.filter(order=order), pk=payment_id)
    return found


@dataclass(frozen=True)
class Account:
    """`payments` with those struck out, which count no more; `refund` is what was granted in all."""

    order: Order
    payments: tuple[Payment, ...]
    refund: Decimal = Decimal(0)

    @property
    def sums(self) -> list[Sum]:
        return [Sum(one.kind, one.amount) for one in self.payments if one.struck_at is None]

    @property
    def received(self) -> Decimal:
        return received(self.sums)

    @property
    def given_back(self) -> Decimal:
        return sum((one.amount for one in self.sums if one.kind == Kind.REFUND), Decimal(0))

    @property
    def due(self) -> Decimal:
        """What the customer still pays; of a cancelled order nothing."""
        return Decimal(0) if self.order.state == State.CANCELLED else due(self.order.total, self.sums)

    @property
    def to_give_back(self) -> Decimal:
        """What the store still gives back: of a cancelled order the rest of what was granted, else what is too much."""
        if self.order.state == State.CANCELLED:
            return max(self.refund - self.given_back, Decimal(0))
        return max(-self.due, Decimal(0))

    @property
    def earnest(self) -> Decimal:
        """What of the money that came in is security (定金)."""
        paid = sum((one.amount for one in self.sums if one.kind == Kind.DEPOSIT), Decimal(0))
        return earnest_of(self.order.deposit_kind, self.order.deposit, paid)


def account_of(order: Order) -> Account:
    payments = tuple(order.payments.select_related("by", "struck_by").order_by("on", "pk"))
    granted = order.cancellations.filter(granted=True).aggregate(total=Sum_("refund"))["total"]
    return Account(order, payments, granted or Decimal(0))


def dues_of(orders: Iterable[Order]) -> dict[int, Decimal]:
    """What is due of each, in one query."""
    rows = list(orders)
    sums: dict[int, list[Sum]] = defaultdict(list)
    paid = Payment.objects.filter(order__in=rows, struck_at__isnull=True)
    for order_id, kind, amount in paid.values_list("order_id", "kind", "amount"):
        sums[order_id].append(Sum(kind, amount))
    return {
        one.pk: Decimal(0) if one.state == State.CANCELLED else due(one.total, sums[one.pk]) for one in rows
    }  # fmt: skip
