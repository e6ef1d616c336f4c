"""What stands around one call: whom, why, in which words, and what went before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.urls import reverse
from django.utils.translation import gettext as _

from qibu.customers.models import Customer
from qibu.customers.selectors import live_holds, points_of
from qibu.customers.selectors.timeline import latest
from qibu.customers.timeline import Renderers
from qibu.kernel.actors import Actor
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.tasks import following
from qibu.tasks.models import Clock, Task
from qibu.tasks.rules import Offer, Slot, closing, offers
from qibu.tasks.scripts import Act, Script
from qibu.tasks.selectors import workbench as reads
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.selectors.promises import owed
from qibu.ui import formats, slots


@dataclass(frozen=True)
class Choice:
    """A time offered for calling again."""

    label: str
    at: datetime


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    kind: str = ""


def panel_context(request: Request, task: Task, work: reads.WorkList) -> dict[str, Any]:
    """The context of `tasks/panel.html` for one task and what can be done in the same call."""
    bundle = reads.bundle_of(task, work.now)
    barred = following.barred(request.actor, bundle)
    bundle = [each for each in bundle if each.pk == task.pk or not {each.pk, task.pk} & barred.keys()]
    fillings = [slots.fill("task.panel", request, task=each) for each in bundle]
    points = [point for point in points_of(task.customer_id) if point.kind == "phone"] if task.customer_id else []
    usable = [point for point in points if not point.unusable]
    _mark_owed(bundle, len(usable), work.now)
    return {
        "task": task,
        "bundle": bundle,
        "barred": barred.get(task.pk, ""),
        "causes": Clock.Cause.choices,
        "scripts": [item for items in fillings for item in items if isinstance(item, Script)],
        "acts": [item for item in fillings[0] if isinstance(item, Act)],
        "panels": [item for item in fillings[0] if isinstance(item, slots.Panel) and not isinstance(item, Act)],
        "points": points,
        "point": usable[0] if usable else (points[0] if points else None),
        "facts": _facts(task),
        "history": latest(task.customer_id, renderers(request)) if task.customer_id else [],
        "hold": live_holds([task.customer_id]).get(task.customer_id) if task.customer_id else None,
        "choices": _choices(request.actor, work.now),
        "token": str(uuid4()),
        "may_reveal": request.actor.may(Capability.PHONE_REVEAL) and _mine(request.actor, task)
        and task.pk not in barred,
        "customer_url": customer_url(request.actor, task),
        "place": _place(task, work),
    }


def _mark_owed(bundle: list[Task], numbers: int, now: datetime) -> None:
    """With `ends`: the results that would end a late task; the page asks for the reason before it sends one."""
    late = owed([each.pk for each in bundle], now)
    for each in bundle:
        found = closing(each.attempts, other_numbers=numbers > 1) if each.pk in late else ()
        each.ends = " ".join(found)  # type: ignore[attr-defined]  # for the template


def renderers(request: Request) -> Renderers:
    found: Renderers = {}
    for each in slots.fill("customer.timeline", request):
        found |= each
    return found


def customer_url(actor: Actor, task: Task) -> str:
    if task.customer_id is None or not actor.may(Capability.CUSTOMERS_VIEW):
        return ""
    return reverse("customers:detail", args=[task.customer_id])


def _mine(actor: Actor, task: Task) -> bool:
    return task.assignee_id in {None, actor.staff_id} or actor.may(Capability.TASKS_VIEW_ALL)


def _place(task: Task, work: reads.WorkList) -> tuple[int, int] | None:
    """Which row of the list it is, and of how many."""
    ids = [row.pk for row in work.rows]
    return (ids.index(task.pk) + 1, len(ids)) if task.pk in ids else None


def _facts(task: Task) -> list[Fact]:
    """What to know before speaking: the car, then the personal file."""
    found: list[Fact] = []
    if car := task.vehicle:
        if car.mileage:
            found.append(Fact(_("里程"), f"{formats.number(car.mileage)} km"))
        if car.warranty_until:
            found.append(Fact(_("质保"), _("至 {day}").format(day=formats.day(car.warranty_until))))
    return found + (_personal(task.customer) if task.customer else [])


def _personal(customer: Customer) -> list[Fact]:
    channel = Customer.Channel(customer.preferred_channel).label if customer.preferred_channel else ""
    wishes = " ".join(str(part) for part in (channel, customer.preferred_time) if part)
    facts = [
        Fact(_("偏好"), wishes),
        Fact(_("家庭"), customer.family),
        Fact(_("爱好"), customer.hobbies),
        Fact(_("忌讳"), customer.taboos, "taboo"),
    ]
    return [fact for fact in facts if fact.value]


def _choices(actor: Actor, now: datetime) -> list[Choice]:
    return [Choice(_offer_words(offer), offer.at) for offer in offers(now, calendar_of(actor.organisation_id))]


def _offer_words(offer: Offer) -> str:
    time = formats.moment(offer.at, "time")
    if offer.slot == Slot.HOUR:
        return _("1 小时后（{time}）").format(time=time)
    if offer.slot == Slot.EVENING:
        return _("今天 {time}").format(time=time)
    if offer.tomorrow:
        return _("明天上午 {time}").format(time=time)
    return _("{day} {time}").format(day=formats.day(offer.at, "words"), time=time)
