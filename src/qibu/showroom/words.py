"""What people call purposes, reasons and refusals of the show-room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qibu.showroom import errors
from qibu.showroom.errors import ShowroomFault


def why(facts: Mapping[str, Any], name: str) -> str:
    """Why somebody receives a visitor, with its facts."""
    said = _said(facts, name)
    return _("{said}。自己的顾问{away}今天不在").format(said=said, away=facts["away"]) if facts.get("away") else said


def _said(facts: Mapping[str, Any], name: str) -> str:
    code, today = facts.get("code", ""), facts.get("today", 0)
    if code == "own":
        return _("是{name}的客户").format(name=name)
    if code == "turn":
        if not today:
            return _("轮到{name}，今天第一批").format(name=name)
        return ngettext("轮到{name}，今天已接 {n} 批", "轮到{name}，今天已接 {n} 批", today).format(name=name, n=today)
    if code == "chosen":
        return _("指定{name}：{reason}").format(name=name, reason=facts["reason"]) if facts.get("reason") else _("指定")
    if code == "waiting":
        return _("现在没有空着的顾问，先请坐")
    return ""


def refused(fault: ShowroomFault) -> str:
    if isinstance(fault, errors.ReasonMissing):
        return _("没有轮到的人接待，请写一句原因，大家看得到。")
    if isinstance(fault, errors.LeftAlready):
        return _("这位客人已经离店了。")
    if isinstance(fault, errors.SamePerson):
        return _("请选另一位同事换位。")
    return _("只能请店里在做销售的人接待。")
