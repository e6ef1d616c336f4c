"""What the doors put into the frame, the settings and the page of a lead."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qibu.intake import selectors
from qibu.intake.words import door_called
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.network.middleware import actor_of
from qibu.network.rules import ABOVE_STORES, Capability
from qibu.ui import slots
from qibu.ui.lists import ListPage


@slots.fills("navigation", order=31)
def navigation(request: HttpRequest) -> slots.NavItem:
    may = Capability.SALES_ASSIGN
    return slots.NavItem("intake", _("收件箱"), "inbox", "intake:list", capability=may, area="sales")


@slots.fills("settings", order=31)
def settings(request: HttpRequest) -> list[slots.Setting]:
    manage = Capability.SALES_MANAGE
    above = request.place.kind in ABOVE_STORES  # type: ignore[attr-defined]  # set by ScopeMiddleware
    if above:
        return []
    return [
        slots.Setting(_("网上表单"), _("活动页、二维码、嵌入官网"), "list", "intake:forms", "leads", manage),
        slots.Setting(_("收线索的邮箱"), _("垂直媒体把线索发到这个邮箱"), "mail", "intake:mailbox", "leads", manage),
    ]  # fmt: skip


@slots.fills("lead.more", order=80)
def write(request: HttpRequest, lead: Lead, **context: Any) -> slots.Action:
    address = reverse("intake:lead-adf", args=[lead.pk])
    return slots.Action(_("导出 ADF"), address, "export", capability=Capability.CUSTOMERS_EXPORT)


@slots.fills("lead.panel", order=80)
def came_by(request: HttpRequest, lead: Lead, **context: Any) -> slots.Panel | None:
    """By which outer doors the lead came, for those who may open what came."""
    rows = list(selectors.of_lead(lead.pk)[:10]) if actor_of(request).may(Capability.SALES_ASSIGN) else []
    if not rows:
        return None
    told = [(row, door_called(row.door)) for row in rows]
    return slots.Panel("intake/parts/came_by.html", {"rows": told})


@slots.fills("list.tools", order=20)
def inbox(request: HttpRequest, page: ListPage) -> slots.Action | None:
    """From the list of leads to what came in and is none yet."""
    if page.key != "leads":
        return None
    return slots.Action(_("收件箱"), reverse("intake:list"), icon="inbox", capability=Capability.SALES_RECEIVE)


@slots.fills("workbench.head", order=40)
def waits(request: HttpRequest, **around: object) -> slots.Panel | None:
    """On one's own workbench, for those whose work it is: what waits in the inbox. Who sells or repairs beside it finds
    it by the menu."""
    actor = actor_of(request)
    if actor.staff_id is None or not _sees_to_it(actor) or not around.get("own", True):
        return None
    count = selectors.waiting(actor)
    return slots.Panel("intake/parts/waits.html", {"count": count}) if count else None


def _sees_to_it(actor: Actor) -> bool:
    """Who shares out work, and who receives people without selling."""
    receives = actor.may(Capability.SALES_RECEIVE) and actor.may(Capability.SALES_VIEW_ALL)
    return actor.may(Capability.SALES_ASSIGN) or receives


@slots.fills("search.commands", order=31)
def commands(request: HttpRequest) -> slots.Command:
    return slots.Command(
        _("线索收件箱"), reverse("intake:list"), "inbox", hint=_("从外面来的线索，不完整的等人处理"),
        capability=Capability.SALES_RECEIVE,
    )  # fmt: skip
