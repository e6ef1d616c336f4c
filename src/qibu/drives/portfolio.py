"""What of the test drives of somebody who leaves goes to a colleague: those that are booked."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from qibu.drives.models import Drive
from qibu.drives.models.drive import HOLDING
from qibu.network.handover import Part, register_part


def held(staff_id: int) -> QuerySet[Drive]:
    rows: QuerySet[Drive] = Drive.objects.filter(consultant_id=staff_id, state=Drive.State.BOOKED)
    return rows


def fits(rows: QuerySet[Any], staff_id: int) -> QuerySet[Any]:
    """Nobody goes along twice at one time (`drive_consultant_once`)."""
    own = Drive.objects.filter(
        consultant_id=staff_id, state__in=HOLDING, starts_at__lt=OuterRef("held_until"),
        held_until__gt=OuterRef("starts_at"),
    )  # fmt: skip
    return rows.exclude(Exists(own))


register_part(
    Part(
        "drives.booked", _("约好的试驾"), held, "consultant", "lead__customer_id", load=_("试驾 {n} 场"),
        also={"version": F("version") + 1}, fits=fits,
        stays=_("时间和接手的人自己的试驾撞上的，转不过去，留在原来的人名下：请在试驾日历里改约。"),
    )
)  # fmt: skip
