"""The workbench: today's work at the left, the call to make at the right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from qibu.kernel import times
from qibu.network.middleware import Request
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.tasks.forms import ResultForm
from qibu.tasks.models import Task
from qibu.tasks.selectors import workbench as reads
from qibu.tasks.selectors.lists import visible_tasks
from qibu.tasks.services import results
from qibu.tasks.services.errors import AlreadyDone, NotAllowedNow, Problem, Rival
from qibu.tasks.views.back import back_to
from qibu.tasks.views.panels import panel_context
from qibu.ui.formats import day, moment
from qibu.ui.frame import Frame

BAR = 230  # units across the day's bar
ICONS = {"follow_up": "phone", "promise": "msg", "due": "cal", "greeting": "heart", "other": "check"}


@dataclass
class Bench:
    """What the page shows for one request; `given` overrules the address after a result."""

    request: Request
    given: dict[str, str]

    @cached_property
    def query(self) -> dict[str, str]:
        return {**self.request.GET.dict(), **self.given}

    @cached_property
    def staff(self) -> Staff | None:
        return reads.whose(self.request.actor, self.query.get("staff", ""))

    @property
    def own(self) -> bool:
        return self.staff is None or self.staff.pk == self.request.actor.staff_id

    @cached_property
    def work(self) -> reads.WorkList:
        asked = self.query.get("shown", "")
        shown = min(int(asked), reads.MOST_SHOWN) if asked.isdecimal() else reads.PAGE
        category = self.query.get("category", "")
        chosen = category if category in Task.Category.values else ""
        return reads.WorkList(self.staff.pk if self.staff else None, times.now(), chosen, max(shown, reads.PAGE))

    @cached_property
    def selected(self) -> Task | None:
        asked = self.query.get("task", "")
        if asked.isdecimal():
            rows = visible_tasks(self.request.actor).filter(pk=int(asked), state=Task.State.OPEN)
            if found := rows.select_related("customer", "vehicle").first():
                return found
        return self.work.rows[0] if self.work.rows else None

    def after(self, done: Task) -> str:
        """The row that comes after the one just dealt with, else the first one."""
        others = [row for row in self.work.rows if row.pk != done.pk and row.customer_id != (done.customer_id or 0)]
        later = [row for row in others if (row.due_at, row.pk) > (done.due_at, done.pk)]
        return str(next(iter(later or others)).pk) if others else ""

    def context(self) -> dict[str, Any]:
        sections = list(self.work.sections())
        rows = [row for section in sections for row in section.rows]
        told = reads.told_of([row.pk for row in rows])
        return {
            "bench": self,
            "work": self.work,
            "tally": self.work.tally,
            "sections": [(section, [_line(row, told) for row in section.rows]) for section in sections],
            "categories": self._categories(),
            "bar": _bar(self.work.tally),
            "people": reads.people(self.request.actor),
            "first_run": not rows and reads.is_first_run(self.request.actor),
            "staff_query": "" if self.own or self.staff is None else f"&staff={self.staff.pk}",
            **(panel_context(self.request, self.selected, self.work) if self.selected else {}),
        }

    def _categories(self) -> list[dict[str, Any]]:
        tally = self.work.tally
        everything = {"key": "", "label": _("全部"), "count": tally.total}
        found = [
            {"key": key, "label": label, "count": tally.by_category[key]}
            for key, label in Task.Category.choices
            if tally.by_category[key] or key == self.work.category
        ]
        return [everything, *found]


@dataclass(frozen=True)
class Line:
    """One row of the list: the most urgent task of a customer."""

    task: Task
    icon: str
    told: str  # to whom its delay was told
    others: int  # further tasks of the customer
    note: str  # its detail, else the day it is about


def _line(task: Task, told: dict[int, str]) -> Line:
    return Line(task, ICONS[task.category], told.get(task.pk, ""), getattr(task, "size", 1) - 1, _note(task))


def _note(task: Task) -> str:
    if task.detail or task.category != Task.Category.DUE or not task.facts.get("due_on"):
        return task.detail or str(Task.Category(task.category).label)
    return _("{day}到期").format(day=day(date.fromisoformat(task.facts["due_on"]), "words"))


def _bar(tally: reads.Tally) -> list[tuple[str, int, int]]:
    """Class, start and width of each part of the day's bar."""
    parts = (("d-done", tally.done), ("d-over", tally.overdue), ("d-soon", tally.soon), ("d-run", tally.today))
    total = sum(count for _name, count in parts)
    found, at = [], 0
    for name, count in parts:
        if count:
            width = max(round(count * BAR / total), 4)
            found.append((name, at, width))
            at += width + 2
    return found


@require_GET
def workbench(request: Request) -> HttpResponse:
    if not request.actor.may(Capability.TASKS_WORK):
        return _elsewhere(request)
    return _page(request, {})


def _elsewhere(request: Request) -> HttpResponse:
    """People without a work list (audit, administration) begin at their first place."""
    home = reverse("tasks:workbench")
    places = [place.url for place in Frame(request).places if place.url != home]
    return HttpResponseRedirect(places[0] if places else reverse("network:account"))


