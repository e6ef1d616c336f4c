"""What people call doors, reasons and stages of leads."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qibu.kernel.scoping import current_actor
from qibu.leads import errors, selectors
from qibu.leads.errors import LeadFault
from qibu.leads.models import Lead
from qibu.leads.rules import Door, Reason
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
