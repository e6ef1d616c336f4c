"""A lead as an ADF file."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from qibu.intake.services import leaving
from qibu.network.middleware import Request


@require_GET
def as_adf(request: Request, pk: int) -> HttpResponse:
    """Each time it is fetched is on record."""
    answer = HttpResponse(
        leaving.write(actor=request.actor, lead_id=pk), content_type="application/x-adf+xml; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="lead-{pk}.adf.xml"'
    return answer
