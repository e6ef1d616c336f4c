"""The list of visits."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.aftersales import selectors
from qibu.aftersales.addresses import visit_page
from qibu.aftersales.models import Visit
from qibu.customers import selectors as customers
from qibu.kernel.scoping import current_actor
from qibu.network.lists import GatedList, by_number
from qibu.network.rules import Capability
from qibu.ui import slots
from qibu.ui.lists import Batch, Choice, Column, Days, Preset, Text
from qibu.ui.slots import Action
from qibu.vehicles.rules import read_plate

Rows = QuerySet[Visit]
AMOUNTS = (
    ("0-500", gettext_lazy("500 元以下")),
    ("500-2000", gettext_lazy("500–2,000 元")),
    ("2000-5000", gettext_lazy("2,000–5,000 元")),
    ("5000-", gettext_lazy("5,000 元以上")),
)
STATES = (("open", gettext_lazy("在店")), ("closed", gettext_lazy("已离店")))


def _by_text(rows: Rows, value: str) -> Rows:
    """By the order number from its start, the plate, or whatever finds a customer whom the reader may see."""
    number, plate = value.strip(), read_plate(value)
    found = customers.visible(current_actor()).filter(pk__in=customers.matching(value)).values("pk")
    wanted = Q(number__gte=number, number__lt=number + selectors.BEYOND) | Q(customer_id__in=found)
    return rows.filter(wanted | Q(vehicle__plate=plate.text)) if plate else rows.filter(wanted)


def _by_amount(rows: Rows, value: str) -> Rows:
    least, _dash, most = value.partition("-")
    if not least.isdecimal() or (most and not most.isdecimal()):
        return rows
    rows = rows.filter(total__gte=Decimal(least))
    return rows.filter(total__lt=Decimal(most)) if most else rows


def _by_state(rows: Rows, value: str) -> Rows:
    return rows.filter(closed_on__isnull=value == "open")


class VisitList(GatedList):
    may = (Capability.CUSTOMERS_VIEW,)
    key = "visits"
    title = gettext_lazy("售后")
    unit = gettext_lazy("张工单")
    template = "aftersales/list.html"
    ordering = ("-opened_on", "-id")
    empty_title = gettext_lazy("还没有工单")
    empty_text = gettext_lazy("从维修系统导出的表格可以导入；也可以先登记一台到店的车。")
    columns = (
        Column("number", pgettext_lazy("列", "工单"), cell="aftersales/cells/number.html", card="title", locked=True),
        Column("car", gettext_lazy("车辆"), cell="aftersales/cells/car.html", plain=lambda row: row.vehicle),
        Column("customer", gettext_lazy("客户"), lambda row: row.person, cell="aftersales/cells/customer.html"),
        Column("jobs", gettext_lazy("项目"), width="l"),
        Column("mileage", gettext_lazy("里程"), cell="aftersales/cells/mileage.html", align="end", card="hide"),
        Column(
            "total", gettext_lazy("金额"), cell="aftersales/cells/total.html", align="end", sort="total", falls=True
        ),
        Column("advisor", gettext_lazy("服务顾问"), "advisor.name", card="hide"),
        Column(
            "opened", gettext_lazy("到店"), "opened_on", cell="aftersales/cells/opened.html", sort="opened_on",
            falls=True, card="right",
        ),
        Column("closed", gettext_lazy("离店"), "closed_on", cell="aftersales/cells/closed.html", card="hide"),
    )  # fmt: skip
    filters = (
        Text("q", gettext_lazy("工单号、车牌、客户"), _by_text),
        Days("opened", gettext_lazy("到店日期"), "opened_on"),
        Choice("kind", gettext_lazy("业务类型"), lambda request: selectors.kind_choices()),
        Choice("advisor", gettext_lazy("服务顾问"), lambda request: customers.staff_choices(), by_number("advisor_id")),
        Choice("amount", gettext_lazy("金额"), AMOUNTS, _by_amount),
        Choice("state", gettext_lazy("状态"), STATES, _by_state),
    )
    batch = (
        Batch(
            gettext_lazy("导出"), "network:export-new", "export", Capability.CUSTOMERS_EXPORT, args=("visits",),
            every=True,
        ),
    )
    presets = (Preset("all", gettext_lazy("全部工单")), Preset("open", gettext_lazy("在店车辆"), {"state": "open"}))

    def rows(self) -> Rows:
        return selectors.visible(self.actor).defer("sheet", "remark").select_related("vehicle", "advisor")

    def row_url(self, row: Visit) -> str:
        person = getattr(row, "person", None)
        return visit_page(row.pk, person.pk if person else None)

    def decorate(self, rows: list[Visit]) -> list[Visit]:
        known = selectors.known_people(self.actor, rows, self._asked_for(rows))
        for row in rows:
            row.person = known.get(row.pk)  # type: ignore[attr-defined]  # read by the cell
        return rows

    def _asked_for(self, rows: list[Visit]) -> list[int]:
        """Whoever is looked for by their own name or number is told with their own visits."""
        text = self.request.GET.get("q", "").strip()
        if not text:
            return []
        found = customers.matching(text).filter(pk__in=[row.customer_id for row in rows if row.customer_id])
        return list(found.values_list("pk", flat=True))

    @property
    def empty_actions(self) -> list[Action]:
        """An empty store begins with its spreadsheets."""
        return [*slots.fill("begin", self.request)]

    def actions(self) -> list[Action]:
        if not self.actor.may(Capability.CUSTOMERS_EDIT):
            return []
        create = reverse("aftersales:create")
        return [
            Action(gettext_lazy("登记到店"), create, icon="plus", key="N"),
            Action(gettext_lazy("补录工单"), f"{create}?past=1", icon="history"),
        ]
