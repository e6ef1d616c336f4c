"""One thing that came in: looked at beside what it says, put right, let through, dropped."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qibu.intake import selectors, words
from qibu.intake.errors import Settled
from qibu.intake.forms import DraftForm, DropForm
from qibu.intake.models import Arrival
from qibu.intake.rules import Reason
from qibu.intake.services import quarantine
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.network.middleware import Request
from qibu.network.rules import Capability

LIST = "intake:list"
AT = {Reason.WAY: "phone", Reason.PHONE: "phone", Reason.CAR: "series"}  # where a reason is put right


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    """Without what is sealed: no telephone, nothing of what was written."""
    request.actor.require(Capability.SALES_RECEIVE)
    arrival = selectors.arrival_or_404(request.actor, pk)
    context = {"arrival": arrival, "door": words.door_called(arrival.door), "reasons": _reasons(arrival)}
    return render(request, "intake/arrival.html", context)


@require_POST
def opened(request: Request, pk: int) -> HttpResponse:
    """With everything, on record."""
    return _page(request, quarantine.look(actor=request.actor, arrival_id=pk))


def _reasons(arrival: Arrival) -> list[Any]:
    return [words.REASONS.get(code, code) for code in arrival.reasons]


def _page(
    request: Request, arrival: Arrival, form: DraftForm | None = None, dropping: DropForm | None = None
) -> HttpResponse:
    told = form or DraftForm(draft=arrival.draft)
    context = {
        "arrival": arrival, "form": told, "dropping": dropping or DropForm(), "raw": arrival.raw or "",
        "reasons": _reasons(arrival), "opened": True, "may_drop": request.actor.may(Capability.SALES_ASSIGN),
        "door": words.door_called(arrival.door),
        "said": [(words.FIELDS[name], value) for name, value in arrival.draft.facts().items()],
    }  # fmt: skip
    wrong = bool(told.errors or (dropping and dropping.errors))
    return render(request, "intake/arrival.html", context, status=422 if wrong or form else 200)


@require_POST
def replay(request: Request, pk: int) -> HttpResponse:
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _page(request, quarantine.look(actor=request.actor, arrival_id=pk), form)
    try:
        arrival = quarantine.replay(actor=request.actor, arrival_id=pk, draft=form.draft())
    except Settled:
        return _dealt_with(request, pk)
    if arrival.quarantined:
        for code in arrival.reasons:
            form.add_error(AT.get(Reason(code)), str(words.REASONS.get(code, code)))
        return _page(request, arrival, form)
    return _taken_in(request, arrival)


def _taken_in(request: Request, arrival: Arrival) -> HttpResponse:
    """To the lead, for whoever sees it; who only completed it goes on with what else waits."""
    lead = arrival.lead
    assert lead is not None
    messages.success(request, _taken_words(arrival, lead))
    seen = leads.visible(request.actor).filter(pk=lead.pk).exists()
    return redirect("leads:detail", lead.pk) if seen else redirect(LIST)


def _taken_words(arrival: Arrival, lead: Lead) -> str:
    state = arrival.get_state_display()
    if lead.consultant is None:
        return _("已收下：{state}，在公海等人领取。").format(state=state)
    return _("已收下：{state}，由{name}跟进。").format(state=state, name=lead.consultant.name)


@require_POST
def drop(request: Request, pk: int) -> HttpResponse:
    request.actor.require(Capability.SALES_ASSIGN)
    form = DropForm(request.POST)
    if not form.is_valid():
        return _page(request, quarantine.look(actor=request.actor, arrival_id=pk), dropping=form)
    try:
        quarantine.drop(actor=request.actor, arrival_id=pk, reason=form.cleaned_data["reason"])
    except Settled:
        return _dealt_with(request, pk)
    messages.success(request, _("已丢弃。"), extra_tags=reverse("intake:pick-up", args=[pk]))
    return redirect(LIST)


@require_POST
def pick_up(request: Request, pk: int) -> HttpResponse:
    try:
        quarantine.pick_up(actor=request.actor, arrival_id=pk)
    except Settled:
        return _dealt_with(request, pk)
    messages.success(request, _("已放回收件箱。"))
    return redirect("intake:arrival", pk)


def _dealt_with(request: Request, pk: int) -> HttpResponse:
    messages.info(request, _("这一条刚才已经有人处理了。"))
    there = selectors.arrivals(request.actor).filter(pk=pk).exists()
    return redirect("intake:arrival", pk) if there else redirect(LIST)
