"""A price list is taken over: many cars at once. One by one they are said as all of the catalogue is (`saying`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qibu.catalog import selectors
from qibu.catalog.models import CarModel
from qibu.catalog.services.saying import CodeTaken
from qibu.contracts.catalog import PricesTaken
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.inheritance import hold
from qibu.network.rules import Capability

__all__ = ["CodeTaken", "Taken", "take_list"]
FIELDS = ("brand", "series", "name", "year", "energy", "seats", "displacement", "electric_range", "price", "on_sale")


@dataclass(frozen=True)
class Taken:
    new: int
    changed: int
    same: int


def take_list(*, actor: Actor, cars: Mapping[str, Mapping[str, Any]], name: str = "") -> Taken:
    """Cars by code, as a price list has them: new ones come, what is otherwise changes, the rest stays as it is, so a
    second load changes nothing. What the list doesn't say of a car stays."""
    actor.require(Capability.SALES_MANAGE)
    hold(actor)
    known = selectors.resolved(actor)
    rows = [_row(actor, code, values, known[code].row if code in known else None) for code, values in cars.items()]
    new = sum(code not in known for code in cars)
    written = [row for row in rows if row is not None]
    CarModel.objects.bulk_create(
        written, update_conflicts=True, unique_fields=["organisation", "code"], update_fields=[*FIELDS, "version"]
    )
    taken = Taken(new, len(written) - new, len(rows) - len(written))
    if written:
        event = PricesTaken(file_name=name, new=taken.new, changed=taken.changed, same=taken.same)
        journal.record(event, actor=actor)
    return taken


def _row(actor: Actor, code: str, values: Mapping[str, Any], known: CarModel | None) -> CarModel | None:
    """None where nothing is otherwise."""
    if known and all(getattr(known, name) == value for name, value in values.items()):
        return None
    facts = {name: getattr(known, name) for name in FIELDS} if known else {}
    version = known.version + 1 if known else 1
    return CarModel(organisation_id=actor.organisation_id, code=code, version=version, **{**facts, **values})
