"""Visitors who are erased: that somebody came, when and what for stays for the head count."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.kernel.actors import Actor
from qibu.network.services import exports
from qibu.showroom.models import TurnChange, Visitor

BLANK: dict[str, Any] = {"name": "", "remark": "", "why": {}}


def _visitors(whom: Whom) -> list[int]:
    return list(Visitor.objects.filter(customer_id__in=whom.ids).values_list("pk", flat=True))


def _forget_lists(actor: Actor, whom: Whom) -> None:
    exports.forget_rows("visitors", _visitors(whom))


erase_parts.special("showroom.lists", _forget_lists)
erase_parts.blank(Visitor, "customer", BLANK, gettext_lazy("来客登记上的名字和备注"))
erase_parts.blank(TurnChange, "visitor__customer", {"reason": ""})
erase_parts.keeps(gettext_lazy("到店和来电的时间、来意"), lambda whom: len(_visitors(whom)))
