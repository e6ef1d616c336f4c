"""The way of a spreadsheet into the store, step by step. Each page shows where the import stands; moves are POSTs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages as toasts
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.connect import messages, selectors, sheets
from qibu.connect.forms import ACCEPTED, BasisForm, Refusal, UploadForm, read_mapping
from qibu.connect.mapping import OWNERS, VISITS, Mapping
from qibu.connect.models import Import
from qibu.connect.services import imports, own_fields, steps
from qibu.connect.services import undo as undoing
from qibu.connect.services.imports import OutOfTurn
from qibu.connect.sheets import UnreadableSheet
from qibu.kernel.scoping import scope
from qibu.network import taken
from qibu.network.middleware import Request, own_scope, unattended
from qibu.network.rules import Capability

State = Import.State
CORRECTABLE = imports.READY


@own_scope
@require_http_methods(["GET", "POST"])
def upload(request: Request) -> HttpResponse:
    """Keeping the file takes as long as its way here, so no transaction is open meanwhile."""
    request.actor.require(Capability.IMPORT)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        with scope(request.actor) as actor:
            taken.refuse_again(request, actor)
        try:
            one = imports.begin(actor=request.actor, file=file, name=file.name)
        except UnreadableSheet as error:
            form.refuse(error.code, error.facts)
        else:
            return _begun(request, one)
    context = {"form": form, "accept": ACCEPTED, "limit": sheets.LIMITS.file_bytes, "step": 1}
    with scope(request.actor):
        return render(request, "connect/upload.html", context, status=422 if form.errors else 200)


def _begun(request: Request, one: Import) -> HttpResponse:
    """Of a form that came twice at the same moment the second one's file is forgotten (`jobs.recover`)."""
    with scope(request.actor) as actor:
        form = taken.claim(request, actor)
        imports.ask_reading(actor=actor, import_id=one.pk)
        form.keep(reverse("connect:detail", args=[one.pk]))
    return redirect("connect:detail", one.pk)


@require_GET
def detail(request: Request, import_id: int) -> HttpResponse:
    """The page of the state the import is in."""
    one = _one(request, import_id)
    if one.state == State.READ:
        return _mapping_page(request, one)
    if one.state == State.CHECKED:
        return _checked_page(request, one)
    if one.state == State.LOADED:
        return _result_page(request, one)
    if one.state == State.UNDONE:
        return render(request, "connect/undone.html", {"one": one, "kept": selectors.kept(request.actor, one)})
    if one.state in (State.STOPPED, State.FAILED):
        context = {"one": one, "sentence": messages.failure(one.error), "step": _step(one.progress.get("step", ""))}
        return render(request, "connect/trouble.html", context)
    return render(request, "connect/running.html", _running(one))


