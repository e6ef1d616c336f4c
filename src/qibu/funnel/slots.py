"""Where the funnel is found."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from qibu.network.rules import Capability
from qibu.ui import slots


@slots.fills("navigation", order=39)
def navigation(request: HttpRequest) -> slots.NavItem:
    may = Capability.SALES_VIEW
    return slots.NavItem("funnel", gettext_lazy("漏斗"), "chart", "funnel:overview", capability=may, area="sales")


@slots.fills("search.commands", order=31)
def commands(request: HttpRequest) -> list[slots.Command]:
    return [
        slots.Command(
            gettext_lazy("销售漏斗"), reverse("funnel:overview"), icon="chart", capability=Capability.SALES_VIEW,
            hint=gettext_lazy("转化、来源回报和预测"),
        ),
        slots.Command(
            gettext_lazy("线索成本"), reverse("funnel:costs"), icon="card", capability=Capability.SALES_MANAGE
        ),
    ]  # fmt: skip
