"""The list of deliveries."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from qibu.customers import selectors as customers
from qibu.deliveries import selectors
from qibu.deliveries.models import Delivery
from qibu.kernel.scoping import current_actor
from qibu.network.lists import GatedList, by_number
from qibu.network.rules import Capability
from qibu.ui.lists import Action, Choice, Column, Days, Preset, Text

Rows = QuerySet[Delivery]


def _by_text(rows: Rows, value: str) -> Rows:
    text = value.strip()
    found = customers.visible(current_actor()).filter(pk__in=customers.matching(text)).values("pk")
    return rows.filter(Q(order__number__istartswith=text) | Q(order__lead__customer__in=found))


def _advisors(request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in selectors.advisors()]


def _consultants(request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in selectors.consultants()]


class DeliveryList(GatedList):
    may = (Capability.SALES_VIEW,)
    key = "deliveries"
    title = gettext_lazy("交车")
    unit = gettext_lazy("次交车")
    ordering = ("-at", "-id")
    empty_title = gettext_lazy("还没有约过交车")
    empty_text = gettext_lazy("订单配好车以后，在订单里约交车。")
    columns = (
        Column("at", gettext_lazy("时间"), "at", cell="deliveries/cells/at.html", card="right", locked=True, sort="at",
               falls=True),
        Column("customer", gettext_lazy("客户"), "order.lead.customer", cell="deliveries/cells/customer.html",
               card="title"),
        Column("car", gettext_lazy("车"), "order.title", cell="deliveries/cells/car.html", width="l"),
        Column("state", gettext_lazy("状态"), "get_state_display", cell="deliveries/cells/state.html", card="mark"),
        Column("bay", gettext_lazy("交车位"), "bay"),
        Column("consultant", gettext_lazy("谁来交"), "consultant.name"),
        Column("advisor", gettext_lazy("服务顾问"), "advisor.name"),
        Column("prepared", gettext_lazy("准备"), "prepared", cell="deliveries/cells/prepared.html", card="hide"),
    )  # fmt: skip
    filters = (
        Text("q", gettext_lazy("合同号、客户"), _by_text),
        Choice("state", gettext_lazy("状态"), Delivery.State.choices),
        Days("at", gettext_lazy("交车日期"), "at", moments=True),
        Choice("consultant", gettext_lazy("谁来交"), _consultants, by_number("consultant_id")),
        Choice("advisor", gettext_lazy("服务顾问"), _advisors, by_number("advisor_id")),
    )
    presets = (
        Preset("planned", gettext_lazy("已约"), {"state": "planned", "sort": "at"}),
        Preset("delivered", gettext_lazy("已交车"), {"state": "delivered"}),
        Preset("all", gettext_lazy("全部")),
    )

    def rows(self) -> Rows:
        return selectors.with_progress(selectors.visible(self.actor))

    def row_url(self, row: Delivery) -> str:
        return reverse("deliveries:detail", args=[row.pk])

    def row_name(self, row: Delivery) -> str:
        return str(row.order.number)

    def actions(self) -> list[Action]:
        return [Action(gettext_lazy("交车日历"), reverse("deliveries:calendar"), "cal")]
