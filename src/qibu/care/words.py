"""How care speaks of what it keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.care.models import Due, Plan, Step
from qibu.customers.models import Customer
from qibu.customers.rules.pinyin import COMPOUND_SURNAMES
from qibu.ui import formats
from qibu.vehicles.models import Policy

COVERS: dict[str, Any] = {
    Policy.Kind.COMPULSORY: pgettext_lazy("到期", "交强险"),
    Policy.Kind.COMMERCIAL: pgettext_lazy("到期", "商业险"),
}
TITLES: dict[str, Any] = {
    Customer.Gender.MALE: gettext_lazy("{surname}先生"),
    Customer.Gender.FEMALE: gettext_lazy("{surname}女士"),
}
HAN_NAME = re.compile("(?!.*(?:先生|女士|小姐|师傅|老师|经理|总)$)[\u3400-\u9fff]{2,4}")


def day(stored: str | None) -> str:
    """A day as one says it: 12月3日."""
    if not stored:
        return ""
    on = date.fromisoformat(stored)
    return formats.words(on).rsplit(" ", 1)[0] if formats.chinese() else formats.words(on)


def plate(number: str) -> str:
    """A car as one speaks of it, with its plate where there is one."""
    return _("爱车（{plate}）").format(plate=number) if number else _("爱车")


def address(name: str, gender: str) -> str:
    """How a person is spoken to: 王先生, 欧阳女士; where that isn't known, by the whole name."""
    if gender not in TITLES or not HAN_NAME.fullmatch(name):
        return name
    surname = name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]
    return str(TITLES[gender]).format(surname=surname)


def covers(kinds: Iterable[str]) -> str:
    """交强险, 商业险, or both in one."""
    known = {kind for kind in COVERS if kind in set(kinds)}
    return str(COVERS[known.pop()]) if len(known) == 1 else _("商业险和交强险") if known else _("保险")


def of_due(due: Due) -> str:
    """What falls due, with its kind where that changes what is to be done."""
    if due.trigger == Plan.Trigger.INSURANCE:
        return covers(due.facts.get("kinds", []))
    if due.trigger == Plan.Trigger.INSPECTION:
        return _("年检（申领标志）") if due.facts.get("inspection") == "mark" else _("年检（上线检测）")
    return _("保养")


def remark(due: Due) -> str:
    """What the day rests on."""
    if due.trigger == Plan.Trigger.MAINTENANCE:
        return _on_mileage(due)
    if due.trigger == Plan.Trigger.INSPECTION:
        return _("推算：按购车日期") if due.estimated else ""
    return str(due.facts.get("insurer", ""))


def _on_mileage(due: Due) -> str:
    if due.facts.get("by") != "km":
        return _("按时间")
    target = formats.number(due.facts.get("km"))
    if due.estimated:
        return _("推算：按 {km} 公里").format(km=target)
    return _("按 {km} 公里，每天约 {daily} 公里").format(km=target, daily=due.facts.get("daily_km"))


def name_of(plan: Plan) -> str:
    return plan.name if formats.chinese() else plan.name_en or plan.name


def summary_of(plan: Plan) -> str:
    return plan.summary if formats.chinese() else plan.summary_en or plan.summary


def title_of(step: Step) -> str:
    return step.title if formats.chinese() else step.title_en or step.title


def when(step: Step) -> str:
    """The place of a step on the axis."""
    if step.offset_days == 0:
        return _("当天")
    template = _("提前 {n} 天") if step.offset_days < 0 else _("第 {n} 天")
    return template.format(n=abs(step.offset_days))
