"""营业时间和放假: what every deadline of the store runs on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qibu.kernel import times
from qibu.kernel.meanwhile import Disputed
from qibu.network.inherited import followers
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.tasks.forms import DayForm, HoursForm
from qibu.tasks.inheriting import HOURS
from qibu.tasks.selectors import calendars as reads
from qibu.tasks.services import calendars
from qibu.tasks.services.errors import NotAllowedNow


@require_GET
def calendar(request: Request) -> HttpResponse:
    return _page(request)


def _page(request: Request, status: int = 200, **forms: Any) -> HttpResponse:
    request.actor.require(Capability.ORGANISATION_MANAGE)
    organisation_id, today = request.actor.organisation_id, times.today()
    context = {
        "hours": HoursForm(initial=HoursForm.initial_of(reads.calendar_of(organisation_id).week)),
        "day": DayForm(),
        "days": reads.holidays_ahead(organisation_id, today),
        "years": reads.missing_years(organisation_id, today),
        "own": organisation_id,
        "followers": followers(request.actor, "calendar", HOURS),
        **forms,
    }
    return render(request, "tasks/calendar.html", context, status=status)


@require_POST
def hours(request: Request) -> HttpResponse:
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, hours=form)
    try:
        calendars.set_hours(actor=request.actor, hours=form.stored(), seen=form.seen_stored())
    except Disputed as disputed:
        form.dispute(disputed.theirs)
        return _page(request, status=422, hours=form)
    except NotAllowedNow as refused:
        messages.error(request, refused.words)
    else:
        messages.success(request, _("已保存营业时间。正在走的时钟不变，以后的按新时间算。"))
    return redirect("tasks:calendar")


@require_POST
def day(request: Request) -> HttpResponse:
    form = DayForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, day=form)
    calendars.set_day(actor=request.actor, working=form.cleaned_data["kind"] == "work", **form.fact)
    messages.success(request, _("已记下 {day}。").format(day=form.cleaned_data["day"]))
    return redirect("tasks:calendar")


@require_POST
def day_removal(request: Request) -> HttpResponse:
    form = DayForm({**request.POST.dict(), "kind": "work"})
    if form.is_valid():
        calendars.drop_day(actor=request.actor, day=form.cleaned_data["day"])
        messages.success(request, _("已去掉对 {day} 的安排。").format(day=form.cleaned_data["day"]))
    return HttpResponseRedirect(request.path.removesuffix("days/removal/"))
