"""What care puts into the frame, beside cars and customers, and into the work of the day."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from qibu.care import words
from qibu.care.models import Step
from qibu.care.rules import EVERY_CAR, ProductLine, Section, fill, sections
from qibu.care.selectors import dues
from qibu.care.selectors.callees import calls_of
from qibu.care.selectors.contacts import contact_person
from qibu.care.selectors.plans import Book, LivingPlan
from qibu.customers import listing
from qibu.customers.models import Customer
from qibu.customers.words import address
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.tasks.models import Task
from qibu.tasks.scripts import Script
from qibu.ui import formats, slots
from qibu.vehicles import extras
from qibu.vehicles.models import Vehicle

ICONS = {"maintenance": "wrench", "insurance": "shield", "inspection": "check", "warranty": "flag"}
CARE = "care:"
ADDRESSED = "_care_addressed"  # on the request: how customers are spoken to
KEPT = "_care_book"  # on the request: all that is said of plans


@slots.fills("navigation", order=50)
def navigation(request: HttpRequest) -> slots.NavItem:
    return slots.NavItem("care", gettext_lazy("关怀"), "heart", "care:dues", capability=Capability.CUSTOMERS_VIEW)


@slots.fills("search.commands", order=50)
def commands(request: HttpRequest) -> list[slots.Command]:
    may = Capability.CUSTOMERS_VIEW
    return [
        slots.Command(gettext_lazy("到期清单"), reverse("care:dues"), icon="cal", capability=may),
        slots.Command(
            gettext_lazy("打印本月保险和年检到期"), reverse("care:dues-print"), icon="print", capability=may
        ),
        slots.Command(
            gettext_lazy("关怀计划"), reverse("care:plans"), icon="heart", capability=Capability.CARE_EDIT
        ),
    ]


@slots.fills("settings", order=50)
def settings(request: HttpRequest) -> list[slots.Setting]:
    part, may = "care", Capability.CARE_EDIT
    return [
        slots.Setting(
            gettext_lazy("关怀计划"), gettext_lazy("什么时候联系谁、说什么"), "heart", "care:plans", part, may
        ),
        slots.Setting(
            gettext_lazy("保养周期"), gettext_lazy("哪类车多少公里、多少个月保养一次"), "wrench", "care:intervals",
            part, may,
        ),
        slots.Setting(
            gettext_lazy("积压和时限"), gettext_lazy("每天放出多少积压、任务几点前完成"), "inbox", "care:policy",
            part, may,
        ),
    ]  # fmt: skip


# The work of the day ----------------------------------------------------------------------------
@slots.fills("task.panel", order=20)
def script(request: HttpRequest, task: Task, **context: Any) -> list[Script | slots.Panel] | None:
    """The opening is read aloud, then the questions; what to offer and what to leave out stand beside."""
    found = _step_of(request, task) if (task.key or "").startswith(CARE) else None
    if found is None:
        return None
    plan, step = found
    parts = _filled(request, task, step)
    title = step.title if formats.chinese() else step.title_en or step.title
    opening, questions = (part.lines for part in (*parts, Section("", ()), Section("", ()))[:2])
    said = Script(title, opening, questions, source=words.name_of(plan.row))
    return [said, slots.Panel("care/task_panel.html", {"parts": parts[2:]})]


def _step_of(request: HttpRequest, task: Task) -> tuple[LivingPlan, Step] | None:
    book: Book | None = getattr(request, KEPT, None)
    if book is None:  # several tasks are done in one call
        book = Book(request.actor.organisation_id)  # type: ignore[attr-defined]  # set by ScopeMiddleware
        setattr(request, KEPT, book)
    code, _slash, step_code = task.kind.partition("/")
    car = task.vehicle
    plan = book.living(code, ProductLine(car.brand, car.series, car.energy) if car else EVERY_CAR)
    return next(((plan, step) for step in plan.steps if step.code == step_code), None) if plan else None


def _filled(request: HttpRequest, task: Task, step: Step) -> list[Section]:
    text = step.script if formats.chinese() else step.script_en or step.script
    return sections(fill(text, _facts(request, task)))


def _facts(request: HttpRequest, task: Task) -> dict[str, object]:
    stored, places = task.facts, getattr(request, "places", [])
    actor: Actor = request.actor  # type: ignore[attr-defined]  # typed by network.middleware.Request
    here = next((place.organisation for place in places if place.organisation_id == actor.organisation_id), "")
    return {
        "customer": _addressed(request, task.customer) if task.customer else "",
        "plate": _car(task.vehicle) if task.vehicle else "",
        "series": task.vehicle.series if task.vehicle else "",
        "store": here,
        "advisor": task.assignee.name if task.assignee else "",
        "due": words.day(stored.get("due_on")),
        "km": formats.number(stored.get("km")),
        "last_on": words.day(stored.get("last_on")),
        "last_km": formats.number(stored.get("last_km")),
        "jobs": stored.get("jobs"),
        "insurer": stored.get("insurer"),
        "cover": words.covers(stored.get("kinds", [])).lower(),  # within a sentence
    }


def _car(car: Vehicle) -> str:
    return words.plate(car.plate if formats.chinese() else car.plate or car.series)


def _addressed(request: HttpRequest, customer: Customer) -> str:
    """The person one speaks to: a firm's contact where it has one. Several tasks are done in one call."""
    kept: dict[int, str] = getattr(request, ADDRESSED, {})
    if customer.pk not in kept:
        is_firm = customer.kind == Customer.Kind.COMPANY
        person = contact_person(customer.pk) if is_firm else address(customer.name, customer.gender)
        kept[customer.pk] = person or str(customer)
        setattr(request, ADDRESSED, kept)
    return kept[customer.pk]


