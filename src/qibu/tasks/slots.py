"""What the work of the day puts into the frame and onto other pages, and how its events read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.contracts import tasks as events
from qibu.customers import evidence
from qibu.customers.timeline import CONTACT, Happening, Line, Mark, Renderer, Renderers
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import ScopeError, current_actor
from qibu.network.rules import Capability
from qibu.tasks.models import Clock, Task
from qibu.tasks.selectors import workbench as reads
from qibu.tasks.selectors.calendars import missing_years
from qibu.tasks.selectors.promises import owed
from qibu.ui import formats, slots

SHOWN = 5
LATE_SHOWN = 3
TEAM_SHOWN = 8
OUTCOMES = {
    "reached": ("check", "done"),
    "not_reached": ("miss", ""),
    "call_back": ("cal", "running"),
    "wrong_number": ("x", "soon"),
    "do_not_call": ("ban", "overdue"),
}


def _actor(request: HttpRequest) -> Actor | None:
    """Who works here, as far as the page stands in a scope: pages of their own scope draw the frame outside it."""
    try:
        found = current_actor()
    except ScopeError:
        return None
    return found if found.may(Capability.TASKS_WORK) else None


def _overdue(request: HttpRequest) -> int:
    actor = _actor(request)
    return reads.overdue_count(actor.staff_id, times.now()) if actor else 0


def _open(request: HttpRequest) -> int:
    actor = _actor(request)
    return reads.open_count(actor.staff_id, times.now()) if actor else 0


@slots.fills("navigation", order=10)
def navigation(request: HttpRequest) -> list[slots.NavItem]:
    work = Capability.TASKS_WORK
    return [
        slots.NavItem(
            "workbench", gettext_lazy("工作台"), "home", "tasks:workbench", capability=work, badge=_overdue, hot=True,
            phone=1,
        ),
        slots.NavItem(
            "tasks", pgettext_lazy("菜单", "任务"), "check", "tasks:list", capability=work, badge=_open, phone=3
        ),
        slots.NavItem(
            "team", pgettext_lazy("菜单", "团队"), "users", "tasks:team", capability=Capability.TASKS_VIEW_ALL
        ),
    ]  # fmt: skip


@slots.fills("frame.bell", order=10)
def bell(request: HttpRequest) -> slots.Bell | None:
    """Colleagues whose delays climbed to me, each once."""
    actor = _actor(request)
    if actor is None:
        return None
    count = reads.colleagues_late(actor.staff_id)
    label = _("{n} 件同事的任务超时").format(n=formats.number(count))
    return slots.Bell(count, reverse("tasks:escalations"), reverse("network:bell"), label)


@slots.fills("search.commands", order=10)
def commands(request: HttpRequest) -> list[slots.Command]:
    work = Capability.TASKS_WORK
    return [
        slots.Command(gettext_lazy("新建任务"), reverse("tasks:new"), icon="plus", capability=work),
        slots.Command(
            pgettext_lazy("菜单", "兑现"), reverse("tasks:promises"), icon="target",
            hint=gettext_lazy("兑现了多少，为什么超时"), capability=Capability.TASKS_VIEW_ALL,
        ),
        slots.Command(gettext_lazy("登记缺勤"), reverse("tasks:absence"), icon="cal", capability=work),
        slots.Command(gettext_lazy("打印今天的工作单"), reverse("tasks:print"), icon="print", capability=work),
        slots.Command(
            gettext_lazy("公共池"), f"{reverse('tasks:list')}?view=pool", icon="inbox",
            hint=gettext_lazy("还没有人做的任务"), capability=work,
        ),
    ]  # fmt: skip


@slots.fills("frame.person", order=20)
def absence(request: HttpRequest) -> slots.Action:
    return slots.Action(gettext_lazy("我要请假"), reverse("tasks:absence"), "cal", capability=Capability.TASKS_WORK)


@slots.fills("settings", order=40)
def settings(request: HttpRequest) -> slots.Setting:
    return slots.Setting(
        gettext_lazy("营业时间和放假"), gettext_lazy("所有时限都按它计算"), "cal", "tasks:calendar",
        part="ways", capability=Capability.ORGANISATION_MANAGE,
    )  # fmt: skip


@slots.fills("settings", order=41)
def ladders(request: HttpRequest) -> slots.Setting:
    return slots.Setting(
        gettext_lazy("超时上报"), gettext_lazy("任务超时以后，什么时候告诉谁"), "up", "tasks:ladders",
        part="ways", capability=Capability.ORGANISATION_MANAGE,
    )  # fmt: skip


@slots.fills("workbench.head", order=10)
def calendar_alarm(request: HttpRequest, **context: Any) -> slots.Panel | None:
    """Without next year's holidays promises would run on days the store is closed: said, never guessed."""
    actor = _actor(request)
    if actor is None or not actor.may(Capability.TASKS_ASSIGN):
        return None
    years = missing_years(actor.organisation_id, times.today())
    around = {"years": years, "enters": actor.may(Capability.ORGANISATION_MANAGE)}
    return slots.Panel("tasks/slots/calendar_alarm.html", around) if years else None


