"""Pages of the plans and of how the backlog is worked through: what counts here, where it comes from, what a change
would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from qibu.care import inheriting, words
from qibu.care.addresses import address_of, line_asked_for, restore_address
from qibu.care.forms import LineForm, PlanForm, PolicyForm, mark, same_day
from qibu.care.models import Plan
from qibu.care.rules import EVERY_CAR
from qibu.care.selectors import dues
from qibu.care.selectors.cars import any_car
from qibu.care.selectors.plans import OF_POLICY, Book, LivingPlan, plans, policy
from qibu.care.services import plans as acts
from qibu.care.services.trials import Tried
from qibu.kernel.meanwhile import Disputed
from qibu.network.inheritance import heirs, organisation_names, provenance
from qibu.network.inherited import followers
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.tasks.models import Task

# What falls due for a person has no car that could belong to a line.
OF_PEOPLE = frozenset({Plan.Trigger.BIRTHDAY.value, Plan.Trigger.CALENDAR.value})
AFTERWARDS = frozenset({Plan.Trigger.DELIVERY.value, Plan.Trigger.VISIT_CLOSED.value})


@dataclass(frozen=True)
class PlanRow:
    """A plan as its list and page show it."""

    plan: LivingPlan
    source: str
    planned: int = 0
    reached: int = 0

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
    def once(self) -> bool:
        """One step makes no line through time."""
        return len(self.plan.steps) == 1

    @property
    def axis(self) -> list[tuple[str, str]]:
        return [(words.when(step), words.title_of(step)) for step in self.plan.steps]

    @property
    def line(self) -> str:
        return words.line(self.plan.line)

    @property
    def days_changed(self) -> bool:
        """Whether steps stand on other days than those that the plan's own sentence speaks of."""
        said = self.plan.said
        return any(step.offset_days != said[f"{step.code}.offset_days"][-1].value for step in self.plan.steps)

    @property
    def same_as_all(self) -> bool:
        """Nobody says anything else of this line than of all cars."""
        return bool(self.plan.line) and not any(one[0].about for one in self.plan.said.values())


@require_GET
def plan_list(request: Request) -> HttpResponse:
    request.actor.require(Capability.CARE_EDIT)
    found, counted = plans(request.actor), dues.results()
    sources = provenance({plan.source for plan in found}, request.actor.organisation_id)
    rows = [PlanRow(plan, sources[plan.source], *counted.get(plan.row.code, (0, 0))) for plan in found]
    context = {
        "groups": _grouped(rows), "below": len(heirs(request.actor.organisation_id)),
        "backlog": Task.objects.filter(state=Task.State.BACKLOG).count(), "policy": policy(request.actor),
    }  # fmt: skip
    return render(request, "care/plans.html", context)


def _grouped(rows: list[PlanRow]) -> list[tuple[str, list[PlanRow]]]:
    """By what sets them off: something happened, something runs out, a day to greet on."""
    titles = [
        (_("交车和进店以后"), AFTERWARDS),
        (_("快到期的"), set(Plan.Trigger.values) - AFTERWARDS - OF_PEOPLE),
        (_("生日、节日和季节"), OF_PEOPLE),
    ]
    return [(title, [row for row in rows if row.plan.row.trigger in triggers]) for title, triggers in titles]


@require_http_methods(["GET", "POST"])
def plan_page(request: Request, code: str) -> HttpResponse:
    """POST with `try` says what the change would do, with `restore` fills a field with what is above; without them
    the change is made."""
    page = PlanPage(request, code)
    if request.method == "GET":
        return page.shown(page.form())
    if "restore" in request.POST:
        return page.filled_back(request.POST["restore"])
    form = page.form(request.POST)
    if not form.is_valid():
        return page.shown(form, status=422)
    try:
        if "try" in request.POST:
            so_far = Tried.read(request.POST["try"])
            found = acts.preview(actor=request.actor, code=code, edit=form.edit, so_far=so_far)
            places = words.tried_places(found, organisation_names(found.looked_at))
            return page.shown(form, tried=found, said=words.tried(found), places=places)
        acts.change(actor=request.actor, code=code, edit=form.edit)
    except acts.ChangedMeanwhile:
        return page.disputed(form)
    messages.success(request, _("已保存。今天的任务正在按新计划重新安排。"))
    return HttpResponseRedirect(page.address)


