"""Deliveries of a customer who is erased: that and when a car was handed over stays; photo, signature and words go."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.deliveries import storage
from qibu.deliveries.models import Delivery, DeliveryFile
from qibu.kernel import times
from qibu.kernel.actors import Actor


def _files(whom: Whom) -> QuerySet[DeliveryFile]:
    rows: QuerySet[DeliveryFile] = DeliveryFile.objects.filter(delivery__order__lead__customer_id__in=whom.ids)
    return rows


def _drop(actor: Actor, whom: Whom) -> None:
    for file in _files(whom):
        storage.drop_later(file)
    planned = Delivery.objects.filter(order__lead__customer_id__in=whom.ids, state=Delivery.State.PLANNED)
    planned.update(state=Delivery.State.CALLED_OFF, updated_at=times.now())


BLANK = {"note": "", "signed_by": "", "left_out": "", "called_off_why": "", "before": {}}
erase_parts.special("deliveries.files", _drop)
erase_parts.remove(DeliveryFile, "delivery__order__lead__customer", gettext_lazy("交车照片和签名"))
erase_parts.blank(Delivery, "order__lead__customer", BLANK, gettext_lazy("交车记录上的备注"))
