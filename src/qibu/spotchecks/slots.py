"""What spot checks put into the frame and beside calls."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.network.middleware import actor_of
from qibu.network.rules import Capability
from qibu.spotchecks import selectors
from qibu.spotchecks.services.drawing import CALL
from qibu.tasks.models import Task
from qibu.tasks.scripts import Script
from qibu.ui import slots


@slots.fills("navigation", order=38)
def navigation(request: HttpRequest) -> slots.NavItem:
    return slots.NavItem(
        "spotchecks", gettext_lazy("抽访"), "headset", "spotchecks:list", capability=Capability.SALES_VIEW_ALL,
        area="sales",
    )  # fmt: skip


@slots.fills("search.commands", order=34)
def commands(request: HttpRequest) -> list[slots.Command]:
    return [
        slots.Command(
            gettext_lazy("每月抽访"), reverse("spotchecks:months"), icon="headset",
            capability=Capability.SALES_VIEW_ALL,
        ),
        slots.Command(
            gettext_lazy("奖惩账"), reverse("spotchecks:ledger"), icon="coin", capability=Capability.SALES_VIEW
        ),
    ]  # fmt: skip


@slots.fills("settings", order=64)
def rule(request: HttpRequest) -> slots.Setting:
    return slots.Setting(
        gettext_lazy("抽访规则"), gettext_lazy("每月抽多少、谁的客户、分数和奖惩"), "target", "spotchecks:rule",
        part="selling", capability=Capability.SALES_MANAGE,
    )  # fmt: skip


@slots.fills("settings", order=65)
def standard(request: HttpRequest) -> slots.Setting:
    return slots.Setting(
        gettext_lazy("接待标准问卷"), gettext_lazy("抽访时问客户的问题和分量"), "list", "spotchecks:standard",
        part="selling", capability=Capability.SALES_MANAGE,
    )  # fmt: skip


@slots.fills("task.panel", order=34)
def script(request: HttpRequest, task: Task, **context: Any) -> list[Script | slots.Panel] | None:
    """What is asked, and the way to the sheet where the answers go."""
    if task.kind != CALL:
        return None
    actor = actor_of(request)
    check = selectors.visible(actor).filter(task=task).first()
    if check is None:
        return None
    said = _("您好，我是店里的回访员。您最近来看过车，想请您用两分钟说说接待得怎么样，您说的销售顾问看不到。")
    questions = tuple(str(one) for one in selectors.standard(actor))
    panel = slots.Panel("spotchecks/slots/call.html", {"check": check})
    return [Script(_("意向客户抽访"), (said,), questions), panel]
