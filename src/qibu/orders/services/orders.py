"""An order is drawn up, changed, handed in and agreed to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, connection, transaction

from qibu.catalog import selectors as catalog
from qibu.contracts.orders import (
    OrderChanged,
    OrderConfirmed,
    OrderDrawnUp,
    OrderInvoiced,
    OrderRefused,
    OrderSubmitted,
)
from qibu.customers.models import Customer
from qibu.customers.services import customers
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.leads.services import stages
from qibu.leads.services.claimed import refuse_unclaimed
from qibu.network.rules import Capability
from qibu.orders import rules, selectors
from qibu.orders.errors import (
    ChangedMeanwhile,
    DepositTooHigh,
    DiscountTooHigh,
    IdentityMissing,
    InTheFuture,
    InvoiceTaken,
    LeadClosed,
    NumberTaken,
    OrderedAlready,
    PastDay,
    ReasonMissing,
    WrongState,
)
from qibu.orders.models import Decision, Order, OrderChange
from qibu.orders.rules import State, Terms
from qibu.orders.selectors.content import limits
from qibu.orders.services import cars
from qibu.orders.services.holding import held, stands
from qibu.orders.services.standing import settle

MODEL = ("model_code", "series")
MONEY = ("price", "discount", "extras", "deposit", "deposit_kind")


class Facts(TypedDict, total=False):
    quote: str
    model_code: str
    brand: str
    series: str
    model: str
    colour: str
    expected_on: date | None
    price: Decimal
    discount: Decimal
    extras: Decimal
    extras_note: str
    deposit_kind: str
    deposit: Decimal
    payment: str
    loan: Decimal
    remark: str


def draw_up(
    *, actor: Actor, lead_id: int, number: str = "", another: bool = False, **facts: Unpack[Facts]
) -> Order:
    """A draft; it binds nobody yet. Without a number the store's next one is taken. `another`: the customer buys one
    more car than the lead asks for."""
    actor.require(Capability.SALES_WORK)
    lead = leads.lead_or_404(actor, lead_id, lock=True)
    if not lead.living:
        raise LeadClosed
    refuse_unclaimed(actor, lead)
    _refuse_past(facts.get("expected_on"))
    if not another:
        _refuse_further(lead)
    order = Order(
        organisation_id=actor.organisation_id, lead=lead, consultant_id=lead.consultant_id or actor.staff_id,
        number=number or _next_number(actor), **facts,
    )  # fmt: skip
    _as_in_the_catalogue(actor, order)
    _lawful(order)
    _saved(order)
    journal.record(OrderDrawnUp(**order.about(), car=order.title), actor=actor)
    return order


def change(
    *, actor: Actor, order_id: int, version: int, number: str = "", why: str = "", **facts: Unpack[Facts]
) -> Order:
    """What is new about an order. One that counts needs the reason; beyond the limits it waits for a word again."""
    actor.require(Capability.SALES_WORK)
    lead, order = held(actor, order_id)
    stands(order, State.DRAFT, *rules.OPEN)
    if order.version != version:
        raise ChangedMeanwhile(order.version)
    wanted: dict[str, Any] = {**facts, "number": number or order.number}
    changed = {name: [getattr(order, name), value] for name, value in wanted.items() if getattr(order, name) != value}
    if not changed:
        return order
    if "expected_on" in changed:
        _refuse_past(facts.get("expected_on"))
    if order.open and not why:
        raise ReasonMissing
    _apply(actor, order, changed)
    _tell_change(actor, order, changed, why)
    _consequences(actor, lead, order, changed)
    return order


def submit(*, actor: Actor, order_id: int, identity: str = "") -> Order:
    """The customer signs. Within the limits, or by whoever may agree, it counts at once; else it waits for a word.

    The identity number is asked for here and not before: who sells a car registers who buys it (汽车销售管理办法,
    商务部令 2017 年第 1 号, art. 15). It goes sealed into the customer's file, never into the order.
    """
    actor.require(Capability.SALES_WORK)
    lead, order = held(actor, order_id)
    stands(order, State.DRAFT)
    _refuse_past(order.expected_on)
    _keep_identity(actor, lead, identity)
    over = rules.beyond(_terms(order), limits(actor))
    if not over or actor.may(Capability.SALES_APPROVE):
        _note_own(actor, order, over)
        _confirm(actor, lead, order)
    else:
        _ask(actor, order, over)
    return order


def decide(*, actor: Actor, order_id: int, granted: bool, note: str = "") -> Order:
    """Whoever may approve says yes, or sends it back as a draft with a word why not."""
    actor.require(Capability.SALES_APPROVE)
    lead, order = held(actor, order_id)
    stands(order, State.WAITING)
    if not granted and not note:
        raise ReasonMissing
    Decision.objects.filter(order=order, granted__isnull=True).update(
        granted=granted, note=note, decided_by=actor.staff_id, decided_at=times.now()
    )
    if granted:
        _confirm(actor, lead, order)
        return order
    _stand(order, State.DRAFT)
    journal.record(OrderRefused(**order.about(), note=note), actor=actor)
    return order


def invoice(*, actor: Actor, order_id: int, number: str, on: date) -> Order:
    """机动车销售统一发票: its number and day."""
    actor.require(Capability.PAYMENTS)
    order = selectors.order_or_404(actor, order_id, lock=True)
    stands(order, *rules.OPEN, State.DELIVERED)
    if on > times.today():
        raise InTheFuture
    order.invoice_number, order.invoiced_on, order.updated_at = number, on, times.now()
    try:
        with transaction.atomic():
            order.save(update_fields=["invoice_number", "invoiced_on", "updated_at"])
    except IntegrityError:
        raise InvoiceTaken from None
    journal.record(OrderInvoiced(**order.about(), invoice=number, on=on), actor=actor)
    return order


# Parts ------------------------------------------------------------------------------------------
def _next_number(actor: Actor) -> str:
    """Year, month, day and the day's count; drawn by one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('orders.number', %s))", [actor.organisation_id])
    start = f"DD{times.today():%Y%m%d}"
    drawn = Order.objects.filter(number__startswith=start).values_list("number", flat=True)
    used = [int(tail) for tail in (one.removeprefix(start) for one in drawn) if tail.isdecimal()]
    return f"{start}{max(used, default=0) + 1:03}"


