"""Pages of care: what falls due, the plans, how the store works through its backlog."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.care import words
from qibu.care.forms import PlanForm, PolicyForm
from qibu.care.models import Due
from qibu.care.selectors import dues
from qibu.care.selectors.plans import LivingPlan, plans, policy
from qibu.care.services import plans as acts
from qibu.customers.selectors import staff_choices
from qibu.kernel import times
from qibu.kernel.days import add_months
from qibu.kernel.meanwhile import Disputed
from qibu.network.inheritance import heirs, provenance
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.tasks.models import Task
from qibu.ui.lists import Action, Choice, Column, Days, ListPage, Preset, Several

LABELS = (
    ("maintenance", gettext_lazy("保养")),
    ("insurance", gettext_lazy("保险")),
    ("inspection", gettext_lazy("年检")),
    ("warranty", gettext_lazy("质保")),
    ("birthday", gettext_lazy("生日")),
)


def _of_advisor(rows: QuerySet[Due], value: str) -> QuerySet[Due]:
    if value == "none":
        return rows.filter(customer__advisor__isnull=True)
    return rows.filter(customer__advisor_id=int(value)) if value.isdecimal() else rows


class DueList(ListPage):
    key, title, unit = "dues", gettext_lazy("到期清单"), gettext_lazy("项")
    ordering = ("due_on", "id")
    columns = (
        Column("due_on", gettext_lazy("到期"), cell="care/cells/due.html", card="right", locked=True, sort="due_on"),
        Column("what", gettext_lazy("事项"), cell="care/cells/what.html", card="line", locked=True),
        Column("customer", gettext_lazy("客户"), cell="care/cells/customer.html", card="title", locked=True),
        Column("vehicle", gettext_lazy("车辆"), cell="care/cells/vehicle.html"),
        Column("advisor", gettext_lazy("服务顾问"), value="customer.advisor.name"),
    )
    filters = (
        Several("trigger", gettext_lazy("事项"), LABELS),
        Days("due", gettext_lazy("到期日"), field="due_on"),
        Choice(
            "advisor", gettext_lazy("服务顾问"),
            lambda request: [*staff_choices(), ("none", gettext_lazy("没有顾问"))], field=_of_advisor,
        ),
        Choice(
            "estimated", gettext_lazy("推算"), (("1", gettext_lazy("推算的")), ("0", gettext_lazy("有依据的"))),
            field=lambda rows, value: rows.filter(estimated=value == "1"),
        ),
    )  # fmt: skip
    empty_title = gettext_lazy("没有到期的事项")
    empty_text = gettext_lazy("导入车辆、保单和维修记录后，这里会列出保养、保险、年检、质保和生日。")

    @cached_property
    def presets(self) -> tuple[Preset, ...]:  # type: ignore[override]  # the days are those of today
        today = times.today()
        ahead = {"due_from": today.isoformat()}
        month = {"due_from": today.replace(day=1), "due_to": add_months(today.replace(day=1), 1) - date.resolution}
        return (
            Preset("ahead", _("今后"), ahead),
            Preset("month", _("本月保险和年检"), month | {"trigger": ["insurance", "inspection"]}),
            Preset("insurance", _("60 天内保险"), ahead | {"trigger": "insurance", "due_to": _in(60)}),
            Preset("inspection", _("60 天内年检"), ahead | {"trigger": "inspection", "due_to": _in(60)}),
            Preset("maintenance", _("30 天内保养"), ahead | {"trigger": "maintenance", "due_to": _in(30)}),
            Preset("birthday", _("30 天内生日"), ahead | {"trigger": "birthday", "due_to": _in(30)}),
            Preset("past", _("已过期"), {"due_to": (today - date.resolution).isoformat(), "sort": "-due_on"}),
        )

    def rows(self) -> QuerySet[Due]:
        self.request.actor.require(Capability.CUSTOMERS_VIEW)  # type: ignore[attr-defined]  # set by ScopeMiddleware
        return dues.visible(self.request.actor).select_related("vehicle", "customer", "customer__advisor")  # type: ignore[attr-defined]

    def decorate(self, rows: list[Any]) -> list[Any]:
        whom = dues.called_for(self.request.actor, rows)  # type: ignore[attr-defined]  # set by ScopeMiddleware
        for due in rows:
            due.what, due.remark, due.whom = words.of_due(due), words.remark(due), whom.get(due.pk)
        return rows

    def row_name(self, row: Any) -> str:
        return f"{row.customer} {words.of_due(row)}"

    def actions(self) -> Iterable[Action]:
        found = [Action(_("打印月度清单"), reverse("care:dues-print"), "print")]
        if self.request.actor.may(Capability.CARE_EDIT):  # type: ignore[attr-defined]  # set by ScopeMiddleware
            found.append(Action(_("关怀计划"), reverse("care:plans"), "heart"))
        return found


def _in(days: int) -> str:
    return (times.today() + days * date.resolution).isoformat()


@require_GET
def printed(request: Request) -> HttpResponse:
    """The monthly list of insurance and inspections that end, on paper (F2)."""
    request.actor.require(Capability.CUSTOMERS_VIEW)
    month = _month(request.GET.get("month", ""))
    rows: list[Any] = list(dues.of_month(request.actor, month))
    whom = dues.called_for(request.actor, rows)
    for due in rows:
        due.what, due.remark, due.whom = words.of_due(due), words.remark(due), whom.get(due.pk)
    months = [add_months(times.today().replace(day=1), step) for step in range(-1, 4)]
    return render(request, "care/printed.html", {"rows": rows, "month": month, "months": months, "at": times.now()})


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return times.today().replace(day=1)


@dataclass(frozen=True)
class PlanRow:
    """A plan as its list and page show it."""

    plan: LivingPlan
    source: str
    planned: int
    reached: int
    below: int  # organisations below that inherit it unless they have their own

    @property
    def name(self) -> str:
        return words.name_of(self.plan.row)

    @property
    def summary(self) -> str:
        return words.summary_of(self.plan.row)

    @property
    def occasion(self) -> str:
        return words.occasion(self.plan.row)

    @property
    def audience(self) -> str:
        return words.audience(self.plan.audience)

    @property
    def axis(self) -> list[tuple[str, str]]:
        return [(words.when(step), words.title_of(step)) for step in self.plan.steps]


def _plan_rows(request: Request) -> list[PlanRow]:
    found, counted = plans(request.actor), dues.results()
    below = len(heirs(request.actor.organisation_id))
    sources = provenance({plan.row.organisation_id for plan in found}, request.actor.organisation_id)
    return [
        PlanRow(plan, sources[plan.row.organisation_id], *counted.get(plan.row.code, (0, 0)), below)
        for plan in found
    ]


@require_GET
def plan_list(request: Request) -> HttpResponse:
    request.actor.require(Capability.CARE_EDIT)
    backlog = Task.objects.filter(state=Task.State.BACKLOG).count()
    context = {"rows": _plan_rows(request), "backlog": backlog, "policy": policy(request.actor)}
    return render(request, "care/plans.html", context)


@require_http_methods(["GET", "POST"])
def plan_page(request: Request, code: str) -> HttpResponse:
    """POST with `try` says what the change would do; without it the change is made."""
    request.actor.require(Capability.CARE_EDIT)
    row = next((row for row in _plan_rows(request) if row.plan.row.code == code), None)
    if row is None:
        raise Http404
    form = PlanForm(row.plan, request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return render(request, "care/plan.html", {"row": row, "form": form})
    if not form.is_valid():
        return render(request, "care/plan.html", {"row": row, "form": form}, status=422)
    try:
        if "try" in request.POST:
            tried = acts.preview(actor=request.actor, code=code, edit=form.edit)
            return render(request, "care/plan.html", {"row": row, "form": form, "tried": tried})
        acts.change(actor=request.actor, code=code, edit=form.edit)
    except acts.ChangedMeanwhile:
        return _disputed(request, code, form)
    messages.success(request, _("已保存。今天的任务正在按新计划重新安排。"))
    return redirect("care:plan", code=code)


def _disputed(request: Request, code: str, form: PlanForm) -> HttpResponse:
    """What was typed, with what a colleague saved meanwhile beside it."""
    row = next(row for row in _plan_rows(request) if row.plan.row.code == code)
    form.dispute(row.plan)
    return render(request, "care/plan.html", {"row": row, "form": form, "changed": True}, status=422)


@require_POST
def plan_inheritance(request: Request, code: str) -> HttpResponse:
    acts.inherit_again(actor=request.actor, code=code)
    messages.success(request, _("已恢复继承，原来的改动不再使用。"))
    return redirect("care:plan", code=code)


@require_http_methods(["GET", "POST"])
def policy_page(request: Request) -> HttpResponse:
    request.actor.require(Capability.CARE_EDIT)
    form = PolicyForm(request.POST or None, instance=policy(request.actor))
    if request.method == "POST" and form.is_valid():
        try:
            acts.change_policy(actor=request.actor, **form.cleaned_data)
        except Disputed as disputed:
            form.dispute(disputed.theirs)
        else:
            messages.success(request, _("已保存，从今天起按新的设置放出积压。"))
            return redirect("care:policy")
    backlog = Task.objects.filter(state=Task.State.BACKLOG)
    counts = {"tasks": backlog.count(), "customers": backlog.values("customer").distinct().count()}
    status = 422 if form.errors else 200
    return render(request, "care/policy.html", {"form": form, "counts": counts}, status=status)
