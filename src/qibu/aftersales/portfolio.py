"""What a hand-over moves of a service advisor's: the cars that are in the workshop. Closed visits keep their name."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from qibu.aftersales.models import Visit
from qibu.network.handover import Part, register_part


def held(staff_id: int) -> QuerySet[Visit]:
    rows: QuerySet[Visit] = Visit.objects.filter(advisor_id=staff_id, closed_on__isnull=True)
    return rows


register_part(Part("aftersales.visits", _("在店的车"), held, "advisor", also={"version": F("version") + 1}))
