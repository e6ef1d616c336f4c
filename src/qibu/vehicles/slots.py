"""What the cars put into customers' pages and lists, and how their events read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.contracts import vehicles as events
from qibu.customers import evidence, listing, sameness
from qibu.customers.models import Customer
from qibu.customers.timeline import CAR, Happening, Line, Renderer, Renderers
from qibu.kernel.actors import Actor
from qibu.network import custom, custom_pages
from qibu.network.rules import Capability
from qibu.ui import formats, slots
from qibu.ui.filters import Filter
from qibu.ui.templatetags.qibu import plate as plate_words
from qibu.vehicles import extras, history, selectors
from qibu.vehicles.forms import VehicleForm
from qibu.vehicles.models import Ownership, Vehicle
from qibu.vehicles.rules import read_plate
from qibu.vehicles.selectors.transfers import reason_words


def _used(actor: Actor, code: str) -> int:
    return Vehicle.objects.filter(custom__has_key=code).count()


custom.register_record(
    "vehicle", gettext_lazy("车辆"), used=_used, examples=gettext_lazy("比如：行车记录仪、贴膜品牌、备用钥匙。")
)
custom.reserve(lambda: [field.label for field in VehicleForm.base_fields.values()])


@slots.fills("customer.panel", order=20)
def cars(request: HttpRequest, customer: Customer, **context: Any) -> slots.Panel:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # typed by network.middleware.Request
    found = selectors.cars_of(actor, customer.pk)
    further = {"cars": found, "customer": customer, "may_edit": actor.may(Capability.CUSTOMERS_EDIT)}
    return slots.Panel("vehicles/customer_panel.html", further, Capability.CUSTOMERS_VIEW)


# The customer list ------------------------------------------------------------------------------
def _fleet(actor: Actor, customer_ids: list[int]) -> dict[int, str | SafeString]:
    fleets = selectors.fleets_of(actor, customer_ids)
    return {customer_id: _car_cell(vehicles) for customer_id, vehicles in fleets.items()}


def _car_cell(vehicles: list[Vehicle]) -> SafeString:
    first, number = vehicles[0], len(vehicles)
    name = first.series or first.model or first.brand
    more = f" × {number}" if number > 1 else ""
    plate = format_html('<small><span class="plate">{}</span></small>', plate_words(first.plate))
    return format_html("{}{}{}", name, more, plate if first.plate else "")


def _fleet_words(actor: Actor, customer_ids: list[int]) -> dict[int, str]:
    fleets = selectors.fleets_of(actor, customer_ids)
    return {
        customer_id: _("、").join(f"{one.series} {one.plate or one.vin or ''}".strip() for one in vehicles)
        for customer_id, vehicles in fleets.items()
    }


def _plates(actor: Actor, customer_ids: list[int]) -> dict[int, list[str]]:
    """Cars whose papers tell best whether two files are one customer's."""
    fleets = selectors.fleets_of(actor, customer_ids)
    return {pk: [_known_by(vehicle) for vehicle in vehicles] for pk, vehicles in fleets.items()}


def _known_by(vehicle: Vehicle) -> str:
    return f"{vehicle.series} {plate_words(vehicle.plate) or vehicle.vin or ''}".strip()


def _by_series(rows: QuerySet[Customer], value: str) -> QuerySet[Customer]:
    return rows.filter(Exists(_owned().filter(vehicle__series=value)))


def _by_plate_kind(rows: QuerySet[Customer], value: str) -> QuerySet[Customer]:
    owned = _owned()
    if value == "none":
        return rows.filter(~Exists(owned))
    if value == "fleet":
        return rows.filter(pk__in=_fleet_owners())
    if value == "energy":
        return rows.filter(Exists(owned.filter(vehicle__plate_kind__startswith="new_energy")))
    return rows.filter(Exists(owned.filter(vehicle__plate=""))) if value == "unplated" else rows


def _owned() -> QuerySet[Ownership]:
    rows: QuerySet[Ownership] = Ownership.objects.filter(
        customer_id=OuterRef("pk"), role=Ownership.Role.OWNER, until__isnull=True
    )
    return rows


def _fleet_owners() -> QuerySet[Any, Any]:
    living = Ownership.objects.filter(role=Ownership.Role.OWNER, until__isnull=True)
    return living.values("customer_id").annotate(n=Count("pk")).filter(n__gt=1).values("customer_id")


def _with_one_of(customers: QuerySet[Customer], vehicles: QuerySet[Vehicle]) -> QuerySet[Customer]:
    """Those who own one of the cars now."""
    return customers.filter(Exists(_owned().filter(vehicle__in=vehicles)))


