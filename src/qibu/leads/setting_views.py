"""What an organisation sets up for its sales; what it doesn't say comes from above (A7)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.kernel.meanwhile import Disputed
from qibu.leads import errors, selectors, setting_forms, words
from qibu.leads.addresses import line_page
from qibu.leads.models import LossReason
from qibu.leads.rules import Grade
from qibu.leads.selectors.pace import sourced
from qibu.leads.services import setting_up
from qibu.leads.services.setting_up import Reason
from qibu.network.inheritance import lineage, provenance
from qibu.network.inherited import followers
from qibu.network.middleware import Request
from qibu.network.rules import Capability

MAY = Capability.SALES_MANAGE


# Stages -----------------------------------------------------------------------------------------
@require_GET
def stage_lines(request: Request) -> HttpResponse:
    """Product lines with stages of their own, and all cars."""
    request.actor.require(MAY)
    book, own = selectors.StageBook(request.actor.organisation_id), request.actor.organisation_id
    found = [(brand, series, book.of(brand, series)) for brand, series in book.lines()]
    sources = provenance({stages[0].organisation_id for _b, _s, stages in found if stages}, own)
    rows = [
        {
            "name": words.line(brand, series), "address": line_page(brand, series),
            "source": sources[stages[0].organisation_id], "own": stages[0].organisation_id == own,
            "stages": [str(row) for row in stages],
        }
        for brand, series, stages in found if stages
    ]  # fmt: skip
    context = {"rows": rows, "new_line": setting_forms.LineForm(), "followers": followers(request.actor, "stages")}
    return render(request, "leads/settings/stage_lines.html", context)


@require_http_methods(["GET", "POST"])
def stages(request: Request) -> HttpResponse:
    """The stages of a line: their order, names, what they ask for. Where leads stand at one that goes, it asks where to
    put them."""
    request.actor.require(MAY)
    brand, series = request.GET.get("brand", "").strip(), request.GET.get("series", "").strip()
    found = selectors.stages_for(request.actor, brand, series)
    form = setting_forms.StageForms(request.POST or None, initial=setting_forms.initial_of(found))
    homeless: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        homeless, sentence = _set_stages(request, brand, series, form)
        if not (homeless or sentence):
            messages.success(request, _("阶段已保存。"))
            return redirect(line_page(brand, series))
        if sentence:
            messages.error(request, sentence)
    context = {
        **_line_context(request, brand, series), "form": form,
        "homeless": [(code, _called(found, code)) for code in homeless], "left": _left(form) if homeless else [],
    }  # fmt: skip
    bad = homeless or (request.method == "POST")
    return render(request, "leads/settings/stages.html", context, status=422 if bad else 200)


def _set_stages(request: Request, brand: str, series: str, form: Any) -> tuple[tuple[str, ...], str]:
    try:
        with transaction.atomic():
            setting_up.set_stages(
                actor=request.actor, brand=brand, series=series, stages=form.wanted(), instead=form.instead()
            )
    except errors.StageInUse as used:
        if setting_up.LAST in used.codes:
            return (), _("「已订车」是订单要用的阶段，不能去掉；可以改名。")
        return used.codes, ""
    except errors.Misnamed:
        return (), _("每个阶段都要有名称，而且不能重复；第一个必须是新线索的阶段。")
    return (), ""


def _left(form: Any) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in form.wanted() if one.code]


def _called(stages: list[Any], code: str) -> str:
    return next((str(row) for row in stages if row.code == code), code)


def _line_context(request: Request, brand: str, series: str) -> dict[str, Any]:
    own = request.actor.organisation_id
    found = selectors.stages_for(request.actor, brand, series)
    exact = [row for row in found if (row.organisation_id, row.brand, row.series) == (own, brand, series)]
    sources = provenance({found[0].organisation_id} if found else set(), own)
    return {
        "name": words.line(brand, series), "brand": brand, "series": series, "own": bool(exact),
        "source": sources.get(found[0].organisation_id, "") if found else "",
        "followers": followers(request.actor, "stages", f"{brand}/{series}"),
    }  # fmt: skip


@require_POST
def stages_inheritance(request: Request) -> HttpResponse:
    brand, series = request.POST.get("brand", ""), request.POST.get("series", "")
    try:
        with transaction.atomic():
            gone = setting_up.inherit_stages(actor=request.actor, brand=brand, series=series)
    except errors.StageInUse as used:
        names = _("、").join(selectors.stage_called(request.actor, code) for code in used.codes)
        messages.error(request, _("还有线索停在「{names}」，上级没有这个阶段。请先把它们移走。").format(names=names))
        return redirect(line_page(brand, series))
    if gone:
        messages.success(request, _("已恢复继承。"))
    return redirect("leads:stage-lines")


# Reasons ----------------------------------------------------------------------------------------
@require_GET
def losses(request: Request) -> HttpResponse:
    request.actor.require(MAY)
    rows = selectors.loss_reasons(request.actor, all_of_them=True)
    sources = provenance({row.organisation_id for row in rows}, request.actor.organisation_id)
    groups = [
        (
            _reason_row(reason, sources, request.actor.organisation_id),
            [_reason_row(row, sources, request.actor.organisation_id) for row in rows if row.parent == reason.code],
        )
        for reason in rows if not reason.parent
    ]  # fmt: skip
    context = {"groups": groups, "followers": followers(request.actor, "loss")}
    return render(request, "leads/settings/losses.html", context)


def _reason_row(row: LossReason, sources: dict[int | None, str], own: int) -> dict[str, Any]:
    return {"row": row, "source": sources[row.organisation_id], "own": row.organisation_id == own}


@require_http_methods(["GET", "POST"])
def loss(request: Request) -> HttpResponse:
    """One reason or detail; without `code` a new one."""
    request.actor.require(MAY)
    parent, code = request.GET.get("parent", ""), request.GET.get("code", "")
    known = {(row.parent, row.code): row for row in selectors.loss_reasons(request.actor, all_of_them=True)}
    row = known.get((parent, code)) if code else None
    if (code and row is None) or (parent and ("", parent) not in known):
        raise Http404
    form = setting_forms.ReasonForm(request.POST or None, initial=setting_forms.ReasonForm.initial_of(row))
    if request.method == "POST" and form.is_valid() and _set_reason(request, parent, code, form):
        messages.success(request, _("原因已保存。"))
        return redirect("leads:losses")
    context = {
        "form": form, "row": row, "parent": known.get(("", parent)),
        "own": row is not None and row.organisation_id == request.actor.organisation_id,
        "followers": followers(request.actor, "loss", f"{parent}/{code}"),
    }  # fmt: skip
    return render(request, "leads/settings/loss.html", context, status=422 if form.errors else 200)


def _set_reason(request: Request, parent: str, code: str, form: Any) -> bool:
    data = form.cleaned_data
    wanted = Reason(
        name=data["name"], parent=parent, code=code, name_en=data["name_en"], active=data["active"],
        ends=data["ends"] or LossReason.Ends.LOST, seen=data["seen"],
    )  # fmt: skip
    try:
        setting_up.set_reason(actor=request.actor, wanted=wanted)
    except Disputed as disputed:
        form.dispute(disputed.theirs)
    except errors.Misnamed:
        form.add_error("name", _("已有同名的原因，请换个名称。"))
    return not form.errors


@require_POST
def loss_inheritance(request: Request) -> HttpResponse:
    parent, code = request.POST.get("parent", ""), request.POST.get("code", "")
    if setting_up.inherit_reason(actor=request.actor, parent=parent, code=code):
        messages.success(request, _("已恢复继承。"))
    return redirect("leads:losses")


# Pace -------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def pace(request: Request) -> HttpResponse:
    """All grades, each saved by itself."""
    request.actor.require(MAY)
    found, asked = sourced(lineage(request.actor.organisation_id)), request.POST.get("grade", "")
    shown = {grade: setting_forms.PaceForm(
        request.POST if asked == grade else None, initial=setting_forms.PaceForm.initial_of(grade, one), prefix="",
        auto_id=f"{grade}_%s",
    ) for grade, (one, _source) in found.items()}  # fmt: skip
    sent = shown.get(Grade(asked)) if request.method == "POST" and asked in {*Grade} else None
    if sent is not None and sent.is_valid() and _set_pace(request, sent):
        messages.success(request, _("{grade} 级的节奏已保存，下一次联系起按新的来。").format(grade=asked))
        return redirect("leads:pace")
    own = request.actor.organisation_id
    sources = provenance({source for _pace, source in found.values()}, own)
    rows = [(grade.value, shown[grade], sources[source], source == own) for grade, (_pace, source) in found.items()]
    context = {"rows": rows, "followers": followers(request.actor, "pace")}
    bad = any(form.errors for form in shown.values())
    return render(request, "leads/settings/pace.html", context, status=422 if bad else 200)


def _set_pace(request: Request, form: Any) -> bool:
    data = form.cleaned_data
    try:
        setting_up.set_pace(
            actor=request.actor, grade=data["grade"], within_days=data["within_days"],
            every_hours=data["every_hours"], seen=data["seen"],
        )  # fmt: skip
    except Disputed as disputed:
        form.dispute(disputed.theirs)
    return not form.errors


@require_POST
def pace_inheritance(request: Request) -> HttpResponse:
    if setting_up.inherit_pace(actor=request.actor, grade=request.POST.get("grade", "")):
        messages.success(request, _("已恢复继承。"))
    return redirect("leads:pace")
