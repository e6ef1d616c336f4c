"""Spot checks of a customer who is erased: the score stays with the consultant, what the customer said goes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network.services import exports
from qibu.spotchecks.models import Check


def _checks(whom: Whom) -> list[int]:
    return list(Check.objects.filter(lead__customer_id__in=whom.ids).values_list("pk", flat=True))


def _end(actor: Actor, whom: Whom) -> None:
    rows = Check.objects.filter(lead__customer_id__in=whom.ids, state=Check.State.OPEN)
    rows.update(state=Check.State.FAILED, at=times.now(), by_id=actor.staff_id)
    exports.forget_rows("spotchecks", _checks(whom))


erase_parts.special("spotchecks.open", _end)
erase_parts.blank(Check, "lead__customer", {"remark": "", "reason": ""}, gettext_lazy("抽访时说的话"))
erase_parts.keeps(gettext_lazy("抽访的得分"), lambda whom: len(_checks(whom)))
erase_parts.goes(gettext_lazy("导出的表格文件"), lambda whom: exports.files_with("spotchecks", _checks(whom)))
