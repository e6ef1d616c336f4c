"""What of the sales work of somebody who leaves goes to a colleague (A6)."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.leads.models import Lead
from qibu.network.handover import Part, register_part


def held(staff_id: int) -> QuerySet[Lead]:
    rows: QuerySet[Lead] = Lead.objects.filter(consultant_id=staff_id, state=Lead.State.OPEN)
    return rows


register_part(
    Part(
        "leads.open", _("跟进中的线索"), held, "consultant", load=_("线索 {n} 条"),
        also={"assigned_at": Now(), "version": F("version") + 1},
    )
)  # fmt: skip
