"""Visits since a car went over: they stay with whom they were written for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy

from qibu.aftersales.models import Visit
from qibu.kernel.actors import Actor
from qibu.vehicles import transfer_parts
from qibu.vehicles.models import Transfer


def _since(actor: Actor, one: Transfer) -> Iterator[tuple[Any, int]]:
    if one.owner_id is not None:
        rows = Visit.objects.filter(vehicle_id=one.vehicle_id, customer_id=one.owner_id, opened_on__gte=one.on)
        yield gettext_lazy("张新车主名下的工单"), rows.count()


transfer_parts.count("aftersales.visits", stays=_since)
