"""How acts on a customer answer: back to their page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from qibu.customers.selectors import survivor_of
from qibu.network.middleware import Request
from qibu.ui.answers import asked, go, is_drawer


def back(request: HttpRequest, customer_id: int, sentence: str = "", *, tab: str = "") -> HttpResponse:
    """To the address in `next` if it is one of ours, else to the customer's page."""
    page = reverse("customers:detail", args=[customer_id])
    return go(request, asked(request, f"{page}?tab={tab}" if tab else page), sentence)


def following(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The address of a file that was merged into another leads to the one that stays."""

    @wraps(view)
    def follow(request: Request, customer_id: int, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, customer_id, **kwargs)
        except Http404:
            living = survivor_of(request.actor, customer_id)
            if living is None:
                raise
            return HttpResponseRedirect(_same_page(request, living))

    return follow


def _same_page(request: Request, customer_id: int) -> str:
    match = request.resolver_match
    if request.method != "GET" or match is None:
        return reverse("customers:detail", args=[customer_id])
    query = request.GET.urlencode()
    return reverse(match.view_name, args=[customer_id]) + (f"?{query}" if query else "")


def form_page(request: HttpRequest, template: str, context: dict[str, Any], *, refused: bool = False) -> HttpResponse:
    """A form as page or drawer: `customers/<template>` for the page, `customers/drawers/<template>` beside it."""
    place = "customers/drawers" if is_drawer(request) else "customers"
    return render(request, f"{place}/{template}", context, status=422 if refused else 200)
