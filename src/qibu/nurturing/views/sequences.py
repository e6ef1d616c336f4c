"""Sequences: who goes through them, their steps, who would enter today, and what came of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from qibu.catalog.addresses import restore_address
from qibu.catalog.services.cars import CodeTaken
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.meanwhile import Disputed
from qibu.network.inheritance import provenance
from qibu.network.inherited import followers
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.nurturing import errors, selectors, words
from qibu.nurturing.forms import NewSequenceForm, SequenceForm
from qibu.nurturing.inheriting import SEQUENCE
from qibu.nurturing.models import Sequence
from qibu.nurturing.models.content import Channel
from qibu.nurturing.selectors.figures import Figures, of_steps
from qibu.nurturing.services import library
from qibu.nurturing.views.library import may_read

NOTHING = Figures()
LATEST = 20


@require_GET
def sequence_list(request: Request) -> HttpResponse:
    may_read(request.actor)
    found, figures = selectors.resolved_sequences(request.actor), selectors.of_sequences(request.actor)
    sources = provenance({one.source_id for one in found.values()}, request.actor.organisation_id)
    rows = [
        {
            "sequence": one.row,
            "own": one.own,
            "source": sources[one.source_id],
            "figures": figures.get(code, NOTHING),
        }
        for code, one in found.items()
    ]
    context = {
        "rows": rows, "heading": _("培育"), "tab": "sequences", "followers": followers(request.actor, SEQUENCE),
        "may_manage": request.actor.may(Capability.SALES_MANAGE), "may_see": request.actor.may(Capability.SALES_VIEW),
    }  # fmt: skip
    return render(request, "nurturing/sequences.html", context)


@require_http_methods(["GET", "POST"])
def new_sequence(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    form = NewSequenceForm(
        request.POST or None, actor=request.actor, initial={"audience": "open", "after_days": 3}
    )
    if request.method == "POST" and form.is_valid():
        try:
            library.add_sequence(actor=request.actor, code=form.cleaned_data["code"], values=form.values())
        except CodeTaken:
            form.add_error("code", _("已经有这个编号的序列，请换一个。"))
        except errors.NurturingFault as fault:
            form.add_error(*words.refusal(fault))
        else:
            messages.success(request, _("序列已保存。"))
            return redirect("nurturing:sequence", form.cleaned_data["code"])
    context = {"form": form, "heading": _("新序列"), "followers": followers(request.actor, SEQUENCE)}
    return render(request, "nurturing/sequence.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def sequence(request: Request, code: str) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    found = selectors.sequence_or_404(request.actor, code)
    row: Sequence = found.row
    initial = {name: getattr(row, name) for name in (*SequenceForm.FIELDS, "steps")}
    form = SequenceForm(request.POST or None, actor=request.actor, initial=initial, steps=row.read_steps)
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            library.change_sequence(actor=request.actor, code=code, values=form.values(), seen=seen)
        except Disputed as disputed:
            form.dispute(disputed.theirs)
        except errors.NurturingFault as fault:
            form.add_error(*words.refusal(fault))
        else:
            messages.success(request, _("序列已保存。正在走的客户接着按新的步骤走。"))
            return redirect("nurturing:sequence", code)
    sources = provenance({found.source_id}, request.actor.organisation_id)
    context: dict[str, Any] = {
        "form": form, "heading": row.name, "followers": followers(request.actor, SEQUENCE, code), "own": found.own,
        "restorable": found.own and found.overrides, "source": sources[found.source_id], "sequence": row,
        "back": restore_address(SEQUENCE, code), "trial": selectors.entering(request.actor, row, times.today()),
        "may_see": request.actor.may(Capability.SALES_VIEW),
    }  # fmt: skip
    return render(request, "nurturing/sequence.html", context, status=422 if form.errors else 200)


@require_GET
def report(request: Request, code: str) -> HttpResponse:
    """Who entered, what each step did, and why it ended; each number leads to its rows."""
    request.actor.require(Capability.SALES_VIEW)
    row: Sequence = selectors.sequence_or_404(request.actor, code).row
    figures = selectors.of_sequences(request.actor, code).get(code, NOTHING)
    going = (
        selectors.runs(request.actor)
        .filter(sequence=code)
        .select_related("lead__customer", "lead__consultant")
    )
    context = {
        "sequence": row, "figures": figures, "steps": _steps(request.actor, row), "heading": row.name,
        "ends": [
            (words.ENDS.get(end, end), n, end) for end, n in sorted(figures.ends.items(), key=lambda one: -one[1])
        ],
        "latest": [(run, words.ENDS.get(run.end, "")) for run in going.order_by("-begun_at", "-pk")[:LATEST]],
        "may_manage": request.actor.may(Capability.SALES_MANAGE),
    }  # fmt: skip
    return render(request, "nurturing/report.html", context)


def _steps(actor: Actor, row: Sequence) -> list[dict[str, Any]]:
    figures, pieces = of_steps(actor, row.code), selectors.resolved_pieces(actor)
    channels = {one.value: one.label for one in Channel}
    return [
        {
            "step": step, "piece": pieces[step.piece].row if step.piece in pieces else None,
            "figures": figures.get(step.piece, NOTHING), "channel": channels.get(step.channel, step.channel),
        } for step in row.read_steps
    ]  # fmt: skip
