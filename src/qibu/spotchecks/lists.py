"""The list of spot checks."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from qibu.customers import selectors as customers
from qibu.kernel.scoping import current_actor
from qibu.network.lists import GatedList, by_number
from qibu.network.rules import Capability
from qibu.spotchecks import selectors
from qibu.spotchecks.models import Check
from qibu.ui.lists import Batch, Choice, Column, Preset, Several, Text
from qibu.ui.slots import Action

Rows = QuerySet[Check]


def _by_text(rows: Rows, value: str) -> Rows:
    found = customers.visible(current_actor()).filter(pk__in=customers.matching(value)).values("pk")
    return rows.filter(lead__customer_id__in=found)


def _months(request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(one.pk), f"{one.month:%Y-%m}") for one in selectors.draws(current_actor())[:36]]


def _people(request: HttpRequest) -> list[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in customers.staff_choices()]


class CheckList(GatedList):
    may = (Capability.SALES_VIEW_ALL,)
    key = "spotchecks"
    title = gettext_lazy("抽访")
    unit = gettext_lazy("位客户")
    ordering = ("-id",)
    empty_title = gettext_lazy("还没有抽访")
    empty_text = gettext_lazy("每个月过完，从当月的意向客户里随机抽一些，打电话问问接待得怎么样。")
    columns = (
        Column("customer", gettext_lazy("客户"), "lead.customer", card="title", locked=True),
        Column("month", gettext_lazy("月份"), "draw", card="line"),
        Column("state", gettext_lazy("状态"), "get_state_display", cell="spotchecks/cells/state.html", card="mark"),
        Column("consultant", gettext_lazy("被抽访的顾问"), "consultant.name"),
        Column("caller", gettext_lazy("谁来打"), "task.assignee.name"),
        Column("score", gettext_lazy("得分"), "score", align="end", card="right", sort="score", falls=True),
        Column("at", gettext_lazy("完成"), "at", card="hide"),
    )
    filters = (
        Text("q", gettext_lazy("姓名、电话后四位"), _by_text),
        Choice("month", gettext_lazy("月份"), _months, by_number("draw_id")),
        Several("state", gettext_lazy("状态"), Check.State.choices),
        Choice("consultant", gettext_lazy("被抽访的顾问"), _people, by_number("consultant_id")),
    )
    presets = (Preset("open", gettext_lazy("待回访"), {"state": "open"}), Preset("all", gettext_lazy("全部")))
    batch = (
        Batch(
            gettext_lazy("导出"), "network:export-new", "export", Capability.CUSTOMERS_EXPORT, args=("spotchecks",),
            every=True,
        ),
    )  # fmt: skip

    def rows(self) -> Rows:
        return selectors.told(selectors.visible(self.actor))

    def row_url(self, row: Check) -> str:
        return reverse("spotchecks:detail", args=[row.pk])

    def row_name(self, row: Check) -> str:
        return str(row.lead.customer)

    def actions(self) -> list[Action]:
        return [Action(gettext_lazy("每月抽访"), reverse("spotchecks:months"), icon="chart")]