class PlanPage:
    """One plan, for all cars or those of a line."""

    def __init__(self, request: Request, code: str) -> None:
        request.actor.require(Capability.CARE_EDIT)
        self.request, self.code, self.line = request, code, line_asked_for(request.GET)
        self._read()

    def _read(self) -> None:
        self.book = Book(self.request.actor.organisation_id)
        found = self.book.living(self.code, self.line)
        if found is None or (self.line and found.row.trigger in OF_PEOPLE):
            raise Http404
        self.plan = found
        spoken = {saying.source for sayings in found.said.values() for saying in sayings}
        self.sources = provenance(spoken, self.request.actor.organisation_id)

    @property
    def address(self) -> str:
        return address_of(self.code, self.line)

    def form(self, data: QueryDict | None = None) -> PlanForm:
        return PlanForm(self.plan, self.sources, data)

    def filled_back(self, name: str) -> HttpResponse:
        """What was typed stays; the field says what is above, and counts when the form is saved."""
        if name not in self.plan.said:
            raise Http404
        data = self.request.POST.copy()
        above = self.plan.above(name).value
        if name == "active" and not above:
            data.pop("active", None)
        else:
            data[name.replace(".", "-")] = "on" if above is True else str(above)
        return self.shown(self.form(data), restored=name)

    def disputed(self, form: PlanForm) -> HttpResponse:
        """What was typed, with what a colleague saved meanwhile beside it."""
        self._read()
        form.dispute(self.plan)
        return self.shown(form, status=422, changed=True)

    def shown(self, form: PlanForm, status: int = 200, **more: Any) -> HttpResponse:
        steps = [step.instance for step in form.steps]
        lines = [] if self.plan.row.trigger in OF_PEOPLE else sorted({*self.book.lines(self.code), self.line})
        context = {
            "row": PlanRow(self.plan, self.sources[self.plan.source]),
            "form": form,
            "below": len(heirs(self.request.actor.organisation_id)),
            "takes_lines": self.plan.row.trigger not in OF_PEOPLE,
            "lines": [(words.line(one), address_of(self.code, one), one == self.line) for one in lines if one],
            "general": address_of(self.code, EVERY_CAR),
            "new_line": LineForm(), "crowded": same_day(steps),
            "carless": bool(self.plan.line) and not any_car(self.request.actor, self.plan.line),
            "back": restore_address(inheriting.PLAN, inheriting.key_of_plan(self.code, self.line)),
            **more,
        }
        return render(self.request, "care/plan.html", context, status=status)


@require_http_methods(["GET", "POST"])
def policy_page(request: Request) -> HttpResponse:
    request.actor.require(Capability.CARE_EDIT)
    now = policy(request.actor)
    sources = provenance({s.source for said in now.said.values() for s in said}, request.actor.organisation_id)
    data, restored = request.POST.copy(), request.POST.get("restore", "")
    if restored in OF_POLICY:
        data[restored] = words.value(now.above(restored).value)
    form = PolicyForm(data or None, initial={name: getattr(now, name) for name in OF_POLICY})
    if request.method == "POST" and form.is_valid() and not restored:
        try:
            acts.change_policy(actor=request.actor, **form.cleaned_data)
        except Disputed as disputed:
            form.dispute(disputed.theirs)
        else:
            messages.success(request, _("已保存，从今天起按新的设置放出积压。"))
            return redirect("care:policy")
    backlog = Task.objects.filter(state=Task.State.BACKLOG)
    context = {
        "form": form, "restored": restored, "followers": followers(request.actor, inheriting.POLICY),
        "fields": [(form[name], mark(now, name, sources)) for name in OF_POLICY],
        "counts": {"tasks": backlog.count(), "customers": backlog.values("customer").distinct().count()},
    }  # fmt: skip
    return render(request, "care/policy.html", context, status=422 if form.errors else 200)
