"""Handing a portfolio over, the record of each hand-over with its list, on paper, and back (A6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from qibu.kernel.scoping import scope
from qibu.network import handover, selectors
from qibu.network.middleware import Request
from qibu.network.models import HandOver, HandOverItem, Staff
from qibu.network.services import handovers as services
from qibu.ui.lists import Choice, Column, Days, ListPage, Text
from qibu.ui.slots import Action


def _moved(row: HandOver) -> str:
    return _("，").join(f"{each.label} {each.number}" for each in handover.described(row.moved))


def takers_of(row: HandOver) -> str:
    if row.taker:
        return str(row.taker.name)
    return _("{n} 位同事").format(n=len(row.shares))


class HandOverList(ListPage):
    key, title, unit = "handovers", gettext_lazy("交接记录"), gettext_lazy("次交接")
    ordering = ("-at", "-id")
    columns = (
        Column("giver", gettext_lazy("交出"), value="giver.name", card="title", locked=True),
        Column("taker", gettext_lazy("接手"), value=takers_of),
        Column("moved", gettext_lazy("交接了什么"), value=_moved),
        Column("reason", gettext_lazy("原因")),
        Column("by", gettext_lazy("经办"), value="by.name"),
        Column("undone", gettext_lazy("撤销"), value="undone_at", card="hide"),
        Column("at", gettext_lazy("时间"), card="right"),
    )
    filters = (
        Text("q", gettext_lazy("交出的人"), "giver__name"),
        Days("at", gettext_lazy("时间"), moments=True),
    )
    empty_title = gettext_lazy("还没有交接过")
    empty_text = gettext_lazy("有人离职或调岗时，一步交接，客户和任务都不会丢。")

    def rows(self) -> QuerySet[HandOver]:
        return selectors.hand_overs(self.request.actor)  # type: ignore[attr-defined]  # typed by Request

    def row_url(self, row: HandOver) -> str:
        return reverse("network:handover", args=[row.pk])

    def actions(self) -> Iterable[Action]:
        return [Action(_("新交接"), reverse("network:handover-new"), "swap", key="N")]


def table(record: HandOver) -> dict[str, Any]:
    """Rows are people, columns the parts; what stays with the giver comes last."""
    shares = record.shares
    names = dict(Staff.objects.filter(pk__in=[int(pk) for pk in shares]).values_list("pk", "name"))
    columns = handover.described({**record.stayed, **record.moved})
    lines = [(names[int(pk)], [theirs.get(each.key, 0) for each in columns]) for pk, theirs in shares.items()]
    stayed = [record.stayed.get(each.key, 0) for each in columns] if record.stayed else None
    labels = [each.label for each in columns]
    return {"columns": labels, "lines": sorted(lines), "stayed": stayed, "giver": record.giver.name,
            "why": handover.why_stayed(record.stayed)}  # fmt: skip


def in_customers(record: HandOver) -> str:
    """How many customers go and how many stay; nothing where no customers were to go, or nobody counted."""
    went, stayed = record.customers_moved or 0, record.customers_stayed or 0
    if not went + stayed:
        return ""
    if not stayed:
        return _("{n} 位客户全部交出。").format(n=went)
    sentence = _("{n} 位客户里交出 {went} 位，{stayed} 位留在{giver}名下。")
    return sentence.format(n=went + stayed, went=went, stayed=stayed, giver=record.giver.name)


# The record -------------------------------------------------------------------------------------------
def _record(request: Request, pk: int) -> HandOver:
    found: HandOver = get_object_or_404(selectors.hand_overs(request.actor), pk=pk)
    return found


def _part_label(item: HandOverItem) -> Any:
    return handover.PARTS[item.part].label if item.part in handover.PARTS else item.part


def _parts_of(request: HttpRequest) -> list[tuple[str, Any]]:
    return [(part.key, part.label) for part in handover.parts()]


BACK = (("back", gettext_lazy("已还")), ("kept", gettext_lazy("留下")))


def _back(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(back=value == "back")


class HandOverItems(ListPage):
    key, unit = "handover", gettext_lazy("项")
    template = "network/handover_record.html"
    ordering = ("whom", "id")
    request: Request
    columns = (
        Column("name", gettext_lazy("客户"), "name", cell="network/cells/handed.html", card="title", locked=True),
        Column("part", gettext_lazy("交接了什么"), _part_label),
        Column("taker", gettext_lazy("接手"), "taker.name"),
        Column("state", gettext_lazy("撤销后"), "back", cell="network/cells/handed_back.html", card="right"),
    )
    filters = (
        Choice("part", gettext_lazy("交接了什么"), _parts_of),
        Text("taker", gettext_lazy("接手"), "taker__name"),
        Choice("state", gettext_lazy("撤销后"), BACK, _back),
    )
    empty_title = gettext_lazy("这里没有明细")
    empty_text = gettext_lazy("旧版本里的交接只记了数量，没有逐位客户的明细。")

    @cached_property
    def record(self) -> HandOver:
        return _record(self.request, self.kwargs["pk"])

    @property
    def title(self) -> str:
        return _("{giver} 的交接").format(giver=self.record.giver.name)

    def rows(self) -> QuerySet[HandOverItem]:
        found: QuerySet[HandOverItem] = HandOverItem.objects.filter(hand_over=self.record)
        return found.select_related("taker")

    def decorate(self, rows: list[Any]) -> list[Any]:
        for row in _named(self.request, rows):
            row.undone = self.record.undone_at is not None
        return rows

    def context(self) -> dict[str, Any]:
        moved = handover.described(self.record.moved)
        told = {"table": table(self.record), "sentence": in_customers(self.record), "moved": moved}
        return {"record": self.record, **told}


class TakenOver(ListPage):
    """What one person of a hand-over was given: for that person."""

    key, unit = "taken-over", gettext_lazy("项")
    template = "network/taken_over.html"
    ordering = ("whom", "id")
    request: Request
    columns = HandOverItems.columns[:2]
    filters = HandOverItems.filters[:1]
    empty_title = gettext_lazy("这里没有明细")
    empty_text = HandOverItems.empty_text

    @cached_property
    def record(self) -> HandOver:
        found: HandOver = get_object_or_404(selectors.taken_over(self.request.actor), pk=self.kwargs["pk"])
        return found

    @property
    def title(self) -> str:
        return _("{giver} 交给你的").format(giver=self.record.giver.name)

    def rows(self) -> QuerySet[HandOverItem]:
        rows: QuerySet[HandOverItem] = HandOverItem.objects.filter(hand_over=self.record)
        return rows.filter(taker=self.request.actor.staff_id)

    def decorate(self, rows: list[Any]) -> list[Any]:
        return _named(self.request, rows)

    def context(self) -> dict[str, Any]:
        return {"record": self.record}


def _named(request: Request, rows: list[Any]) -> list[Any]:
    """With name and address of the customer, as far as the reader may see them."""
    known = handover.customers()
    names = known.named(request.actor, {row.whom for row in rows if row.whom})
    for row in rows:
        row.name = names.get(row.whom, "")
        row.address = known.address(row.whom) if row.name else ""
    return rows


@require_GET
def printed(request: Request, pk: int) -> HttpResponse:
    """交接单: the whole list, taker by taker, each task with its day, with room for everybody's signature."""
    record = _record(request, pk)
    gone = selectors.gone(record)
    known = handover.known(request.actor, {line.whom for line in gone if line.whom})
    said, takers = _lines_of(gone), Staff.objects.in_bulk({line.taker_id for line in gone})
    sheets = [
        (taker, [(known.get(line.whom or 0), _what(line, said)) for line in gone if line.taker_id == pk])
        for pk, taker in takers.items()
    ]
    context = {"record": record, "moved": handover.described(record.moved), "sheets": sheets}
    return render(request, "network/handover_print.html", context | {"sentence": in_customers(record)})


