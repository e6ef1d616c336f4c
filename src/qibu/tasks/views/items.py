"""One task: its page and drawer, and what can be done with it besides calling."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.customers.models import Customer
from qibu.customers.selectors import may_approach, staff_choices, visible
from qibu.customers.services import reveal
from qibu.kernel import times
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.network.services.batches import begin
from qibu.network.views.batches import answer
from qibu.tasks import batches, following
from qibu.tasks.forms import AssignForm, ReasonForm, TaskForm, WhyForm
from qibu.tasks.models import Attempt, Clock, Task
from qibu.tasks.selectors import workbench as reads
from qibu.tasks.selectors.lists import visible_tasks
from qibu.tasks.selectors.promises import owed
from qibu.tasks.services import clocks, tasks
from qibu.tasks.services.consequences import ASKED_FOR, at_the_task
from qibu.tasks.services.errors import AlreadyDone, NotAllowedNow
from qibu.tasks.views.back import back_to
from qibu.tasks.views.bench import ICONS, rival_words
from qibu.tasks.views.lists import TaskList
from qibu.tasks.views.panels import customer_url
from qibu.ui import chosen

DAY_ENDS = time(17)
PLAIN = "text/plain; charset=utf-8"


def found_or_404(request: Request, task_id: int) -> Task:
    request.actor.require(Capability.TASKS_WORK)
    rows = visible_tasks(request.actor)
    found = rows.select_related("customer", "vehicle", "assignee", "created_by", "closed_by").filter(pk=task_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
def detail(request: Request, task_id: int) -> HttpResponse:
    """The whole page; with `?drawer=1` what stands beside the list."""
    template = "tasks/drawer.html" if request.GET.get("drawer") else "tasks/detail.html"
    return render(request, template, _detail(request, found_or_404(request, task_id)))


def _detail(request: Request, task: Task) -> dict[str, Any]:
    actor = request.actor
    barred = following.barred(actor, [task]).get(task.pk, "")
    tries = Attempt.objects.filter(task=task).select_related("by").order_by("-at", "-pk")
    return {
        "task": task,
        "icon": ICONS[task.category],
        "tries": tries,
        "clocks": reads.clocks_of(task),
        "customer_url": customer_url(actor, task),
        "barred": barred,
        "is_open": task.state in {Task.State.OPEN, Task.State.BACKLOG},
        "may_claim": task.assignee_id is None and task.state == Task.State.OPEN and actor.staff_id is not None
        and not barred,
        "may_assign": actor.may(Capability.TASKS_ASSIGN) or task.assignee_id == actor.staff_id,
        "may_hold": clocks.may_hold(actor, task),
        "people": staff_choices(),
        "causes": Clock.Cause.choices,
        "owes": task.pk in owed([task.pk], times.now()),
    }


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A to-do or a promise; `?customer=` says whom it is for."""
    request.actor.require(Capability.TASKS_WORK)
    form = TaskForm(request.POST or None, people=[("", _("我自己")), *staff_choices()], initial=_initial(request))
    customer = _customer(request, form["customer"].value())
    if request.method == "POST" and form.is_valid():
        task = _create(request, form.cleaned_data)
        messages.success(request, _("已新建「{task}」。").format(task=task.called))
        return HttpResponseRedirect(back_to(request))
    status = 422 if form.is_bound else 200
    context = {"form": form, "customer": customer, "next": request.GET.get("next", request.POST.get("next", ""))}
    return render(request, "tasks/new.html", context, status=status)


def _initial(request: Request) -> dict[str, Any]:
    kind = "promise" if request.GET.get("kind") == "promise" else "todo"
    return {"kind": kind, "customer": request.GET.get("customer", ""), "due_at": _evening()}


def _evening() -> datetime:
    """Today at five, or tomorrow when that is near or over."""
    now = times.now()
    today = times.at_time(times.day_of(now), DAY_ENDS)
    return today if today > now + timedelta(hours=1) else today + timedelta(days=1)


def _customer(request: Request, number: Any) -> Customer | None:
    text = str(number or "")
    return visible(request.actor).filter(pk=int(text)).first() if text.isdecimal() else None


def _create(request: Request, data: dict[str, Any]) -> Task:
    common = {
        "actor": request.actor,
        "title": data["title"],
        "detail": data["detail"],
        "due_at": data["due_at"],
        "customer_id": data["customer"],
        "assignee_id": data["assignee"],
    }
    return tasks.create_promise(**common) if data["kind"] == "promise" else tasks.create_todo(**common)


