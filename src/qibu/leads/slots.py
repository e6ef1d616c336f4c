"""What leads put into the frame and onto customers' pages, and how their events read."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contracts import leads as events
from qibu.customers.models import Customer
from qibu.customers.timeline import SALE, Happening, Line, Mark, Renderer, Renderers
from qibu.kernel.scoping import current_actor
from qibu.leads import selectors, words
from qibu.leads.models import Lead
from qibu.leads.selectors import placements
from qibu.network.middleware import actor_of
from qibu.network.rules import Capability
from qibu.tasks.models import Task
from qibu.tasks.scripts import Act
from qibu.ui import slots


@slots.fills("navigation", order=30)
def navigation(request: HttpRequest) -> slots.NavItem:
    """Whoever sells has it at hand on the telephone, too."""
    sells = getattr(request, "actor", None) is not None and actor_of(request).may(Capability.SALES_WORK)
    return slots.NavItem(
        "leads", gettext_lazy("线索"), "target", "leads:board", capability=Capability.SALES_VIEW, area="sales",
        root="leads:list", phone=4 if sells else 0,
    )  # fmt: skip


@slots.fills("customer.tab", order=25)
def tab(request: HttpRequest, customer: Customer, **context: Any) -> slots.Tab | None:
    count = selectors.of_customer(actor_of(request), customer.pk).count()
    url = reverse("leads:of-customer", args=[customer.pk])
    return slots.Tab("leads", gettext_lazy("线索"), url, count) if count else None


@slots.fills("settings", order=30)
def settings(request: HttpRequest) -> list[slots.Setting]:
    part, may = "leads", Capability.SALES_MANAGE
    return [
        slots.Setting(
            gettext_lazy("销售阶段"), gettext_lazy("从新线索到订车的每一步，进来之前要有什么"), "cols",
            "leads:stage-lines", part, may,
        ),
        slots.Setting(
            gettext_lazy("战败原因"), gettext_lazy("两级原因，哪些可以选"), "x", "leads:losses", part, may
        ),
        slots.Setting(
            gettext_lazy("级别和跟进频率"), gettext_lazy("H、A、B、C 各是多少天内买，多久联系一次"), "clock",
            "leads:pace", part, may,
        ),
        slots.Setting(
            gettext_lazy("线索分配"), gettext_lazy("分给谁、多久要联系、公海怎么领"), "swap", "leads:rules", part, may
        ),
    ]  # fmt: skip


@slots.fills("search.commands", order=30)
def commands(request: HttpRequest) -> list[slots.Command]:
    see, lead = Capability.SALES_VIEW, Capability.SALES_ASSIGN
    new = Capability.SALES_RECEIVE
    return [
        slots.Command(gettext_lazy("新建线索"), reverse("leads:create"), icon="plus", capability=new),
        slots.Command(gettext_lazy("销售看板"), reverse("leads:board"), icon="cols", capability=see),
        slots.Command(gettext_lazy("线索列表"), reverse("leads:list"), icon="rows", capability=see),
        slots.Command(gettext_lazy("要看一眼的线索"), reverse("leads:reports"), icon="warn", capability=lead),
        slots.Command(gettext_lazy("成交概率准不准"), reverse("leads:chances"), icon="chart", capability=see),
        slots.Command(
            gettext_lazy("公海"), reverse("leads:pool"), "inbox", hint=gettext_lazy("没有人跟进的线索，谁都可以领取"),
            capability=see,
        ),
        slots.Command(
            gettext_lazy("线索分配"), reverse("leads:loads"), "swap", hint=gettext_lazy("每人手上、排班、规则"),
            capability=lead,
        ),
    ]  # fmt: skip


@slots.fills("task.panel", order=30)
def task_panel(request: HttpRequest, task: Task, **context: Any) -> list[slots.Panel] | None:
    """Beside a call for a lead: what they want, and the way to the lead; in the pool, the key that claims it."""
    actor = actor_of(request)
    if not task.kind.startswith("lead."):
        return None
    wanted = Q(next_task=task) | Q(retry_task=task)
    lead = selectors.visible(actor).filter(wanted).first()
    if lead is None:
        return None
    about = slots.Panel("leads/parts/task.html", {"lead": lead})
    if not selectors.must_claim(actor, lead) or not actor.may(Capability.SALES_WORK):
        return [about]
    return [Act("leads/parts/to_claim.html", {"lead": lead}), about]


@slots.fills("workbench.head", order=35)
def untaken(request: HttpRequest, **around: Any) -> slots.Panel | None:
    """On one's own workbench, for those who share out work: leads that came in and found nobody who could take them."""
    actor = actor_of(request)
    if not actor.may(Capability.SALES_ASSIGN) or not around.get("own", True):
        return None
    found = placements.untaken(actor)
    return slots.Panel("leads/parts/untaken.html", found) if found else None


@slots.fills("lead.panel", order=80)
def history(request: HttpRequest, lead: Lead, **context: Any) -> slots.Panel | None:
    """With whom it lay, where it was handed on at all."""
    rows = placements.of_lead(lead)
    found = placements.told(rows)
    return slots.Panel("leads/parts/placements.html", {"history": found}) if len(found) > 1 else None


@slots.fills("lead.more", order=80)
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
        events.LeadsMerged.name: Renderer(SALE, _merged),
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


def _merged(entry: Happening) -> Line:
    return Line(_("两条线索合成一条"), icon="merge", url=_page(entry))
