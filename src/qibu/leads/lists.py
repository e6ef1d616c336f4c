"""The list of leads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from qibu.customers import selectors as customers
from qibu.kernel import times
from qibu.kernel.scoping import current_actor
from qibu.leads import selectors
from qibu.leads.models import Lead
from qibu.network.lists import GatedList, by_number
from qibu.network.rules import Capability
from qibu.ui.filters import Filter
from qibu.ui.lists import Action, Batch, Choice, Column, Days, Preset, Several, Text

Rows = QuerySet[Lead]


def _by_text(rows: Rows, value: str) -> Rows:
    found = customers.visible(current_actor()).filter(pk__in=customers.matching(value)).values("pk")
    return rows.filter(customer_id__in=found)


def _by_consultant(rows: Rows, value: str) -> Rows:
    if value == "pool":
        return rows.filter(consultant__isnull=True)
    return by_number("consultant_id")(rows, value)


def _sources(request: HttpRequest) -> list[tuple[str, str]]:
    return [(one.code, str(one)) for one in selectors.sources(current_actor(), all_of_them=True)]


def _stages(request: HttpRequest) -> list[tuple[str, str]]:
    return [(one.code, str(one)) for one in selectors.stages_for(current_actor())]


def _series(request: HttpRequest) -> list[tuple[str, Any]]:
    return selectors.series_choices(current_actor())


def _by_series(rows: Rows, value: str) -> Rows:
    return selectors.by_series(current_actor(), rows, value)


def _chance(row: Lead) -> str:
    return "" if row.probability is None else f"{row.probability:.0%}"


def _consultants(request: HttpRequest) -> list[tuple[str, Any]]:
    return [("pool", gettext_lazy("公海")), *customers.staff_choices()]


def _stale(book: selectors.StageBook, row: Lead, now: datetime) -> bool:
    stage = next((one for one in book.of(row.brand, row.series) if one.code == row.stage), None)
    return row.living and stage is not None and 0 < stage.stale_days <= (now - row.stage_at).days


class LeadList(GatedList):
    may = (Capability.SALES_VIEW,)
    key = "leads"
    title = gettext_lazy("销售线索")
    unit = gettext_lazy("条线索")
    ordering = ("-received_at", "-id")
    empty_title = gettext_lazy("还没有线索")
    empty_text = gettext_lazy("网上表单、来电、到店的客户都会到这里来。")
    columns = (
        Column(
            "customer", gettext_lazy("客户"), "customer", cell="leads/cells/customer.html", card="title", locked=True
        ),
        Column("car", gettext_lazy("意向车型"), "car", width="l"),
        Column("grade", gettext_lazy("级别"), "get_grade_display", cell="leads/cells/grade.html", width="s",
               card="mark"),
        Column("stage", gettext_lazy("阶段"), "stage_words", cell="leads/cells/stage.html"),
        Column("next", gettext_lazy("下一步"), "next_task.called", cell="leads/cells/next.html", width="l"),
        Column("chance", gettext_lazy("成交概率"), _chance, align="end", sort="probability", falls=True, width="s",
               card="hide"),
        Column("days", gettext_lazy("在本阶段"), "days_words", cell="leads/cells/days.html", sort="stage_at",
               card="hide"),
        Column("consultant", gettext_lazy("销售顾问"), "consultant.name", cell="leads/cells/consultant.html"),
        Column("source", gettext_lazy("来源"), "source_words", card="hide", shown=False),
        Column("received", gettext_lazy("进线"), "received_at", cell="leads/cells/received.html", sort="received_at",
               falls=True, card="right"),
    )  # fmt: skip
    filters: Sequence[Filter] = (
        Text("q", gettext_lazy("姓名、电话后四位"), _by_text),
        Choice("state", gettext_lazy("状态"), Lead.State.choices),
        Several("grade", gettext_lazy("级别"), Lead.Grade.choices),
        Choice("stage", gettext_lazy("阶段"), _stages),
        Choice("series", gettext_lazy("车系"), _series, _by_series),
        Choice("source", gettext_lazy("来源"), _sources),
        Choice("consultant", gettext_lazy("销售顾问"), _consultants, _by_consultant),
        Days("received", gettext_lazy("进线日期"), "received_at", moments=True),
    )
    batch: Sequence[Batch] = (
        Batch(gettext_lazy("分配"), "leads:give", "users", Capability.SALES_ASSIGN, drawer=True, every=True),
        Batch(gettext_lazy("对调"), "leads:swap", "swap", Capability.SALES_ASSIGN),
    )
    presets: Sequence[Preset] = (
        Preset("open", gettext_lazy("跟进中"), {"state": "open"}),
        Preset("pool", gettext_lazy("公海"), {"state": "open", "consultant": "pool"}),
        Preset("all", gettext_lazy("全部")),
    )

    def rows(self) -> Rows:
        return selectors.visible(self.actor).select_related("customer", "consultant", "next_task")

    def actions(self) -> list[Action]:
        found = [Action(gettext_lazy("看板"), f"{reverse('leads:board')}?{self.kept_query}", "cols")]
        if self.actor.may(Capability.SALES_RECEIVE):
            found.insert(0, Action(gettext_lazy("新建线索"), reverse("leads:create"), "plus", key="N"))
        return found

    @property
    def kept_query(self) -> str:
        """What the board understands, too."""
        query = self.request.GET.copy()
        for name in ("view", "state", "stage", "sort", "after", "before", "open", "drawer"):
            query.pop(name, None)
        return query.urlencode()

    def row_url(self, row: Lead) -> str:
        return reverse("leads:detail", args=[row.pk])

    def decorate(self, rows: list[Lead]) -> list[Lead]:
        book, now = selectors.StageBook(self.actor.organisation_id), times.now()
        sources = {one.code: str(one) for one in selectors.sources(self.actor, all_of_them=True)}
        for row in rows:
            row.stage_words = book.called(row.stage, row.brand, row.series)  # type: ignore[attr-defined]  # for cells
            row.days_words = (now - row.stage_at).days if row.living else None  # type: ignore[attr-defined]
            row.stale = _stale(book, row, now)  # type: ignore[attr-defined]
            row.source_words = sources.get(row.source, row.source)  # type: ignore[attr-defined]
        return rows
