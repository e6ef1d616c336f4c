"""Nurturing of a customer who is erased: links die, words go, sequences end; what was opened stays for the figures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.kernel.actors import Actor
from qibu.network.services import exports
from qibu.nurturing.models import Sending
from qibu.nurturing.rules import End
from qibu.nurturing.services import runs

BLANK = {"words": "", "reply": "", "token": None, "token_hash": None}


def _sendings(whom: Whom) -> list[int]:
    return list(Sending.objects.filter(lead__customer_id__in=whom.ids).values_list("pk", flat=True))


def _end(actor: Actor, whom: Whom) -> None:
    runs.end_for(actor, whom.ids, End.OPTED_OUT)
    exports.forget_rows("sendings", _sendings(whom))


erase_parts.special("nurturing.runs", _end)
erase_parts.blank(Sending, "lead__customer", BLANK, gettext_lazy("发资料的链接、附的话和客户的留言"))
erase_parts.keeps(gettext_lazy("发过哪些资料、有没有打开"), lambda whom: len(_sendings(whom)))
erase_parts.goes(gettext_lazy("导出的表格文件"), lambda whom: exports.files_with("sendings", _sendings(whom)))
