"""The log of visitors and calls."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from qibu.customers import selectors as customers
from qibu.kernel.scoping import current_actor
from qibu.network.lists import GatedList, by_number
from qibu.network.rules import Capability
from qibu.showroom import selectors
from qibu.showroom.models import Visitor
from qibu.ui.lists import Batch, Choice, Column, Days, Preset, Several, Text
from qibu.ui.slots import Action

Rows = QuerySet[Visitor]
STATES = (("inside", gettext_lazy("还在店里")), ("left", gettext_lazy("已经走了")))


def _by_text(rows: Rows, value: str) -> Rows:
    """Whatever finds a customer whom the reader sees, or the name that was said at the desk."""
    found = customers.visible(current_actor()).filter(pk__in=customers.matching(value)).values("pk")
    return rows.filter(customer_id__in=found) | rows.filter(name__icontains=value.strip())


def _by_state(rows: Rows, value: str) -> Rows:
    return rows.filter(left_at__isnull=value == "inside")


class VisitorList(GatedList):
    may = (Capability.SALES_RECEIVE,)
    key = "visitors"
    title = gettext_lazy("展厅客流")
    unit = gettext_lazy("批")
    ordering = ("-at", "-id")
    empty_title = gettext_lazy("还没有登记过来客")
    empty_text = gettext_lazy("前台登记的来客和来电会到这里来。")
    columns = (
        Column("who", gettext_lazy("来客"), cell="showroom/cells/who.html", card="title", locked=True,
               plain=lambda row: row.called),
        Column("way", gettext_lazy("方式"), lambda row: row.get_way_display(), card="hide", shown=False),
        Column("purpose", gettext_lazy("来意"), lambda row: row.get_purpose_display(), card="mark"),
        Column("party", gettext_lazy("人数"), "party", align="end", card="hide"),
        Column("series", gettext_lazy("想看"), "series"),
        Column("consultant", gettext_lazy("接待"), "consultant.name"),
        Column("at", gettext_lazy("时间"), "at", cell="showroom/cells/at.html", sort="at", falls=True, card="right"),
        Column("left", gettext_lazy("离店"), "left_at", cell="showroom/cells/left.html", card="hide"),
        Column("remark", gettext_lazy("备注"), "remark", width="l", card="hide"),
    )  # fmt: skip
    filters = (
        Text("q", gettext_lazy("姓名、电话后四位、车牌"), _by_text),
        Choice("way", gettext_lazy("方式"), Visitor.Way.choices),
        Several("purpose", gettext_lazy("来意"), Visitor.Purpose.choices),
        Choice(
            "consultant", gettext_lazy("接待"), lambda request: customers.staff_choices(), by_number("consultant_id")
        ),
        Choice("state", gettext_lazy("在不在店"), STATES, _by_state),
        Days("at", gettext_lazy("日期"), "at", moments=True),
    )
    batch = (
        Batch(
            gettext_lazy("导出"), "network:export-new", "export", Capability.CUSTOMERS_EXPORT, args=("visitors",),
            every=True,
        ),
    )
    presets = (
        Preset("visits", gettext_lazy("到店"), {"way": "visit"}),
        Preset("calls", gettext_lazy("来电"), {"way": "call"}),
        Preset("all", gettext_lazy("全部")),
    )

    def rows(self) -> Rows:
        return selectors.visible(self.actor).select_related("customer", "consultant")

    def row_url(self, row: Visitor) -> str:
        return reverse("showroom:visitor", args=[row.pk])

    def row_name(self, row: Visitor) -> str:
        return str(getattr(row, "called", "") or row.get_purpose_display())

    def decorate(self, rows: list[Visitor]) -> list[Visitor]:
        return list(selectors.with_files(self.actor, rows))

    def actions(self) -> list[Action]:
        return [
            Action(gettext_lazy("登记来客"), reverse("showroom:desk"), icon="plus", key="N"),
            Action(gettext_lazy("登记来电"), reverse("showroom:call"), icon="phone"),
        ]
