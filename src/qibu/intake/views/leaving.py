"""A lead as an ADF file."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from qibu.intake.forms import LeavingForm
from qibu.intake.services import leaving
from qibu.leads import selectors as leads
from qibu.network.middleware import Request
from qibu.network.rules import Capability


@require_http_methods(["GET", "POST"])
def as_adf(request: Request, pk: int) -> HttpResponse:
    """For whom first, then the file: it holds telephones, and each time is on record."""
    request.actor.require(Capability.CUSTOMERS_EXPORT)
    lead = leads.lead_or_404(request.actor, pk)
    form = LeavingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        text = leaving.write(actor=request.actor, lead_id=pk, taker=form.cleaned_data["taker"])
        answer = HttpResponse(text, content_type="application/x-adf+xml; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="lead-{pk}.adf.xml"'
        return answer
    status = 422 if form.errors else 200
    return render(request, "intake/leaving.html", {"lead": lead, "form": form}, status=status)
