"""What the manager looks at: leads that nobody follows, unreal dates, losses; and whether chances come true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from qibu.kernel import times
from qibu.leads import selectors, words
from qibu.leads.models import Lead
from qibu.leads.rules import Decile
from qibu.leads.selectors import reports as reads
from qibu.leads.selectors import scoring
from qibu.network.middleware import Request
from qibu.network.rules import Capability

SHOWN = 100
REPORTS = {
    "follow": (gettext_lazy("没有跟进"), reads.not_followed),
    "dates": (gettext_lazy("日期不现实"), reads.unreal),
    "closed": (gettext_lazy("销售关掉的"), reads.closed_by_sales),
}


@require_GET
def reports(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_ASSIGN)
    chosen = request.GET.get("report", "")
    chosen = chosen if chosen in REPORTS else "follow"
    tabs: list[dict[str, Any]] = [
        {"key": key, "label": label, "count": rows(request.actor).count(), "current": key == chosen}
        for key, (label, rows) in REPORTS.items()
    ]
    rows = REPORTS[chosen][1](request.actor)
    context = {
        "tabs": tabs, "chosen": chosen, "rows": _furnished(request, rows, chosen), "shown": SHOWN,
        "more": max(next(tab["count"] for tab in tabs if tab["current"]) - SHOWN, 0),
    }  # fmt: skip
    return render(request, "leads/reports.html", context)


def _furnished(request: Request, rows: QuerySet[Lead], chosen: str) -> list[tuple[Lead, str]]:
    """Each lead with why it stands here."""
    found = list(rows[:SHOWN])
    if chosen == "closed":
        reasons = selectors.loss_reasons(request.actor, all_of_them=True)
        return [(lead, selectors.loss_called(reasons, lead.loss, lead.loss_detail)) for lead in found]
    now, pace = times.now(), selectors.pace_of(request.actor)
    faults = [reads.fault_of(lead, now, pace, dates=chosen == "dates") for lead in found]
    return [(lead, str(words.FAULTS[fault]) if fault else "") for lead, fault in zip(found, faults, strict=True)]


# Chances ----------------------------------------------------------------------------------------
WIDE, HIGH, GAP = 560, 240, 8


@dataclass(frozen=True)
class Bar:
    """A tenth in the chart: its place, the share predicted and the share that was won."""

    decile: Decile
    x: float
    predicted: float
    actual: float

    @property
    def tall(self) -> float:
        return HIGH - self.actual

    @property
    def end(self) -> float:
        return self.x + WIDE / 10 - GAP

    @property
    def middle(self) -> float:
        return self.x + (WIDE / 10 - GAP) / 2

    @property
    def label(self) -> str:
        return f"{round(self.decile.low * 100)}–{round(self.decile.high * 100)}"

    @property
    def words(self) -> str:
        return _("给出 {low}–{high}% 的 {n} 次里成交 {won} 次（{actual}%），平均预测 {predicted}%").format(
            low=round(self.decile.low * 100), high=round(self.decile.high * 100), n=self.decile.cases,
            won=self.decile.won, actual=round(self.decile.actual * 100), predicted=round(self.decile.predicted * 100),
        )  # fmt: skip


@require_GET
def chances(request: Request) -> HttpResponse:
    """Predicted against what came of it, and the counts behind the predictions."""
    request.actor.require(Capability.SALES_VIEW)
    deciles = scoring.reliability()
    bars = [Bar(one, one.low * WIDE, HIGH * (1 - one.predicted), HIGH * (1 - one.actual)) for one in deciles]
    context: dict[str, Any] = {
        "bars": bars, "cases": sum(one.cases for one in deciles), "wide": WIDE, "high": HIGH, "slot": WIDE / 10 - GAP,
        "lines": [(HIGH * (1 - share / 100), share) for share in (0, 25, 50, 75, 100)],
        "table": _table(request),
    }  # fmt: skip
    return render(request, "leads/chances.html", context)


def _table(request: Request) -> list[dict[str, Any]]:
    """Rates by field and value, as the store has seen them; the biggest first."""
    own = scoring.own_counts()
    rows = [(field, value, won, lost) for (field, value), (won, lost) in own.items() if value != "*" and won + lost]
    found: dict[str, list[dict[str, Any]]] = {}
    for field, value, won, lost in sorted(rows, key=lambda row: -(row[2] + row[3])):
        named = words.value_of(request.actor, field, value)
        shown = {"value": named, "won": won, "lost": lost, "rate": round(100 * won / (won + lost))}
        found.setdefault(field, []).append(shown)
    return [{"label": words.FIELDS.get(field, field), "rows": values[:12]} for field, values in found.items()]
