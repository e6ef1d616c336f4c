"""Quotations of a customer who is erased: words go, links die; what was offered for how much stays for the figures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.customers import erase_parts
from qibu.quotes.models import Appraisal, Quote, QuoteLink

erase_parts.remove(QuoteLink, "quote__lead__customer", gettext_lazy("报价单的链接和上面的留言"))
erase_parts.blank(Quote, "lead__customer", {"remark": "", "asked_why": "", "decided_why": ""})
erase_parts.blank(
    Appraisal, "lead__customer", {"plate": "", "vin": "", "note": "", "registered_on": None},
    gettext_lazy("旧车评估里的车牌和备注"),
)  # fmt: skip
erase_parts.keeps(
    gettext_lazy("报价的车型和金额"), lambda whom: Quote.objects.filter(lead__customer_id__in=whom.ids).count()
)
