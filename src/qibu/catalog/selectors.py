"""Which cars an organisation sells: its own word on a code, else that of those above it."""

from __future__ import annotations

from typing import Any

from qibu.catalog.models import CarModel
from qibu.kernel.actors import Actor
from qibu.network.inheritance import Resolved, lineage, resolve


def resolved(actor: Actor) -> dict[str, Resolved[Any]]:
    """Code → the car that counts, in the order in which people read a price list."""
    rows: list[Any] = list(CarModel.objects.order_by("brand", "series", "price", "code"))
    return resolve(rows, lineage(actor.organisation_id), lambda row: row.code)


def on_sale(actor: Actor) -> list[CarModel]:
    return [found.row for found in resolved(actor).values() if found.row.on_sale]


def by_code(actor: Actor, code: str) -> CarModel | None:
    found = resolved(actor).get(code)
    return found.row if found else None


def series_of(actor: Actor) -> list[tuple[str, str]]:
    """Brand and series on sale, each once."""
    return list(dict.fromkeys((car.brand, car.series) for car in on_sale(actor)))
