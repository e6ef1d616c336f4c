"""What visits put into the frame, into customers' and cars' pages and lists, and how their events read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.aftersales import selectors
from qibu.aftersales.addresses import visit_page
from qibu.aftersales.models import Visit
from qibu.contracts import aftersales as events
from qibu.customers import evidence, listing
from qibu.customers.models import Customer
from qibu.customers.timeline import VISIT, Happening, Line, Mark, Renderer, Renderers
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.days import add_months
from qibu.network.middleware import actor_of
from qibu.network.rules import Capability
from qibu.ui import formats, slots
from qibu.ui.templatetags.qibu import plate
from qibu.vehicles import extras
from qibu.vehicles.models import Vehicle

CAR_SHOWN = 5
ORDERS_FOUND = 3
HISTORY = 100


@slots.fills("navigation", order=40)
def navigation(request: HttpRequest) -> slots.NavItem:
    may = Capability.CUSTOMERS_VIEW
    return slots.NavItem("aftersales", gettext_lazy("售后"), "wrench", "aftersales:list", capability=may, phone=4)


@slots.fills("search.commands", order=40)
def commands(request: HttpRequest) -> list[slots.Command]:
    create = reverse("aftersales:create")
    may = Capability.CUSTOMERS_EDIT
    return [
        slots.Command(gettext_lazy("登记到店"), create, icon="wrench", capability=may),
        slots.Command(gettext_lazy("补录工单"), f"{create}?past=1", icon="history", capability=may),
    ]


@slots.fills("search.found", order=40)
def orders(request: HttpRequest, q: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """Repair orders whose number begins with the text."""
    found = selectors.numbered(actor_of(request), q)[:ORDERS_FOUND]
    items = [
        {"label": one.number, "hint": _hint(one), "url": visit_page(one.pk, None), "icon": "wrench"} for one in found
    ]
    return [(_("工单"), items)]


def _hint(visit: Visit) -> str:
    return " · ".join(filter(None, (plate(visit.vehicle.plate), formats.day(visit.opened_on))))


@slots.fills("customer.header", order=30)
def header(request: HttpRequest, customer: Customer, **context: Any) -> slots.Panel:
    custom = selectors.custom_of(customer.pk)
    return slots.Panel("aftersales/customer_header.html", {"custom": custom, "customer": customer})


@slots.fills("customer.tab", order=30)
def tab(request: HttpRequest, customer: Customer, **context: Any) -> slots.Tab:
    url = reverse("aftersales:of-customer", args=[customer.pk])
    return slots.Tab("visits", gettext_lazy("工单"), url, Visit.objects.filter(customer_id=customer.pk).count())


@slots.fills("vehicle.panel", order=20)
def of_car(request: HttpRequest, vehicle: Vehicle, **context: Any) -> slots.Panel:
    actor = actor_of(request)
    found = list(selectors.of_car(actor, vehicle.pk)[: CAR_SHOWN + 1])
    shown = {
        "vehicle": vehicle, "visits": found[:CAR_SHOWN], "more": len(found) > CAR_SHOWN,
        "may_edit": actor.may(Capability.CUSTOMERS_EDIT),
    }  # fmt: skip
    return slots.Panel("aftersales/vehicle_panel.html", shown)


def _history(actor: Actor, vehicle_id: int) -> list[extras.Moment]:
    return [_moment(visit) for visit in selectors.of_car(actor, vehicle_id)[:HISTORY]]


def _moment(visit: Visit) -> extras.Moment:
    kilometres = _("{km} 公里").format(km=formats.number(visit.mileage)) if visit.mileage else ""
    words = [kilometres, visit.jobs, formats.money(visit.total) if visit.total else ""]
    return extras.Moment(
        visit.opened_on, _("到店 {number} {kind}").format(number=visit.number, kind=visit.kind_words).strip(), "wrench",
        " · ".join(filter(None, words)), visit.advisor.name if visit.advisor else "",
        reverse("aftersales:detail", args=[visit.pk]), visit.pk,
    )  # fmt: skip


# The customer list ------------------------------------------------------------------------------
def _last(actor: Actor, customer_ids: list[int]) -> dict[int, str | SafeString]:
    found = selectors.last_visits(customer_ids)
    return {
        pk: format_html("{}<small>{}</small>", formats.day(visit.opened_on), visit.kind_words)
        for pk, visit in found.items()
    }


def _last_words(actor: Actor, customer_ids: list[int]) -> dict[int, str]:
    return {pk: formats.day(visit.opened_on) for pk, visit in selectors.last_visits(customer_ids).items()}


def _last_lines(actor: Actor, customer_ids: list[int]) -> dict[int, list[str]]:
    found = selectors.last_visits(customer_ids)
    return {pk: [f"{formats.day(visit.opened_on)} {visit.kind}".strip()] for pk, visit in found.items()}


def _spent(actor: Actor, customer_ids: list[int]) -> dict[int, str | SafeString]:
    return {pk: formats.money(total, "round") for pk, total in selectors.spent(customer_ids).items()}


def _spent_words(actor: Actor, customer_ids: list[int]) -> dict[int, str]:
    return {pk: str(total or Decimal(0)) for pk, total in selectors.spent(customer_ids).items()}


def _by_last(rows: QuerySet[Customer], value: str) -> QuerySet[Customer]:
    """Not in for so many months, though in once before; `never`; `in` for the last month."""
    theirs: QuerySet[Visit] = Visit.objects.filter(customer_id=OuterRef("pk"))
    if value == "never":
        return rows.filter(~Exists(theirs))
    if value == "in":
        return rows.filter(Exists(theirs.filter(opened_on__gt=add_months(times.today(), -1))))
    if not value.isdecimal() or len(value) > 3:
        return rows
    since = theirs.filter(opened_on__gt=add_months(times.today(), -int(value)))
    return rows.filter(Exists(theirs), ~Exists(since))


evidence.add(evidence.Evidence("visit", gettext_lazy("上次回厂"), _last_lines, order=20))
listing.add_column(
    listing.ListColumn("last_visit", gettext_lazy("上次回厂"), hydrate=_last, order=40, plain=_last_words)
)
listing.add_column(
    listing.ListColumn(
        "spent", gettext_lazy("近 24 个月消费"), hydrate=_spent, order=50, shown=False, align="end",
        card="hide", plain=_spent_words,
    )
)
listing.add_filter(
    listing.ListFilter(
        "last_visit",
        gettext_lazy("最近回厂"),
        (
            ("in", gettext_lazy("一个月内来过")),
            ("3", gettext_lazy("3 个月没来")),
            ("6", gettext_lazy("6 个月没来")),
            ("9", gettext_lazy("9 个月没来")),
            ("12", gettext_lazy("12 个月没来")),
            ("24", gettext_lazy("24 个月没来")),
            ("never", gettext_lazy("从没来过")),
        ),
        _by_last,
        order=40,
    )
)
extras.add_history("aftersales.visits", _history)


# The time line ----------------------------------------------------------------------------------
@slots.fills("customer.timeline", order=30)
def timeline(request: HttpRequest, **context: Any) -> Renderers:
    return {
        events.VisitClosed.name: Renderer(VISIT, _closed),
        events.VisitOpened.name: Renderer(VISIT, _opened),
    }


def _page(entry: Happening) -> str:
    return visit_page(entry.subject_id, entry.of) if entry.subject_id else ""


def _closed(entry: Happening) -> Line:
    data = entry.data
    kilometres = f"{formats.number(data['mileage'])} km" if data.get("mileage") else ""
    money = formats.money(data["total"]) if Decimal(data.get("total") or 0) else ""
    advisor = _("顾问 {name}").format(name=data["advisor"]) if data.get("advisor") else ""
    text = " · ".join(filter(None, [kilometres, data.get("jobs", ""), money, advisor]))
    marks = (Mark(data["kind"], "line"),) if data.get("kind") else ()
    title = _("到店 {number}").format(number=data["number"])
    return Line(title, icon="wrench", text=text, marks=marks, url=_page(entry))


def _opened(entry: Happening) -> Line:
    title = _("进厂登记 {number}").format(number=entry.data["number"])
    return Line(title, icon="wrench", text=entry.data.get("kind", ""), url=_page(entry))
