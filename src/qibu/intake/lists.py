"""What came in by the outer doors."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qibu.intake import selectors, words
from qibu.intake.models import Arrival, LeadSheet, WebForm
from qibu.leads.rules import Door
from qibu.leads.words import DOORS
from qibu.network.lists import GatedList, by_number
from qibu.network.rules import Capability
from qibu.ui.lists import Choice, Column, Days, Preset, Text
from qibu.ui.slots import Action

State = Arrival.State
LOOKS = {
    State.QUARANTINED: "soon", State.NEW: "done", State.UPDATED: "done", State.REPEATED: "line", State.DROPPED: "line",
}  # fmt: skip
OUTSIDE = (Door.FORM, Door.API, Door.ADF, Door.EMAIL, Door.SHEET)
Rows = QuerySet[Arrival]


def _forms(request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in WebForm.objects.order_by("-created_at").values_list("pk", "name")]


def _sheets(request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in LeadSheet.objects.order_by("-at").values_list("pk", "file_name")[:50]]


def _by_words(rows: Rows, value: str) -> Rows:
    return rows.filter(Q(called__icontains=value) | Q(sender__icontains=value))


class ArrivalList(GatedList):
    may = (Capability.SALES_RECEIVE,)
    key = "arrivals"
    title = _("线索收件箱")
    unit = _("条")
    ordering = ("-at", "-id")
    empty_title = _("收件箱是空的")
    empty_text = _("网上表单、接口、邮件和表格来的线索都记在这里；不完整的在这里等人处理。")
    columns = (
        Column("called", _("谁"), "called", cell="intake/cells/called.html", card="title", locked=True),
        Column("car", _("意向车型"), "car", card="line"),
        Column("state", _("结果"), cell="intake/cells/state.html", card="line"),
        Column("reasons", _("为什么在等"), "why", card="line", width="l"),
        Column("door", _("从哪里来"), "door_words"),
        Column("sender", _("谁送来的"), "sender", card="hide"),
        Column("at", _("时间"), "at", sort="at", falls=True, card="right"),
    )
    filters = (
        Choice("state", _("结果"), [(one.value, one.label) for one in State if one != State.WAITING]),
        Choice("door", _("从哪里来"), [(door.value, DOORS[door]) for door in OUTSIDE]),
        Choice("form", _("表单"), _forms, by_number("form_id")),
        Choice("sheet", _("表格"), _sheets, by_number("sheet_id")),
        Days("at", _("时间"), "at", moments=True),
        Text("q", _("姓名、谁送来的"), _by_words),
    )
    presets = (
        Preset("waiting", _("待处理"), {"state": State.QUARANTINED.value}),
        Preset("all", _("全部")),
    )

    def rows(self) -> Rows:
        return selectors.arrivals(self.actor)

    def row_url(self, row: Arrival) -> str:
        return reverse("intake:arrival", args=[row.pk])

    def actions(self) -> list[Action]:
        """Each for those who may: the list is open to more people than its doors."""
        found = []
        if self.actor.may(Capability.SALES_ASSIGN):
            found.append(Action(_("导入表格"), reverse("intake:sheet-new"), "upload"))
        if self.actor.may(Capability.SALES_MANAGE):
            found.append(Action(_("网上表单"), reverse("intake:forms"), "list"))
        return found

    def decorate(self, rows: list[Arrival]) -> list[Arrival]:
        for row in rows:
            row.look = LOOKS.get(State(row.state), "line")  # type: ignore[attr-defined]  # read by the cells
            row.why = words.reasons(row.reasons) if row.quarantined else row.note  # type: ignore[attr-defined]
            row.door_words = words.door_called(row.door)  # type: ignore[attr-defined]
        return rows
