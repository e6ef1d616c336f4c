"""Test drives of a customer who is erased: that a car was out, when and how far stays; who drove it goes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.drives.models import Drive, Feedback, FeedbackLink, Licence, Signature
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network.services import exports

OF_DRIVE = "drive__lead__customer"


def _drives(whom: Whom) -> list[int]:
    return list(Drive.objects.filter(lead__customer_id__in=whom.ids).values_list("pk", flat=True))


def _end(actor: Actor, whom: Whom) -> None:
    """What is booked frees its place; lists that hold their rows go."""
    rows = Drive.objects.filter(lead__customer_id__in=whom.ids, state=Drive.State.BOOKED)
    rows.update(state=Drive.State.CANCELLED, closed_at=times.now(), closed_by_id=actor.staff_id)
    exports.forget_rows("drives", _drives(whom))


erase_parts.special("drives.booked", _end)
erase_parts.blank(Drive, "lead__customer", {"note": "", "reason": "", "damage": ""}, gettext_lazy("试驾的备注"))
erase_parts.remove(Licence, OF_DRIVE, gettext_lazy("驾驶证的查验"))
erase_parts.remove(Signature, OF_DRIVE, gettext_lazy("试驾协议的签字"))
erase_parts.remove(FeedbackLink, OF_DRIVE)
erase_parts.blank(Feedback, OF_DRIVE, {"words": "", "competitor": ""}, gettext_lazy("试驾感受里写的话"))
erase_parts.keeps(gettext_lazy("试驾的车、时间和公里数"), lambda whom: len(_drives(whom)))
erase_parts.goes(gettext_lazy("导出的表格文件"), lambda whom: exports.files_with("drives", _drives(whom)))
