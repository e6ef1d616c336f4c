"""漏斗: from the first trace to delivery, by what it is parted, what it cost and what is expected; each figure opens
its rows."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from qibu.funnel import rules, selectors
from qibu.funnel.forms import AskedForm, CostsForm, month_asked
from qibu.funnel.rules import Step
from qibu.funnel.selectors import NOBODY, POOL, Asked
from qibu.funnel.services import costs
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.network.middleware import Request
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.tasks.rules import rate
from qibu.ui import formats

PARTS = {
    "source": gettext_lazy("按来源"), "consultant": gettext_lazy("按顾问"), "series": gettext_lazy("按车系"),
    "month": gettext_lazy("按月份"),
}  # fmt: skip
SPANS = (30, 90, 180, 365)


class Links:
    """Addresses of the rows behind a figure."""

    def __init__(self, asked: Asked) -> None:
        self.kept = {
            "received_from": asked.first.isoformat(), "received_to": asked.last.isoformat(), "source": asked.source,
            "consultant": POOL if asked.consultant == NOBODY else asked.consultant, "series": asked.series,
            "counted": "1",
        }  # fmt: skip

    def __call__(self, **narrowed: Any) -> str:
        return _rows({**self.kept, **narrowed})


def _rows(narrowed: dict[str, Any]) -> str:
    chosen = {name: value for name, value in narrowed.items() if value}
    return f"{reverse('funnel:leads')}?{urlencode({'view': 'all', **chosen})}"


@require_GET
def overview(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_VIEW)
    actor = request.actor
    form = AskedForm(request.GET, actor=actor)
    asked, part = form.asked(), request.GET.get("by", "")
    part = part if part in PARTS else "source"
    seen, link = selectors.Seen(actor, asked), Links(asked)
    called = {one.code: str(one) for one in leads.stages_for(actor, series=asked.series)} | {"won": _("成交")}
    context = {
        "form": AskedForm(_shown(asked), actor=actor),
        "steps": [_step(one, called, link) for one in seen.funnel()],
        "heads": list(called.values()), "part": PARTS[part], "parts": _parts(request, part),
        "lines": _lines(actor, asked, seen, part, link), "spans": _spans(asked),
        "stood": _stood(actor, asked, called, link), "losses": _losses(actor, asked, link),
        "costs": _costs(actor, asked), "outlook": _outlook(actor),
        "may_manage": actor.may(Capability.SALES_MANAGE),
    }  # fmt: skip
    return render(request, "funnel/overview.html", context)


def _shown(asked: Asked) -> dict[str, Any]:
    return asdict(asked)


def _step(one: Step, called: dict[str, str], link: Links) -> dict[str, Any]:
    return {
        "label": called[one.code], "came": one.came, "share": rate(one.came, one.whole) or 0,
        "from_before": rate(one.came, one.before), "url": link(reached=one.code),
    }  # fmt: skip


def _parts(request: Request, part: str) -> list[tuple[Any, str, bool]]:
    found = []
    for key, label in PARTS.items():
        query = request.GET.copy()
        query["by"] = key
        found.append((label, f"?{query.urlencode()}", key == part))
    return found


def _spans(asked: Asked) -> list[tuple[int, str, bool]]:
    today = times.today()
    found = []
    for days in SPANS:
        first = today - timedelta(days=days - 1)
        kept = {name: value for name, value in asdict(asked).items() if value and name not in {"first", "last"}}
        url = f"?{urlencode({**kept, 'first': first.isoformat(), 'last': today.isoformat()})}"
        found.append((days, url, (asked.first, asked.last) == (first, today)))
    return found


def _lines(actor: Actor, asked: Asked, seen: selectors.Seen, part: str, link: Links) -> list[dict[str, Any]]:
    found = seen.by(part)
    names = _names(actor, part, list(found))
    return [
        {
            "label": names[key], "whole": steps[0].whole, "share": rate(steps[-1].came, steps[-1].whole),
            "cells": [(one.came, link(**selectors.narrowed(asked, part, key), reached=one.code)) for one in steps],
        }
        for key, steps in found.items()
    ]  # fmt: skip


def _names(actor: Actor, part: str, keys: list[Any]) -> dict[Any, str]:
    if part == "source":
        known = {one.code: str(one) for one in leads.sources(actor, all_of_them=True)}
        return {key: known.get(key, key) for key in keys}
    if part == "consultant":
        people = dict(Staff.objects.filter(pk__in=[key for key in keys if key]).values_list("pk", "name"))
        return {key: people.get(key, _("公海")) for key in keys}
    if part == "month":
        return {key: f"{key:%Y-%m}" for key in keys}
    known = dict(leads.series_choices(actor))
    return {key: str(known.get(key, key)) for key in keys}


def _stood(actor: Actor, asked: Asked, called: dict[str, str], link: Links) -> list[tuple[str, str, int, str]]:
    found = selectors.stood(actor, asked)
    return [
        (words, _in_days(found[code][0]), found[code][1], link(stood=code))
        for code, words in called.items() if code in found
    ]  # fmt: skip


def _in_days(span: timedelta) -> str:
    if span < timedelta(days=1):
        return _("{n} 小时").format(n=formats.number(round(span / timedelta(hours=1))))
    return _("{n} 天").format(n=formats.number(round(span / timedelta(days=1), 1)))


def _losses(actor: Actor, asked: Asked, link: Links) -> list[tuple[str, int, str]]:
    found, reasons = selectors.losses(actor, asked), leads.loss_reasons(actor, all_of_them=True)
    return [
        (leads.loss_called(reasons, reason), number, link(state=Lead.State.LOST, loss=reason))
        for reason, number in found.items()
    ]


def _costs(actor: Actor, asked: Asked) -> list[dict[str, Any]] | None:
    """Sources with a cost; others have no price. None: who sees a part of the leads sees no price of all."""
    if not actor.may(Capability.SALES_VIEW_ALL):
        return None
    found = selectors.prices(actor, asked)
    names = _names(actor, "source", [one.source for one in found])
    kept = {**selectors.received_in(*selectors.whole_months(asked)), "counted": "1"}
    return [
        {
            "leads": _rows({**kept, "source": one.source}),
            "sales": _rows({**kept, "source": one.source, "reached": Lead.State.WON}),
            "label": names[one.source], "amount": one.amount, "per_lead": rules.price_each(one.amount, one.leads),
            "per_sale": rules.price_each(one.amount, one.sales),
        }
        for one in found
    ]  # fmt: skip


def _outlook(actor: Actor) -> dict[str, Any]:
    today = times.today()
    month = today.replace(day=1)
    return {
        "now": selectors.outlook(actor, today), "won": _won(month, today), "counted": _rows(_forecast(month)),
        "proofs": [
            (one, _rows(_forecast(one.month)), _won(*rules.month_of(one.month)))
            for one in selectors.proofs(actor, today)
        ],
    }  # fmt: skip


def _forecast(month: date) -> dict[str, str]:
    return {"forecast": f"{month:%Y-%m}"}


def _won(first: date, last: date) -> str:
    return _rows({"state": Lead.State.WON, **selectors.closed_in(first, last)})


@require_http_methods(["GET", "POST"])
def source_costs(request: Request) -> HttpResponse:
    """One page a month."""
    request.actor.require(Capability.SALES_MANAGE)
    month, sources = month_asked(request.GET.get("month", "")), leads.sources(request.actor, all_of_them=True)
    known = selectors.costs_of_month(request.actor, month)
    if request.method == "POST":
        form = CostsForm(request.POST, sources=sources)
        if form.is_valid():
            costs.write(actor=request.actor, month=month, amounts=form.amounts())
            messages.success(request, _("{month} 的成本已保存。").format(month=f"{month:%Y-%m}"))
            return HttpResponseRedirect(f"{reverse('funnel:costs')}?month={month:%Y-%m}")
    else:
        form = CostsForm(initial={source: _plain(amount) for source, amount in known.items()}, sources=sources)
    return render(request, "funnel/costs.html", {"form": form, "month": month, **_around(month)}, status=_status(form))


def _plain(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount


def _around(month: Any) -> dict[str, str]:
    before, after = month - timedelta(days=1), rules.month_of(month)[1] + timedelta(days=1)
    return {"before": f"{before:%Y-%m}", "after": f"{after:%Y-%m}" if after <= times.today() else ""}


def _status(form: CostsForm) -> int:
    return 422 if form.is_bound else 200
