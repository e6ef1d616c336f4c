"""What is prepared and gone through, and what makers grant, as an organisation wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from qibu.contracts.deliveries import DeliveryListChanged, WarrantyTermChanged
from qibu.deliveries import selectors
from qibu.deliveries.errors import ListedMeanwhile
from qibu.deliveries.models import ListItem, WarrantyTerm
from qibu.deliveries.rules import Term
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.inheritance import hold
from qibu.network.rules import Capability


@dataclass(frozen=True)
class Line:
    """A line as somebody wants it; without a code it is new."""

    name: str
    name_en: str = ""
    must: bool = True
    active: bool = True
    code: str = ""


def change(*, actor: Actor, part: str, lines: Sequence[Line], seen: str | None = None) -> None:
    """Lines in their order. What is as it is above is not written; appointments that stand keep their lists. `seen` is
    how the list stood when the form was opened; raises `ListedMeanwhile`."""
    actor.require(Capability.SALES_MANAGE)
    hold(actor)
    stands = selectors.items_mark(actor, part)
    if seen is not None and seen != stands:
        raise ListedMeanwhile(stands)
    counts = {one.row.code: one.row for one in selectors.items(actor, part)}
    wanted = [
        ListItem(
            organisation_id=actor.organisation_id, part=part, code=line.code or f"own-{uuid4().hex[:12]}", order=place,
            name=line.name, name_en=line.name_en, must=line.must, active=line.active,
        )
        for place, line in enumerate(lines, 1) if line.name
    ]  # fmt: skip
    differing = [one for one in wanted if _differs(counts.get(one.code), one)]
    if not differing:
        return
    ListItem.objects.bulk_create(
        differing, update_conflicts=True, unique_fields=["organisation", "part", "code"],
        update_fields=["order", "name", "name_en", "must", "active"],
    )  # fmt: skip
    names = tuple(one.name for one in differing)
    journal.record(DeliveryListChanged(part=part, changes=names), actor=actor)


def inherit_again(*, actor: Actor, part: str) -> None:
    actor.require(Capability.SALES_MANAGE)
    gone, _each = ListItem.objects.filter(organisation_id=actor.organisation_id, part=part).delete()
    if gone:
        journal.record(DeliveryListChanged(part=part, changes=("inherited",)), actor=actor)


def _differs(counts: ListItem | None, wanted: ListItem) -> bool:
    names = ("order", "name", "name_en", "must", "active")
    return counts is None or any(getattr(counts, name) != getattr(wanted, name) for name in names)


def grant(*, actor: Actor, term: Term) -> None:
    """What a maker grants to a product line; said of one line once."""
    actor.require(Capability.SALES_MANAGE)
    values: Mapping[str, int | None] = {
        "months": term.months, "km": term.km, "battery_months": term.battery_months, "battery_km": term.battery_km,
    }  # fmt: skip
    WarrantyTerm.objects.update_or_create(
        organisation_id=actor.organisation_id, brand=term.brand, series=term.series, defaults=values
    )
    line = f"{term.brand} {term.series}".strip()
    journal.record(WarrantyTermChanged(line=line, changes=tuple(name for name in values if values[name])), actor=actor)


def withdraw(*, actor: Actor, brand: str, series: str) -> None:
    """One's own word on a line goes; what is above counts again."""
    actor.require(Capability.SALES_MANAGE)
    gone, _each = WarrantyTerm.objects.filter(
        organisation_id=actor.organisation_id, brand=brand, series=series
    ).delete()
    if gone:
        journal.record(WarrantyTermChanged(line=f"{brand} {series}".strip(), changes=("inherited",)), actor=actor)
