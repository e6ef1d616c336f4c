"""What orders put into the frame and onto other pages, and how their events read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contracts import orders as events
from qibu.customers.models import Customer
from qibu.customers.timeline import SALE, Happening, Line, Mark, Renderer, Renderers
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import current_actor
from qibu.leads import bonds, evidence
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.leads.rules import Need
from qibu.network.middleware import actor_of
from qibu.network.rules import Capability
from qibu.orders import selectors, words
from qibu.orders.models import Order
from qibu.orders.rules import LIVING, OPEN, State
from qibu.quotes.models import Quote
from qibu.ui import formats, slots
from qibu.vehicles.selectors import masked_vin


def sees(actor: Actor) -> bool:
    return actor.may(Capability.SALES_VIEW) or actor.may(Capability.PAYMENTS)


def _contract(lead: Lead) -> Order | None:
    """One that counts."""
    found: Order | None = Order.objects.filter(lead=lead, state__in=[*OPEN, State.DELIVERED]).first()
    return found


def _order_one(lead: Lead) -> str:
    return f"{reverse('orders:new')}?lead={lead.pk}"


def _bound(lead: Lead) -> str:
    order = Order.objects.filter(lead=lead, state__in=list(LIVING)).first()
    return _("订单 {number} 还没有结束，请先取消订单，再结束线索。").format(number=order.number) if order else ""


evidence.add(evidence.Evidence(Need.ORDER, gettext_lazy("订单"), lambda lead: _contract(lead) is not None, _order_one))
bonds.add("orders", _bound)


@slots.fills("navigation", order=35)
def navigation(request: HttpRequest) -> slots.NavItem | None:
    """For those who sell and those who keep the till. Pages of their own scope draw the frame outside it."""
    actor = getattr(request, "actor", None)
    if actor is None or not sees(actor):
        return None
    return slots.NavItem("orders", gettext_lazy("订单"), "file", "orders:list", area="sales")


@slots.fills("navigation", order=36)
def stock(request: HttpRequest) -> slots.NavItem:
    may = Capability.SALES_VIEW
    return slots.NavItem("stock", gettext_lazy("库存车"), "car", "orders:stock", capability=may, area="sales")


@slots.fills("settings", order=46)
def settings(request: HttpRequest) -> slots.Setting:
    return slots.Setting(
        gettext_lazy("下单规则"), gettext_lazy("顾问能让多少、先收多少，超过的谁来批"), "coin", "orders:policy",
        part="selling", capability=Capability.SALES_MANAGE,
    )  # fmt: skip


@slots.fills("lead.actions", order=50)
def lead_actions(request: HttpRequest, lead: Lead, **context: Any) -> slots.Action | None:
    actor = actor_of(request)
    if not (lead.living and actor.may(Capability.SALES_WORK)) or leads.must_claim(actor, lead):
        return None
    return slots.Action(gettext_lazy("下订单"), f"{reverse('orders:new')}?lead={lead.pk}", "file")


@slots.fills("quote.actions", order=50)
def quote_actions(request: HttpRequest, quote: Quote, **context: Any) -> slots.Action | None:
    """What was offered becomes a contract, once it left the house."""
    may = quote.lead.living and actor_of(request).may(Capability.SALES_WORK)
    if not may or quote.state not in {Quote.State.SENT, Quote.State.ACCEPTED}:
        return None
    query = urlencode({"lead": quote.lead_id, "quote": quote.number})
    return slots.Action(gettext_lazy("按这份报价下订单"), f"{reverse('orders:new')}?{query}", "file")


@slots.fills("lead.panel", order=50)
def lead_panel(request: HttpRequest, lead: Lead, **context: Any) -> slots.Panel | None:
    rows = list(selectors.of_lead(actor_of(request), lead.pk))
    if not rows:
        return None
    dues = selectors.dues_of(rows)
    shown = [{"order": one, "due": dues[one.pk]} for one in rows]
    return slots.Panel("orders/lead_panel.html", {"rows": shown}, Capability.SALES_VIEW)


@slots.fills("customer.panel", order=15)
def customer_panel(request: HttpRequest, customer: Customer, **context: Any) -> slots.Panel | None:
    """While a contract waits for its car."""
    actor = actor_of(request)
    if not sees(actor):
        return None
    rows = list(selectors.of_customer(actor, customer.pk).filter(state__in=list(LIVING)))
    return slots.Panel("orders/customer_panel.html", {"orders": rows}) if rows else None


@slots.fills("customer.tab", order=27)
def tab(request: HttpRequest, customer: Customer, **context: Any) -> slots.Tab | None:
    actor = actor_of(request)
    if not sees(actor):
        return None
    count = selectors.of_customer(actor, customer.pk).count()
    url = reverse("orders:of-customer", args=[customer.pk])
    return slots.Tab("orders", gettext_lazy("订单"), url, count) if count else None


@slots.fills("workbench.side", order=30)
def to_decide(request: HttpRequest, **context: Any) -> slots.Panel | None:
    """Orders and cancellations that wait for one's word."""
    actor = actor_of(request)
    if not actor.may(Capability.SALES_APPROVE):
        return None
    rows = list(selectors.to_decide(actor).select_related("lead__customer").order_by("updated_at")[:6])
    return slots.Panel("orders/to_decide.html", {"orders": rows}) if rows else None


# The time line ----------------------------------------------------------------------------------
@slots.fills("customer.timeline", order=26)
def timeline(request: HttpRequest, **context: Any) -> Renderers:
    return {
        events.OrderConfirmed.name: Renderer(SALE, _confirmed),
        events.CarAllocated.name: Renderer(SALE, _allocated),
        events.PaymentReceived.name: Renderer(SALE, _paid),
        events.OrderCancelled.name: Renderer(SALE, _cancelled),
    }


def _page(entry: Happening) -> str:
    """The customer's orders, as far as the reader sees some."""
    return reverse("orders:of-customer", args=[entry.of]) if sees(current_actor()) and entry.of else ""


def _confirmed(entry: Happening) -> Line:
    title = _("签订合同 {number}").format(number=entry.data["number"])
    text = " · ".join(filter(None, (entry.data.get("car", ""), formats.money(Decimal(entry.data["total"])))))
    return Line(title, icon="file", text=text, url=_page(entry))


def _allocated(entry: Happening) -> Line:
    return Line(_("配好了车"), icon="car", text=masked_vin(entry.data["vin"]), url=_page(entry))


def _paid(entry: Happening) -> Line:
    kind = words.payment_kind(entry.data["kind"])
    title = _("退款") if entry.data["kind"] == "refund" else _("收款")
    marks = (Mark(kind, "line"),) if entry.data["kind"] != "refund" else ()
    return Line(title, icon="coin", text=formats.money(Decimal(entry.data["amount"])), marks=marks, url=_page(entry))


def _cancelled(entry: Happening) -> Line:
    title = _("订单 {number} 取消").format(number=entry.data["number"])
    return Line(title, icon="x", text=words.reason(entry.data["reason"]), url=_page(entry))
