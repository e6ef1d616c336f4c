"""The list of what was sent to whom, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.customers import selectors as customers
from qibu.kernel.scoping import current_actor
from qibu.network.lists import GatedList
from qibu.network.rules import Capability
from qibu.nurturing import selectors, words
from qibu.nurturing.models import Run, Sending
from qibu.nurturing.models.content import Channel
from qibu.nurturing.rules import SHOWED_THEMSELVES
from qibu.ui.lists import Batch, Choice, Column, Days, Preset, Several, Text
from qibu.ui.slots import Action

Rows = QuerySet[Any]  # of what belongs to a lead
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


def _by_end(rows: QuerySet[Run], values: list[str]) -> QuerySet[Run]:
    """`going` are those that go on; `answered` whoever showed themselves."""
    ends = {one for value in values for one in (SHOWED_THEMSELVES if value == "answered" else (value,))}
    asked = Q(end__in=ends - {"going"})
    return rows.filter(asked | Q(ended_at__isnull=True) if "going" in ends else asked)


ENDED = [("going", gettext_lazy("正在走")), ("answered", gettext_lazy("客户有回应")), *words.ENDS.items()]


def _of_sequence(rows: QuerySet[Run], value: str) -> QuerySet[Run]:
    return rows.filter(sequence=value)


def _how_it_stands(row: Run) -> str:
    return _("正在走") if row.going_on else str(words.ENDS.get(row.end, row.end))


class RunList(GatedList):
    """Which leads go through a sequence or went, and why they stopped."""

    may = (Capability.SALES_VIEW,)
    key = "nurturing-runs"
    title = gettext_lazy("加入过序列的线索")
    unit = gettext_lazy("条线索")
    ordering = ("-begun_at", "-id")
    empty_title = gettext_lazy("还没有线索加入")
    empty_text = gettext_lazy("符合条件的线索会自己加入启用的序列，也可以在线索页上手工加入。")
    columns = (
        Column("customer", gettext_lazy("客户"), "lead.customer", card="title", locked=True),
        Column("car", gettext_lazy("意向车型"), "lead.car", card="line"),
        Column("sequence", gettext_lazy("序列"), "name"),
        Column("end", gettext_lazy("为什么停"), _how_it_stands, card="mark"),
        Column("consultant", gettext_lazy("销售顾问"), "lead.consultant.name"),
        Column("begun", gettext_lazy("加入"), "begun_at", card="right", sort="begun_at", falls=True),
        Column("ended", gettext_lazy("停下"), "ended_at", sort="ended_at", falls=True),
    )
    filters = (
        Text("q", gettext_lazy("姓名、电话后四位"), _by_text),
        Choice("sequence", gettext_lazy("序列"), _sequences, _of_sequence),
        Several("end", gettext_lazy("为什么停"), ENDED, _by_end),
        Days("begun", gettext_lazy("加入"), field="begun_at", moments=True),
    )
    presets = (
        Preset("all", gettext_lazy("全部")),
        Preset("going", gettext_lazy("正在走"), {"end": "going"}),
        Preset("answered", gettext_lazy("客户有回应"), {"end": "answered"}),
    )

    def rows(self) -> QuerySet[Run]:
        return selectors.runs(self.actor).select_related("lead__customer", "lead__consultant")

    def row_url(self, row: Run) -> str:
        return reverse("leads:detail", args=[row.lead_id])

    def row_name(self, row: Run) -> str:
        return f"{row.lead.customer} {row.name}"


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
