"""What the frame leads to: another store, the settings."""

from __future__ import annotations

from itertools import groupby

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from qibu.network.middleware import Request
from qibu.ui import slots


@require_POST
def switch(request: Request) -> HttpResponse:
    """Work in another of one's stores from now on; the first page there is the workbench."""
    wanted = request.POST.get("organisation", "")
    if wanted not in {str(place.organisation_id) for place in request.places}:
        raise Http404
    request.session["organisation"] = int(wanted)
    return redirect(settings.LOGIN_REDIRECT_URL)


@require_GET
def settings_page(request: Request) -> HttpResponse:
    rows = slots.fill("settings", request)
    groups = [(name, list(several)) for name, several in groupby(rows, key=lambda row: str(row.group))]
    return render(request, "network/settings.html", {"groups": groups})
