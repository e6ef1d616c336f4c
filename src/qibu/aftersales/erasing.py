"""Repair orders of a customer who is erased: what was done and what it cost stays (会计法), who came doesn't."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from qibu.aftersales.models import Visit
from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.kernel.actors import Actor
from qibu.network.services import exports

BLANK: dict[str, Any] = {"contact": None, "contact_name": "", "remark": "", "sheet": {}}


def _visits(whom: Whom) -> list[int]:
    return list(Visit.objects.filter(customer_id__in=whom.ids).values_list("pk", flat=True))


def _forget_lists(actor: Actor, whom: Whom) -> None:
    exports.forget_rows("visits", _visits(whom))
    # They brought somebody else's car: their name stands there by itself.
    Visit.objects.filter(contact_name__in=whom.words, contact__customer_id__in=whom.ids).update(contact_name="")


erase_parts.special("aftersales.lists", _forget_lists)
erase_parts.blank(Visit, "customer", BLANK, gettext_lazy("工单上的送修人和备注"))
erase_parts.blank(Visit, "contact__customer", {"contact": None, "contact_name": ""})
erase_parts.keeps(gettext_lazy("工单、项目和金额"), lambda whom: len(_visits(whom)))
erase_parts.goes(gettext_lazy("导出的表格文件"), lambda whom: exports.files_with("visits", _visits(whom)))
