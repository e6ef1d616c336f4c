from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from qibu.kernel import times
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.tasks.selectors import workbench as reads
from qibu.tasks.selectors.printing import morning_list
from qibu.tasks.services import printing


@require_http_methods(["GET", "POST"])
def printed(request: Request) -> HttpResponse:
    """GET shows the list with masked numbers; POST puts them on it in full and writes that down."""
    request.actor.require(Capability.TASKS_WORK)
    staff = reads.whose(request.actor, request.GET.get("staff", ""))
    if staff is None:
        raise Http404
    lines = morning_list(staff.pk, times.now())
    full = request.method == "POST"
    if full:
        lines = printing.with_numbers(actor=request.actor, whose=staff, lines=lines)
    context = {
        "staff": staff,
        "lines": lines,
        "full": full,
        "people": reads.people(request.actor),
        "may_reveal": request.actor.may(Capability.PHONE_REVEAL),
        "at": times.now(),
    }
    response = render(request, "tasks/print.html", context)
    response["Cache-Control"] = "no-store"
    return response
