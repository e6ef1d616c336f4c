"""What the customer sees on their phone: the offer, and two buttons. No sign-in; whoever has the address sees it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.middleware import public
from qibu.network.models import Organisation
from qibu.network.services import actors
from qibu.quotes.errors import NotNow, TooManyAnswers
from qibu.quotes.forms import AnswerForm
from qibu.quotes.models import QuoteLink
from qibu.quotes.services import links
from qibu.quotes.views import sheet_for


def _unlisted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """No search engine keeps the page, and nobody is told where the reader came from."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return answered


@public
@never_cache
@_unlisted
@require_GET
def offer(request: HttpRequest, token: str) -> HttpResponse:
    found = links.find(token)
    if found is None:
        return _gone(request)
    with scope(actors.system(found.organisation_id)) as actor:
        link = links.living(found.link_id)
        if link is None:
            return _gone(request)
        if request.headers.get("Sec-Purpose", "") != "prefetch":
            links.opened(actor=actor, link=link)
        return _shown(request, link, AnswerForm())


@csrf_exempt  # nobody is signed in here, and a page without a referrer sends no origin to check
@public
@never_cache
@_unlisted
@require_POST
def answer(request: HttpRequest, token: str) -> HttpResponse:
    found = links.find(token)
    if found is None:
        return _gone(request)
    form = AnswerForm(request.POST)
    with scope(actors.system(found.organisation_id)) as actor:
        link = links.living(found.link_id)
        if link is None:
            return _gone(request)
        return _shown(request, link, form, _said(actor, link, form), status=422 if form.errors else 200)


def _said(actor: Actor, link: QuoteLink, form: AnswerForm) -> str:
    """The word of thanks; what is wrong stands in the form."""
    if not form.is_valid():
        return ""
    said = form.cleaned_data
    try:
        links.answer(
            actor=actor, link_id=link.pk, kind=said["kind"], text=said["text"].strip(), variant=said["variant"]
        )
    except (NotNow, TooManyAnswers):
        form.add_error("text", _("您留的话已经很多了，请直接打电话给销售顾问。"))
        return ""
    return _("收到了，销售顾问会尽快联系您。")


def _shown(
    request: HttpRequest, link: QuoteLink, form: AnswerForm, thanks: str = "", status: int = 200
) -> HttpResponse:
    quote = link.quote
    store = Organisation.objects.get(pk=quote.organisation_id)
    context = {
        "quote": quote, "link": link, "sheet": sheet_for(quote), "store": store, "form": form, "thanks": thanks,
        "answer_address": reverse("quotes:answer", args=[link.token]), "over": quote.shown_state == quote.EXPIRED,
    }  # fmt: skip
    return render(request, "quotes/offer.html", context, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    """The same for a link that is over and one that never was."""
    return render(request, "quotes/offer_gone.html", status=404)
