"""任务: all tasks as a list: one's own, the pool, the store's, what waits, what is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qibu.customers.selectors import staff_choices
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.tasks.models import Clock, Task
from qibu.tasks.selectors import narrowing
from qibu.tasks.selectors import workbench as reads
from qibu.tasks.selectors.lists import later_of, pool_of, visible_tasks
from qibu.tasks.selectors.promises import NONE
from qibu.ui.lists import Batch, Choice, Column, Days, ListPage, Preset, Several, Text
from qibu.ui.slots import Action

State = Task.State
DONE = ("due", "title", "customer", "vehicle", "assignee", "category", "state", "why")  # with why it was late


def _actor(request: HttpRequest) -> Actor:
    found: Actor = request.actor  # type: ignore[attr-defined]  # set by the middleware
    return found


def _people(request: HttpRequest) -> list[tuple[str, str]]:
    """Asked once for a page: two filters choose among them."""
    if not hasattr(request, "people_to_choose"):
        request.people_to_choose = staff_choices()  # type: ignore[attr-defined]  # for this page alone
    found: list[tuple[str, str]] = request.people_to_choose  # type: ignore[attr-defined]  # just set
    return found


class TaskList(ListPage):
    key = "tasks"
    title = pgettext_lazy("菜单", "任务")
    unit = _("件")
    request: Request
    columns = (
        Column("due", _("时限"), "due_at", cell="tasks/cells/due.html", sort="due_at", width="m", card="right"),
        Column(
            "title", _("任务"), "title", cell="tasks/cells/title.html", card="title", locked=True,
            plain=lambda task: task.called,
        ),
        Column("customer", _("客户"), "customer", cell="tasks/cells/customer.html"),
        Column("vehicle", _("车辆"), "vehicle", cell="tasks/cells/vehicle.html"),
        Column("assignee", _("负责人"), "assignee", cell="tasks/cells/assignee.html"),
        Column("category", _("类别"), lambda task: task.get_category_display(), card="hide"),
        Column(
            "state", _("状态"), "state", cell="tasks/cells/state.html", card="hide",
            plain=lambda task: task.get_state_display(),
        ),
        Column("why", _("超时原因"), lambda task: getattr(task, "why", ""), card="hide", shown=False),
        Column(
            "value", _("年消费"), "value", cell="tasks/cells/value.html", align="end", sort="value", falls=True,
            shown=False,
        ),
    )  # fmt: skip
    filters = (
        Text("q", _("任务名称"), "title"),
        Several("category", _("类别"), Task.Category.choices),
        Days("due", _("时限"), "due_at", moments=True),
        Choice(
            "assignee", _("负责人"), lambda request: [(narrowing.NOBODY, _("公共池")), *_people(request)],
            narrowing.lying_with,
        ),
        Choice("stand", _("什么时候做"), narrowing.STANDS, narrowing.standing),
        Choice("broken", _("超时"), narrowing.KEPT_OR_NOT, narrowing.broken_or_not),
        Several("cause", _("超时原因"), [*Clock.Cause.choices, (NONE, narrowing.UNSAID)], narrowing.broken_because),
        Choice("covered", _("代班"), [("yes", _("替不在的人做的"))], narrowing.covered),
        Days("closed", _("结束时间"), "closed_at", moments=True),
        Several("ended", _("怎样结束"), narrowing.ENDS, "state"),
        Choice("by", _("谁做的"), lambda request: _people(request), narrowing.done_by),
    )
    ordering = ("due_at", "id")
    batch = (
        Batch(_("认领"), "tasks:claim", icon="check", capability=Capability.TASKS_WORK),
        Batch(_("分派"), "tasks:assign", icon="users", capability=Capability.TASKS_ASSIGN, drawer=True, every=True),
        Batch(_("导出"), "network:export-new", "export", Capability.CUSTOMERS_EXPORT, args=("tasks",), every=True),
    )
    empty_title = _("这里没有任务")
    empty_text = _("做完了，或者还没有生成。任务按关怀计划每天生成，也可以自己新建。")

    @cached_property
    def presets(self) -> Sequence[Preset]:  # type: ignore[override]  # which ones there are hangs on the actor
        found = [
            Preset(
                "mine", pgettext_lazy("列表", "我的"),
                count=lambda r: reads.open_count(_actor(r).staff_id, times.now()),
            ),
            Preset("pool", _("公共池"), count=lambda r: reads.pool_count(_actor(r))),
        ]
        if _actor(self.request).may(Capability.TASKS_VIEW_ALL):
            found += [Preset("all", _("全店未完成")), Preset("late", _("同事逾期"))]
        return [*found, Preset("later", _("改约和待放出")), Preset("done", _("已结束"), {"sort": "-due"}, columns=DONE)]

    def rows(self) -> QuerySet[Task]:
        actor = self.request.actor
        actor.require(Capability.TASKS_WORK)
        return self._of_view(actor).select_related("customer", "vehicle", "assignee")

    def _of_view(self, actor: Actor) -> QuerySet[Task]:
        view, seen, now = self.view, visible_tasks(actor), times.now()
        if view == "pool":
            return pool_of(actor)
        if view == "all":
            return seen.filter(state=State.OPEN)
        if view == "late":
            return seen.filter(state=State.OPEN, assignee__isnull=False, shown_from__lte=now, due_at__lt=now)
        if view == "done":
            return seen.filter(state__in=[State.DONE, State.CANCELLED, State.EXPIRED])
        if view == "later":
            return later_of(actor, now)
        return seen.filter(state=State.OPEN, assignee_id=actor.staff_id, shown_from__lte=now)

    def decorate(self, rows: list[Any]) -> list[Any]:
        """With why they were late, where that is shown."""
        return narrowing.with_reasons(rows, times.now()) if any(one.key == "why" for one in self.shown) else rows

    def row_url(self, row: Any) -> str:
        return reverse("tasks:detail", args=[row.pk])

    def actions(self) -> Iterable[Action]:
        new = Action(_("新建任务"), reverse("tasks:new"), icon="plus", key="N")
        return (new, Action(_("打印工作单"), reverse("tasks:print"), icon="print"))
