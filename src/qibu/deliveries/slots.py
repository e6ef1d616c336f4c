"""What deliveries put into the frame and onto other pages, and how their events read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contracts import deliveries as events
from qibu.customers.timeline import SALE, Happening, Line, Renderer, Renderers
from qibu.deliveries import selectors, words
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import current_actor
from qibu.leads.models import Lead
from qibu.network.middleware import actor_of
from qibu.network.rules import Capability
from qibu.orders import selectors as orders
from qibu.orders.models import Order
from qibu.ui import formats, slots
from qibu.vehicles import extras
from qibu.vehicles.models import Vehicle


@slots.fills("navigation", order=37)
def navigation(request: HttpRequest) -> slots.NavItem:
    may = Capability.SALES_VIEW
    label = gettext_lazy("交车")
    return slots.NavItem("deliveries", label, "flag", "deliveries:calendar", capability=may, area="sales")


@slots.fills("settings", order=47)
def settings(request: HttpRequest) -> list[slots.Setting]:
    may = Capability.SALES_MANAGE
    return [
        slots.Setting(
            gettext_lazy("交车清单"), gettext_lazy("交车前备什么，当面交接什么"), "list", "deliveries:lists",
            part="selling", capability=may,
        ),
        slots.Setting(
            gettext_lazy("质保期限"), gettext_lazy("各车系整车和电池保多久"), "shield", "deliveries:warranties",
            part="selling", capability=may,
        ),
    ]  # fmt: skip


@slots.fills("order.actions", order=20)
def order_actions(request: HttpRequest, order: Order, **context: Any) -> slots.Action | None:
    """An appointment, once there is a car and none is made yet."""
    actor = actor_of(request)
    if not (order.open and order.car_id and actor.may(Capability.SALES_WORK)):
        return None
    if selectors.of_order(actor, order.pk) is not None:
        return None
    return slots.Action(gettext_lazy("约交车"), f"{reverse('deliveries:new')}?order={order.pk}", "cal")


@slots.fills("order.panel", order=20)
def order_panel(request: HttpRequest, order: Order, **context: Any) -> slots.Panel | None:
    delivery = selectors.of_order(actor_of(request), order.pk)
    return slots.Panel("deliveries/panel.html", {"deliveries": [delivery]}, Capability.SALES_VIEW) if delivery else None


@slots.fills("lead.panel", order=55)
def lead_panel(request: HttpRequest, lead: Lead, **context: Any) -> slots.Panel | None:
    actor = actor_of(request)
    ids = list(orders.of_lead(actor, lead.pk).values_list("pk", flat=True))
    found = list(selectors.of_orders(actor, ids).values()) if ids else []
    return slots.Panel("deliveries/panel.html", {"deliveries": found}, Capability.SALES_VIEW) if found else None


@slots.fills("vehicle.panel", order=15)
def vehicle_panel(request: HttpRequest, vehicle: Vehicle, **context: Any) -> slots.Panel | None:
    found = selectors.of_vehicle(actor_of(request), vehicle.pk)
    return slots.Panel("deliveries/panel.html", {"deliveries": [found]}, Capability.SALES_VIEW) if found else None


def _history(actor: Actor, vehicle_id: int) -> list[extras.Moment]:
    found = selectors.of_vehicle(actor, vehicle_id)
    if found is None or found.delivered_on is None:
        return []
    page = reverse("deliveries:detail", args=[found.pk])
    who = found.consultant.name if found.consultant else ""
    return [extras.Moment(found.delivered_on, _("新车交付"), "key", found.order.number, who, page, found.pk)]


extras.add_history("deliveries.delivery", _history)


# The time line ----------------------------------------------------------------------------------
@slots.fills("customer.timeline", order=27)
def timeline(request: HttpRequest, **context: Any) -> Renderers:
    return {
        events.DeliveryPlanned.name: Renderer(SALE, _planned),
        events.DeliveryCalledOff.name: Renderer(SALE, _called_off),
        events.VehicleDelivered.name: Renderer(SALE, _delivered),
        events.DeliveryTakenBack.name: Renderer(SALE, _taken_back),
    }


def _page(entry: Happening) -> str:
    """The customer's orders, where the delivery is: a former one may have been a colleague's."""
    sees = current_actor().may(Capability.SALES_VIEW)
    return reverse("orders:of-customer", args=[entry.of]) if sees and entry.of else ""


def _planned(entry: Happening) -> Line:
    at = formats.moment(datetime.fromisoformat(entry.data["at"]), "short")
    return Line(_("约好交车：{at}").format(at=at), icon="cal", text=entry.data.get("bay", ""), url=_page(entry))


def _called_off(entry: Happening) -> Line:
    why = entry.data.get("why", "")
    title = _("交车取消") if why in words.CALLED_OFF else _("交车改期")
    return Line(title, icon="cal", text=words.called_off(why), url=_page(entry))


def _taken_back(entry: Happening) -> Line:
    title = _("撤销交车登记：{car}").format(car=entry.data["car"])
    return Line(title, icon="undo", text=entry.data.get("why", ""), url=_page(entry))


def _delivered(entry: Happening) -> Line:
    data = entry.data
    advisor = _("服务顾问 {name}").format(name=data["advisor"]) if data.get("advisor") else ""
    on = formats.day(date.fromisoformat(data["on"]))
    return Line(_("交车：{car}").format(car=data["car"]), icon="key", text=" · ".join(filter(None, (on, advisor))),
                url=_page(entry))  # fmt: skip
