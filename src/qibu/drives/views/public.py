"""The questions after a drive on the customer's own phone, behind a link that nobody can guess."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from qibu.drives import errors, forms, words
from qibu.drives.models import Drive
from qibu.drives.selectors.links import Asked, asked_by
from qibu.drives.services import feedbacks
from qibu.kernel import keys
from qibu.kernel.scoping import scope
from qibu.network.middleware import public
from qibu.network.models import Organisation
from qibu.network.rules import Brake
from qibu.network.services import actors, brakes
from qibu.network.views.entry import address_of

GUESSING = Brake(free=20, first=timedelta(seconds=30), longest=timedelta(minutes=15))


@csrf_exempt  # nobody is signed in here, and a page without a referrer sends no origin to check
@public
@require_http_methods(["GET", "POST"])
def feedback(request: HttpRequest, token: str) -> HttpResponse:
    """A link that is over, and one that never was, look the same."""
    marks = _marks(request)
    if brakes.pause(marks):
        return _shown(request, "drives/public/over.html", {}, 429)
    asked = asked_by(token)
    if asked is None:
        _missed(marks)
        return _shown(request, "drives/public/over.html", {}, 404)
    with scope(actors.system(asked.organisation_id)) as actor:
        if request.method == "GET":
            feedbacks.opened(actor=actor, drive_id=asked.drive_id)
            return _form(request, asked, forms.FeedbackForm())
        form = forms.FeedbackForm(request.POST)
        if form.is_valid():
            try:
                feedbacks.give_by_link(actor=actor, drive_id=asked.drive_id, answers=form.answers())
                return _shown(request, "drives/public/thanks.html", _around(asked))
            except errors.AlreadyAnswered:
                return _shown(request, "drives/public/thanks.html", _around(asked))
            except errors.DriveFault as fault:
                form.add_error(None, words.refusal(fault)[1])
        return _form(request, asked, form, 422)


def _marks(request: HttpRequest) -> brakes.Marks:
    """By the network that asks: who tries many addresses that lead nowhere waits ever longer."""
    whence = keys.ring().fingerprint("drives.links", address_of(request))
    return brakes.Marks(whence, whence, False, GUESSING)


def _missed(marks: brakes.Marks) -> None:
    with suppress(brakes.Refused):
        brakes.claim(marks)


def _form(request: HttpRequest, asked: Asked, form: forms.FeedbackForm, status: int = 200) -> HttpResponse:
    return _shown(request, "drives/public/feedback.html", {**_around(asked), "form": form}, status)


def _around(asked: Asked) -> dict[str, Any]:
    """No name stands there: whoever has the phone reads it."""
    drive = Drive.objects.select_related("car").get(pk=asked.drive_id)
    store = Organisation.objects.get(pk=asked.organisation_id)
    return {"series": drive.car.series, "store": str(store), "on": drive.back_at or drive.starts_at}


def _shown(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    answer = render(request, template, {"heading": _("试驾感受"), **context}, status=status)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
