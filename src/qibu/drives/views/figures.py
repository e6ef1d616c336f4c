"""Figures of test drives over a period."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from qibu.drives.selectors.figures import figures
from qibu.kernel import times
from qibu.network.middleware import Request
from qibu.network.rules import Capability

USUALLY = 30  # days


@require_GET
def show(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_VIEW)
    today = times.today()
    first = _day(request.GET.get("from", ""), today - timedelta(days=USUALLY - 1))
    last = max(first, _day(request.GET.get("to", ""), today))
    context = {
        "figures": figures(request.actor, first, last), "first": first, "last": last,
        "heading": gettext_lazy("试驾数据"),
    }  # fmt: skip
    return render(request, "drives/figures.html", context)


def _day(text: str, usual: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return usual
    return found if date(2000, 1, 1) <= found <= date(2100, 1, 1) else usual
