"""How often cars are maintained: all lines with a word of their own, and one of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from qibu.care import words
from qibu.care.addresses import interval_address, line_asked_for, restore_address
from qibu.care.forms import IntervalForm, LineForm, mark
from qibu.care.inheriting import INTERVAL, key_of_line
from qibu.care.selectors.cars import any_car
from qibu.care.selectors.intervals import NUMBERS, Intervals
from qibu.care.services import intervals as acts
from qibu.kernel.meanwhile import Disputed
from qibu.network.inheritance import provenance
from qibu.network.inherited import followers
from qibu.network.middleware import Request
from qibu.network.rules import Capability


@require_GET
def interval_list(request: Request) -> HttpResponse:
    """Lines from the narrow to all cars, each with what counts for it."""
    request.actor.require(Capability.CARE_EDIT)
    book = Intervals(request.actor.organisation_id)
    found = [book.living(line) for line in book.lines()]
    sources = provenance({one.source for one in found}, request.actor.organisation_id)
    rows = [
        {
            "name": words.line(one.line), "address": interval_address(one.line), "source": sources[one.source],
            "own": one.own, "first": words.interval(one, "first_"), "then": words.interval(one, ""),
        }
        for one in found
    ]  # fmt: skip
    context = {"rows": rows, "new_line": LineForm(), "followers": followers(request.actor, INTERVAL)}
    return render(request, "care/intervals.html", context)


@require_http_methods(["GET", "POST"])
def interval_page(request: Request) -> HttpResponse:
    """With `restore` a number is filled back with the one above; it counts when the form is saved."""
    request.actor.require(Capability.CARE_EDIT)
    line = line_asked_for(request.GET)
    living = Intervals(request.actor.organisation_id).living(line)
    data, restored = request.POST.copy(), request.POST.get("restore", "")
    if restored in NUMBERS:
        data[restored] = str(living.above(restored).value)
    form = IntervalForm(data or None, initial={name: living.value(name) for name in NUMBERS})
    if request.method == "POST" and not restored and form.is_valid() and _saved(request, form):
        messages.success(request, _("已保存。后台正在重新推算这些车的保养日。"))
        return redirect(interval_address(line))
    sources = provenance({s.source for said in living.said.values() for s in said}, request.actor.organisation_id)
    context: dict[str, Any] = {
        "form": form, "restored": restored, "name": words.line(line), "own": living.own,
        "fields": [(form[name], mark(living, name, sources), UNITS[name]) for name in NUMBERS],
        "back": restore_address(INTERVAL, key_of_line(line)), "followers": followers(request.actor, INTERVAL),
        "carless": bool(line) and not any_car(request.actor, line),
    }  # fmt: skip
    return render(request, "care/interval.html", context, status=422 if form.errors else 200)


UNITS = {name: "km" if name.endswith("km") else "" for name in NUMBERS}


def _saved(request: Request, form: IntervalForm) -> bool:
    numbers = {name: form.cleaned_data[name] for name in NUMBERS}
    try:
        acts.change(
            actor=request.actor, line=line_asked_for(request.GET), numbers=numbers, seen=form.cleaned_data["seen"]
        )
    except Disputed as disputed:
        form.dispute(disputed.theirs)
    return not form.errors
