"""The list of orders and the list of cars in stock."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.customers import selectors as customers
from qibu.kernel import times
from qibu.kernel.scoping import current_actor
from qibu.leads import selectors as leads
from qibu.network.lists import GatedList, by_number
from qibu.network.rules import Capability
from qibu.orders import rules, selectors
from qibu.orders.models import Order, StockCar
from qibu.ui import slots
from qibu.ui.lists import Action, Batch, Choice, Column, Days, Preset, Several, Text
from qibu.vehicles.rules import IllegalVin, read_vin

Rows = QuerySet[Order]
Cars = QuerySet[StockCar]
STATES = [("open", gettext_lazy("进行中")), *Order.State.choices]
WAITS = (("decision", gettext_lazy("等审批")), ("refund", gettext_lazy("等退款")))


def _by_text(rows: Rows, value: str) -> Rows:
    """By the contract's number from its start, the end of a VIN, or whatever finds a customer."""
    text = value.strip()
    found = customers.visible(current_actor()).filter(pk__in=customers.matching(text)).values("pk")
    wanted = Q(number__istartswith=text) | Q(lead__customer__in=found)
    return rows.filter(wanted | Q(car__vin__iendswith=text)) if len(text) >= 4 else rows.filter(wanted)


def _sellers(request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in leads.sellers()]


def _by_wait(rows: Rows, value: str) -> Rows:
    actor = current_actor()
    waiting = {"decision": selectors.to_decide, "refund": selectors.refunds_open}.get(value)
    return rows.filter(pk__in=waiting(actor).values("pk")) if waiting else rows


def _by_standing(rows: Rows, value: str) -> Rows:
    return rows.filter(state__in=list(rules.OPEN)) if value == "open" else rows.filter(state=value)


def _car_words(row: Order) -> str:
    return " ".join(filter(None, (row.title, row.colour, row.car.vin if row.car else "")))


class OrderList(GatedList):
    key = "orders"
    title = gettext_lazy("订单")
    unit = gettext_lazy("张订单")
    may = (Capability.SALES_VIEW, Capability.PAYMENTS)
    ordering = ("-created_at", "-id")
    empty_title = gettext_lazy("还没有订单")
    empty_text = gettext_lazy("在客户的线索里点「下订单」。")
    columns = (
        Column("number", gettext_lazy("合同号"), "number", cell="orders/cells/number.html", card="title", locked=True),
        Column("customer", gettext_lazy("客户"), "lead.customer", cell="orders/cells/customer.html"),
        Column("car", gettext_lazy("车"), "title", cell="orders/cells/car.html", width="l", plain=_car_words),
        Column("state", gettext_lazy("状态"), "get_state_display", cell="orders/cells/state.html", card="mark"),
        Column("total", gettext_lazy("合同总价"), "total", cell="orders/cells/total.html", align="end"),
        Column("due", gettext_lazy("待收"), "due", cell="orders/cells/due.html", align="end",
               plain=lambda row: row.due if row.open else ""),
        Column("expected", gettext_lazy("约定交车"), "expected_on", sort="expected_on", card="right"),
        Column("consultant", gettext_lazy("销售顾问"), "consultant.name", card="hide"),
        Column("created", gettext_lazy("下单"), "created_at", cell="orders/cells/created.html", sort="created_at",
               falls=True, card="hide"),
    )  # fmt: skip
    filters = (
        Text("q", gettext_lazy("合同号、VIN 后几位、客户"), _by_text),
        Choice("standing", gettext_lazy("状态"), STATES, _by_standing),
        Choice("wait", gettext_lazy("等什么"), WAITS, _by_wait),
        Choice("consultant", gettext_lazy("销售顾问"), _sellers, by_number("consultant_id")),
        Days("expected", gettext_lazy("约定交车"), "expected_on"),
        Days("created", gettext_lazy("下单日期"), "created_at", moments=True),
    )  # fmt: skip
    presets = (
        Preset("open", gettext_lazy("进行中"), {"standing": "open"}),
        Preset("decision", gettext_lazy("等审批"), {"wait": "decision"}),
        Preset("refund", gettext_lazy("等退款"), {"wait": "refund"}),
        Preset("all", gettext_lazy("全部")),
    )
    batch = (
        Batch(
            gettext_lazy("导出"), "network:export-new", "export", Capability.CUSTOMERS_EXPORT, args=("orders",),
            every=True,
        ),
    )  # fmt: skip

    def rows(self) -> Rows:
        return selectors.visible(self.actor).select_related("lead__customer", "car", "consultant").defer("remark")

    def row_url(self, row: Order) -> str:
        return reverse("orders:detail", args=[row.pk])

    def decorate(self, rows: list[Order]) -> list[Order]:
        dues = selectors.dues_of(rows)
        for row in rows:
            row.due = dues.get(row.pk, Decimal(0))  # type: ignore[attr-defined]  # read by the cell
        return rows