def _page(request: Request, given: dict[str, str], status: int = 200, **extra: Any) -> HttpResponse:
    part = request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request
    template = "tasks/work.html" if part else "tasks/workbench.html"
    return render(request, template, {**Bench(request, given).context(), **extra}, status=status)


@require_GET
def panel(request: Request, task_id: int) -> HttpResponse:
    """The right side for another row."""
    request.actor.require(Capability.TASKS_WORK)
    rows = visible_tasks(request.actor).select_related("customer", "vehicle")
    task = rows.filter(pk=task_id).first()
    if task is None:
        raise Http404
    if not request.htmx:
        return redirect(f"{reverse('tasks:workbench')}?task={task.pk}")
    work = Bench(request, {}).work
    return render(request, "tasks/panel.html", panel_context(request, task, work))


@require_POST
def result(request: Request) -> HttpResponse:
    """One of the five results: it saves and opens the next task by itself."""
    form = ResultForm(request.POST)
    back = {key: request.POST[key] for key in ("staff", "category") if request.POST.get(key)}
    if not form.is_valid() or not form.cleaned_data["task"]:
        return _page(request, back, status=422, trouble=_("请先选一件任务，再记录结果。"))
    lead = str(form.cleaned_data["task"][0])
    try:
        bench = Bench(request, back)
        before = next((row for row in bench.work.rows if str(row.pk) == lead), None)
        done = _record(request, form)
    except AlreadyDone as first:
        return _page(request, back, status=409, trouble=rival_words(first.rival))
    except NotAllowedNow as refused:
        return _page(request, {**back, "task": lead}, status=422, **_asked(form, refused))
    given = {**back, "task": bench.after(before or done.attempts[0].task)}
    undo = reverse("tasks:undo", args=[",".join(str(attempt.pk) for attempt in done.attempts)])
    if request.htmx and "next" not in request.POST:
        return _page(request, given, said=_said(done), undo=undo)
    messages.success(request, _said(done), extra_tags=undo)
    back_at = back_to(request, f"{reverse('tasks:workbench')}?task={given['task']}")
    return HttpResponseClientRedirect(back_at) if request.htmx else redirect(back_at)


def _asked(form: ResultForm, refused: NotAllowedNow) -> dict[str, Any]:
    """What was said stays there; a late task's result waits in the form for its reason, and words that are missing are
    asked for at their own place."""
    wordless = refused.problem == Problem.WORDS_MISSING
    owing = wordless or refused.problem == Problem.BREACH_UNEXPLAINED
    given = form.cleaned_data
    return {
        "asking": given["result"] if owing else "", "words_missing": wordless, "typed": given["note"],
        "words": given["words"], "chosen": given["task"], "trouble": "" if wordless else refused.words,
    }  # fmt: skip


def _record(request: Request, form: ResultForm) -> results.Recorded:
    return results.record(
        actor=request.actor,
        task_ids=form.cleaned_data["task"],
        outcome=form.outcome,
        note=form.cleaned_data["note"],
        next_at=form.next_at,
        point_id=form.cleaned_data["point"],
        token=form.cleaned_data["token"],
        why=form.why,
    )


def _said(done: results.Recorded) -> str:
    first = done.attempts[0]
    words = {"task": first.task.called, "result": Task.Outcome(first.outcome).label, "n": len(done.attempts)}
    if first.task.customer_id is None:
        if first.next_at:
            return _("「{task}」改到 {time} 再做。").format(time=moment(first.next_at), **words)
        return _("已完成「{task}」。").format(**words)
    if first.next_at and first.task.state == Task.State.OPEN:
        words["time"] = moment(first.next_at)
        return _("已记录「{task}」：{result}，{time} 再打。").format(**words)
    if len(done.attempts) > 1:
        return _("已记录 {n} 件：{result}。").format(**words)
    return _("已记录「{task}」：{result}。").format(**words)


def rival_words(rival: Rival) -> str:
    if not rival.name:
        return _("这件任务已经结束了，列表已刷新。")
    if not rival.closed:
        return _("{name} 已经在做这件任务了，列表已刷新。").format(name=rival.name)
    return _("{name} 在 {time} 已经处理了这件任务，列表已刷新。").format(name=rival.name, time=moment(rival.at))


@require_POST
def undo(request: Request, attempts: str) -> HttpResponse:
    """撤销: the tasks of that call stand as before and are opened again."""
    numbers = [int(text) for text in attempts.split(",") if text.isdecimal()]
    try:
        tasks = results.undo(actor=request.actor, attempt_ids=numbers)
    except NotAllowedNow as refused:
        messages.error(request, refused.words)
        return redirect("tasks:workbench")
    messages.success(request, _("已撤销「{task}」的结果。").format(task=tasks[0].called))
    return redirect(f"{reverse('tasks:workbench')}?task={tasks[0].pk}")
