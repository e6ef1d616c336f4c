"""The rows behind the figures of the funnel."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.funnel import selectors
from qibu.kernel.scoping import current_actor
from qibu.leads import selectors as leads
from qibu.leads.lists import LeadList, Rows
from qibu.leads.models import Lead
from qibu.ui.lists import Choice, Preset, Text


def _stages(request: HttpRequest) -> list[tuple[str, str]]:
    found = [(one.code, str(one)) for one in leads.stages_for(current_actor())]
    return [*found, (Lead.State.WON, _("成交"))]


def _by_reach(rows: Rows, code: str) -> Rows:
    codes = [one.code for one in leads.stages_for(current_actor())]
    return selectors.reached(rows, codes, code)


def _counted(rows: Rows, value: str) -> Rows:
    return rows.exclude(state=Lead.State.INVALID)


class CountedLeads(LeadList):
    """Leads as the list shows them, narrowed by what a figure counts."""

    key = "funnel-leads"
    title = gettext_lazy("漏斗里的线索")
    batch = ()
    presets = (Preset("all", gettext_lazy("全部")),)
    filters = (
        *(one for one in LeadList.filters if one.key in {"q", "received", "source", "consultant", "state", "grade"}),
        Text("series", gettext_lazy("车系"), lambda rows, value: rows.filter(series=value)),
        Choice("reached", gettext_lazy("到过的阶段"), _stages, _by_reach),
        Choice("counted", gettext_lazy("范围"), (("1", gettext_lazy("不含无效线索")),), _counted),
        Text("loss", gettext_lazy("战败原因"), lambda rows, value: rows.filter(loss=value)),
    )

    def actions(self) -> list[Any]:
        return []
