from __future__ import annotations

import sys
from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from qibu.config import trouble


def healthz(request: HttpRequest) -> HttpResponse:
    """200 when a page can be answered; says nothing about anyone's data."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "recovering"}, status=503)
    return JsonResponse({"status": "ok"})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # The session could not be kept: Django calls that a bad request.
    unknown = isinstance(exception, DisallowedHost)
    return trouble.answer(request, exception) or render(request, "400.html", {"unknown": unknown}, status=400)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    told = "unknown_origin" if _comes_from_here(request, reason) else "stale_form"
    return render(request, "403.html", {told: True}, status=403)


def _comes_from_here(request: HttpRequest, reason: str) -> bool:
    """From this very address, and Django believes it another: a proxy with TLS that nobody told us of."""
    origin = request.headers.get("Origin", "")
    return reason.startswith("Origin checking failed") and urlsplit(origin).netloc == request.headers.get("Host")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    return trouble.answer(request, sys.exc_info()[1]) or render(request, "500.html", status=500)
