"""What came to a car itself since it went over: it stays with the car, whoever owns it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy

from qibu.kernel.actors import Actor
from qibu.vehicles import transfer_parts
from qibu.vehicles.models import Ownership, Policy, Reading, Transfer


def _since(actor: Actor, one: Transfer) -> Iterator[tuple[Any, int]]:
    policies = Policy.objects.filter(vehicle_id=one.vehicle_id, created_at__gt=one.at)
    readings = Reading.objects.filter(vehicle_id=one.vehicle_id, on__gt=one.on)
    others = Ownership.objects.filter(vehicle_id=one.vehicle_id, created_at__gt=one.at, until__isnull=True)
    yield gettext_lazy("张保单"), policies.count()
    yield gettext_lazy("条里程"), readings.count()
    yield gettext_lazy("位使用人、付款人或送修人"), others.exclude(role=Ownership.Role.OWNER).count()


transfer_parts.count("vehicles.facts", stays=_since)
