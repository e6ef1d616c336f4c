"""What nurturing puts onto the page of a lead, beside tasks, into the frame and onto customers' time lines."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contracts import nurturing as events
from qibu.customers.timeline import SALE, Happening, Line, Mark, Renderer, Renderers
from qibu.kernel.scoping import current_actor
from qibu.leads import evidence
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.network.middleware import actor_of
from qibu.network.rules import Capability
from qibu.nurturing import selectors, words
from qibu.nurturing.models import Sending
from qibu.nurturing.models.content import Channel
from qibu.nurturing.services import sending, working
from qibu.nurturing.services.planning import STEP
from qibu.nurturing.views.leads import address_of
from qibu.tasks.models import Task
from qibu.tasks.scripts import Act, Script
from qibu.ui import slots

SHOWN = 6
evidence.trace("nurturing", selectors.last_openings)
working.ready()


@slots.fills("navigation", order=31)
def navigation(request: HttpRequest) -> slots.NavItem:
    return slots.NavItem(
        "nurturing", gettext_lazy("培育"), "book", "nurturing:library", capability=Capability.SALES_VIEW, area="sales"
    )  # fmt: skip


@slots.fills("settings", order=66)
def settings(request: HttpRequest) -> list[slots.Setting]:
    manage = Capability.SALES_MANAGE
    return [
        slots.Setting(
            gettext_lazy("培育内容"), gettext_lazy("给潜在客户看的对比、介绍、用车知识和优惠"), "book",
            "nurturing:library", part="leads", capability=manage,
        ),
        slots.Setting(
            gettext_lazy("培育的频率"), gettext_lazy("两份资料隔几天，一天最多发几份，链接开多久"), "clock",
            "nurturing:rules", part="leads", capability=manage,
        ),
    ]  # fmt: skip


@slots.fills("search.commands", order=36)
def commands(request: HttpRequest) -> list[slots.Command]:
    see, manage = Capability.SALES_VIEW, Capability.SALES_MANAGE
    return [
        slots.Command(gettext_lazy("培育内容库"), reverse("nurturing:library"), "book", capability=see),
        slots.Command(gettext_lazy("培育序列"), reverse("nurturing:sequences"), "refresh", capability=see),
        slots.Command(gettext_lazy("资料发送记录"), reverse("nurturing:list"), "msg", capability=see),
        slots.Command(gettext_lazy("写新内容"), reverse("nurturing:new-piece"), "plus", capability=manage),
    ]  # fmt: skip


@slots.fills("lead.panel", order=60)
def panel(request: HttpRequest, lead: Lead, **context: Any) -> slots.Panel | None:
    """What a lead that the reader was found to see was sent, and the sequence it goes through."""
    rows, runs = selectors.of_lead(lead), selectors.runs_of_lead(lead)
    if not rows and not runs:
        return None
    current = next((run for run in runs if run.going_on), None)
    last = None if current or not runs else runs[0]
    shown = {
        "rows": rows[:SHOWN], "more": len(rows) - SHOWN, "run": current, "last": last, "lead": lead,
        "why": words.ENDS.get(last.end, "") if last else "", "may_work": actor_of(request).may(Capability.SALES_WORK),
        "made": sum(row.run_id == current.pk for row in rows) if current else 0,
    }  # fmt: skip
    return slots.Panel("nurturing/lead_panel.html", shown)


@slots.fills("lead.more", order=60)
def actions(request: HttpRequest, lead: Lead, **context: Any) -> list[slots.Action]:
    works = Capability.SALES_WORK
    if lead.state not in (Lead.State.OPEN, Lead.State.LOST) or leads.must_claim(actor_of(request), lead):
        return []
    return [
        slots.Action(label, reverse(name, args=[lead.pk]), icon, capability=works, beside=True)
        for label, name, icon in (
            (gettext_lazy("发资料"), "nurturing:send", "book"),
            (gettext_lazy("加入序列"), "nurturing:enter", "refresh"),
        )
    ]


@slots.fills("task.panel", order=36)
def task_panel(request: HttpRequest, task: Task, **context: Any) -> list[Script | Act] | None:
    """Beside a piece that is to be sent: the words and the link to copy, and one key to say that it is done. Whoever
    took their yes back meanwhile is not written to."""
    actor = actor_of(request)
    if task.kind != STEP or not actor.may(Capability.SALES_WORK):
        return None
    rows = selectors.sendings(actor).filter(task=task, state=Sending.State.WAITING)
    row = rows.select_related("edition", "lead__customer", "run").first()
    if row is None:
        return None
    permitted = sending.may_send(row.lead, row.channel, asked=row.asked)
    address = address_of(request, row) if permitted else ""
    shown = {"row": row, "address": address, "permitted": permitted, "next": reverse("tasks:workbench")}
    words_and_link = (*filter(None, row.words.splitlines()), address) if permitted else ()
    said = Script(_("发资料"), words_and_link, source=row.run.name if row.run else "")
    return [said, Act("nurturing/parts/hand_over.html", shown)]


# The time line ----------------------------------------------------------------------------------
@slots.fills("customer.timeline", order=30)
def timeline(request: HttpRequest, **context: Any) -> Renderers:
    return {
        events.PieceSent.name: Renderer(SALE, _sent),
        events.PieceOpened.name: Renderer(SALE, _opened),
        events.PieceAnswered.name: Renderer(SALE, _answered),
        events.PiecesRefused.name: Renderer(SALE, _refused),
        events.SequenceBegun.name: Renderer(SALE, _begun),
        events.SequenceEnded.name: Renderer(SALE, _ended),
    }


def _page(entry: Happening) -> str:
    """The customer's leads, as far as the reader sees some: what was sent may be a colleague's."""
    sees = current_actor().may(Capability.SALES_VIEW)
    return reverse("leads:of-customer", args=[entry.of]) if sees and entry.of else ""


def _title(entry: Happening) -> str:
    return _("《{title}》").format(title=entry.data["title"])


def _sent(entry: Happening) -> Line:
    kind = entry.data["channel"]
    label = str(Channel(kind).label) if kind in Channel.values else kind
    return Line(
        _("发了资料"), icon="book", text=_title(entry), marks=(Mark(label, "line"),), url=_page(entry)
    )


def _opened(entry: Happening) -> Line:
    return Line(_("打开了资料"), icon="eye", text=_title(entry), url=_page(entry))


def _answered(entry: Happening) -> Line:
    title = _("看了资料，请顾问联系")
    return Line(title, icon="msg", text=_title(entry), quote=entry.data.get("note", ""), url=_page(entry))


def _refused(entry: Happening) -> Line:
    return Line(_("不再接收资料"), icon="ban", text=_title(entry), url=_page(entry))


def _begun(entry: Happening) -> Line:
    title = _("加入培育序列「{name}」").format(name=entry.data["sequence"])
    return Line(title, icon="refresh", url=_page(entry))


def _ended(entry: Happening) -> Line:
    title = _("培育序列「{name}」停了").format(name=entry.data["sequence"])
    return Line(title, icon="stop", text=str(words.ENDS.get(entry.data["end"], "")), url=_page(entry))
