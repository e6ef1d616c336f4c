"""Exports of lists: asking with a purpose, agreeing, how far it is, the file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.kernel import times
from qibu.network import selectors, words
from qibu.network.exports import SHEETS
from qibu.network.forms import DecisionForm, PurposeForm
from qibu.network.middleware import Request, unattended
from qibu.network.models import Export
from qibu.network.rules import ExportLevel, export_level
from qibu.network.services import exports as services
from qibu.ui import chosen
from qibu.ui.formats import number
from qibu.ui.lists import Choice, Column, Days, ListPage, Preset

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
State = Export.State


def _asked(request: HttpRequest) -> int:
    """As the list shows them: one's own, for those who agree to exports everybody's."""
    return selectors.exports(request.actor).filter(state=State.ASKED).count()  # type: ignore[attr-defined]


class ExportList(ListPage):
    """One's own exports; for those who agree to them everybody's."""

    key, title, unit = "exports", gettext_lazy("导出"), gettext_lazy("次导出")
    ordering = ("-at", "-id")
    columns = (
        Column("at", gettext_lazy("时间"), card="right"),
        Column(
            "page", gettext_lazy("导出什么"), value=lambda row: words.LISTS.get(row.page, row.page), card="title",
            locked=True,
        ),
        Column(
            "total", gettext_lazy("行数"), value=lambda row: _("{n} 行").format(n=number(row.total)), align="end"
        ),
        Column("by", gettext_lazy("谁"), value="by.name"),
        Column("purpose", gettext_lazy("用途")),
        Column("state", gettext_lazy("状态"), cell="network/cells/export_state.html", card="line"),
        Column("decided", gettext_lazy("审批"), value="decided_by.name", card="hide"),
    )  # fmt: skip
    filters = (
        Choice("state", gettext_lazy("状态"), State.choices),
        Days("at", gettext_lazy("时间"), moments=True),
    )
    presets = (
        Preset("all", gettext_lazy("全部")),
        Preset("asked", gettext_lazy("待审批"), {"state": State.ASKED}, count=_asked),
    )
    empty_title = gettext_lazy("还没有导出过")
    empty_text = gettext_lazy("在客户、任务、售后和到期清单的右上角可以导出表格。")

    def rows(self) -> Any:
        return selectors.exports(self.request.actor)  # type: ignore[attr-defined]  # typed by Request

    def row_url(self, row: Export) -> str:
        return reverse("network:export", args=[row.pk])


@require_http_methods(["GET", "POST"])
def new(request: Request, page: str) -> HttpResponse:
    """GET, and a batch of a list, ask for the purpose; with it comes the file, or who is asked to agree."""
    sheet = SHEETS.get(page)
    if sheet is None:
        raise Http404
    request.actor.require(sheet.capability)
    query = request.POST.get("query", request.GET.urlencode())
    ids = chosen.ids(request) if not request.POST.get("all") else []
    view = chosen.view(request, sheet.page, query)
    rows = view.rows().filter(pk__in=ids) if ids else view.filtered()
    total = rows.count()
    asked = "purpose" in request.POST
    form = PurposeForm(request.POST if asked else None)
    if request.method == "POST":
        _check(request, view, total if not ids else 0, form)
    if not total or not asked or not form.is_valid():
        context = {"form": form, "sheet": sheet, "total": total, "words": said(view), **_waits(request, total)}
        context |= {"query": query, "ids": ids, "name": words.LISTS.get(page, page), "title": view.title}
        context |= {"back": f"{reverse(sheet.url_name)}?{query}", "taken": services.taken_alone(request.actor)}
        return render(request, "network/export_new.html", context, status=422 if asked else 200)
    what = services.Asked(page, rows, view.unsaved, view.saved_name, picked=bool(ids))
    export = services.ask(
        actor=request.actor, asked=what, purpose=form.cleaned_data["purpose"], language=get_language() or ""
    )  # fmt: skip
    if export.state == State.QUEUED and export.total <= services.AT_ONCE:
        services.work(actor=request.actor, export_id=export.pk)
    return HttpResponseRedirect(reverse("network:export", args=[export.pk]))


def _check(request: Request, view: ListPage, total: int, form: PurposeForm) -> None:
    """A batch of a list is answered there; what was typed into the form stays in it."""
    try:
        chosen.check_view(view)
        chosen.check_count(request, total)
    except chosen.Outdated as outdated:
        if not form.is_bound:
            raise
        form.add_error(None, str(outdated))


def _waits(request: Request, total: int) -> dict[str, Any]:
    """Whether somebody is to agree first, and who that may be."""
    level = export_level(total, services.taken_alone(request.actor))
    draft = Export(by_id=request.actor.staff_id or 0, level=level)
    people = selectors.who_may_agree(draft) if level >= ExportLevel.AGREED else []
    return {"waits": level >= ExportLevel.AGREED, "told": level == ExportLevel.TOLD, "people": people}


def said(view: ListPage) -> str:
    """The view and its filters, as people read them."""
    chosen_ones = [one for one in view.filters if one.chosen(view.query)]
    named = [f"{one.label}{_('：')}{one.words(view.query, view.request)}" for one in chosen_ones]
    name = str(view.preset.label) if view.preset else ""
    return _("；").join(filter(None, [name, *named]))


def _which(request: Request, export: Export) -> str:
    """Which rows an export is about, in the words of the reader."""
    sheet = SHEETS.get(export.page)
    shown = said(chosen.view(request, sheet.page, export.query)) if sheet else ""
    name = _("视图「{name}」").format(name=export.view_name) if export.view_name else ""
    return _("；").join(filter(None, [_("勾选的行") if export.picked else "", name, shown]))


@require_GET
def one(request: Request, export_id: int) -> HttpResponse:
    export = _visible(request, export_id)
    services.hear(actor=request.actor, export=export)
    template = "network/export_drawer.html" if request.GET.get("drawer") else "network/export.html"
    return render(request, template, _shown(request, export, DecisionForm()))


@require_GET
@unattended
def progress(request: Request, export_id: int) -> HttpResponse:
    """Asked every second by the page, until there is a file or none."""
    export = _visible(request, export_id)
    if not export.at_work:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("network:export", args=[export.pk])
        return response
    return render(request, "network/parts/export_progress.html", {"export": export})


@require_POST
def decision(request: Request, export_id: int) -> HttpResponse:
    export = _visible(request, export_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return render(request, "network/export.html", _shown(request, export, form), status=422)
    agreed = form.cleaned_data["agreed"] == "yes"
    try:
        services.decide(
            actor=request.actor, export_id=export_id, agreed=agreed, remark=form.cleaned_data["remark"]
        )  # fmt: skip
    except services.OutOfTurn:
        messages.info(request, _("同事已经处理过了。"))
    except services.OwnExport:
        messages.error(request, _("自己申请的导出，请另一位同事审批。"))
    else:
        messages.success(request, _decided(request, export, agreed))
    return redirect("network:export", export_id)


def _decided(request: Request, export: Export, agreed: bool) -> str:
    if not agreed:
        return _("已回复：不同意导出。")
    own = export.by_id == request.actor.staff_id
    return _("已同意，可以下载了。") if own else _("已同意，{name}会收到提醒，自己下载。").format(name=export.by.name)


@require_POST
def noting(request: Request, export_id: int) -> HttpResponse:
    _visible(request, export_id)
    try:
        services.note(actor=request.actor, export_id=export_id)
    except services.OutOfTurn:
        messages.info(request, _("在等审批的请同意或不同意；自己的不用看。"))
    return redirect("network:exports")


@require_POST
def stop(request: Request, export_id: int) -> HttpResponse:
    try:
        services.stop(actor=request.actor, export_id=export_id)
    except services.OutOfTurn:
        messages.info(request, _("已经结束了，不用再停。"))
    return redirect("network:export", export_id)


@require_POST
def file(request: Request, export_id: int) -> HttpResponse | FileResponse:
    try:
        content = services.take(actor=request.actor, export_id=export_id)
    except services.OutOfTurn:
        messages.error(request, _("这份文件已经不在了，请重新导出。"))
        return redirect("network:export", export_id)
    export = _visible(request, export_id)
    name = _("{list} {day}.xlsx").format(list=words.LISTS.get(export.page, export.page), day=times.today())
    return FileResponse(content, as_attachment=True, filename=name, content_type=XLSX)


def _visible(request: Request, export_id: int) -> Export:
    found = selectors.exports(request.actor).filter(pk=export_id).first()
    if found is None:
        raise Http404
    return found


def _shown(request: Request, export: Export, form: DecisionForm) -> dict[str, Any]:
    actor, own = request.actor, export.by_id == request.actor.staff_id
    waits = export.state == State.ASKED
    people = selectors.who_may_agree(export) if waits else []
    agrees = selectors.may_agree_to(actor, export)
    return {
        "export": export, "form": form, "own": own, "which": _which(request, export),
        "name": words.LISTS.get(export.page, export.page),
        "people": people, "may_decide": waits and agrees and (not own or not people),
        "may_note": agrees and not own and not waits and not export.noted_by_id and export.level >= ExportLevel.TOLD,
        "may_take": own and export.state == State.READY,
        "may_stop": own and (waits or export.at_work), "kept_days": services.KEPT_FOR.days,
    }  # fmt: skip
