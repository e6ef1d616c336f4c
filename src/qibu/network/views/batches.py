"""Acts on many rows: how they answer, how far they are, stopping and taking back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qibu.network import selectors
from qibu.network.batches import DEEDS
from qibu.network.middleware import Request, unattended
from qibu.network.models import BatchAct
from qibu.network.services import batches as services
from qibu.ui.answers import go, ours
from qibu.ui.formats import number

State = BatchAct.State
INNER = str.maketrans("「」“”", "『』‘’")


def answer(request: Request, act: BatchAct) -> HttpResponse:
    """An act was begun, or taken back: to the list with a sentence, or to its page while it is at work."""
    page = reverse("network:batch", args=[act.pk])
    if act.at_work:
        return go(request, page)
    undo = reverse("network:batch-undo", args=[act.pk]) if services.may_undo(act) else ""
    return go(request, ours(request, act.back, page), said(act), undo=undo)


def said(act: BatchAct) -> str:
    """What came of it, in one sentence."""
    what, within = DEEDS[act.kind].words(act.args), _within(DEEDS[act.kind].words(act.args))
    if act.state == State.UNDONE:
        return _and(_("已撤销「{what}」：{n} 条恢复原样").format(what=within, n=number(act.restored)), _kept(act))
    if act.state == State.STOPPED:
        return _("已停止「{what}」：改了 {n} 条，其余没有动").format(what=within, n=number(act.changed))
    if act.state == State.FAILED:
        return _("「{what}」没能做完：改了 {n} 条，其余没有动").format(what=within, n=number(act.changed))
    return _and(_("{what}：改了 {n} 条").format(what=what, n=number(act.changed)), _same(act))


def _within(quoted: str) -> str:
    """What stands in quotation marks has the inner ones."""
    return quoted.translate(INNER)


def _and(sentence: str, further: str) -> str:
    return _("{sentence}，{further}").format(sentence=sentence, further=further) if further else sentence


def _same(act: BatchAct) -> str:
    return _("{n} 条不用改").format(n=number(act.total - act.changed)) if act.total > act.changed else ""


def _kept(act: BatchAct) -> str:
    return _("{n} 条后来又有人改过，没有动").format(n=number(act.kept)) if act.kept else ""


@require_GET
def overview(request: Request) -> HttpResponse:
    """The newest ones that the reader began, or of everyone for those who lead."""
    rows = [(act, DEEDS[act.kind].words(act.args)) for act in selectors.batch_acts(request.actor)]
    return render(request, "network/batches.html", {"rows": rows})


@require_GET
def one(request: Request, act_id: int) -> HttpResponse:
    return render(request, "network/batch.html", _shown(_mine(request, act_id)))


@require_GET
@unattended
def progress(request: Request, act_id: int) -> HttpResponse:
    """Asked every second by the page; when the act has ended, the page says what came of it."""
    act = _mine(request, act_id)
    if not act.at_work:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("network:batch", args=[act.pk])
        return response
    return render(request, "network/parts/batch_progress.html", _shown(act))


@require_POST
def stop(request: Request, act_id: int) -> HttpResponse:
    try:
        services.stop(actor=request.actor, act_id=act_id)
    except services.OutOfTurn:
        messages.info(request, _("已经结束了，不用再停。"))
    return redirect("network:batch", act_id)


@require_POST
def undo(request: Request, act_id: int) -> HttpResponse:
    try:
        return answer(request, services.undo(actor=request.actor, act_id=act_id))
    except services.OutOfTurn:
        messages.info(request, _("这次操作不能再撤销：已经撤销过，或者超过了 7 天。"))
        return redirect("network:batch", act_id)


def _mine(request: Request, act_id: int) -> BatchAct:
    found = selectors.batch_act(request.actor, act_id)
    if found is None:
        raise Http404
    return found


def _shown(act: BatchAct) -> dict[str, object]:
    return {
        "act": act, "what": DEEDS[act.kind].words(act.args), "said": "" if act.at_work else said(act),
        "may_undo": services.may_undo(act), "waits": act.state == State.QUEUED,
    }  # fmt: skip
