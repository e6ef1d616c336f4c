"""What a hand-over moves of a service advisor's: the cars that are in the workshop. Closed visits keep their name."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from qibu.aftersales.models import Visit
from qibu.kernel.actors import Actor
from qibu.network.handover import register_mover


def _open(staff_id: int) -> QuerySet[Visit]:
    rows: QuerySet[Visit] = Visit.objects.filter(advisor_id=staff_id, closed_on__isnull=True)
    return rows


def count(actor: Actor, staff_id: int) -> int:
    return _open(staff_id).count()


def move(actor: Actor, giver_id: int, taker_id: int) -> int:
    return _open(giver_id).update(advisor_id=taker_id, version=F("version") + 1)


register_mover("aftersales.visits", _("在店的车"), count, move)
