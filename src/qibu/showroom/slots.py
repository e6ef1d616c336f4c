"""What the show-room puts into the frame, and how its events read on the time line."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contracts import showroom as events
from qibu.customers.timeline import SALE, Happening, Line, Mark, Renderer, Renderers
from qibu.leads import evidence
from qibu.leads.models import Lead
from qibu.leads.rules import Need
from qibu.network.rules import Capability
from qibu.showroom.models import Visitor
from qibu.ui import slots

RECEIVE = Capability.SALES_RECEIVE


def _was_here(lead: Lead) -> bool:
    return Visitor.objects.filter(lead=lead, way=Visitor.Way.VISIT).exists()


evidence.add(evidence.Evidence(Need.VISIT, gettext_lazy("到店记录"), _was_here))


@slots.fills("navigation", order=32)
def navigation(request: HttpRequest) -> slots.NavItem:
    return slots.NavItem(
        "showroom", gettext_lazy("展厅"), "building", "showroom:desk", capability=RECEIVE, area="sales"
    )  # fmt: skip


@slots.fills("search.commands", order=28)
def commands(request: HttpRequest) -> list[slots.Command]:
    return [
        slots.Command(gettext_lazy("登记来客"), reverse("showroom:desk"), "building", capability=RECEIVE),
        slots.Command(gettext_lazy("登记来电"), reverse("showroom:call"), "phone", capability=RECEIVE),
        slots.Command(gettext_lazy("展厅客流"), reverse("showroom:list"), "list", capability=RECEIVE),
        slots.Command(
            gettext_lazy("客流统计"), reverse("showroom:report"), "chart", capability=Capability.SALES_VIEW_ALL
        ),
    ]


@slots.fills("customer.timeline", order=28)
def timeline(request: HttpRequest, **context: Any) -> Renderers:
    return {events.VisitorCame.name: Renderer(SALE, _came)}


def _came(entry: Happening) -> Line:
    data = entry.data
    purpose = data["purpose"]
    label = str(Visitor.Purpose(purpose).label) if purpose in Visitor.Purpose.values else purpose
    called = data["way"] == Visitor.Way.CALL
    title = _("来电") if called else _("到店，{n} 人").format(n=data["party"])
    text = _("{name}接待").format(name=data["staff_name"]) if data.get("staff_name") and not called else ""
    return Line(title, icon="phone" if called else "building", text=text, marks=(Mark(label, "line"),))
