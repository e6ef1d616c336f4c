"""What people call things of spot checks, and how refusals read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.spotchecks import errors
from qibu.spotchecks.models import LedgerEntry
from qibu.spotchecks.rules import Answer
from qibu.ui import formats

ANSWERS: dict[str, Any] = {
    Answer.YES: gettext_lazy("做到了"), Answer.PARTLY: gettext_lazy("部分做到"), Answer.NO: gettext_lazy("没做到"),
    Answer.NONE: gettext_lazy("没涉及"),
}  # fmt: skip


def why(entry: LedgerEntry) -> str:
    """Why an amount stands in the ledger: the numbers it was proposed by, or what somebody wrote."""
    one = entry.proposal
    if one is None:
        return entry.reason
    told = _("{month} 抽访 {n} 位，平均 {score} 分")
    return told.format(month=f"{entry.month:%Y-%m}", n=one.checks, score=one.average)


def refusal(fault: errors.CheckFault) -> str:
    """What is wrong and what to do."""
    return str(_SENTENCES[type(fault)](fault))


_SENTENCES: dict[type[errors.CheckFault], Any] = {
    errors.DrawnAlready: lambda fault: _("这个月已经抽过了。一个月只抽一次，重抽就不是随机了。"),
    errors.NotOver: lambda fault: _("这个月还没有过完，{day} 起可以抽。").format(day=formats.day(fault.until)),
    errors.NobodyToAsk: lambda fault: _("这个月没有符合条件的线索。请看看抽访规则里选的阶段。"),
    errors.NobodyToCall: lambda fault: _("没有可以打电话的人：请先给一位同事回访员的角色，不能由被抽访的顾问自己打。"),
    errors.AboutOneself: lambda fault: _("不能抽访自己，也不能批自己的奖惩，请交给同事。"),
    errors.Closed: lambda fault: _("这一条刚才已经处理过了，请刷新看结果。"),
    errors.Incomplete: lambda fault: _("还有 {n} 个问题没有选，没谈到的请选「没涉及」。").format(n=len(fault.codes)),
    errors.ReasonMissing: lambda fault: _("请写一句原因，以后看得明白。"),
    errors.StillOpen: lambda fault: _("还有 {n} 位没有问完，问完才能算奖惩。").format(n=fault.checks),
    errors.SetOffAlready: lambda fault: _("这一笔已经冲销过，或者本身就是冲销。"),
    errors.WordedMeanwhile: lambda fault: _(
        "问卷刚被同事改过，您写的都还在。请在另一个窗口看看现在的问卷；再保存一次，以您写的为准。"
    ),
    errors.ChangedMeanwhile: lambda fault: _("规则刚被同事改过。请核对后再保存一次，以您填的为准。"),
}  # fmt: skip
