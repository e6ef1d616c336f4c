"""What a customer reads on their phone: the piece as it was sent, one button to be called, one to hear no more. No
sign-in, no cookie, no script; no name stands there, since whoever has the address reads it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from qibu.kernel import keys, times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.middleware import public
from qibu.network.models import Organisation
from qibu.network.rules import Brake
from qibu.network.services import actors, brakes
from qibu.network.views.entry import address_of
from qibu.nurturing import selectors
from qibu.nurturing.errors import NotNow, TooManyReplies
from qibu.nurturing.forms import ReplyForm
from qibu.nurturing.models import Sending
from qibu.nurturing.rules import by_a_person, read_markup
from qibu.nurturing.services import links
from qibu.nurturing.views.library import shown
from qibu.nurturing.words import refusal

GUESSING = Brake(free=20, first=timedelta(seconds=30), longest=timedelta(minutes=15))
ANSWERED = timedelta(days=1)  # so long the page says that the consultant knows
THANKS: dict[str, Any] = {
    "answer": gettext_lazy("收到了，销售顾问会尽快联系您。"), "stop": gettext_lazy("好的，以后不再给您发这类资料。"),
}  # fmt: skip
Act = Callable[[HttpRequest, Actor, Sending], HttpResponse]


def behind_a_link(view: Act) -> Callable[[HttpRequest, str], HttpResponse]:
    """A link that is over, and one that never was, look the same; no search engine keeps the page, and nobody is told
    where the reader came from. Who tries many addresses that lead nowhere waits ever longer."""

    @wraps(view)
    def answered(request: HttpRequest, token: str) -> HttpResponse:
        response = _answered(view, request, token)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return answered


def _answered(view: Act, request: HttpRequest, token: str) -> HttpResponse:
    marks = _marks(request)
    if brakes.pause(marks):
        return _gone(request, 429)
    found = links.find(token)
    if found is None:
        with suppress(brakes.Refused):
            brakes.claim(marks)
        return _gone(request)
    with scope(actors.system(found.organisation_id)) as actor:
        row = links.living(found.sending_id)
        return view(request, actor, row) if row is not None else _gone(request)


def _marks(request: HttpRequest) -> brakes.Marks:
    whence = keys.ring().fingerprint("nurturing.links", address_of(request))
    return brakes.Marks(whence, whence, False, GUESSING)


@public
@never_cache
@require_safe
@behind_a_link
def page(request: HttpRequest, actor: Actor, row: Sending) -> HttpResponse:
    """Counted where a person reads it who isn't one of ours."""
    purpose = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    agent, method = request.headers.get("User-Agent", ""), request.method or ""
    said = request.GET.get("said", "")  # come back from a button of the page, which is no further reading
    person = by_a_person(agent=agent, purpose=purpose, method=method)
    if person and said not in THANKS and not request.user.is_authenticated:
        links.opened(actor=actor, row=row)
    return _page(request, row, ReplyForm(), thanks=_thanks(row, said))


@public
@never_cache
@require_GET
@behind_a_link
def picture(request: HttpRequest, actor: Actor, row: Sending) -> HttpResponse:
    if not row.edition.image:
        return _gone(request)
    return shown(selectors.image_or_404(row.edition.image))  # type: ignore[return-value]  # a response that streams


@csrf_exempt  # nobody is signed in here: there is no session that another page could ride
@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_link
def answer(request: HttpRequest, actor: Actor, row: Sending) -> HttpResponse:
    if request.method != "POST":
        return redirect("nurturing:page", row.token)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    try:
        links.answer(actor=actor, sending_id=row.pk, text=form.cleaned_data["text"])
    except (NotNow, TooManyReplies) as fault:
        form.add_error(*refusal(fault))
        return _page(request, row, form, status=422)
    return _back(row, "answer")


@csrf_exempt
@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_link
def refuse(request: HttpRequest, actor: Actor, row: Sending) -> HttpResponse:
    if request.method != "POST":
        return redirect("nurturing:page", row.token)
    links.refuse(actor=actor, sending_id=row.pk)
    return _back(row, "stop")


def _back(row: Sending, said: str) -> HttpResponse:
    """To the page itself: loaded again, it sends nothing again."""
    return redirect(f"{reverse('nurturing:page', args=[row.token])}?said={said}")


def _thanks(row: Sending, said: str) -> str:
    """For what was done indeed, whatever the address says."""
    done = {"answer": row.replied_at, "stop": row.refused_at}.get(said)
    return str(THANKS[said]) if done is not None else ""


def _page(
    request: HttpRequest, row: Sending, form: ReplyForm, *, status: int = 200, **said: Any
) -> HttpResponse:
    edition = row.edition
    over = edition.valid_until is not None and edition.valid_until < times.today()
    answered = row.replied_at is not None and times.now() - row.replied_at < ANSWERED
    context = {
        "edition": edition, "blocks": read_markup(edition.body), "form": form, "over": over,
        "answered": answered,
        "picture": reverse("nurturing:page-picture", args=[row.token]) if edition.image else "",
        "store": Organisation.objects.get(pk=row.organisation_id), "consultant": row.lead.consultant,
        "answer_address": reverse("nurturing:answer", args=[row.token]),
        "refuse_address": reverse("nurturing:refuse", args=[row.token]), "refused": row.refused_at is not None, **said,
    }  # fmt: skip
    return render(request, "nurturing/public/page.html", context, status=status)


def _gone(request: HttpRequest, status: int = 404) -> HttpResponse:
    return render(request, "nurturing/public/gone.html", status=status)
