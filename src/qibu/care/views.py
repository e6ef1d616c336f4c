"""Pages of care: what falls due, as a list and on paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from qibu.care import words
from qibu.care.models import Due
from qibu.care.selectors import dues
from qibu.customers.selectors import staff_choices
from qibu.kernel import times
from qibu.kernel.days import add_months
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.ui import slots
from qibu.ui.lists import Action, Batch, Choice, Column, Days, ListPage, Preset, Several

LABELS = (
    ("maintenance", gettext_lazy("保养")),
    ("insurance", gettext_lazy("保险")),
    ("inspection", gettext_lazy("年检")),
    ("warranty", gettext_lazy("质保")),
    ("birthday", gettext_lazy("生日")),
)


def _of_advisor(rows: QuerySet[Due], value: str) -> QuerySet[Due]:
    if value == "none":
        return rows.filter(customer__advisor__isnull=True)
    return rows.filter(customer__advisor_id=int(value)) if value.isdecimal() else rows


class DueList(ListPage):
    key, title, unit = "dues", gettext_lazy("到期清单"), gettext_lazy("项")
    ordering = ("due_on", "id")
    columns = (
        Column("due_on", gettext_lazy("到期"), cell="care/cells/due.html", card="right", locked=True, sort="due_on"),
        Column("what", gettext_lazy("事项"), cell="care/cells/what.html", card="line", locked=True),
        Column("customer", gettext_lazy("客户"), cell="care/cells/customer.html", card="title", locked=True),
        Column("vehicle", gettext_lazy("车辆"), cell="care/cells/vehicle.html"),
        Column("advisor", gettext_lazy("服务顾问"), value="customer.advisor.name"),
    )
    filters = (
        Several("trigger", gettext_lazy("事项"), LABELS),
        Days("due", gettext_lazy("到期日"), field="due_on"),
        Choice(
            "advisor", gettext_lazy("服务顾问"),
            lambda request: [*staff_choices(), ("none", gettext_lazy("没有顾问"))], field=_of_advisor,
        ),
        Choice(
            "estimated", gettext_lazy("推算"), (("1", gettext_lazy("推算的")), ("0", gettext_lazy("有依据的"))),
            field=lambda rows, value: rows.filter(estimated=value == "1"),
        ),
    )  # fmt: skip
    batch = (
        Batch(
            gettext_lazy("导出"), "network:export-new", "export", Capability.CUSTOMERS_EXPORT, args=("dues",),
            every=True,
        ),
    )
    empty_title = gettext_lazy("没有到期的事项")
    empty_text = gettext_lazy("导入车辆、保单和维修记录后，这里会列出保养、保险、年检、质保和生日。")

    @cached_property
    def presets(self) -> tuple[Preset, ...]:  # type: ignore[override]  # the days are those of today
        today = times.today()
        ahead = {"due_from": today.isoformat()}
        month = {"due_from": today.replace(day=1), "due_to": add_months(today.replace(day=1), 1) - date.resolution}
        return (
            Preset("ahead", _("今后"), ahead),
            Preset("month", _("本月保险和年检"), month | {"trigger": ["insurance", "inspection"]}),
            Preset("insurance", _("60 天内保险"), ahead | {"trigger": "insurance", "due_to": _in(60)}),
            Preset("inspection", _("60 天内年检"), ahead | {"trigger": "inspection", "due_to": _in(60)}),
            Preset("maintenance", _("30 天内保养"), ahead | {"trigger": "maintenance", "due_to": _in(30)}),
            Preset("birthday", _("30 天内生日"), ahead | {"trigger": "birthday", "due_to": _in(30)}),
            Preset("past", _("已过期"), {"due_to": (today - date.resolution).isoformat(), "sort": "-due_on"}),
        )

    def rows(self) -> QuerySet[Due]:
        self.request.actor.require(Capability.CUSTOMERS_VIEW)  # type: ignore[attr-defined]  # set by ScopeMiddleware
        return dues.visible(self.request.actor).select_related("vehicle", "customer", "customer__advisor")  # type: ignore[attr-defined]

    def decorate(self, rows: list[Any]) -> list[Any]:
        whom = dues.called_for(self.request.actor, rows)  # type: ignore[attr-defined]  # set by ScopeMiddleware
        for due in rows:
            due.what, due.remark, due.whom = words.of_due(due), words.remark(due), whom.get(due.pk)
        return rows

    def row_name(self, row: Any) -> str:
        return f"{row.customer} {words.of_due(row)}"

    @property
    def empty_actions(self) -> list[Action]:
        """An empty store begins with its spreadsheets."""
        return [*slots.fill("begin", self.request)]

    def actions(self) -> Iterable[Action]:
        found = [Action(_("打印月度清单"), reverse("care:dues-print"), "print")]
        if self.request.actor.may(Capability.CARE_EDIT):  # type: ignore[attr-defined]  # set by ScopeMiddleware
            found.append(Action(_("关怀计划"), reverse("care:plans"), "heart"))
        return found


def _in(days: int) -> str:
    return (times.today() + days * date.resolution).isoformat()


@require_GET
def printed(request: Request) -> HttpResponse:
    """The monthly list of insurance and inspections that end, on paper (F2)."""
    request.actor.require(Capability.CUSTOMERS_VIEW)
    month = _month(request.GET.get("month", ""))
    rows: list[Any] = list(dues.of_month(request.actor, month))
    whom = dues.called_for(request.actor, rows)
    for due in rows:
        due.what, due.remark, due.whom = words.of_due(due), words.remark(due), whom.get(due.pk)
    months = [add_months(times.today().replace(day=1), step) for step in range(-1, 4)]
    return render(request, "care/printed.html", {"rows": rows, "month": month, "months": months, "at": times.now()})


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return times.today().replace(day=1)
