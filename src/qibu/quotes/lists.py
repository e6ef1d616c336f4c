"""The list of quotations."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from qibu.customers import selectors as customers
from qibu.kernel import times
from qibu.kernel.scoping import current_actor
from qibu.network.lists import GatedList
from qibu.network.rules import Capability
from qibu.quotes import selectors
from qibu.quotes.models import Quote, QuoteLink
from qibu.ui import formats
from qibu.ui.lists import Batch, Choice, Column, Days, Preset, Text

Rows = QuerySet[Quote]
STATES = [*Quote.State.choices, (Quote.EXPIRED, gettext_lazy("已过期"))]


def _by_text(rows: Rows, value: str) -> Rows:
    found = customers.visible(current_actor()).filter(pk__in=customers.matching(value)).values("pk")
    return rows.filter(lead__customer_id__in=found)


def _by_state(rows: Rows, value: str) -> Rows:
    """What is over its day counts as expired, not as sent."""
    if value == Quote.EXPIRED:
        return rows.filter(state=Quote.State.SENT, valid_until__lt=times.today())
    rows = rows.filter(state=value)
    return rows.filter(valid_until__gte=times.today()) if value == Quote.State.SENT else rows


def _by_writer(rows: Rows, value: str) -> Rows:
    return rows.filter(by_id=int(value)) if value.isdecimal() else rows.none()


class QuoteList(GatedList):
    may = (Capability.SALES_VIEW,)
    key = "quotes"
    title = gettext_lazy("报价")
    unit = gettext_lazy("份报价")
    ordering = ("-updated_at", "-id")
    empty_title = gettext_lazy("还没有报价")
    empty_text = gettext_lazy("在线索页点「报价」，算好车价、税费、保险和贷款，发给客户。")
    columns = (
        Column("number", gettext_lazy("报价"), "number", cell="quotes/cells/number.html", card="title", locked=True),
        Column("customer", gettext_lazy("客户"), "lead.customer"),
        Column("car", gettext_lazy("车型"), "car_words", width="l"),
        Column("total", gettext_lazy("合计"), "total_words", align="end"),
        Column("state", gettext_lazy("状态"), "state_words", cell="quotes/cells/state.html"),
        Column("opened", gettext_lazy("客户打开"), "opened_words", cell="quotes/cells/opened.html", card="hide"),
        Column("until", gettext_lazy("有效到"), "valid_until", cell="quotes/cells/until.html", sort="valid_until"),
        Column("by", gettext_lazy("报价人"), "by.name", card="hide"),
        Column("updated", gettext_lazy("更新"), "updated_at", cell="quotes/cells/updated.html", sort="updated_at",
               falls=True, card="right"),
    )  # fmt: skip
    filters = (
        Text("q", gettext_lazy("姓名、电话后四位"), _by_text),
        Choice("state", gettext_lazy("状态"), STATES, _by_state),
        Choice("by", gettext_lazy("报价人"), lambda request: customers.staff_choices(), _by_writer),
        Days("until", gettext_lazy("有效到"), "valid_until"),
        Days("updated", gettext_lazy("更新日期"), "updated_at", moments=True),
    )
    presets = (
        Preset("all", gettext_lazy("全部")),
        Preset("sent", gettext_lazy("客户在考虑"), {"state": "sent"}),
        Preset("waiting", gettext_lazy("等待审批"), {"state": "waiting"}),
        Preset("draft", gettext_lazy("草稿"), {"state": "draft"}),
        Preset("expired", gettext_lazy("已过期"), {"state": "expired"}),
    )
    batch = (
        Batch(
            gettext_lazy("导出"), "network:export-new", "export", Capability.CUSTOMERS_EXPORT, args=("quotes",),
            every=True,
        ),
    )  # fmt: skip

    def rows(self) -> Rows:
        return selectors.visible(self.actor).select_related("lead__customer", "by")

    def row_url(self, row: Quote) -> str:
        return reverse("quotes:detail", args=[row.pk])

    def decorate(self, rows: list[Quote]) -> list[Quote]:
        variants = selectors.variants_of(rows)
        opened: dict[int, QuoteLink] = {}
        for link in QuoteLink.objects.filter(quote__in=rows).defer("token").order_by("made_at", "pk"):
            opened[link.quote_id] = link
        for row in rows:
            theirs = variants.get(row.pk, [])
            row.variants_shown = theirs  # type: ignore[attr-defined]  # read by the cells
            row.car_words = theirs[0].car if theirs else ""  # type: ignore[attr-defined]
            row.total_words = _totals([one.total for one in theirs])  # type: ignore[attr-defined]
            row.link = opened.get(row.pk)  # type: ignore[attr-defined]
            row.opened_words = row.link.opened if row.link else ""  # type: ignore[attr-defined]
        return rows


def _totals(amounts: list[Any]) -> str:
    if not amounts:
        return ""
    low, high = formats.money(min(amounts), "round"), formats.money(max(amounts), "round")
    return low if low == high else f"{low}–{high}"
