"""超时上报: who is told of overdue work, kind by kind."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.kernel.meanwhile import Disputed
from qibu.network import words
from qibu.network.inheritance import provenance
from qibu.network.inherited import followers
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.tasks.forms import LadderForm
from qibu.tasks.models import Rung
from qibu.tasks.rules import SUPERIOR
from qibu.tasks.selectors import ladders as reads
from qibu.tasks.services import ladders
from qibu.tasks.services.errors import NotAllowedNow
from qibu.tasks.words import offices_in_words


@require_GET
def overview(request: Request) -> HttpResponse:
    """Each kind with its rungs, where they come from, and who that is today."""
    request.actor.require(Capability.ORGANISATION_MANAGE)
    own = request.actor.organisation_id
    found, holders = reads.ladders(own), reads.holders()
    sources = provenance({one.source for one in found}, own)
    rows = [
        (one, words.LADDERS[one.key], sources[one.source], [_rung(rung, holders) for rung in one.rungs])
        for one in found
    ]
    context = {
        "ladders": rows, "without": reads.without_superior(), "followers": followers(request.actor, "ladder"),
    }  # fmt: skip
    return render(request, "tasks/ladders.html", context)


def _rung(rung: Rung, holders: dict[str, list[str]]) -> dict[str, Any]:
    names = dict.fromkeys(name for role in words.ROLES if role in rung.roles for name in holders.get(role, []))
    return {
        "hours": reads.in_hours(rung.after_minutes), "at_once": not rung.after_minutes,
        "roles": offices_in_words(rung.roles), "names": _("、").join(names), "superior": SUPERIOR in rung.roles,
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def one(request: Request, key: str) -> HttpResponse:
    request.actor.require(Capability.ORGANISATION_MANAGE)
    if key not in words.LADDERS:
        raise Http404
    found = reads.ladder(request.actor.organisation_id, key)
    form = LadderForm(request.POST or None, initial=LadderForm.initial_of(found.stored()))
    if request.method == "POST" and form.is_valid() and _saved(request, key, form):
        messages.success(request, _("已保存。已经超时的，也马上按新的来。"))
        return redirect("tasks:ladders")
    source = provenance({found.source}, request.actor.organisation_id)[found.source]
    context = {
        "ladder": found, "label": words.LADDERS[key], "source": source, "form": form,
        "followers": followers(request.actor, "ladder", key),
    }  # fmt: skip
    return render(request, "tasks/ladder.html", context, status=422 if form.errors else 200)


def _saved(request: Request, key: str, form: LadderForm) -> bool:
    try:
        ladders.set_ladder(actor=request.actor, key=key, rungs=form.stored(), seen=form.seen_stored())
    except Disputed as disputed:
        form.dispute(disputed.theirs)
    except NotAllowedNow as refused:
        form.add_error(None, refused.words)
    return not form.errors


@require_POST
def inheritance(request: Request, key: str) -> HttpResponse:
    if ladders.inherit_again(actor=request.actor, key=key):
        messages.success(request, _("已恢复继承。"))
    return redirect("tasks:ladders")
