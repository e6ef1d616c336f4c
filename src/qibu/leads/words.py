"""What people call doors, reasons and stages of leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qibu.kernel.actors import Actor
from qibu.kernel.scoping import current_actor
from qibu.leads import errors, evidence, selectors
from qibu.leads.errors import LeadFault
from qibu.leads.models import Lead
from qibu.leads.rules import Door, Factor, Fault, Need, Pace, Reason, Sign
from qibu.ui import formats

DOORS: dict[str, Any] = {
    Door.FORM: gettext_lazy("网上表单"),
    Door.API: gettext_lazy("接口"),
    Door.EMAIL: gettext_lazy("邮件"),
    Door.ADF: gettext_lazy("ADF"),
    Door.SHEET: gettext_lazy("表格导入"),
    Door.SHOWROOM: gettext_lazy("展厅接待"),
    Door.PHONE: gettext_lazy("来电"),
    Door.HAND: gettext_lazy("手工登记"),
}
REASONS: dict[str, Any] = {
    Reason.RECEIVED: gettext_lazy("由他接待"),
    Reason.RETURNING: gettext_lazy("以前就是他的客户"),
    Reason.RULE: gettext_lazy("按分配规则"),
    Reason.TURN: gettext_lazy("轮到他"),
    Reason.CLAIMED: gettext_lazy("从公海领取"),
    Reason.GIVEN: gettext_lazy("经理分配"),
    Reason.SILENCE: gettext_lazy("超时没人联系，重新分配"),
    Reason.RELEASED: gettext_lazy("放回公海"),
    Reason.QUIET: gettext_lazy("太久没人联系，回到公海"),
    Reason.SWAPPED: gettext_lazy("经理对调"),
    Reason.NOBODY: gettext_lazy("没有可以分给的人"),
    Reason.FULL: gettext_lazy("大家手上都满了"),
}


def why(lead: Lead) -> str:
    """Why a lead lies where it lies, as a sentence with its facts."""
    facts = lead.assigned_why
    said = _said(facts)
    if facts.get("before"):
        said = _("{said}。以前的顾问{name}今天不在").format(said=said, name=facts["before"])
    return said


def _said(facts: dict[str, Any]) -> str:
    code, name, rule, former = (facts.get(one, "") for one in ("code", "name", "rule", "former"))
    if code == Reason.SILENCE and former:
        if not name:
            return _("{former}超时没有联系，放回公海").format(former=former)
        return _("{former}超时没有联系，{turn}").format(former=former, turn=_turn(name, facts.get("today", 0)))
    if code == Reason.QUIET and former:
        return _("{former}太久没有联系，放回公海").format(former=former)
    if code == Reason.RULE and rule:
        if not name:
            return _("按规则「{rule}」，放进公海").format(rule=rule)
        return _("按规则「{rule}」，{turn}").format(rule=rule, turn=_turn(name, facts.get("today", 0)))
    if code == Reason.TURN and name:
        return _turn(name, facts.get("today", 0))
    return str(REASONS.get(code, ""))


def _turn(name: str, today: int) -> str:
    if not today:
        return _("轮到{name}，今天第一条").format(name=name)
    return ngettext("轮到{name}，今天已接 {n} 条", "轮到{name}，今天已接 {n} 条", today).format(name=name, n=today)


def stage(code: str) -> str:
    return selectors.stage_called(current_actor(), code)


NEEDS: dict[str, Any] = {
    Need.CAR: gettext_lazy("意向车型"),
    Need.COLOUR: gettext_lazy("颜色"),
    Need.BUYS_BY: gettext_lazy("打算什么时候买"),
    Need.BUDGET: gettext_lazy("预算"),
    Need.PAYMENT: gettext_lazy("付款方式"),
    Need.PHONE: gettext_lazy("打得通的电话"),
    Need.VISIT: gettext_lazy("到店记录"),
    Need.DRIVE: gettext_lazy("试驾"),
    Need.QUOTE: gettext_lazy("报价"),
    Need.ORDER: gettext_lazy("订单"),
}
SIGNS: dict[str, Any] = {
    Sign.SAID: gettext_lazy("按打算买车的日子"),
    Sign.UNSAID: gettext_lazy("还不知道什么时候买"),
    Sign.VISITED: gettext_lazy("最近到过店 ↑"),
    Sign.DRIVEN: gettext_lazy("最近试驾过 ↑"),
    Sign.QUOTED: gettext_lazy("最近报过价 ↑"),
    Sign.READ: gettext_lazy("最近看过发去的资料"),
    Sign.SILENT: gettext_lazy("很久没有联系上 ↓"),
}
FAULTS: dict[str, Any] = {
    Fault.OVERDUE: gettext_lazy("下一步已逾期"),
    Fault.QUIET: gettext_lazy("太久没有联系"),
    Fault.TOO_LATE: gettext_lazy("比这个级别该联系的日子晚"),
    Fault.AFTER_PURCHASE: gettext_lazy("排在客户打算买车之后"),
}
FIELDS: dict[str, Any] = {
    "stage": gettext_lazy("走到"),
    "source": gettext_lazy("来源"),
    "series": gettext_lazy("车系"),
    "grade": gettext_lazy("级别"),
    "door": gettext_lazy("进线方式"),
    "reach": gettext_lazy("联系方式"),
    "trade_in": gettext_lazy("置换"),
}
REACHES: dict[str, Any] = {
    "phone": gettext_lazy("有电话"), "phone_and_more": gettext_lazy("电话和其他"),
    "written": gettext_lazy("没有电话"), "none": gettext_lazy("没有"),
    "yes": gettext_lazy("有旧车"), "no": gettext_lazy("没有旧车"),
}  # fmt: skip


def lacking(need: str) -> str:
    return _("还缺：{what}").format(what=NEEDS[Need(need)])


def ways_to(lead: Lead, needs: Iterable[Need]) -> list[tuple[str, str]]:
    """Where what has to happen first can be written down: words and address."""
    known = [evidence.KNOWN[need] for need in needs if need in evidence.KNOWN]
    found = [(str(one.label), one.act(lead)) for one in known]
    return [(label, url) for label, url in found if url]


@dataclass(frozen=True)
class Told:
    """What raised or lowered a chance, in words."""

    label: str
    value: str
    up: bool


def factor(actor: Actor, one: Factor) -> Told:
    return Told(str(FIELDS.get(one.field, one.field)), value_of(actor, one.field, one.value), one.weight > 0)


def value_of(actor: Actor, field: str, value: str) -> str:
    """What a lead is counted by, in words."""
    if field == "stage":
        return selectors.stage_called(actor, value)
    if field == "source":
        return selectors.source_called(actor, value)
    if field == "door":
        return str(DOORS.get(value, value))
    return str(REACHES.get(value, value)) if field in {"reach", "trade_in"} else value


def pace(one: Pace) -> str:
    hours = round(one.every / timedelta(hours=1))
    if hours % 24 or hours == 24:
        return ngettext("每 {n} 小时", "每 {n} 小时", hours).format(n=hours)
    return ngettext("每 {n} 天", "每 {n} 天", hours // 24).format(n=hours // 24)


def drive_wish(lead: Lead) -> str:
    """When somebody would like to come for a test drive; empty where they said nothing of it."""
    if lead.drive_on is None:
        return ""
    day = formats.day(lead.drive_on, "words")
    at = f"{lead.drive_at:%H:%M}" if lead.drive_at else ""
    return _("希望 {when} 来试驾").format(when=" ".join(filter(None, (day, at))))


def within(one: Pace) -> str:
    """By when who has the grade means to buy."""
    return ngettext("{n} 天内", "{n} 天内", one.within_days).format(n=one.within_days)


def line(brand: str, series: str) -> str:
    return " ".join(filter(None, (brand, series))) or _("所有车")
def refused(fault: LeadFault) -> str:
    """Why an act on a lead was refused, and what to do."""
    if isinstance(fault, errors.TakenAlready):
        return _taken(fault)
    if isinstance(fault, errors.NoMoreClaims):
        return _("今天已经领了 {n} 条，够了，留一些给同事。明天再来。").format(n=fault.most)
    if isinstance(fault, errors.HandsFull):
        return _("您手上跟进中的线索已经满 {n} 条，先跟完几条再领。").format(n=fault.most)
    if isinstance(fault, errors.NotAgainYet):
        return _("这条线索刚从您这里放回去，{day}以后才能再领。").format(day=formats.day(fault.until, "words"))
    if isinstance(fault, errors.Unclaimed):
        return _("这条线索在公海，请先领取，再跟进。")
    if isinstance(fault, errors.Closed):
        return _("这条线索已经结束了。")
    if isinstance(fault, errors.ReasonMissing):
        return _("请写一句原因，领取的同事要看。")
    return _("线索只能交给店里在做销售的人。")


def _taken(fault: errors.TakenAlready) -> str:
    if not fault.name:
        return _("这条线索刚刚被别人领走了。")
    if fault.at is None:
        return _("这条线索刚刚被{name}领走了。").format(name=fault.name)
    return _("这条线索{time}已经被{name}领走了。").format(name=fault.name, time=formats.moment(fault.at, "time"))