def _own_fields(actor: Actor) -> list[Filter]:
    """By the fields that the organisation added to its cars."""
    fields = custom.fields_of(actor.organisation_id, "vehicle")
    return custom_pages.filters_over(fields, "vehicle.", _with_one_of, lambda: Vehicle.objects.all())


listing.add_filters(_own_fields)
listing.add_column(
    listing.ListColumn("car", gettext_lazy("车辆"), hydrate=_fleet, order=20, plain=_fleet_words, card="line")
)
listing.add_filter(listing.ListFilter("series", gettext_lazy("车系"), selectors.series_choices, _by_series, order=20))
listing.add_filter(
    listing.ListFilter(
        "car",
        gettext_lazy("车牌"),
        (
            ("energy", gettext_lazy("新能源牌")),
            ("unplated", gettext_lazy("未登记车牌")),
            ("fleet", gettext_lazy("两台及以上")),
            ("none", gettext_lazy("名下没有车")),
        ),
        _by_plate_kind,
        order=30,
    )
)
listing.add_match_words("vehicle", selectors.plates_of)
evidence.add(evidence.Evidence("cars", pgettext_lazy("栏目", "车辆"), _plates, order=10))
extras.add_history("vehicles.own", history.of_car)
# A part in the same car, or in two cars that were written down with one plate. Who handed a car on to the other is
# known to be another.
sameness.add_sign(
    "vehicles.car",
    """
    WITH mine AS MATERIALIZED (
        SELECT o.customer_id, o.vehicle_id, v.plate FROM vehicles_ownership o
          JOIN vehicles_vehicle v ON v.organisation_id = %(org)s AND v.id = o.vehicle_id
         WHERE o.organisation_id = %(org)s AND o.customer_id = ANY(%(ids)s)
    ), cars AS (
        SELECT customer_id, vehicle_id FROM mine
        UNION SELECT m.customer_id, v.id FROM mine m
          JOIN vehicles_vehicle v ON v.organisation_id = %(org)s AND v.plate = m.plate AND v.plate <> ''
    )
    SELECT c.customer_id, o.customer_id, 'car' FROM cars c
      JOIN vehicles_ownership o ON o.organisation_id = %(org)s AND o.vehicle_id = c.vehicle_id
       AND o.customer_id <> c.customer_id
     WHERE NOT EXISTS (SELECT FROM vehicles_transfer t
                        WHERE t.organisation_id = %(org)s AND t.vehicle_id = c.vehicle_id AND t.undone_at IS NULL
                          AND (t.former_id, t.owner_id) IN (
                              (c.customer_id, o.customer_id), (o.customer_id, c.customer_id)))
    """,
)


# The time line ----------------------------------------------------------------------------------
@slots.fills("customer.timeline", order=20)
def timeline(request: HttpRequest, **context: Any) -> Renderers:
    return {
        events.VehicleRegistered.name: Renderer(CAR, _registered),
        events.OwnershipChanged.name: Renderer(CAR, _ownership),
        events.TransferTakenBack.name: Renderer(CAR, _taken_back),
    }


def _registered(entry: Happening) -> Line:
    words = f"{entry.data.get('series', '')} {_plate(entry)}".strip()
    return Line(_("登记车辆 {car}").format(car=words), icon="car", url=_page(entry))


def _ownership(entry: Happening) -> Line:
    role = Ownership.Role(entry.data["role"]).label
    sentence = _("成为 {plate} 的{role}") if entry.data["began"] else _("不再是 {plate} 的{role}")
    icon = "car" if entry.data["began"] else "swap"
    title = sentence.format(plate=_called(entry), role=role)
    return Line(title, icon=icon, text=reason_words(entry.data.get("how", "")), url=_page(entry))


def _taken_back(entry: Happening) -> Line:
    role = Ownership.Role(entry.data["role"]).label
    again, never = _("过户已撤销，仍是 {plate} 的{role}"), _("过户已撤销，不再是 {plate} 的{role}")
    title = (again if entry.data["back"] else never).format(plate=_called(entry), role=role)
    on = formats.day(date.fromisoformat(entry.data["on"]))
    text = " · ".join(filter(None, (_("{day} 的过户").format(day=on), reason_words(entry.data["how"]))))
    page = reverse("vehicles:transferred", args=[entry.vehicle_id, entry.subject_id])
    return Line(title, icon="undo", text=text, url=page)


def _called(entry: Happening) -> str:
    return _plate(entry) or entry.data.get("car") or _("一台车")


def _plate(entry: Happening) -> str:
    plate = read_plate(entry.data.get("plate", ""))
    return plate.display if plate else ""


def _page(entry: Happening) -> str:
    return reverse("vehicles:detail", args=[entry.vehicle_id]) if entry.vehicle_id else ""
