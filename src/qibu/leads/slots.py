"""What leads put into the frame and onto customers' pages, and how their events read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contracts import leads as events
from qibu.customers.models import Customer
from qibu.customers.timeline import SALE, Happening, Line, Mark, Renderer, Renderers
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import current_actor
from qibu.leads import selectors, words
from qibu.leads.models import Lead
from qibu.leads.selectors import placements
from qibu.network.rules import Capability
from qibu.ui import slots


def actor_of(request: HttpRequest) -> Actor:
    found: Actor = request.actor  # type: ignore[attr-defined]  # typed by network.middleware.Request
    return found


@slots.fills("navigation", order=30)
def navigation(request: HttpRequest) -> slots.NavItem:
    return slots.NavItem("leads", gettext_lazy("销售"), "target", "leads:list", capability=Capability.SALES_VIEW)


@slots.fills("customer.tab", order=25)
def tab(request: HttpRequest, customer: Customer, **context: Any) -> slots.Tab | None:
    actor = actor_of(request)
    if not actor.may(Capability.SALES_VIEW):
        return None
    count = selectors.of_customer(actor, customer.pk).count()
    url = reverse("leads:of-customer", args=[customer.pk])
    return slots.Tab("leads", gettext_lazy("线索"), url, count) if count else None


@slots.fills("search.commands", order=30)
def commands(request: HttpRequest) -> list[slots.Command]:
    return [
        slots.Command(
            gettext_lazy("公海"), reverse("leads:pool"), "inbox", hint=gettext_lazy("没有人跟进的线索，谁都可以领取"),
            capability=Capability.SALES_VIEW,
        ),
        slots.Command(
            gettext_lazy("线索分配"), reverse("leads:loads"), "swap", hint=gettext_lazy("每人手上、排班、规则"),
            capability=Capability.SALES_ASSIGN,
        ),
    ]  # fmt: skip


@slots.fills("settings", order=45)
def settings(request: HttpRequest) -> slots.Setting:
    return slots.Setting(
        gettext_lazy("线索分配"), gettext_lazy("分给谁、多久要联系、公海怎么领"), "swap", "leads:rules",
        group=gettext_lazy("门店"), capability=Capability.SALES_MANAGE,
    )  # fmt: skip


@slots.fills("lead.panel", order=80)
def history(request: HttpRequest, lead: Lead, **context: Any) -> slots.Panel | None:
    """With whom it lay, where it was handed on at all."""
    rows = placements.of_lead(lead)
    found = placements.told(rows)
    return slots.Panel("leads/parts/placements.html", {"history": found}) if len(found) > 1 else None


@slots.fills("lead.actions", order=80)
def actions(request: HttpRequest, lead: Lead, **context: Any) -> list[slots.Action]:
    actor = actor_of(request)
    mine = lead.consultant_id is not None and lead.consultant_id == actor.staff_id
    if not lead.living or lead.consultant_id is None or not (mine or actor.may(Capability.SALES_ASSIGN)):
        return []
    back = reverse("leads:release", args=[lead.pk])
    return [slots.Action(gettext_lazy("放回公海"), back, "inbox", capability=Capability.SALES_WORK)]


# The time line ----------------------------------------------------------------------------------
@slots.fills("customer.timeline", order=25)
def timeline(request: HttpRequest, **context: Any) -> Renderers:
    return {
        events.LeadReceived.name: Renderer(SALE, _received),
        events.LeadTouched.name: Renderer(SALE, _touched),
        events.LeadAssigned.name: Renderer(SALE, _assigned),
        events.LeadStageChanged.name: Renderer(SALE, _moved),
        events.LeadLost.name: Renderer(SALE, _lost),
        events.LeadWon.name: Renderer(SALE, _won),
        events.LeadReopened.name: Renderer(SALE, _reopened),
    }


def _page(entry: Happening) -> str:
    """The customer's leads, as far as the reader sees some: a former one may have been a colleague's."""
    sees = current_actor().may(Capability.SALES_VIEW)
    return reverse("leads:of-customer", args=[entry.of]) if sees and entry.of else ""


def _received(entry: Happening) -> Line:
    door = words.DOORS.get(entry.data["door"], entry.data["door"])
    title = _("新线索：{car}").format(car=entry.data.get("car") or _("未定车型"))
    return Line(title, icon="target", marks=(Mark(str(door), "line"),), url=_page(entry))


def _touched(entry: Happening) -> Line:
    door = words.DOORS.get(entry.data["door"], entry.data["door"])
    return Line(_("又来联系"), icon="msg", marks=(Mark(str(door), "line"),), url=_page(entry))


def _assigned(entry: Happening) -> Line:
    why, rule, note = (entry.data.get(name, "") for name in ("reason", "rule", "note"))
    text = _("按规则「{rule}」").format(rule=rule) if rule else str(words.REASONS.get(why, ""))
    if not entry.data.get("staff_name"):
        return Line(_("线索进入公海"), icon="inbox", text=text, quote=note, url=_page(entry))
    title = _("线索交给{name}").format(name=entry.data["staff_name"])
    return Line(title, icon="user", text=text, quote=note, url=_page(entry))


def _moved(entry: Happening) -> Line:
    return Line(_("线索进到「{stage}」").format(stage=words.stage(entry.data["stage"])), icon="up", url=_page(entry))


def _lost(entry: Happening) -> Line:
    return Line(_("线索战败"), icon="x", text=entry.data.get("lost_to", ""), url=_page(entry))


def _won(entry: Happening) -> Line:
    return Line(_("成交"), icon="check", text=entry.data.get("car", ""), url=_page(entry))


def _reopened(entry: Happening) -> Line:
    return Line(_("重新跟进"), icon="history", url=_page(entry))
