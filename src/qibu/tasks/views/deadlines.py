"""Clocks by hand: why one was late, why it waits; and the delays that climbed to oneself."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qibu.kernel import times
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.tasks.forms import ReasonForm, WhyForm
from qibu.tasks.models import Clock, Escalation
from qibu.tasks.selectors import workbench as reads
from qibu.tasks.services import breaches, clocks
from qibu.tasks.services.errors import NotAllowedNow
from qibu.tasks.views.back import back_to

SHOWN = 100


@require_GET
def escalations(request: Request) -> HttpResponse:
    request.actor.require(Capability.TASKS_WORK)
    rows = sorted(reads.escalated_to(request.actor.staff_id)[:SHOWN], key=_whose)
    groups = [(whose, list(late)) for whose, late in groupby(rows, lambda one: one.clock.task.assignee)]
    return render(request, "tasks/escalations.html", {"groups": groups, "causes": Clock.Cause.choices})


def _whose(one: Escalation) -> tuple[str, int]:
    """What lies in the pool comes first."""
    person = one.clock.task.assignee
    return (person.sort_key or person.name, person.pk) if person else ("", 0)


@require_POST
def breach_reason(request: Request, clock_id: int) -> HttpResponse:
    try:
        breaches.explain(actor=request.actor, clock_id=clock_id, why=WhyForm(request.POST).why)
    except NotAllowedNow as refused:
        messages.error(request, refused.words)
    else:
        messages.success(request, _("已记下超时原因，和超时记录放在一起。"))
    return HttpResponseRedirect(back_to(request))


@require_POST
def taking_on(request: Request, clock_id: int) -> HttpResponse:
    try:
        clocks.take_on(actor=request.actor, clock_id=clock_id, at=times.now())
    except NotAllowedNow as refused:
        messages.error(request, refused.words)
    else:
        messages.success(request, _("由您处理，四个营业小时内不再往上报。"))
    return HttpResponseRedirect(back_to(request))


@require_POST
def pause(request: Request, clock_id: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        clocks.pause(actor=request.actor, clock_id=clock_id, reason=reason, at=times.now())
    except NotAllowedNow as refused:
        messages.error(request, refused.words)
    else:
        messages.success(request, _("时钟已暂停，原因写在任务上。"))
    return HttpResponseRedirect(back_to(request))


@require_POST
def resumption(request: Request, clock_id: int) -> HttpResponse:
    try:
        clocks.resume(actor=request.actor, clock_id=clock_id, at=times.now())
    except NotAllowedNow as refused:
        messages.error(request, refused.words)
    else:
        messages.success(request, _("时钟继续走，时限已按暂停的工作时间顺延。"))
    return HttpResponseRedirect(back_to(request))