@require_GET
@unattended
def progress(request: Request, import_id: int) -> HttpResponse:
    """Asked every second by the page; when the step is over, the page of the next state is opened."""
    one = _one(request, import_id)
    if one.state != request.GET.get("state"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("connect:detail", args=[one.pk])
        return response
    return render(request, "connect/progress.html", _running(one))


def _running(one: Import) -> dict[str, Any]:
    return {"one": one, "progress": selectors.progress(one), "step": _step(one.state)}


STEPS = {"": 1, "uploaded": 1, "reading": 1, "read": 2, "checking": 4, "checked": 4}


def _step(state: str) -> int:
    """Where the state stands in the row of steps."""
    return STEPS.get(state, 5)


# --- Columns -----------------------------------------------------------------------------------------------


@require_POST
def sheet(request: Request, import_id: int) -> HttpResponse:
    wanted = request.POST.get("sheet", "")
    return _move(
        request, import_id, lambda: imports.ask_reading(actor=request.actor, import_id=import_id, sheet=wanted)
    )


@require_POST
def kind(request: Request, import_id: int) -> HttpResponse:
    """The sheet holds the other kind of thing: its columns are understood anew."""
    one = _one(request, import_id)
    wanted = request.POST.get("kind", "")
    if wanted not in (OWNERS, VISITS) or one.state not in CORRECTABLE:
        return redirect("connect:detail", one.pk)
    guessed = steps.understand(one, wanted, own_fields.labels(one.organisation_id))
    return _move(
        request, import_id, lambda: imports.understand(actor=request.actor, import_id=import_id, mapping=guessed)
    )


@require_http_methods(["GET", "POST"])
def mapping(request: Request, import_id: int) -> HttpResponse:
    """What the columns mean; a checked import can come back here."""
    one = _one(request, import_id)
    if one.state not in CORRECTABLE or not one.mapping:
        return redirect("connect:detail", one.pk)
    if request.method == "GET":
        return _mapping_page(request, one)
    before = Mapping.from_json(one.mapping)
    try:
        chosen = read_mapping(request.POST, before)
    except Refusal as refusal:
        return _mapping_page(request, one, refused=str(refusal))
    imports.understand(actor=request.actor, import_id=one.pk, mapping=chosen)
    if lacks := messages.missing(chosen):
        one.mapping = chosen.to_json()
        return _mapping_page(request, one, refused=lacks)
    if request.POST.get("remember"):
        imports.remember(actor=request.actor, mapping=chosen, name=request.POST.get("name", "").strip())
    return redirect("connect:basis", one.pk)


def _mapping_page(request: Request, one: Import, *, refused: str = "") -> HttpResponse:
    found = Mapping.from_json(one.mapping)
    context = {
        "one": one, "mapping": found, "lines": selectors.lines(found), "choices": selectors.choices(found),
        "refused": refused, "lacks": messages.missing(found), "sheets": selectors.sheet_names(one),
        "chosen_sheet": one.sheet.get("chosen", ""), "saved": selectors.saved_name(request.actor, found),
        "same": selectors.same_file(request.actor, one), "kinds": Import.Kind.choices, "step": 2,
    }  # fmt: skip
    return render(request, "connect/mapping.html", context, status=422 if refused else 200)


# --- Basis, check, load ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def basis(request: Request, import_id: int) -> HttpResponse:
    one = _one(request, import_id)
    if one.state not in CORRECTABLE or not one.mapping or messages.missing(Mapping.from_json(one.mapping)):
        return redirect("connect:detail", one.pk)
    initial = {"basis": one.basis, "marketing": one.marketing, "evidence": one.evidence}
    form = BasisForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        return _move(
            request, import_id, lambda: imports.ask_check(actor=request.actor, import_id=import_id, **given)
        )
    context = {"one": one, "form": form, "step": 3}
    return render(request, "connect/basis.html", context, status=422 if form.errors else 200)


def _checked_page(request: Request, one: Import) -> HttpResponse:
    heads, rows = selectors.preview(one)
    context = {"one": one, "heads": heads, "rows": rows, "step": 4, **_problems(request, one)}
    return render(request, "connect/checked.html", context)


def _result_page(request: Request, one: Import) -> HttpResponse:
    trouble = messages.failure(one.error) if one.error else ""  # of an undo that did not come to its end
    context = {
        "one": one, "step": 5, "rejects": selectors.has_rejects(one), "trouble": trouble,
        "differences": selectors.differences(request.actor, one), **_problems(request, one),
    }  # fmt: skip
    return render(request, "connect/result.html", context)


@require_GET
def problems(request: Request, import_id: int) -> HttpResponse:
    """The table of problems alone: filtered, or another page of it."""
    one = _one(request, import_id)
    return render(request, "connect/problems.html", {"one": one, **_problems(request, one)})


def _problems(request: Request, one: Import) -> dict[str, Any]:
    severity, code = request.GET.get("severity", ""), request.GET.get("code", "")
    page = request.GET.get("page", "1")
    number = min(int(page), 10_000) if page.isdecimal() and int(page) else 1
    found = selectors.problems(one, severity=severity, code=code, page=number)
    return {"problems": found, "codes": selectors.codes(one), "severity": severity, "code": code}


@require_POST
def load(request: Request, import_id: int) -> HttpResponse:
    return _move(request, import_id, lambda: imports.ask_load(actor=request.actor, import_id=import_id))


@require_POST
def stop(request: Request, import_id: int) -> HttpResponse:
    return _move(request, import_id, lambda: imports.ask_stop(actor=request.actor, import_id=import_id))


@require_POST
def restart(request: Request, import_id: int) -> HttpResponse:
    return _move(request, import_id, lambda: imports.ask_again(actor=request.actor, import_id=import_id))


@require_POST
def removal(request: Request, import_id: int) -> HttpResponse:
    """Forget an import of which nothing was loaded."""
    response = _move(request, import_id, lambda: imports.drop(actor=request.actor, import_id=import_id))
    if not Import.objects.filter(pk=import_id).exists():
        toasts.success(request, _("已删除，表格文件也已删除。"))
        return redirect("connect:list")
    return response


@require_GET
def rejected(request: Request, import_id: int) -> HttpResponse | FileResponse:
    one = _one(request, import_id)
    if not selectors.has_rejects(one):
        raise Http404
    name = _("{file}-未载入 {n} 行.xlsx").format(file=one.file_name.rpartition(".")[0], n=one.counts["rejected"])
    return FileResponse(
        imports.take_rejects(actor=request.actor, import_id=one.pk), as_attachment=True, filename=name
    )


@require_http_methods(["GET", "POST"])
def undo(request: Request, import_id: int) -> HttpResponse:
    one = _one(request, import_id)
    if request.method == "POST":
        return _move(request, import_id, lambda: imports.ask_undo(actor=request.actor, import_id=import_id))
    if one.state != State.LOADED:
        return redirect("connect:detail", one.pk)
    found = undoing.outlook(actor=request.actor, import_id=one.pk)
    removed = [(messages.KINDS[name], number) for name, number in found.removed.items() if number]
    kept = [(messages.KINDS[r["kind"]], messages.KEPT[r["reason"]], r["number"]) for r in found.kept]
    context = {"one": one, "found": found, "removed": removed, "kept": kept}
    return render(request, "connect/undo.html", context)


def _one(request: Request, import_id: int) -> Import:
    try:
        return selectors.one(request.actor, import_id)
    except Import.DoesNotExist:
        raise Http404 from None


def _move(request: Request, import_id: int, move: Callable[[], None]) -> HttpResponseRedirect:
    try:
        move()
    except Import.DoesNotExist:
        raise Http404 from None
    except OutOfTurn:
        toasts.warning(request, _("这次导入刚刚有了变化，这里是它现在的样子。"))
    return redirect("connect:detail", import_id)
