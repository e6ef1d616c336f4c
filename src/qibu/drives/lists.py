"""The list of test drives."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from qibu.customers import selectors as customers
from qibu.drives import selectors, words
from qibu.drives.models import Drive, Feedback
from qibu.drives.selectors.drives import told
from qibu.kernel import times
from qibu.kernel.scoping import current_actor
from qibu.network.lists import GatedList, by_number
from qibu.network.rules import Capability
from qibu.ui.lists import Batch, Choice, Column, Days, Preset, Several, Text
from qibu.ui.slots import Action

Rows = QuerySet[Drive]
LAST = time.max
WHEN = (
    ("today", gettext_lazy("今天")), ("coming", gettext_lazy("今天以后")), ("late", gettext_lazy("过了时间还没处理")),
    ("unsettled", gettext_lazy("要重新安排")),
)  # fmt: skip


def _by_text(rows: Rows, value: str) -> Rows:
    found = customers.visible(current_actor()).filter(pk__in=customers.matching(value)).values("pk")
    return rows.filter(lead__customer_id__in=found)


def _by_person(rows: Rows, value: str) -> Rows:
    mine = str(current_actor().staff_id or 0) if value == "me" else value
    return by_number("consultant_id")(rows, mine)


def _when(rows: Rows, value: str) -> Rows:
    now, today = times.now(), times.today()
    if value == "today":
        return rows.filter(starts_at__range=(times.start_of(today), times.at_time(today, LAST)))
    if value == "coming":
        return rows.filter(state=Drive.State.BOOKED, starts_at__gt=now)
    if value == "late":
        return rows.filter(state__in=[Drive.State.BOOKED, Drive.State.OUT], ends_at__lt=now)
    return selectors.unsettled(rows) if value == "unsettled" else rows.none()


def _cars(request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(one.pk), one.called) for one in selectors.cars(current_actor())]


def _routes(request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in selectors.routes(current_actor(), all_of_them=True)]


def _people(request: HttpRequest) -> list[tuple[str, Any]]:
    return [("me", gettext_lazy("我自己")), *((str(pk), name) for pk, name in customers.staff_choices())]


class DriveList(GatedList):
    may = (Capability.SALES_VIEW,)
    key = "drives"
    title = gettext_lazy("试驾记录")
    unit = gettext_lazy("场试驾")
    template = "drives/list.html"
    ordering = ("-starts_at", "-id")
    empty_title = gettext_lazy("还没有试驾")
    empty_text = gettext_lazy("在线索页面或试驾日历里约一场。")
    columns = (
        Column(
            "customer", gettext_lazy("客户"), "lead.customer", cell="drives/cells/customer.html", card="title",
            locked=True,
        ),
        Column("when", gettext_lazy("时间"), "starts_at", cell="drives/cells/when.html", sort="starts_at", falls=True),
        Column("state", gettext_lazy("状态"), "get_state_display", cell="drives/cells/state.html", card="mark"),
        Column("car", gettext_lazy("试驾车"), "car.called"),
        Column("consultant", gettext_lazy("陪驾"), "consultant.name"),
        Column("route", gettext_lazy("路线"), "route", card="hide"),
        Column("km", gettext_lazy("公里"), "km", align="end", card="hide"),
        Column("score", gettext_lazy("评分"), "score", cell="drives/cells/score.html", align="end", card="right"),
        Column("intention", gettext_lazy("接下来"), "intention", card="hide", shown=False),
    )  # fmt: skip
    filters = (
        Text("q", gettext_lazy("姓名、电话后四位"), _by_text),
        Several("state", gettext_lazy("状态"), Drive.State.choices),
        Choice("car", gettext_lazy("试驾车"), _cars, by_number("car_id")),
        Choice("consultant", gettext_lazy("陪驾"), _people, _by_person),
        Days("on", gettext_lazy("日期"), "starts_at", moments=True),
        Choice("when", gettext_lazy("哪些"), WHEN, _when),
        Choice("route", gettext_lazy("路线"), _routes, by_number("route_id")),
    )
    presets = (
        Preset("coming", gettext_lazy("要来的"), {"when": "coming", "sort": "when"}),
        Preset("today", gettext_lazy("今天"), {"when": "today", "sort": "when"}),
        Preset("late", gettext_lazy("没处理的"), {"when": "late"}),
        Preset("all", gettext_lazy("全部")),
    )
    batch = (
        Batch(
            gettext_lazy("导出"), "network:export-new", "export", Capability.CUSTOMERS_EXPORT, args=("drives",),
            every=True,
        ),
    )  # fmt: skip

    def rows(self) -> Rows:
        return told(selectors.visible(self.actor))

    def row_url(self, row: Drive) -> str:
        return reverse("drives:detail", args=[row.pk])

    def row_name(self, row: Drive) -> str:
        return f"{row.lead.customer} {words.span(row)}"

    def decorate(self, rows: list[Drive]) -> list[Drive]:
        found = {one.drive_id: one for one in Feedback.objects.filter(drive__in=rows)}
        for row in rows:
            said = found.get(row.pk)
            row.score = said.average if said else None  # type: ignore[attr-defined]  # read by the cells
            row.intention = said.get_intention_display() if said else ""  # type: ignore[attr-defined]
        return rows

    def actions(self) -> list[Action]:
        calendar = Action(gettext_lazy("试驾日历"), reverse("drives:calendar"), icon="cal")
        if not self.actor.may(Capability.SALES_WORK):
            return [calendar]
        return [Action(gettext_lazy("预约试驾"), reverse("drives:new"), icon="plus", key="N"), calendar]