@slots.fills("workbench.head", order=20)
def escalated(request: HttpRequest, **around: Any) -> slots.Panel | None:
    """On one's own workbench: the delays of others that climbed to oneself, with a field for the reason."""
    actor = _actor(request)
    if actor is None or not around.get("own", True):
        return None
    found = reads.escalated_to(actor.staff_id)
    rows = list(found[:LATE_SHOWN])
    if not rows:
        return None
    count = len(rows) if len(rows) < LATE_SHOWN else found.count()
    context = {"escalations": rows, "count": count, "causes": Clock.Cause.choices}
    return slots.Panel("tasks/slots/escalated.html", context)


@slots.fills("workbench.side", order=10)
def promised(request: HttpRequest, **context: Any) -> slots.Panel | None:
    actor = _actor(request)
    if actor is None:
        return None
    found = reads.promises(context.get("staff_id", actor.staff_id))
    return slots.Panel("tasks/slots/promises.html", {"promises": found[:SHOWN], "count": found.count()})


@slots.fills("workbench.side", order=20)
def waiting(request: HttpRequest, **context: Any) -> slots.Panel | None:
    actor = _actor(request)
    if actor is None:
        return None
    staff_id = context.get("staff_id", actor.staff_id)
    return slots.Panel(
        "tasks/slots/waiting.html",
        {
            "backlog": reads.backlog(actor, staff_id, times.now()),
            "pool": reads.pool_count(actor),
            "whose": staff_id if staff_id != actor.staff_id else None,
        },
    )


@slots.fills("workbench.side", order=30)
def team(request: HttpRequest, **context: Any) -> slots.Panel | None:
    """How the colleagues' day stands, for those who answer for it."""
    actor = _actor(request)
    if actor is None or not actor.may(Capability.TASKS_VIEW_ALL):
        return None
    return slots.Panel("tasks/slots/team.html", {"team": reads.team(times.now())[:TEAM_SHOWN]})


@slots.fills("customer.panel", order=10)
def customer_promises(request: HttpRequest, customer: Any, **context: Any) -> slots.Panel | None:
    """答应客户的事 and what else is open for this customer."""
    actor = _actor(request)
    if actor is None:
        return None
    every = actor.may(Capability.TASKS_VIEW_ALL)
    found = reads.open_of_customer(customer.pk)
    keepable = {task.pk for task in found if every or task.assignee_id in {None, actor.staff_id}}
    return slots.Panel("tasks/slots/customer.html", _customers(found, keepable, customer))


def _customers(found: list[Task], keepable: set[int], customer: Any) -> dict[str, Any]:
    late = owed(keepable, times.now()) if keepable else set[int]()
    return {"tasks": found, "whom": customer, "keepable": keepable, "owing": late, "causes": Clock.Cause.choices}


@slots.fills("customer.actions", order=20)
def customer_actions(request: HttpRequest, customer: Any, **context: Any) -> list[slots.Action]:
    page = reverse("customers:detail", args=[customer.pk])
    address = f"{reverse('tasks:new')}?customer={customer.pk}&next={page}"
    return [
        slots.Action(_("记一件承诺"), f"{address}&kind=promise", icon="msg", capability=Capability.TASKS_WORK),
        slots.Action(_("新建任务"), address, icon="plus", capability=Capability.TASKS_WORK),
    ]


def _unfinished(actor: Actor, customer_ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = Task.objects.filter(customer_id__in=customer_ids, state=Task.State.OPEN)
    for task in rows.order_by("due_at", "pk"):
        found.setdefault(task.customer_id or 0, []).append(task.called)
    return {pk: _first_few(lines) for pk, lines in found.items()}


def _first_few(lines: list[str]) -> list[str]:
    more = len(lines) - SHOWN
    return lines if more <= 0 else [*lines[:SHOWN], _("还有 {n} 件").format(n=more)]


evidence.add(evidence.Evidence("tasks", gettext_lazy("没做完的事"), _unfinished, order=30))


@slots.fills("customer.timeline", order=30)
def timeline(request: HttpRequest, **context: Any) -> Renderers:
    return {
        events.TaskTried.name: Renderer(CONTACT, _tried),
        events.PromiseMade.name: Renderer(CONTACT, _promised),
    }


def _tried(entry: Happening) -> Line:
    outcome = entry.data["outcome"]
    icon, kind = OUTCOMES.get(outcome, ("phone", ""))
    label = str(Task.Outcome(outcome).label) if outcome in Task.Outcome.values else outcome
    again = entry.data.get("next_at")
    text = _("{time} 再联系").format(time=_moment(again)) if again and outcome == "call_back" else ""
    title = formats.kept(entry.data, "title")
    return Line(title, icon=icon, text=text, quote=entry.data.get("note", ""), marks=(Mark(label, kind),))


def _promised(entry: Happening) -> Line:
    due = _("{time} 之前").format(time=_moment(entry.data["due_at"]))
    return Line(_("答应：{what}").format(what=formats.kept(entry.data, "title")), icon="msg", text=due)


def _moment(text: str) -> str:
    return formats.moment(datetime.fromisoformat(text))
