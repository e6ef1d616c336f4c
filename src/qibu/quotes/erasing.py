"""Quotations of a customer who is erased: words go, links die; what was offered for how much stays for the figures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.kernel.actors import Actor
from qibu.network.services import exports
from qibu.quotes.models import Appraisal, Quote, QuoteLink


def _quotes(whom: Whom) -> list[int]:
    return list(Quote.objects.filter(lead__customer_id__in=whom.ids).values_list("pk", flat=True))


def _forget(actor: Actor, whom: Whom) -> None:
    """Lists that hold their rows go."""
    exports.forget_rows("quotes", _quotes(whom))


erase_parts.special("quotes.exports", _forget)
erase_parts.remove(QuoteLink, "quote__lead__customer", gettext_lazy("报价单的链接和上面的留言"))
erase_parts.blank(Quote, "lead__customer", {"remark": "", "asked_why": "", "decided_why": ""})
erase_parts.blank(
    Appraisal, "lead__customer", {"plate": "", "vin": "", "note": "", "registered_on": None},
    gettext_lazy("旧车评估里的车牌和备注"),
)  # fmt: skip
erase_parts.keeps(gettext_lazy("报价的车型和金额"), lambda whom: len(_quotes(whom)))
erase_parts.goes(gettext_lazy("导出的表格文件"), lambda whom: exports.files_with("quotes", _quotes(whom)))
