"""The list of what was sent to whom, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.customers import selectors as customers
from qibu.kernel.scoping import current_actor
from qibu.network.lists import GatedList
from qibu.network.rules import Capability
from qibu.nurturing import selectors
from qibu.nurturing.models import Sending
from qibu.nurturing.models.content import Channel
from qibu.ui.lists import Batch, Choice, Column, Days, Preset, Several, Text
from qibu.ui.slots import Action

Rows = QuerySet[Sending]
RESULTS: dict[str, tuple[Any, Q]] = {
    "unopened": (gettext_lazy("没打开"), Q(state=Sending.State.SENT, opened=0)),
    "opened": (gettext_lazy("打开过"), Q(opened__gt=0)),
    "replied": (gettext_lazy("请顾问联系"), Q(replies__gt=0)),
    "refused": (gettext_lazy("不再接收"), Q(refused_at__isnull=False)),
}


def _by_text(rows: Rows, value: str) -> Rows:
    found = customers.visible(current_actor()).filter(pk__in=customers.matching(value)).values("pk")
    return rows.filter(lead__customer_id__in=found)


def _by_result(rows: Rows, values: list[str]) -> Rows:
    asked = Q()
    for value in values:
        if value not in RESULTS:
            raise ValueError(value)  # what no option of the page says finds nothing
        asked |= RESULTS[value][1]
    return rows.filter(asked)


def _pieces(request: HttpRequest) -> list[tuple[str, str]]:
    return [(code, one.row.title) for code, one in selectors.resolved_pieces(current_actor()).items()]


def _sequences(request: HttpRequest) -> list[tuple[str, str]]:
    return [(code, one.row.name) for code, one in selectors.resolved_sequences(current_actor()).items()]


def _by_sequence(rows: Rows, value: str) -> Rows:
    return rows.filter(run__sequence=value)


class SendingList(GatedList):
    may = (Capability.SALES_VIEW,)
    key = "sendings"
    title = gettext_lazy("发送记录")
    unit = pgettext_lazy("培育", "份")
    ordering = ("-made_at", "-id")
    template = "nurturing/list.html"
    empty_title = gettext_lazy("还没有给客户发过资料")
    empty_text = gettext_lazy(
        "在线索页上点「发资料」，或启用一条序列。客户打开、回复、不再接收，都会出现在这里。"
    )
    columns = (
        Column("title", pgettext_lazy("培育", "内容"), "edition.title", card="title", locked=True),
        Column("customer", gettext_lazy("客户"), "lead.customer", card="line"),
        Column(
            "state",
            gettext_lazy("状态"),
            lambda row: row.get_state_display(),
            cell="nurturing/cells/state.html",
            card="mark",
            width="s",
        ),
        Column("result", gettext_lazy("结果"), "opened", cell="nurturing/cells/result.html"),
        Column("run", gettext_lazy("序列"), "run.name"),
        Column("channel", gettext_lazy("用什么发"), lambda row: row.get_channel_display(), card="hide"),
        Column("by", gettext_lazy("谁发的"), "by.name"),
        Column("sent", pgettext_lazy("培育", "发出"), "sent_at", card="right", sort="sent_at", falls=True),
        Column("opened_at", gettext_lazy("最近打开"), "last_opened_at", sort="last_opened_at", falls=True),
    )
    filters = (
        Text("q", gettext_lazy("姓名、电话后四位"), _by_text),
        Choice("piece", pgettext_lazy("培育", "内容"), _pieces),
        Choice("sequence", gettext_lazy("序列"), _sequences, _by_sequence),
        Several("result", gettext_lazy("结果"), [(key, one[0]) for key, one in RESULTS.items()], _by_result),
        Several("state", gettext_lazy("状态"), Sending.State.choices),
        Several("channel", gettext_lazy("用什么发"), Channel.choices),
        Days("sent", pgettext_lazy("培育", "发出"), field="sent_at", moments=True),
    )
    presets = (
        Preset("waiting", gettext_lazy("待发送"), {"state": "waiting"}),
        Preset("opened", gettext_lazy("打开过"), {"result": "opened", "sort": "-opened_at"}),
        Preset("all", gettext_lazy("全部")),
    )
    batch = (
        Batch(
            gettext_lazy("导出"), "network:export-new", "export", Capability.CUSTOMERS_EXPORT, args=("sendings",),
            every=True,
        ),
    )  # fmt: skip

    def rows(self) -> Rows:
        return selectors.sendings(self.actor).select_related("lead__customer", "edition", "run", "by")

    def row_url(self, row: Sending) -> str:
        return reverse("nurturing:sending", args=[row.pk])

    def row_name(self, row: Sending) -> str:
        return f"{row.edition.title} {row.lead.customer}"

    @property
    def empty_actions(self) -> Sequence[Action]:
        return [Action(gettext_lazy("看看内容库"), reverse("nurturing:library"), "book")]
