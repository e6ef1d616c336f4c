"""What is prepared and gone through, and what makers grant, as an organisation wants it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qibu.deliveries import forms, selectors
from qibu.deliveries.errors import ListedMeanwhile
from qibu.deliveries.models import ListItem
from qibu.deliveries.rules import Term
from qibu.deliveries.services import lists
from qibu.deliveries.services.lists import Line
from qibu.deliveries.words import sentence
from qibu.network.inheritance import provenance
from qibu.network.middleware import Request
from qibu.network.rules import Capability

MOST = 60  # lines of a list
SPARE = 2  # empty ones for what is new


@require_http_methods(["GET", "POST"])
def list_of(request: Request, part: str) -> HttpResponse:
    """The lines of a list, each with its place, its words and whether it must be done."""
    actor = request.actor
    actor.require(Capability.SALES_MANAGE)
    if part not in ListItem.Part.values:
        raise Http404
    if request.method == "POST":
        lines = read_lines(request.POST)
        if not any(line.active for line in lines):
            seen = request.POST.get("seen", "")
            return _lines(request, part, typed=lines, trouble=_("清单里至少留一项。"), seen=seen)
        try:
            lists.change(actor=actor, part=part, lines=lines, seen=request.POST.get("seen") or None)
        except ListedMeanwhile as fault:
            return _lines(request, part, typed=lines, trouble=sentence(fault)[1], seen=fault.mark)
        messages.success(request, _("清单已保存。已经约好的交车还用当时的清单。"))
        return redirect("deliveries:list-of", part)
    return _lines(request, part, seen=selectors.items_mark(actor, part))


def _lines(
    request: Request, part: str, *, seen: str, typed: list[Line] | None = None, trouble: str = ""
) -> HttpResponse:
    """As they count, or as somebody typed them while there is something to say about that."""
    found = selectors.items(request.actor, part)
    sources = provenance([one.source_id for one in found], request.actor.organisation_id)
    known = {one.row.code: sources[one.source_id] for one in found}
    rows = [{"item": one, "source": known.get(one.code, "")} for one in typed or [one.row for one in found]]
    context = {
        "rows": rows, "spare": range(len(rows), len(rows) + SPARE), "part": part, "parts": ListItem.Part.choices,
        "own": any(one.own for one in found), "seen": seen, "trouble": trouble,
    }  # fmt: skip
    return render(request, "deliveries/list_of.html", context, status=422 if trouble else 200)


def read_lines(data: QueryDict) -> list[Line]:
    """Fields `name-0`, `must-0` …, in the order of their places."""
    placed: list[tuple[int, Line]] = []
    for number in range(MOST):
        name = data.get(f"name-{number}", "").strip()[:100]
        if not name:
            continue
        place = data.get(f"place-{number}", "")
        line = Line(
            name, data.get(f"name_en-{number}", "").strip()[:120], f"must-{number}" in data, f"active-{number}" in data,
            data.get(f"code-{number}", "")[:40],
        )  # fmt: skip
        placed.append((int(place) if place.isdecimal() and len(place) < 4 else number + 1, line))
    return [line for _place, line in sorted(placed, key=lambda one: one[0])]


@require_POST
def list_inherit(request: Request, part: str) -> HttpResponse:
    if part not in ListItem.Part.values:
        raise Http404
    lists.inherit_again(actor=request.actor, part=part)
    messages.success(request, _("清单已恢复成上级的。"))
    return redirect("deliveries:list-of", part)


@require_http_methods(["GET", "POST"])
def warranties(request: Request) -> HttpResponse:
    """What counts here, and a form for a product line more; the same line again replaces what was said."""
    actor = request.actor
    actor.require(Capability.SALES_MANAGE)
    form = forms.TermForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        lists.grant(actor=actor, term=Term(**form.cleaned_data))
        messages.success(request, _("质保期限已保存，以后交的车按它算。"))
        return redirect("deliveries:warranties")
    found = selectors.terms(actor)
    sources = provenance([one.source_id for one in found], actor.organisation_id)
    rows: list[dict[str, Any]] = [{"term": one.row, "own": one.own, "source": sources[one.source_id]} for one in found]
    context = {"form": form, "rows": rows}
    return render(request, "deliveries/warranties.html", context, status=422 if form.errors else 200)


@require_POST
def warranty_withdrawal(request: Request) -> HttpResponse:
    brand, series = request.POST.get("brand", ""), request.POST.get("series", "")
    lists.withdraw(actor=request.actor, brand=brand, series=series)
    messages.success(request, _("已去掉，上级有的就按上级的算。"))
    return redirect("deliveries:warranties")
