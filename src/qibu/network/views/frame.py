"""What the frame leads to: another store, the settings."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from qibu.network.middleware import Request, unattended
from qibu.ui import slots
from qibu.ui.areas import PARTS
from qibu.ui.frame import Frame


@require_POST
def switch(request: Request) -> HttpResponse:
    """Work in another of one's stores from now on; the first page there is the workbench."""
    wanted = request.POST.get("organisation", "")
    if wanted not in {str(place.organisation_id) for place in request.places}:
        raise Http404
    request.session["organisation"] = int(wanted)
    return redirect(settings.LOGIN_REDIRECT_URL)


@require_GET
@unattended
def bell(request: Request) -> HttpResponse:
    """The bell alone: a page that stands open asks for it once a minute, which keeps no session alive."""
    found = Frame(request).bell
    response = render(request, "ui/frame/bell.html", {"bell": found}) if found else HttpResponse()
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def settings_page(request: Request) -> HttpResponse:
    rows: list[slots.Setting] = slots.fill("settings", request)
    parts = [(key, called, [row for row in rows if row.part == key]) for key, called in PARTS.items()]
    return render(request, "network/settings.html", {"parts": [part for part in parts if part[2]]})
