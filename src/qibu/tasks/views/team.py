"""团队: how the colleagues stand, who is away, and work shared out among those who are there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.customers.selectors import staff_choices
from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.network.forms import add_errors
from qibu.network.middleware import Request
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.network.services.absences import Days
from qibu.tasks.forms import AbsenceForm, ShareForm
from qibu.tasks.selectors import team as reads
from qibu.tasks.selectors import workbench
from qibu.tasks.services import covering
from qibu.tasks.services.errors import NotAllowedNow

POOL = "pool"


@require_GET
def overview(request: Request) -> HttpResponse:
    now = times.now()
    lines = reads.team(request.actor, now)
    summed = ("open", "overdue", "promises", "done")
    context = {
        "lines": lines, "pool": workbench.pool_count(request.actor),
        "totals": {name: sum(getattr(line, name) for line in lines) for name in summed},
        "may_assign": request.actor.may(Capability.TASKS_ASSIGN),
    }  # fmt: skip
    return render(request, "tasks/team.html", context)


@require_http_methods(["GET", "POST"])
def absence(request: Request) -> HttpResponse:
    """One's own days, or with the right those of anybody."""
    request.actor.require(Capability.TASKS_WORK)
    form = _absence_form(request)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with scope(request.actor):  # a refused absence is taken back, the page is still drawn
                moved = covering.go_away(
                    actor=request.actor, staff_id=given["staff"], days=Days(given["first_day"], given["last_day"]),
                    kind=given["kind"], stand_in_id=given["stand_in"],
                )  # fmt: skip
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("已登记，{n} 件任务转给代班的人。").format(n=moved))
            return redirect(_home(request))
    context = {"form": form, "own": reads.own_absences(request.actor), "home": _home(request)}
    return render(request, "tasks/absence.html", context, status=422 if form.errors else 200)


def _absence_form(request: Request) -> AbsenceForm:
    people, myself = staff_choices(), str(request.actor.staff_id)
    whose = people if request.actor.may(Capability.TASKS_ASSIGN) else [one for one in people if one[0] == myself]
    today, asked = times.today(), request.GET.get("staff", myself)
    if asked != myself and not (asked.isdecimal() and Staff.objects.filter(pk=int(asked)).exists()):
        raise Http404
    initial = {"staff": asked, "first_day": today, "last_day": today, "kind": "leave"}
    return AbsenceForm(request.POST or None, people=people, whose=whose, initial=initial)


def _home(request: Request) -> str:
    return "tasks:team" if request.actor.may(Capability.TASKS_VIEW_ALL) else "tasks:absence"


@require_POST
def absence_end(request: Request, absence_id: int) -> HttpResponse:
    request.actor.require(Capability.TASKS_WORK)
    moved = covering.come_back(actor=request.actor, absence_id=absence_id)
    messages.success(request, _("已结束，{n} 件没做完的任务还了回来。").format(n=moved))
    return redirect(_home(request))


@require_http_methods(["GET", "POST"])
def share(request: Request) -> HttpResponse:
    """POST with `try` says who would get how much; without it the work is shared out."""
    request.actor.require(Capability.TASKS_ASSIGN)
    giver = _giver(request)
    giver_id = giver.pk if giver else None
    people = [one for one in staff_choices() if one[0] != str(giver_id)]
    form = ShareForm(request.POST if request.method == "POST" else None, people=people)
    context: dict[str, Any] = {"giver": giver, "form": form, "asked": request.GET.get("giver", POOL)}
    if request.method == "POST" and form.is_valid():
        act = covering.preview if "try" in request.POST else covering.share
        takers, late_only = form.cleaned_data["takers"], form.cleaned_data["late_only"]
        try:
            got = act(actor=request.actor, giver_id=giver_id, taker_ids=takers, late_only=late_only)
        except NotAllowedNow as refused:
            form.add_error("takers", refused.words)
        else:
            if "try" not in request.POST:
                messages.success(request, _("已分出 {n} 件。").format(n=sum(got.values())))
                return redirect("tasks:team")
            names = dict(people)
            context["tried"] = sorted((names[str(person)], number) for person, number in got.items())
    return render(request, "tasks/share.html", context, status=422 if form.errors else 200)


def _giver(request: Request) -> Staff | None:
    """Whose work is shared out; None is the pool."""
    asked = request.GET.get("giver", POOL)
    if asked == POOL:
        return None
    found = Staff.objects.filter(pk=int(asked)).first() if asked.isdecimal() else None
    if found is None:
        raise Http404
    return found
