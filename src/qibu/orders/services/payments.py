"""Money comes in for an order, or goes back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.http import Http404

from qibu.contracts.orders import PaymentReceived, PaymentStruck
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.orders import rules, selectors
from qibu.orders.errors import InTheFuture, ReasonMissing, ReceiptTaken, TooMuch, WrongState
from qibu.orders.models import Order, Payment
from qibu.orders.rules import Kind, State
from qibu.orders.services.holding import stands
from qibu.orders.services.standing import settle


class Facts(TypedDict):
    kind: str
    way: str
    amount: Decimal
    on: date
    receipt: str
    note: str


def record(*, actor: Actor, order_id: int, **facts: Unpack[Facts]) -> Payment:
    """What came in, never more than is due; or what was given back, never more than there is to give."""
    actor.require(Capability.PAYMENTS)
    order = selectors.order_or_404(actor, order_id, lock=True)
    if facts["on"] > times.today():
        raise InTheFuture
    _within(order, facts["kind"], facts["amount"])
    payment = Payment(organisation_id=actor.organisation_id, order=order, by_id=actor.staff_id, **facts)
    try:
        with transaction.atomic():
            payment.save()
    except IntegrityError:
        raise ReceiptTaken from None
    settle(order)
    event = PaymentReceived(**order.about(), kind=payment.kind, amount=payment.amount, on=payment.on)
    journal.record(event, actor=actor)
    return payment


def strike(*, actor: Actor, payment_id: int, why: str) -> Payment:
    """It was written down by mistake: it counts no more and stays readable."""
    actor.require(Capability.PAYMENTS)
    order_id = Payment.objects.filter(pk=payment_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise Http404
    order = selectors.order_or_404(actor, order_id, lock=True)
    payment: Payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.struck_at is not None or order.state == State.DELIVERED:
        raise WrongState(order.state)
    if not why:
        raise ReasonMissing
    payment.struck_at, payment.struck_by_id, payment.struck_why = times.now(), actor.staff_id, why
    payment.save(update_fields=["struck_at", "struck_by", "struck_why"])
    settle(order)
    event = PaymentStruck(**order.about(), kind=payment.kind, amount=payment.amount, why=why)
    journal.record(event, actor=actor)
    return payment


def _within(order: Order, kind: str, amount: Decimal) -> None:
    account = selectors.account_of(order)
    if kind == Kind.REFUND:
        stands(order, State.CANCELLED, *rules.LIVING)
        most = account.to_give_back
    else:
        stands(order, *rules.PAYABLE)
        most = max(account.due, Decimal(0))
    if amount > most:
        raise TooMuch(most)
