"""Pages for strangers: a campaign's form, and its thanks. No session, no scripts, no cookies."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from qibu.intake.models import ConsentWording, WebForm
from qibu.intake.public_form import TRAP, PublicForm
from qibu.intake.services import forms as services
from qibu.kernel.scoping import scope
from qibu.network.middleware import public
from qibu.network.models import Organisation
from qibu.network.services.brakes import Refused
from qibu.network.views.entry import origin_of

ALONE = "'none'"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors {}"
)


@csrf_exempt  # nobody is signed in here: there is no session that another page could ride
@public
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, secret: str) -> HttpResponse:
    return _form(request, secret, embedded=False)


@csrf_exempt
@public
@require_http_methods(["GET", "HEAD", "POST"])
def embedded(request: HttpRequest, secret: str) -> HttpResponse:
    """The same within a page of the sites that the store has named."""
    return _form(request, secret, embedded=True)


@public
@require_GET
def thanks(request: HttpRequest, secret: str) -> HttpResponse:
    return _thanks(request, secret, embedded=False)


@public
@require_GET
def embedded_thanks(request: HttpRequest, secret: str) -> HttpResponse:
    return _thanks(request, secret, embedded=True)


def _form(request: HttpRequest, secret: str, *, embedded: bool) -> HttpResponse:
    organisation_id, form_id = _behind(secret)
    sent = request.method == "POST"
    early = _too_fast(request, form_id) if sent else ""
    with scope(services.stranger(organisation_id)) as actor:
        row = WebForm.objects.get(pk=form_id)
        if not row.active:
            return _answer(request, "intake/public/closed.html", row, embedded, 410)
        wording = ConsentWording.objects.filter(form=row).order_by("-number").first()
        filled = PublicForm(request.POST if sent else None, form=row, wording=wording)
        if sent and not early and filled.is_valid():
            services.submit(actor=actor, form_id=form_id, filled=filled.filled())
            return _sent(secret, row, embedded)
        status = 429 if early else 422 if sent else 200
        return _answer(
            request, "intake/public/form.html", row, embedded, status, form=filled, early=early, trap=TRAP
        )


def _behind(secret: str) -> tuple[int, int]:
    found = services.behind(secret) if 10 < len(secret) < 60 else None
    if found is None:
        raise Http404
    return found


def _too_fast(request: HttpRequest, form_id: int) -> str:
    """A sentence where they come too fast; what was typed stays."""
    try:
        services.slow_down(form_id=form_id, origin=origin_of(request))
    except Refused as refused:
        seconds = max(1, round(refused.wait.total_seconds()))
        return _("提交得太快了，请 {n} 秒后再点一次。填的内容都还在。").format(n=seconds)
    return ""


def _sent(secret: str, row: WebForm, embedded: bool) -> HttpResponse:
    return _guarded(redirect("form:embedded-thanks" if embedded else "form:thanks", secret), row, embedded)


def _thanks(request: HttpRequest, secret: str, *, embedded: bool) -> HttpResponse:
    organisation_id, form_id = _behind(secret)
    with scope(services.stranger(organisation_id)):
        row = WebForm.objects.get(pk=form_id)
        return _answer(request, "intake/public/thanks.html", row, embedded, 200)


def _answer(
    request: HttpRequest, template: str, row: WebForm, embedded: bool, status: int, **context: Any
) -> HttpResponse:
    house = Organisation.objects.get(pk=row.organisation_id)
    context = {**context, "row": row, "house": house, "embedded": embedded}
    return _guarded(render(request, template, context, status=status), row, embedded)


def _guarded(answer: HttpResponse, row: WebForm, embedded: bool) -> HttpResponse:
    """No script runs here; only the sites that were named may frame it; no other site hears of the address."""
    sites = " ".join(row.sites) if embedded and row.sites else ALONE
    answer["Content-Security-Policy"] = POLICY.format(sites)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
