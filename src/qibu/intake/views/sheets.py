"""A spreadsheet of leads: uploaded, looked over, let in, and what of it is left."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.connect import mapping as headings
from qibu.connect import messages as of_sheets
from qibu.connect.forms import ACCEPTED
from qibu.connect.sheets import UnreadableSheet
from qibu.intake import words
from qibu.intake.errors import NotReady
from qibu.intake.forms import SheetForm
from qibu.intake.models import LeadSheet
from qibu.intake.selectors import sheets as reads
from qibu.intake.services import sheets as services
from qibu.kernel.scoping import scope
from qibu.network.middleware import Request, own_scope, unattended
from qibu.network.rules import Capability

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@own_scope
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """The file is read in a child process, outside any transaction."""
    request.actor.require(Capability.SALES_ASSIGN)
    began = {"source": "vertical"}
    with scope(request.actor):
        form = SheetForm(request.POST or None, request.FILES or None, actor=request.actor, initial=began)
    read = _read(form) if request.method == "POST" and form.is_valid() else None
    with scope(request.actor):
        if read is not None:
            given = form.cleaned_data
            sheet = services.keep(
                actor=request.actor, read=read, file_name=given["file"].name, source=given["source"],
                campaign=given["campaign"],
            )  # fmt: skip
            return redirect("intake:sheet", sheet.pk)
        context = {"form": form, "accept": ACCEPTED, "limit": services.LIMITS.file_bytes}
        return render(request, "intake/sheet_new.html", context, status=422 if form.errors else 200)


def _read(form: SheetForm) -> services.Read | None:
    try:
        return services.read_file(form.cleaned_data["file"])
    except UnreadableSheet as error:
        form.add_error("file", of_sheets.failure({"code": error.code, "facts": error.facts}))
    except services.NoRows:
        form.add_error("file", _("表头下面没有线索。请检查是不是选错了文件。"))
    return None


@require_http_methods(["GET", "POST"])
def one(request: Request, pk: int) -> HttpResponse:
    """Looked over while nothing is in; afterwards what came of it. Sending it says what the columns mean."""
    sheet = reads.sheet_or_404(request.actor, pk)
    if request.method == "POST":
        chosen = {str(place): request.POST.get(f"column-{place}", "") for place in range(len(sheet.headings))}
        wrong = _twice(sheet, chosen)
        if wrong:
            return _page(request, sheet, wrong=wrong, chosen=chosen, status=422)
        try:
            services.remap(actor=request.actor, sheet_id=pk, mapping=chosen)
        except NotReady:
            messages.info(request, _("这张表已经在导入了。"))
        return redirect("intake:sheet", pk)
    return _page(request, sheet)


def _twice(sheet: LeadSheet, chosen: dict[str, str]) -> str:
    """One meaning, one column; else a sentence."""
    seen = dict[str, str]()
    for place, target in chosen.items():
        if target and target in seen:
            sentence = _("「{field}」选了两列：{one}、{other}。请只留一列。")
            other = sheet.headings[int(place)]
            return sentence.format(field=words.column_called(target), one=seen[target], other=other)
        seen[target] = sheet.headings[int(place)]
    return ""


def _page(
    request: Request, sheet: LeadSheet, *, wrong: str = "", chosen: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    counts = reads.counts(sheet)
    meant = sheet.mapping if chosen is None else chosen
    context: dict[str, Any] = {
        "sheet": sheet, "counts": counts, "wrong": wrong, "done": sheet.rows - counts["waiting"],
        "fields": [(name, words.column_called(name)) for name in headings.fields(services.LEADS)],
        "columns": [(place, label, meant.get(str(place), "")) for place, label in enumerate(sheet.headings)],
        "previews": list(services.previews(sheet)) if sheet.state == LeadSheet.State.READ else [],
        "left": [(row, why) for row, _cells, why in reads.left(sheet)][:50],
    }  # fmt: skip
    return render(request, "intake/sheet.html", context, status=status)


@require_GET
@unattended
def progress(request: Request, pk: int) -> HttpResponse:
    """Asked by the page itself; when the work has ended the whole page comes anew."""
    sheet = reads.sheet_or_404(request.actor, pk)
    if sheet.state != LeadSheet.State.LOADING:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = reverse("intake:sheet", args=[pk])
        return answer
    counts = reads.counts(sheet)
    context = {"sheet": sheet, "counts": counts, "done": sheet.rows - counts["waiting"]}
    return render(request, "intake/parts/sheet_progress.html", context)


@require_POST
def load(request: Request, pk: int) -> HttpResponse:
    try:
        services.begin(actor=request.actor, sheet_id=pk)
    except NotReady:
        messages.info(request, _("这张表已经在导入了。"))
    return redirect("intake:sheet", pk)


@require_POST
def stop(request: Request, pk: int) -> HttpResponse:
    try:
        services.stop(actor=request.actor, sheet_id=pk)
    except NotReady:
        messages.info(request, _("这张表没有在导入。"))
    else:
        messages.success(request, _("导完手上的几行就停。"))
    return redirect("intake:sheet", pk)


@require_POST
def removal(request: Request, pk: int) -> HttpResponse:
    try:
        services.remove(actor=request.actor, sheet_id=pk)
    except NotReady:
        messages.info(request, _("这张表已经导入，不能移除。"))
        return redirect("intake:sheet", pk)
    messages.success(request, _("已移除，没有导入的行都删掉了。"))
    return redirect("intake:list")


@require_GET
def rejected(request: Request, pk: int) -> HttpResponse:
    """With everything that stands in the rows: for those who may open each of them."""
    sheet = reads.sheet_or_404(request.actor, pk)
    answer = HttpResponse(reads.rejected(sheet), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="leads-{pk}-rejected.xlsx"'
    return answer
