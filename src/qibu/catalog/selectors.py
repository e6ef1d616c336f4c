"""What an organisation sells and reckons by: its own word on a code, else that of those above it, else the shipped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qibu.catalog.models import CarModel, Extra, RateTable
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


# What is sold beside ----------------------------------------------------------------------------
def resolved_extras(actor: Actor) -> dict[str, Resolved[Any]]:
    """Fees first, then accessories, then services."""
    rows: list[Any] = list(Extra.objects.order_by("order", "code"))
    found = resolve(rows, lineage(actor.organisation_id), lambda row: row.code)
    kinds = list(Extra.Kind.values)
    return dict(sorted(found.items(), key=lambda one: (kinds.index(one[1].row.kind), one[1].row.order, one[0])))


def extras(actor: Actor) -> list[Extra]:
    """Those that are offered: in use, and with a price."""
    return [one.row for one in resolved_extras(actor).values() if one.row.active and one.row.price > 0]


# What is reckoned by ----------------------------------------------------------------------------
def resolved_tables(actor: Actor) -> dict[str, Resolved[Any]]:
    return resolve(list(RateTable.objects.order_by("code")), lineage(actor.organisation_id), lambda row: row.code)


def tables(actor: Actor) -> Mapping[str, list[dict[str, str]]]:
    return {code: found.row.rows for code, found in resolved_tables(actor).items()}
