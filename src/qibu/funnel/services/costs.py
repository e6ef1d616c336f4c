"""What sources of leads cost, month by month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from qibu.contracts.funnel import SourceCostsChanged
from qibu.funnel import selectors
from qibu.funnel.models import SourceCost
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability


def write(*, actor: Actor, month: date, amounts: Mapping[str, Decimal]) -> list[str]:
    """The amounts of a month; nothing for a source takes its row away. Returns the sources that changed."""
    actor.require(Capability.SALES_MANAGE)
    first = month.replace(day=1)
    known = selectors.costs_of_month(actor, first)
    changed = sorted(source for source, amount in amounts.items() if known.get(source, Decimal(0)) != amount)
    for source in changed:
        _write(actor, source, first, amounts[source])
    if changed:
        journal.record(SourceCostsChanged(month=first.isoformat(), changes=tuple(changed)), actor=actor)
    return changed


def _write(actor: Actor, source: str, month: date, amount: Decimal) -> None:
    if not amount:
        SourceCost.objects.filter(source=source, month=month).delete()
        return
    SourceCost.objects.update_or_create(
        organisation_id=actor.organisation_id, source=source, month=month, defaults={"amount": amount}
    )
