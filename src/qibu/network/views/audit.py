"""The audit trail: the whole journal of the organisation, newest first (N4)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from qibu.contracts import customers, network
from qibu.kernel import times
from qibu.kernel.models import Entry
from qibu.network import selectors, trail
from qibu.network.services import audit
from qibu.ui.lists import Choice, Column, Days, ListPage, Text

PRINTED = "tasks.WorkListPrinted"
EXPORTS = [network.ListExported.name, network.ExportAsked.name, network.ExportDecided.name, PRINTED]
ACCESS = [
    network.SignedIn.name, network.SignedOut.name, network.CodeRefused.name, network.FactorEnrolled.name,
    network.FactorRemoved.name, network.FactorReset.name, network.RecoveryCodesMade.name, network.SessionsEnded.name,
]  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {
    "access": (gettext_lazy("登录和退出"), Q(type__in=ACCESS)),
    "refused": (gettext_lazy("被拒绝的访问"), Q(type=network.AccessRefused.name)),
    "seen": (gettext_lazy("查看电话"), Q(type=customers.PhoneRevealed.name)),
    "exports": (gettext_lazy("导出和打印"), Q(type__in=EXPORTS)),
    "imports": (gettext_lazy("导入"), Q(type__startswith="connect.")),
    "network": (gettext_lazy("员工和门店"), Q(type__startswith="network.")),
    "customers": (gettext_lazy("客户"), Q(type__startswith="customers.")),
    "vehicles": (gettext_lazy("车辆"), Q(type__startswith="vehicles.")),
    "tasks": (gettext_lazy("任务"), Q(type__startswith="tasks.")),
    "visits": (gettext_lazy("售后"), Q(type__startswith="aftersales.")),
    "contact": (gettext_lazy("邮件"), Q(type__startswith="contact.")),
    "care": (gettext_lazy("关怀"), Q(type__startswith="care.")),
}


def _of_kind(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    return rows.filter(KINDS[kind][1]) if kind in KINDS else rows


def _of_person(rows: QuerySet[Any], number: str) -> QuerySet[Any]:
    if number == "0":
        return rows.filter(actor_id=None)
    return rows.filter(actor_id=int(number)) if number.isdecimal() else rows


def _of_customer(rows: QuerySet[Any], number: str) -> QuerySet[Any]:
    return rows.filter(customer_id=int(number)) if number.isdecimal() and len(number) < 19 else rows.none()


def _people(request: HttpRequest) -> list[tuple[str, Any]]:
    everyone = selectors.everyone().values_list("pk", "name")
    return [("0", gettext_lazy("系统")), *((str(pk), name) for pk, name in everyone)]


class AuditList(ListPage):
    key, title, unit = "audit", gettext_lazy("操作记录"), gettext_lazy("条")
    template = "network/audit_list.html"
    ordering = ("-at", "-id")
    columns = (
        Column("at", gettext_lazy("时间"), card="right", width="m"),
        Column("by", gettext_lazy("谁"), value="told.by", card="title", locked=True, width="m"),
        Column("what", gettext_lazy("做了什么"), value="told.what", locked=True),
        Column("customer", gettext_lazy("客户号"), value="customer_id", shown=False, align="end"),
        Column("type", gettext_lazy("事件"), shown=False),
    )
    filters = (
        Choice("person", gettext_lazy("谁"), _people, _of_person),
        Choice("kind", gettext_lazy("哪一类"), [(key, label) for key, (label, _which) in KINDS.items()], _of_kind),
        Days("at", gettext_lazy("时间"), moments=True),
        Text("customer", gettext_lazy("客户号"), _of_customer),
    )
    empty_title = gettext_lazy("还没有操作记录")
    empty_text = gettext_lazy("谁在什么时候看了、改了、导出了什么，都会记在这里，不能修改或删除。")
    http_method_names = ["get", "post", "head", "options"]

    def rows(self) -> QuerySet[Entry]:
        return selectors.journal(self.request.actor)  # type: ignore[attr-defined]  # typed by Request

    def decorate(self, rows: list[Entry]) -> list[Entry]:
        for told in trail.tell(self.request.actor, rows):  # type: ignore[attr-defined]  # typed by Request
            told.entry.told = told  # type: ignore[attr-defined]  # for the cells
        return rows

    def row_name(self, row: Entry) -> str:
        return row.type

    def context(self) -> dict[str, Any]:
        return {"most": audit.MOST}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The rows of this view as a spreadsheet; taking them along is in the trail itself."""
        response = HttpResponse(content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="audit-{times.today():%Y%m%d}.xlsx"'
        audit.export(
            actor=request.actor,  # type: ignore[attr-defined]  # typed by Request
            entries=self.filtered().order_by(*self.ordering),
            file=response, purpose=request.POST.get("purpose", "").strip()[:200],
        )
        return response
