"""The rows behind the figures of the funnel."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.funnel import selectors
from qibu.kernel import times
from qibu.kernel.scoping import current_actor
from qibu.leads import selectors as leads
from qibu.leads.lists import LeadList, Rows
from qibu.leads.models import Lead
from qibu.ui.lists import Choice, Days, Preset, Text


def _steps(request: HttpRequest) -> list[tuple[str, str]]:
    return [(one.code, str(one)) for one in leads.stages_for(current_actor())]


def _stages(request: HttpRequest) -> list[tuple[str, str]]:
    return [*_steps(request), (Lead.State.WON, _("成交"))]


def _by_reach(rows: Rows, code: str) -> Rows:
    codes = [one.code for one in leads.stages_for(current_actor())]
    return selectors.reached(rows, codes, code)


def _by_stay(rows: Rows, code: str) -> Rows:
    return selectors.stood_at(rows, code)


def _months(request: HttpRequest) -> list[tuple[str, str]]:
    """This one, and those with a forecast to look back at."""
    today = times.today()
    past = selectors.first_forecasts(current_actor(), today).values_list("month", flat=True)
    return [(f"{month:%Y-%m}", f"{month:%Y-%m}") for month in (today, *past)]


def _by_forecast(rows: Rows, value: str) -> Rows:
    """A month as the address has it; one that is none finds nothing."""
    return selectors.forecast(current_actor(), rows, date.fromisoformat(f"{value}-01"))


def _counted(rows: Rows, value: str) -> Rows:
    return rows.exclude(state=Lead.State.INVALID)


class CountedLeads(LeadList):
    """Leads as the list shows them, narrowed by what a figure counts."""

    key = "funnel-leads"
    title = gettext_lazy("漏斗里的线索")
    batch = ()
    presets = (Preset("all", gettext_lazy("全部")),)
    filters = (
        *(one for one in LeadList.filters if one.key != "stage"),
        Choice("reached", gettext_lazy("到过的阶段"), _stages, _by_reach),
        Choice("counted", gettext_lazy("范围"), (("1", gettext_lazy("不含无效线索")),), _counted),
        Choice("stood", gettext_lazy("停过的阶段"), _steps, _by_stay),
        Days("closed", gettext_lazy("结束日期"), "closed_at", moments=True),
        Choice("forecast", gettext_lazy("哪个月的预测"), _months, _by_forecast),
        Text("loss", gettext_lazy("战败原因"), lambda rows, value: rows.filter(loss=value)),
    )

    def actions(self) -> list[Any]:
        return []
