"""Keeps what customers are found by in step with their cars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qibu.customers.services import search
from qibu.kernel.actors import Actor
from qibu.vehicles.models import Ownership
from qibu.vehicles.tokens import source_of, vehicle_tokens


def refresh(actor: Actor, vehicle_ids: Sequence[int]) -> None:
    """Everybody with a living part in these cars is found by them; nobody else any more."""
    parts = Ownership.objects.filter(vehicle_id__in=vehicle_ids)
    known = set(parts.values_list("customer_id", "vehicle_id"))
    living = parts.filter(until__isnull=True)
    rows = [
        (customer_id, source_of(vehicle_id), token)
        for customer_id, vehicle_id, vin, plate in living.values_list(
            "customer_id", "vehicle_id", "vehicle__vin", "vehicle__plate"
        )
        for token in vehicle_tokens(vin, plate)
    ]
    search.replace(actor=actor, rows=rows, cleared=[(who, source_of(car)) for who, car in known])


def forget(actor: Actor, parts: Iterable[Ownership]) -> None:
    """Before parts are removed that should never have been there."""
    search.replace(actor=actor, rows=(), cleared=[(part.customer_id, source_of(part.vehicle_id)) for part in parts])
