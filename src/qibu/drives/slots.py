"""What test drives put into the frame, onto pages of leads and customers and the workbench; how their events read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contracts import drives as events
from qibu.customers.models import Customer
from qibu.customers.timeline import SALE, Happening, Line, Mark, Renderer, Renderers
from qibu.drives import selectors
from qibu.drives.models import Drive, Feedback
from qibu.drives.services.reminders import NO_SHOW, REMINDER
from qibu.kernel.scoping import current_actor
from qibu.leads import evidence
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.leads.rules import Need
from qibu.leads.words import drive_wish
from qibu.network.middleware import actor_of
from qibu.network.rules import Capability
from qibu.tasks.models import Task
from qibu.tasks.scripts import Script
from qibu.ui import formats, slots

SHOWN = 6


def _has_driven(lead: Lead) -> bool:
    return Drive.objects.filter(lead=lead, state=Drive.State.DONE).exists()


def _book(lead: Lead) -> str:
    return f"{reverse('drives:new')}?lead={lead.pk}"


evidence.add(evidence.Evidence(Need.DRIVE, gettext_lazy("试驾"), _has_driven, _book))


@slots.fills("navigation", order=33)
def navigation(request: HttpRequest) -> slots.NavItem:
    return slots.NavItem(
        "drives", gettext_lazy("试驾"), "key", "drives:calendar", capability=Capability.SALES_VIEW, area="sales",
        root="drives:list",
    )  # fmt: skip


@slots.fills("search.commands", order=32)
def commands(request: HttpRequest) -> list[slots.Command]:
    return [
        slots.Command(
            gettext_lazy("预约试驾"), reverse("drives:new"), icon="plus", capability=Capability.SALES_WORK
        ),
        slots.Command(
            gettext_lazy("试驾记录"), reverse("drives:list"), icon="list", capability=Capability.SALES_VIEW
        ),
        slots.Command(
            gettext_lazy("试驾数据"), reverse("drives:figures"), icon="chart", capability=Capability.SALES_VIEW
        ),
    ]  # fmt: skip


@slots.fills("settings", order=45)
def settings(request: HttpRequest) -> slots.Setting:
    return slots.Setting(
        gettext_lazy("试驾的车、路线和协议"), gettext_lazy("试驾车、路线、间隔和签字的内容"), "key", "drives:fleet",
        part="selling", capability=Capability.SALES_MANAGE,
    )  # fmt: skip


@slots.fills("lead.actions", order=30)
def lead_action(request: HttpRequest, lead: Lead, **context: Any) -> slots.Action | None:
    if not lead.living or leads.must_claim(actor_of(request), lead):
        return None
    return slots.Action(
        _("预约试驾"), f"{reverse('drives:new')}?lead={lead.pk}", "key", capability=Capability.SALES_WORK, beside=True
    )  # fmt: skip


@slots.fills("lead.panel", order=30)
def lead_panel(request: HttpRequest, lead: Lead, **context: Any) -> slots.Panel | None:
    actor = actor_of(request)
    drives = list(selectors.of_lead(actor, lead.pk)[:SHOWN])
    may_book = lead.living and actor.may(Capability.SALES_WORK) and not leads.must_claim(actor, lead)
    if not drives and not may_book:
        return None
    context = {"drives": drives, "lead": lead, "may_book": may_book}
    return slots.Panel("drives/slots/lead.html", {**context, **_wish(lead, drives)})


def _wish(lead: Lead, drives: list[Drive]) -> dict[str, Any]:
    """What somebody asked for, as long as no drive answers it."""
    if not selectors.waits_for_a_drive(lead, drives):
        return {}
    return {"wish": drive_wish(lead), "asked_at": lead.drive_asked_at, "book": _book(lead)}


@slots.fills("task.panel", order=35)
def asked(request: HttpRequest, task: Task, **context: Any) -> slots.Panel | None:
    """Beside a call for a lead: the customer wants to drive, and the way to a drive for them."""
    actor = actor_of(request)
    if not task.kind.startswith("lead.") or not actor.may(Capability.SALES_WORK):
        return None
    wanted = leads.visible(actor).filter(next_task=task, drive_asked_at__isnull=False)
    lead = wanted.first()
    drives = list(selectors.of_lead(actor, lead.pk)[:SHOWN]) if lead else []
    wish = _wish(lead, drives) if lead else {}
    return slots.Panel("drives/slots/asked.html", wish) if wish else None


@slots.fills("workbench.side", order=15)
def today(request: HttpRequest, **context: Any) -> slots.Panel | None:
    """What a person drives today, and what of yesterday nobody has closed yet."""
    actor = actor_of(request)
    drives = list(selectors.of_today(actor, context.get("staff_id", actor.staff_id))[:SHOWN])
    return slots.Panel("drives/slots/today.html", {"drives": drives}) if drives else None


@slots.fills("customer.tab", order=26)
def tab(request: HttpRequest, customer: Customer, **context: Any) -> slots.Tab | None:
    count = selectors.of_customer(actor_of(request), customer.pk).count()
    url = reverse("drives:of-customer", args=[customer.pk])
    return slots.Tab("drives", gettext_lazy("试驾"), url, count) if count else None


@slots.fills("task.panel", order=30)
def script(request: HttpRequest, task: Task, **context: Any) -> Script | None:
    """What is said in a reminder, and to who didn't come."""
    if task.kind not in {REMINDER, NO_SHOW} or "starts_at" not in task.facts:
        return None
    when = formats.moment(datetime.fromisoformat(task.facts["starts_at"]))
    car = task.facts.get("car", "")
    if task.kind == REMINDER:
        said = (
            _("您好，提醒您 {when} 约了在我们店试驾 {car}。").format(when=when, car=car),
            _("请带好本人的驾驶证，电子证也可以；开车前请不要喝酒。"),
        )
        return Script(_("试驾提醒"), said, (_("时间方便吗？"), _("几个人一起来，要不要儿童座椅？")))
    asked = _("您好，{when} 约的试驾没有等到您，是不是临时有事？").format(when=when)
    return Script(_("没有来试驾"), (asked,), (_("什么时候方便，我再给您留车？"),))


