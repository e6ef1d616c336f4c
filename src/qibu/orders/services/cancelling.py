"""An order ends without a car."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy

from qibu.contracts.orders import (
    CancellationAsked,
    CancellationRefused,
    OrderCancelled,
    RefundAsked,
    RefundGranted,
    RefundRefused,
)
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.leads.services import following
from qibu.network.rules import Capability
from qibu.orders import rules, selectors
from qibu.orders.errors import AskedAlready, ReasonMissing, TooMuch, WrongState
from qibu.orders.models import Cancellation, Decision, Order
from qibu.orders.rules import Kind, State
from qibu.orders.services import cars
from qibu.orders.services.holding import held, stands
from qibu.tasks.selectors.calendars import calendar_of

NEXT = gettext_lazy("订单取消了，问清原因再跟进")
NEXT_WITHIN = timedelta(hours=8)  # of the store's opening hours: the next day at the latest


def ask(
    *, actor: Actor, order_id: int, cause: str, reason: str, refund: Decimal = Decimal(0), note: str = ""
) -> Cancellation:
    """Whoever works on the lead asks. What no money came in for ends at once; else somebody agrees to the sum that is
    given back, who may be oneself."""
    actor.require(Capability.SALES_WORK)
    lead, order = held(actor, order_id)
    stands(order, *rules.LIVING)
    _possible(order, refund)
    one = _asked(actor, order, cause=cause, reason=reason, refund=refund, note=note)
    journal.record(CancellationAsked(**order.about(), reason=reason, refund=refund), actor=actor)
    untouched = not selectors.account_of(order).received and not refund
    if untouched or actor.may(Capability.SALES_APPROVE):
        _grant(actor, lead, order, one, note="")
    return one


def ask_further(*, actor: Actor, order_id: int, refund: Decimal, note: str) -> Cancellation:
    """More is given back of an order that is cancelled: money came in while the cancellation waited, or the sum was too
    small. Somebody agrees to it, who may be oneself. In all never more than the law's most. Raises `TooMuch`."""
    actor.require(Capability.SALES_WORK)
    _lead, order = held(actor, order_id)
    stands(order, State.CANCELLED)
    first = _first_granted(order)
    if not note:
        raise ReasonMissing
    if not 0 < refund <= further_to_give_back(order):
        raise TooMuch(further_to_give_back(order))
    one = _asked(actor, order, cause=first.cause, reason=first.reason, refund=refund, note=note, further=True)
    journal.record(RefundAsked(**order.about(), refund=refund, note=note), actor=actor)
    if actor.may(Capability.SALES_APPROVE):
        _grant_further(actor, order, one, note="")
    return one


def _first_granted(order: Order) -> Cancellation:
    found: Cancellation | None = order.cancellations.filter(granted=True).order_by("pk").first()
    if found is None:
        raise WrongState(order.state)
    return found


def _grant_further(actor: Actor, order: Order, one: Cancellation, *, note: str) -> None:
    _answered(actor, one, granted=True, answer=note)
    journal.record(RefundGranted(**order.about(), refund=one.refund, note=note), actor=actor)


def further_to_give_back(order: Order) -> Decimal:
    """What may still be granted beyond what was, whether or not that is with the customer by now."""
    account = selectors.account_of(order)
    most = rules.owed_back(account.earnest, account.received + account.given_back, rules.Cause.STORE)
    return max(most - account.refund, Decimal(0))


def decide(*, actor: Actor, order_id: int, granted: bool, answer: str = "") -> Cancellation:
    """Yes: the order ends and its car is free. No, with a word why: it goes on."""
    actor.require(Capability.SALES_APPROVE)
    lead, order = held(actor, order_id)
    one: Cancellation | None = order.cancellations.select_for_update().filter(granted__isnull=True).first()
    if one is None:
        raise WrongState(order.state)
    if granted and one.further:
        if one.refund > further_to_give_back(order):  # since it was asked, money was struck out
            raise TooMuch(further_to_give_back(order))
        _grant_further(actor, order, one, note=answer)
        return one
    if granted:
        stands(order, *rules.LIVING)  # since it was asked the car may have been handed over, and money struck out
        _possible(order, one.refund)
        _grant(actor, lead, order, one, note=answer)
        return one
    if not answer:
        raise ReasonMissing
    _answered(actor, one, granted=False, answer=answer)
    refusal = RefundRefused if one.further else CancellationRefused
    journal.record(refusal(**order.about(), note=answer), actor=actor)
    return one


def most_to_give_back(order: Order) -> Decimal:
    """All that came in, and the earnest money once more (民法典 art. 587: twice)."""
    account = selectors.account_of(order)
    return rules.owed_back(account.earnest, account.received, rules.Cause.STORE)


def _possible(order: Order, refund: Decimal) -> None:
    most = most_to_give_back(order)
    if refund > most:
        raise TooMuch(most)


def _asked(actor: Actor, order: Order, **facts: Any) -> Cancellation:
    try:
        with transaction.atomic():
            one: Cancellation = Cancellation.objects.create(
                organisation_id=actor.organisation_id, order=order, asked_by_id=actor.staff_id, **facts
            )
            return one
    except IntegrityError:
        raise AskedAlready from None


def _answered(actor: Actor, one: Cancellation, *, granted: bool, answer: str) -> None:
    one.granted, one.answer, one.decided_by_id, one.decided_at = granted, answer, actor.staff_id, times.now()
    one.save(update_fields=["granted", "answer", "decided_by", "decided_at"])


def _grant(actor: Actor, lead: Lead, order: Order, one: Cancellation, *, note: str) -> None:
    _answered(actor, one, granted=True, answer=note)
    Decision.objects.filter(order=order, granted__isnull=True).update(
        granted=False, decided_by=actor.staff_id, decided_at=times.now()
    )
    cars.let_go(actor, order, "cancelled")
    order.state, order.cancelled_at, order.updated_at = State.CANCELLED, times.now(), times.now()
    order.version += 1
    order.save(update_fields=["state", "cancelled_at", "updated_at", "version"])
    journal.record(OrderCancelled(**order.about(), reason=one.reason, refund=one.refund), actor=actor)
    _go_on(actor, lead, order)


def _go_on(actor: Actor, lead: Lead, order: Order) -> None:
    """Who cancels may still buy: somebody asks why, the next day at the latest. Another order of theirs goes on."""
    others = Order.objects.filter(lead=lead, state__in=list(rules.LIVING)).exclude(pk=order.pk)
    if lead.living and not others.exists():
        due = calendar_of(actor.organisation_id).add_working_time(times.now(), NEXT_WITHIN)
        following.replace(actor, lead, kind=following.FOLLOW, title=NEXT, due_at=due)


__all__ = ["Kind", "ask", "ask_further", "decide", "further_to_give_back", "most_to_give_back"]
