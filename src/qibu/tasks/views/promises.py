"""兑现: how many were due, kept and broken in a period, of which kind, whose, and why; each figure opens its rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from qibu.kernel import times
from qibu.network.middleware import Request
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.network.selectors import everyone
from qibu.tasks.models import Clock, Task
from qibu.tasks.rules import of_hundred
from qibu.tasks.selectors import promises as reads
from qibu.ui.lists import Choice, Column, Days, ListPage, Several

SPANS = (7, 30, 90)
STANDINGS = (
    (reads.KEPT, gettext_lazy("已兑现")), (reads.BROKEN, gettext_lazy("超时")),
    (reads.RUNNING, gettext_lazy("进行中")), (reads.DROPPED, gettext_lazy("提前取消")),
)  # fmt: skip
UNSAID = gettext_lazy("还没有说明")
# What a customer was promised is a kind of its own here, where every deadline is a promise.
KINDS = [
    (key, gettext_lazy("答应客户的事") if key == Task.Category.PROMISE else label)
    for key, label in Task.Category.choices
]


class PeriodForm(forms.Form):
    """From a day to a day, both included; by default the last thirty."""

    first = forms.DateField(
        label=gettext_lazy("从"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    last = forms.DateField(
        label=gettext_lazy("到"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def days(self) -> tuple[date, date]:
        given = self.cleaned_data if self.is_valid() else {}
        last = given.get("last") or times.today()
        first = given.get("first") or last - timedelta(days=29)
        return min(first, last), max(first, last)


@require_GET
def overview(request: Request) -> HttpResponse:
    request.actor.require(Capability.TASKS_VIEW_ALL)
    asked = PeriodForm(request.GET)
    first, last = asked.days()
    found = reads.figures(request.actor, first, last, times.now())
    names = dict(Staff.objects.filter(pk__in=[key for key in found.by_person if key]).values_list("pk", "name"))
    labels, causes = dict(KINDS), {"": UNSAID, **dict(Clock.Cause.choices)}
    link, sort = _Links(first, last), _sort(request)
    people = _sorted(found.by_person, sort)
    context = {
        "form": PeriodForm({"first": first, "last": last}), "all": _line("", found.all, link),
        "kinds": [_line(labels[key], kept, link, kind=key) for key, kept in _sorted(found.by_kind, sort)],
        "people": [
            _line(names[key] if key else _("公共池"), kept, link, person=key or reads.NONE)
            for key, kept in people
            if kept.ended
        ],
        "waiting": [
            _line(names[key] if key else _("公共池"), kept, link, person=key or reads.NONE)
            for key, kept in people
            if not kept.ended
        ],
        "heads": _heads(first, last, sort),
        "causes": [
            (causes[key], number, share, link(cause=key or reads.NONE))
            for (key, number), share in zip(found.by_cause.items(), of_hundred([*found.by_cause.values()]), strict=True)
        ],
        "spans": _spans(first, last),
    }  # fmt: skip
    return render(request, "tasks/promises.html", context)


class _Links:
    """Addresses of the rows behind a figure of the period."""

    def __init__(self, first: date, last: date) -> None:
        self.period = {"day_from": first.isoformat(), "day_to": last.isoformat()}

    def __call__(self, **narrowed: Any) -> str:
        return f"{reverse('tasks:promise-list')}?{urlencode({**self.period, **narrowed})}"


SORTS = ("due", reads.KEPT, reads.BROKEN, reads.RUNNING, reads.DROPPED, "share")


def _sort(request: Request) -> str:
    """By which column; by what was broken where nothing else is asked for."""
    asked = request.GET.get("sort", "")
    return asked if asked in SORTS else reads.BROKEN


def _sorted(lines: Mapping[Any, reads.Kept], sort: str) -> list[tuple[Any, reads.Kept]]:
    """The most first, but the lowest share; without a share last. Of equal ones the worst stays first."""
    if sort == "share":
        return sorted(lines.items(), key=lambda pair: 101 if pair[1].share is None else pair[1].share)
    return sorted(lines.items(), key=lambda pair: -int(getattr(pair[1], sort)))


def _heads(first: date, last: date, sort: str) -> list[tuple[Any, str, str]]:
    """Words, address, and how the column that counts is sorted."""
    words = {"due": _("到时限的"), **dict(STANDINGS), "share": _("兑现率")}
    order = {sort: "ascending" if sort == "share" else "descending"}
    return [(words[key], f"?first={first}&last={last}&sort={key}", order.get(key, "")) for key in SORTS]


def _line(label: Any, kept: reads.Kept, link: _Links, **narrowed: Any) -> dict[str, Any]:
    """Name, share, and for each figure its number, words and rows."""
    words = {"due": _("到时限的"), **dict(STANDINGS)}
    rest = {key: link(**narrowed, standing=key) for key, _words in STANDINGS}
    cells = [(words[key], getattr(kept, key), url) for key, url in {"due": link(**narrowed), **rest}.items()]
    return {"label": label, "share": kept.share, "cells": cells}


def _spans(first: date, last: date) -> list[tuple[int, str, bool]]:
    today = times.today()
    begins = [(number, today - timedelta(days=number - 1)) for number in SPANS]
    return [(n, f"?first={begin}&last={today}", (first, last) == (begin, today)) for n, begin in begins]


def _people(request: HttpRequest) -> list[tuple[str, Any]]:
    return [(reads.NONE, _("公共池")), *((str(one.pk), one.name) for one in everyone())]


class PromiseList(ListPage):
    key, title, unit = "promises", gettext_lazy("兑现明细"), gettext_lazy("项")
    ordering = ("-day", "-id")
    request: Request
    columns = (
        Column("day", gettext_lazy("时限"), card="right", sort="day", width="m"),
        Column("title", gettext_lazy("任务"), "task", cell="tasks/cells/promise.html", card="title", locked=True),
        Column("customer", gettext_lazy("客户"), "task.customer"),
        Column("kind", gettext_lazy("类别"), lambda clock: dict(KINDS)[clock.task.category], card="hide"),
        Column("whose", gettext_lazy("谁的"), "who"),
        Column("standing", gettext_lazy("结果"), "standing", cell="tasks/cells/standing.html", card="mark"),
        Column("why", gettext_lazy("超时原因"), "why"),
        Column("explained", gettext_lazy("谁说的"), "explained_by", card="hide"),
    )
    filters = (
        Days("day", gettext_lazy("时限"), moments=True),
        Several("standing", gettext_lazy("结果"), STANDINGS),
        Several("kind", gettext_lazy("类别"), KINDS, "task__category"),
        Choice("person", gettext_lazy("谁的"), _people, reads.belonging_to),
        Several("cause", gettext_lazy("超时原因"), [*Clock.Cause.choices, (reads.NONE, UNSAID)], reads.caused_by),
    )
    empty_title = gettext_lazy("没有这样的事")
    empty_text = gettext_lazy("换一段时间，或者去掉几个条件。")

    def rows(self) -> QuerySet[Clock]:
        found = reads.promises(self.request.actor, times.now())
        return found.select_related("task__customer", "explained_by")

    def decorate(self, rows: list[Any]) -> list[Any]:
        names = dict(Staff.objects.filter(pk__in={row.whose for row in rows if row.whose}).values_list("pk", "name"))
        for row in rows:
            row.who = names[row.whose] if row.whose else _("公共池")
        return rows

    def row_url(self, row: Any) -> str:
        return reverse("tasks:detail", args=[row.task_id])

    def row_name(self, row: Any) -> str:
        return str(row.task.called)