@slots.fills("vehicle.panel", order=30)
def calls(request: HttpRequest, vehicle: Vehicle, **context: Any) -> slots.Panel | None:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # typed by network.middleware.Request
    found = calls_of(actor, vehicle.pk)
    shown = {
        "vehicle": vehicle, "calls": [(words.CALLS[call.trigger], call) for call in found],
        "may_edit": actor.may(Capability.CUSTOMERS_EDIT),
    }  # fmt: skip
    return slots.Panel("care/calls.html", shown) if found else None


# Cars and customers -----------------------------------------------------------------------------
def _lines(actor: Actor, vehicle_ids: list[int]) -> dict[int, list[extras.Line]]:
    found = dues.of_cars(vehicle_ids)
    return {
        vehicle_id: [
            extras.Line(
                words.of_due(due), ICONS[due.trigger], words.remark(due), due.due_on, order=10 + number
            )
            for number, due in enumerate(found[vehicle_id])
        ]
        for vehicle_id in vehicle_ids
        if vehicle_id in found
    }


def _next(actor: Actor, customer_ids: list[int]) -> dict[int, str | SafeString]:
    found = dues.next_of_customers(customer_ids)
    return {
        customer_id: render_to_string("care/next_due.html", {"due": due, "label": words.of_due(due)})
        for customer_id in customer_ids
        if (due := found.get(customer_id))
    }


def _next_words(actor: Actor, customer_ids: list[int]) -> dict[int, str]:
    found = dues.next_of_customers(customer_ids)
    return {
        pk: f"{words.of_due(due)} {due.due_on:%Y-%m-%d}" for pk in customer_ids if (due := found.get(pk))
    }


def _falls_due(rows: QuerySet[Customer], value: str) -> QuerySet[Customer]:
    trigger, _hyphen, days = value.partition("-")
    if trigger not in dues.LISTED or not days.isdigit() or len(days) > 3:
        return rows
    return rows.filter(Exists(dues.within(trigger, int(days)).filter(customer_id=OuterRef("pk"))))


CHOICES = (
    ("insurance-30", gettext_lazy("30 天内保险到期")),
    ("insurance-60", gettext_lazy("60 天内保险到期")),
    ("inspection-60", gettext_lazy("60 天内年检到期")),
    ("maintenance-30", gettext_lazy("30 天内保养到期")),
    ("warranty-60", gettext_lazy("60 天内质保到期")),
    ("birthday-30", gettext_lazy("30 天内生日")),
)
extras.add_lines("care.dues", _lines)
listing.add_column(
    listing.ListColumn(
        "due", gettext_lazy("下一件到期"), hydrate=_next, order=30, card="right", plain=_next_words
    )
)
listing.add_filter(listing.ListFilter("due", gettext_lazy("到期"), CHOICES, _falls_due, order=30))
listing.add_preset(
    listing.ListPreset("insurance", gettext_lazy("30 天内保险到期"), {"due": "insurance-30"}, order=30)
)
