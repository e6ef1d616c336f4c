"""团队: how the colleagues and the pool stand, and work shared out among those who are there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from qibu.kernel import times
from qibu.network.middleware import Request
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.tasks.forms import ShareForm
from qibu.tasks.models import Task
from qibu.tasks.selectors import team as reads
from qibu.tasks.selectors import workbench
from qibu.tasks.selectors.narrowing import NOBODY
from qibu.tasks.services import covering
from qibu.tasks.services.errors import NotAllowedNow

POOL = "pool"


@require_GET
def overview(request: Request) -> HttpResponse:
    found = reads.team(request.actor, times.now())
    context = {
        "lines": [(line, _cells(line.figures, str(line.person.pk))) for line in found.lines],
        "pool": _cells(found.pool, NOBODY), "totals": _tiles(found.all), "heads": HEADS,
        "in_pool": workbench.pool_count(request.actor), "may_assign": request.actor.may(Capability.TASKS_ASSIGN),
        "may_hand_over": request.actor.may(Capability.STAFF_MANAGE),
    }  # fmt: skip
    return render(request, "tasks/team.html", context)


# Each figure, its words, what they mean where two words don't say it, and whether a phone shows it.
HEADS = (
    ("open", gettext_lazy("未完成"), "", True),
    ("overdue", gettext_lazy("已逾期"), "", True),
    ("promises", gettext_lazy("承诺"), "", True),
    ("covered", gettext_lazy("代班"), gettext_lazy("替不在的同事做的"), False),
    ("waiting", gettext_lazy("以后做"), gettext_lazy("改约到以后的，和积压里还没放出来的"), False),
    ("done", gettext_lazy("今天完成"), "", True),
    ("tries", gettext_lazy("今天打了"), gettext_lazy("今天联系了几次"), False),
)


def _rows_of(whom: str = "") -> dict[str, str]:
    """Figure → the address of the rows that it counts; tries have none."""
    today = times.today().isoformat()
    now = {"view": "all", "stand": "now"}
    asked: dict[str, dict[str, str]] = {
        "open": {**now}, "overdue": {**now, "stand": "late"}, "promises": {**now, "category": Task.Category.PROMISE},
        "covered": {**now, "covered": "yes"}, "waiting": {"view": "later"},
        "done": {"view": "done", "ended": Task.State.DONE, "closed_from": today, "closed_to": today},
    }  # fmt: skip
    for figure, query in asked.items():
        query |= {"by" if figure == "done" else "assignee": whom} if whom else {}
    return {figure: f"{reverse('tasks:list')}?{urlencode(query)}" for figure, query in asked.items()}


def _cells(figures: reads.Figures, whom: str) -> list[dict[str, Any]]:
    links = _rows_of(whom)
    return [
        {"key": key, "label": label, "number": getattr(figures, key), "url": links.get(key, ""), "phone": phone}
        for key, label, _words, phone in HEADS
    ]


def _tiles(figures: reads.Figures) -> list[tuple[Any, int, str]]:
    links = _rows_of()
    return [(label, getattr(figures, key), links[key]) for key, label, _words, phone in HEADS if phone]


@require_http_methods(["GET", "POST"])
def share(request: Request) -> HttpResponse:
    """POST with `try` says who would get how much; without it the work is shared out."""
    request.actor.require(Capability.TASKS_ASSIGN)
    giver = _giver(request)
    giver_id = giver.pk if giver else None
    people = reads.takers_for(giver_id, times.today())
    form = ShareForm(request.POST if request.method == "POST" else None, people=people)
    context: dict[str, Any] = {"giver": giver, "form": form, "asked": request.GET.get("giver", POOL)}
    if request.method == "POST" and form.is_valid():
        act = covering.preview if "try" in request.POST else covering.share
        chosen = form.cleaned_data
        try:
            got = act(
                actor=request.actor, giver_id=giver_id, taker_ids=chosen["takers"], though_away=chosen["away"],
                late_only=chosen["late_only"],
            )  # fmt: skip
        except NotAllowedNow as refused:
            form.add_error("takers", refused.words)
        else:
            if "try" not in request.POST:
                messages.success(request, _("已分出 {n} 件。").format(n=sum(got.values())))
                return redirect("tasks:team")
            context["tried"] = [(one, got[one.person.pk]) for one in people if one.person.pk in got]
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
