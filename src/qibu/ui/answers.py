"""How acts answer: back to where they were made, with one sentence."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def go(request: HttpRequest, address: str, sentence: str = "", *, undo: str = "") -> HttpResponse:
    """To an address; a request by htmx is told to load it as a whole page. `undo`: where the act is taken back."""
    if sentence:
        messages.success(request, sentence, extra_tags=undo)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
        return response
    return HttpResponseRedirect(address)


def refuse(request: HttpRequest, address: str, sentence: str) -> HttpResponse:
    """Nothing was done: to an address with the reason."""
    messages.error(request, sentence)
    return go(request, address)


def asked(request: HttpRequest, default: str) -> str:
    """The address in `next` if it is one of ours."""
    return ours(request, request.POST.get("next", ""), default)


def ours(request: HttpRequest, address: str, default: str) -> str:
    """The address if it leads into the product."""
    secure = request.is_secure()
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=secure)
    return address if address and safe else default


def is_drawer(request: HttpRequest) -> bool:
    return "drawer" in request.GET or "drawer" in request.POST