# The time line ----------------------------------------------------------------------------------
@slots.fills("customer.timeline", order=26)
def timeline(request: HttpRequest, **context: Any) -> Renderers:
    return {
        events.DriveBooked.name: Renderer(SALE, _booked),
        events.DriveMoved.name: Renderer(SALE, _moved),
        events.DriveCancelled.name: Renderer(SALE, _cancelled),
        events.DriveDone.name: Renderer(SALE, _done),
        events.DriveMissed.name: Renderer(SALE, _missed),
        events.FeedbackGiven.name: Renderer(SALE, _said),
    }


def _page(entry: Happening) -> str:
    """The customer's drives, as far as the reader sees some."""
    sees = current_actor().may(Capability.SALES_VIEW)
    return reverse("drives:of-customer", args=[entry.of]) if sees and entry.of else ""


def _moment(text: str) -> str:
    return formats.moment(datetime.fromisoformat(text))


def _booked(entry: Happening) -> Line:
    title = _("约了试驾：{car}").format(car=entry.data["car"])
    text = _("{time}，{name} 陪驾").format(time=_moment(entry.data["starts_at"]), name=entry.data["staff_name"])
    return Line(title, icon="cal", text=text, url=_page(entry))


def _moved(entry: Happening) -> Line:
    text = _("从 {was} 改到 {time}").format(was=_moment(entry.data["was_at"]), time=_moment(entry.data["starts_at"]))
    return Line(_("改约试驾：{car}").format(car=entry.data["car"]), icon="cal", text=text, url=_page(entry))


def _cancelled(entry: Happening) -> Line:
    title = _("取消了试驾：{car}").format(car=entry.data["car"])
    return Line(title, icon="x", text=entry.data.get("reason", ""), url=_page(entry))


def _done(entry: Happening) -> Line:
    text = _("{km} 公里，{n} 分钟").format(km=entry.data["km"], n=entry.data["minutes"])
    marks = (Mark(_("有车损"), "soon"),) if entry.data.get("damaged") else ()
    title = _("试驾了 {car}").format(car=entry.data["car"])
    return Line(title, icon="key", text=text, marks=marks, url=_page(entry))


def _missed(entry: Happening) -> Line:
    title = _("没有来试驾：{car}").format(car=entry.data["car"])
    return Line(title, icon="miss", text=_moment(entry.data["starts_at"]), url=_page(entry))


def _said(entry: Happening) -> Line:
    average, intention = entry.data["average"], entry.data["intention"]
    label = str(Feedback.Next(intention).label) if intention in Feedback.Next.values else ""
    title = _("试驾感受 {score} 分").format(score=average) if average else _("试驾感受")
    return Line(title, icon="smile", marks=(Mark(label, "line"),) if label else (), url=_page(entry))
