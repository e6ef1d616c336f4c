"""The calendar of drives, by car or by person, a day or a week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from qibu.drives import selectors
from qibu.drives.selectors import board
from qibu.kernel import times
from qibu.network.middleware import Request
from qibu.network.rules import Capability

AWAY: dict[str, Any] = {
    "repair": gettext_lazy("在维修"), "retired": gettext_lazy("已退役"), "uninsured": gettext_lazy("没有保险"),
    "away": gettext_lazy("不在"),
}  # fmt: skip


@require_GET
def calendar(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_VIEW)
    by = board.CONSULTANT if request.GET.get("by") == board.CONSULTANT else board.CAR
    week = request.GET.get("span") == "week"
    on = _day(request.GET.get("on", ""))
    monday = on - timedelta(days=on.weekday())
    found = board.week_board(request.actor, by, monday) if week else board.day_board(request.actor, by, on)
    step = timedelta(days=7 if week else 1)
    context = {
        "board": found, "by": by, "week": week, "on": on, "monday": monday, "sunday": monday + timedelta(days=6),
        "today": times.today(), "heading": gettext_lazy("试驾"), "away": AWAY,
        "earlier": _address(by, week, on - step), "later": _address(by, week, on + step),
        "now_url": _address(by, week, times.today()), "as_day": _address(by, False, on),
        "as_week": _address(by, True, on), "by_car": _address(board.CAR, week, on),
        "by_consultant": _address(board.CONSULTANT, week, on), "here": _address(by, week, on),
        "may_book": request.actor.may(Capability.SALES_WORK),
        "may_manage": request.actor.may(Capability.SALES_MANAGE),
        "unsettled": selectors.unsettled(selectors.visible(request.actor)).count(),
    }  # fmt: skip
    return render(request, "drives/calendar.html", context)


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return times.today()
    return found if date(2000, 1, 1) <= found <= date(2100, 1, 1) else times.today()


def _address(by: str, week: bool, on: date) -> str:
    asked = {"by": by, **({"span": "week"} if week else {}), "on": on.isoformat()}
    return f"{reverse('drives:calendar')}?{urlencode(asked)}"