Told = Mapping[int, tuple[int, str]]  # row → its place, and what it is in words


def _lines_of(gone: Iterable[selectors.Gone]) -> dict[str, Told]:
    """Part → row → words, for parts whose rows are told one by one: one query a part."""
    rows: dict[str, list[int]] = {}
    for line in gone:
        for part, numbers in line.parts.items():
            rows.setdefault(part, []).extend(numbers)
    return {
        key: {pk: (place, words) for place, (pk, words) in enumerate(lines(numbers).items())}
        for key, numbers in rows.items()
        if (lines := handover.PARTS[key].lines if key in handover.PARTS else None)
    }


def _what(line: selectors.Gone, said: Mapping[str, Told]) -> tuple[str, list[str]]:
    """The parts in short, and the rows that are told one by one."""
    parts = [(part, rows) for part, rows in line.parts.items() if part in said]
    told = {part: [said[part][pk] for pk in rows if pk in said[part]] for part, rows in parts}
    single = [words for lines in told.values() for _place, words in sorted(lines)]
    short = handover.described({part: len(rows) for part, rows in line.parts.items() if part not in said})
    return _("，").join(str(one.label) if one.number == 1 else f"{one.label} {one.number}" for one in short), single


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    _record(request, pk)
    try:
        with scope(request.actor):
            record = services.undo(actor=request.actor, hand_over_id=pk)
    except HandOver.DoesNotExist as missing:
        raise Http404 from missing
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("已撤销，没有变动过的都还给了 {name}。").format(name=record.giver.name))
    return redirect("network:handover", pk)