@require_POST
def phone(request: Request, task_id: int, point_id: int) -> HttpResponse:
    """The number in the clear, for the task one is at; the task is the reason that is written down."""
    task = found_or_404(request, task_id)
    if task.customer is None or task.state != Task.State.OPEN:
        raise Http404
    if task.assignee_id not in {None, request.actor.staff_id} and not request.actor.may(Capability.TASKS_VIEW_ALL):
        raise Http404
    if not task.customer.contact_points.filter(pk=point_id).exists():
        raise Http404
    if task.category in ASKED_FOR and not may_approach([task.customer.pk], purpose="service", channel="phone"):
        return HttpResponse(_("这位客户不愿被打扰，这个电话不打了。"), status=422, content_type=PLAIN)
    if sentence := following.barred(request.actor, [task]).get(task.pk):
        return HttpResponse(sentence, status=422, content_type=PLAIN)
    number = reveal.phone(actor=at_the_task(request.actor), point_id=point_id, task_id=task.pk)
    return HttpResponse(number, content_type=PLAIN, headers={"Cache-Control": "no-store"})


@require_POST
def claim(request: Request) -> HttpResponse:
    """认领: from the list, or from a task's drawer."""
    numbers = chosen.ids(request)
    if not numbers:
        messages.error(request, _("请先勾选要认领的任务。"))
        return HttpResponseRedirect(back_to(request))
    try:
        taken = tasks.claim(actor=request.actor, task_ids=numbers)
    except AlreadyDone as first:
        return _taken(request, first)
    except NotAllowedNow as refused:
        messages.error(request, refused.words)
        return HttpResponseRedirect(back_to(request))
    messages.success(request, _("已认领 {n} 件，都在您的工作台上了。").format(n=len(taken)))
    return HttpResponseRedirect(back_to(request))


@require_http_methods(["GET", "POST"])
def assign(request: Request) -> HttpResponse:
    """分派: first the form with the names, then the deed. One's own task may be handed on without the right."""
    request.actor.require(Capability.TASKS_WORK)
    sent = "chosen" in request.POST
    form = AssignForm(request.POST if sent else None, people=staff_choices())
    several = chosen.of(request, TaskList)
    if not sent or not form.is_valid() or not several.count:
        return render(request, "tasks/assign.html", {"form": form, "chosen": several}, status=422 if sent else 200)
    staff_id = form.cleaned_data["staff"]
    name = dict(staff_choices()).get(str(staff_id), "")
    if len(several.ids) != 1 or several.all:
        rows, args = chosen.rows(request, TaskList), {"staff_id": staff_id, "name": name}
        return answer(
            request, begin(actor=request.actor, kind=batches.ASSIGN, rows=rows, args=args, back=back_to(request))
        )
    try:
        tasks.assign(actor=request.actor, task_id=several.ids[0], staff_id=staff_id)
    except AlreadyDone as first:
        return _taken(request, first)
    messages.success(request, _("已把任务分给{name}。").format(name=name or _("公共池")))
    return HttpResponseRedirect(back_to(request))


def _taken(request: Request, first: AlreadyDone) -> HttpResponse:
    context = {"words": rival_words(first.rival), "next": back_to(request)}
    return render(request, "tasks/taken.html", context, status=409)


@require_POST
def cancellation(request: Request, task_id: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        why = WhyForm(request.POST).why
        task = tasks.cancel(actor=request.actor, task_id=task_id, reason=reason, why=why)
    except (NotAllowedNow, AlreadyDone) as refused:
        messages.error(request, _words(refused))
        return redirect("tasks:detail", task_id)
    messages.success(request, _("已取消「{task}」。").format(task=task.called))
    return HttpResponseRedirect(back_to(request))


@require_POST
def reopening(request: Request, task_id: int) -> HttpResponse:
    try:
        task = tasks.reopen(actor=request.actor, task_id=task_id)
    except NotAllowedNow as refused:
        messages.error(request, refused.words)
        return redirect("tasks:detail", task_id)
    messages.success(request, _("已重新打开「{task}」。").format(task=task.called))
    return redirect("tasks:detail", task_id)


def _words(refused: NotAllowedNow | AlreadyDone) -> str:
    return refused.words if isinstance(refused, NotAllowedNow) else rival_words(refused.rival)