def _as_in_the_catalogue(actor: Actor, order: Order) -> None:
    """The words of the car and its suggested price stay with the order as they were that day."""
    found = catalog.by_code(actor, order.model_code) if order.model_code else None
    if found is not None:
        order.brand, order.series, order.model, order.suggested = found.brand, found.series, found.name, found.price
    else:
        order.model_code, order.suggested = "", None


def _refuse_further(lead: Lead) -> None:
    """Two drafts for one car would both be signed."""
    numbers = selectors.unfinished(lead.pk)
    if len(numbers) >= max(lead.quantity, 1):
        raise OrderedAlready(numbers)


def _refuse_past(day: date | None) -> None:
    """What was promised before stays as it is; nothing new is promised for a day that has gone by."""
    if day is not None and day < times.today():
        raise PastDay


def _lawful(order: Order) -> None:
    if order.discount >= order.price:
        raise DiscountTooHigh
    if rules.deposit_too_high(order.deposit_kind, order.deposit, order.agreed):
        earnest = order.deposit_kind == rules.Deposit.EARNEST
        raise DepositTooHigh(rules.largest_earnest(order.agreed) if earnest else order.agreed)


def _saved(order: Order) -> None:
    try:
        with transaction.atomic():
            order.save()
    except IntegrityError:
        raise NumberTaken from None


def _apply(actor: Actor, order: Order, changed: dict[str, list[Any]]) -> None:
    for name, (_was, value) in changed.items():
        setattr(order, name, value)
    if "model_code" in changed:
        _as_in_the_catalogue(actor, order)
    _lawful(order)
    order.version, order.updated_at = order.version + 1, times.now()
    _saved(order)


def _tell_change(actor: Actor, order: Order, changed: dict[str, list[Any]], why: str) -> None:
    told = {name: [None if value is None else str(value) for value in pair] for name, pair in changed.items()}
    OrderChange.objects.create(
        organisation_id=actor.organisation_id, order=order, changes=told, why=why, by_id=actor.staff_id
    )
    journal.record(OrderChanged(**order.about(), changes=tuple(sorted(changed)), why=why), actor=actor)


def _consequences(actor: Actor, lead: Lead, order: Order, changed: dict[str, list[Any]]) -> None:
    """Another model lets go of the car; money beyond the limits waits for a word."""
    if not order.open:
        return
    if order.car is not None and changed.keys() & set(MODEL) and cars.is_another(order, order.car):
        cars.let_go(actor, order, "model")
    over = rules.beyond(_terms(order), limits(actor)) if changed.keys() & set(MONEY) else ()
    if over and not actor.may(Capability.SALES_APPROVE):
        _ask(actor, order, over)
        return
    settle(order)


def _terms(order: Order) -> Terms:
    return Terms(order.price, order.discount, order.deposit, order.suggested)


def _keep_identity(actor: Actor, lead: Lead, identity: str) -> None:
    customer = Customer.objects.only("pk", "identity_hash", "version", "organisation_id").get(pk=lead.customer_id)
    if identity:
        customers.change(
            actor=at_the_desk(actor), customer_id=customer.pk, version=customer.version,
            values={"identity": identity}, seen={},
        )  # fmt: skip
    elif customer.identity_hash is None:
        raise IdentityMissing


def at_the_desk(actor: Actor) -> Actor:
    """Whoever sells a car may write into the buyer's file what the contract needs."""
    return replace(
        actor, capabilities=actor.capabilities | {Capability.CUSTOMERS_EDIT, Capability.CUSTOMERS_VIEW_ALL}
    )


def _ask(actor: Actor, order: Order, over: tuple[str, ...]) -> None:
    Decision.objects.create(
        organisation_id=actor.organisation_id, order=order, beyond=list(over), asked_by_id=actor.staff_id
    )
    _stand(order, State.WAITING)
    journal.record(OrderSubmitted(**order.about(), beyond=tuple(over)), actor=actor)


def _note_own(actor: Actor, order: Order, over: tuple[str, ...]) -> None:
    """Whoever may agree did so by signing; it is written down like any other."""
    if over:
        Decision.objects.create(
            organisation_id=actor.organisation_id, order=order, beyond=list(over), asked_by_id=actor.staff_id,
            granted=True, decided_by_id=actor.staff_id, decided_at=times.now(),
        )  # fmt: skip


def _confirm(actor: Actor, lead: Lead, order: Order) -> None:
    order.confirmed_at = order.confirmed_at or times.now()
    order.save(update_fields=["confirmed_at"])
    _stand(order, State.CONFIRMED)
    settle(order)
    stages.advance(actor, lead, "ordered")
    journal.record(OrderConfirmed(**order.about(), car=order.title, total=order.total), actor=actor)


def _stand(order: Order, state: str) -> None:
    order.state, order.updated_at = state, times.now()
    order.version += 1
    order.save(update_fields=["state", "updated_at", "version"])


__all__ = ["Facts", "WrongState", "at_the_desk", "change", "decide", "draw_up", "invoice", "submit"]
