"""Forms that carry `{% once %}`: the token says which opened form it is, so that sending it again is told apart from
filling in another one. See `services.once`.

`once_only` does it for every view in a scope. A view that opens its own claims the form in the scope of its act:

    with scope(request.actor):
        form = taken.claim(request)
        person = services.join(…)
        form.keep(reverse("network:staff-member", args=[person.pk]))
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from qibu.kernel.actors import Actor
from qibu.network.services import once

FIELD = "once"
TAKEN = "qibu_taken"
NEVER_THE_SAME = ("csrfmiddlewaretoken",)
LEADS = ("Location", "HX-Redirect", "HX-Location")


def once_only(request: HttpRequest, actor: Actor, act: Callable[[], HttpResponse]) -> HttpResponse:
    """What the view answers to a form that is new, else the way to what the first one made. In the scope of the act."""
    key = _key(request, actor) if request.method == "POST" and request.POST.get(FIELD) else ""
    if not key:
        return act()
    first = once.claim(actor=actor, key=key)
    if first is not None:
        messages.info(request, _("这张表单刚才已经处理过，没有重复。"))
        return _told(request, _led(request, first))
    answer = act()
    address = next((answer[name] for name in LEADS if name in answer), "")
    if address and answer.status_code < 400:
        once.keep(actor=actor, key=key, address=address)
        return _told(request, answer)
    once.release(actor=actor, key=key)
    return answer


class Again(Exception):
    """The form was taken before; `address` is where it led."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


@dataclass(frozen=True)
class Claim:
    """The form is this request's: what it makes is written down in the same transaction."""

    request: HttpRequest
    actor: Actor
    key: str

    def keep(self, address: str) -> None:
        if self.key:
            once.keep(actor=self.actor, key=self.key, address=address)
            self.request.form_was_taken = True  # type: ignore[attr-defined]  # for `own_only`


def claim(request: HttpRequest, actor: Actor) -> Claim:
    """For views with `@own_scope`, in the scope of the act. Raises `Again`."""
    key = _key(request, actor) if request.POST.get(FIELD) else ""
    first = once.claim(actor=actor, key=key) if key else None
    if first is not None:
        raise Again(first)
    return Claim(request, actor, key)


def refuse_again(request: HttpRequest, actor: Actor) -> None:
    """Before something long is done for nothing: raises `Again` where the form was taken. In a scope."""
    first = once.led_to(actor=actor, key=_key(request, actor)) if request.POST.get(FIELD) else None
    if first:
        raise Again(first)


def own_only(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """Around a view with `@own_scope`."""
    try:
        answer = view()
    except Again as again:
        messages.info(request, _("这张表单刚才已经处理过，没有重复。"))
        return _told(request, _led(request, again.address))
    return _told(request, answer) if getattr(request, "form_was_taken", False) else answer


def _key(request: HttpRequest, actor: Actor) -> str:
    """By what was typed, too: who goes back, types something else and sends it, means another act."""
    typed = sorted((name, request.POST.getlist(name)) for name in request.POST if name not in NEVER_THE_SAME)
    files = [(name, file.name, file.size) for name in sorted(request.FILES) for file in request.FILES.getlist(name)]
    told = json.dumps([actor.staff_id, request.path, typed, files], ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _led(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _told(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The next page forgets the draft of this form, and only of one that was taken (`drafts.js`)."""
    answer.set_cookie(TAKEN, request.POST[FIELD][:40], max_age=60, samesite="Lax", secure=request.is_secure())
    return answer