# Cars in stock ----------------------------------------------------------------------------------
AGES = (
    ("30", gettext_lazy("30 天以上")), ("60", gettext_lazy("60 天以上")), ("90", gettext_lazy("90 天以上")),
    ("180", gettext_lazy("180 天以上")),
)  # fmt: skip


def _car_by_text(rows: Cars, value: str) -> Cars:
    """A whole VIN, its end, or words of the car."""
    text = value.strip()
    try:
        vin = read_vin(text)
    except IllegalVin:
        vin = None
    if vin is not None:
        return rows.filter(vin=vin.text)
    words = Q(series__icontains=text) | Q(model__icontains=text) | Q(colour__icontains=text) | Q(place__icontains=text)
    return rows.filter(words | Q(vin__iendswith=text)) if len(text) >= 4 else rows.filter(words)


def _by_age(rows: Cars, value: str) -> Cars:
    """Standing for so many days or longer, of those that are still there."""
    if not value.isdecimal() or len(value) > 4:
        return rows
    return rows.filter(left_on__isnull=True, arrived_on__lte=times.today() - timedelta(days=int(value)))


def _by_car_standing(rows: Cars, value: str) -> Cars:
    if value == "there":
        return rows.filter(left_on__isnull=True)
    return rows.filter(Q(standing=value))


def _series(request: HttpRequest) -> list[tuple[str, str]]:
    found = StockCar.objects.exclude(series="").order_by("series").values_list("series", flat=True).distinct()
    return [(name, name) for name in found]


class StockList(GatedList):
    may = (Capability.SALES_VIEW,)
    key = "stock"
    title = gettext_lazy("库存车")
    unit = gettext_lazy("台车")
    ordering = ("-created_at", "-id")
    empty_title = gettext_lazy("库里还没有车")
    empty_text = gettext_lazy("把库存表导进来，或一台一台登记。")
    columns = (
        Column("car", gettext_lazy("车"), "title", cell="orders/cells/stock_car.html", card="title", locked=True,
               width="l"),
        Column("colour", gettext_lazy("颜色"), cell="orders/cells/stock_colour.html"),
        Column("standing", gettext_lazy("状态"), "standing", cell="orders/cells/stock_standing.html", card="mark"),
        Column("holder", gettext_lazy("订单"), "holder_number", cell="orders/cells/stock_holder.html"),
        Column("days", gettext_lazy("库龄"), "days", cell="orders/cells/stock_days.html", align="end", card="right"),
        Column("arrived", gettext_lazy("到店"), "there_on", cell="orders/cells/stock_arrived.html", sort="arrived_on"),
        Column("place", gettext_lazy("停放位置"), "place"),
        Column("cost_centre", gettext_lazy("成本中心"), "cost_centre", shown=False, card="hide"),
    )  # fmt: skip
    filters = (
        Text("q", gettext_lazy("VIN、车型、颜色、位置"), _car_by_text),
        Choice("standing", gettext_lazy("状态"), [("there", gettext_lazy("在库和在途")), *StockCar.Standing.choices],
               _by_car_standing),
        Choice("age", gettext_lazy("库龄"), AGES, _by_age),
        Several("series", gettext_lazy("车系"), _series),
        Days("arrived", gettext_lazy("到店日期"), "arrived_on"),
    )  # fmt: skip
    presets = (
        Preset("there", gettext_lazy("在库和在途"), {"standing": "there"}),
        Preset("free", gettext_lazy("可以配的"), {"standing": "in_stock"}),
        Preset("old", gettext_lazy("60 天以上"), {"age": "60"}),
        Preset("all", pgettext_lazy("库存", "全部")),
    )

    def rows(self) -> Cars:
        return selectors.stock(self.actor)

    def row_url(self, row: StockCar) -> str:
        return reverse("orders:stock-car", args=[row.pk])

    def row_name(self, row: StockCar) -> str:
        return row.vin

    def decorate(self, rows: list[StockCar]) -> list[StockCar]:
        for row in rows:
            row.standing_words = StockCar.Standing(row.standing).label  # type: ignore[attr-defined]  # read by the cell
        return rows

    def actions(self) -> list[Action]:
        if not self.actor.may(Capability.SALES_MANAGE):
            return []
        found = [Action(gettext_lazy("登记一台车"), reverse("orders:stock-new"), "plus", key="N")]
        return [*found, *slots.fill("stock.actions", self.request)]
