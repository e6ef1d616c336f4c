"""Leads of a customer who is erased: what is open ends; source, car and days stay for the figures."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead, LeadKey, Placement, ScoringRefusal
from qibu.network.services import exports

BLANK = {
    "remark": "", "trade_in": "", "used_car": {}, "competitors": "", "loss_note": "", "custom": {}, "assigned_why": {},
}  # fmt: skip


def _of(whom: Whom) -> QuerySet[Lead]:
    rows: QuerySet[Lead] = Lead.objects.filter(customer_id__in=whom.ids)
    return rows


def _numbers(whom: Whom) -> list[int]:
    return list(_of(whom).values_list("pk", flat=True))


def _end(actor: Actor, whom: Whom) -> None:
    """Their tasks end with all work for them; lists that hold their rows go."""
    now = times.now()
    exports.forget_rows("leads", _numbers(whom))
    _of(whom).filter(state=Lead.State.OPEN).update(
        state=Lead.State.INVALID, closed_at=now, closed_by_id=actor.staff_id, updated_at=now
    )


erase_parts.special("leads.open", _end)
erase_parts.blank(Lead, "customer", BLANK, gettext_lazy("线索上的备注和旧车"))
erase_parts.blank(Placement, "lead__customer", {"note": ""}, gettext_lazy("放回公海时写的原因"))
erase_parts.remove(LeadKey, "lead__customer", gettext_lazy("线索在来源处的编号"))
erase_parts.remove(ScoringRefusal, "customer", gettext_lazy("不同意自动评分的记录"))
erase_parts.keeps(gettext_lazy("线索的来源、车型和时间"), lambda whom: _of(whom).count())
erase_parts.goes(gettext_lazy("导出的表格文件"), lambda whom: exports.files_with("leads", _numbers(whom)))
