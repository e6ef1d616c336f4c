"""Taking customers out of the house: asked for a purpose, counted, in the audit trail."""

from __future__ import annotations

import tempfile

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qibu.customers import selectors
from qibu.customers.forms import ExportForm
from qibu.customers.models import Customer
from qibu.customers.services import export as exports
from qibu.customers.views.lists import CustomerList
from qibu.kernel import times
from qibu.network.middleware import Request
from qibu.network.rules import Capability

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
def export(request: Request) -> HttpResponse | FileResponse:
    """GET, and a batch from the list, ask for the purpose; with it comes the file."""
    request.actor.require(Capability.CUSTOMERS_EXPORT)
    asked, ids = "purpose" in request.POST, _ids(request)
    rows = _chosen(request, ids)
    form = ExportForm(request.POST if asked else None)
    if not asked or not form.is_valid():
        return _page(request, form, rows, ids, refused=asked)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    purpose, sure = form.cleaned_data["purpose"], form.cleaned_data["sure"]
    try:
        exports.write(actor=request.actor, customers=rows, file=file, purpose=purpose, confirmed=sure)
    except exports.Unconfirmed as many:
        file.close()
        form.add_error("sure", _("一共 {n} 位客户，请确认人数后再导出。").format(n=f"{many.rows:,}"))
        return _page(request, form, rows, ids, refused=True)
    file.seek(0)
    name = _("客户 {day}.xlsx").format(day=times.today())
    return FileResponse(file, as_attachment=True, filename=name, content_type=SHEET)


def _ids(request: Request) -> list[int]:
    return [int(text) for text in request.POST.getlist("id") if text.isdecimal()]


def _chosen(request: Request, ids: list[int]) -> QuerySet[Customer]:
    """The checked rows, or the view of the list that the address describes."""
    if ids:
        return selectors.visible(request.actor).filter(pk__in=ids)
    view = CustomerList()
    view.setup(request)
    rows: QuerySet[Customer] = view.filtered()
    return rows


def _page(
    request: Request, form: ExportForm, rows: QuerySet[Customer], ids: list[int], *, refused: bool
) -> HttpResponse:
    count = rows.count()
    context = {"form": form, "count": count, "ids": ids, "many": count > exports.ASKED_AGAIN}
    return render(request, "customers/export.html", context, status=422 if refused else 200)
