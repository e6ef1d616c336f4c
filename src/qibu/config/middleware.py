from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from qibu.connect.sheets import LIMITS

POLICY = "; ".join(
    [
        "default-src 'self'", "img-src 'self' data: blob:", "object-src 'none'", "base-uri 'none'",
        "frame-ancestors 'none'", "form-action 'self'",
    ]
)


LONGEST_QUERY = 4000
INTERFACE = "/api/"  # looks at the length itself, before it reads, and answers in JSON


class BoundsMiddleware:
    """Refuses what no page sends, before anything of it is read: queries with a NUL, which no text in the database may
    hold, or far too long; bodies that would fill the disk. A sheet a bit too big still gets the page's own answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query or "\0" in query or len(query) > LONGEST_QUERY:
            raise BadRequest("a query that no page makes")
        if _length(request) > _most(request) and not request.path.startswith(INTERFACE):
            raise BadRequest("a body that no page sends")
        return self.get_response(request)


def _length(request: HttpRequest) -> int:
    told = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(told) if told.isdecimal() and len(told) < 19 else 0


def _most(request: HttpRequest) -> int:
    sheets = request.path == reverse("connect:new")
    return 2 * LIMITS.file_bytes if sheets else int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


class WrongMethodMiddleware:
    """What only takes forms and was opened as a page says so, with a way back: a blank page says nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        page = render(request, "405.html", status=response.status_code)
        page["Allow"] = response["Allow"]
        return page


class ContentSecurityMiddleware:
    """Nothing inline, nothing from elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        if not request.path.startswith("/static/"):  # pages hold personal data: no shared cache keeps them
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
