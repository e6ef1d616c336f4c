"""An organisation says how often cars of a line are maintained, number by number, and goes back to what is above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db.models import Max

from qibu.care.models import MaintenanceInterval
from qibu.care.rules import ProductLine
from qibu.care.selectors.intervals import NUMBERS, Intervals
from qibu.contracts.care import IntervalChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.kernel.jobs import once_each
from qibu.kernel.meanwhile import merged
from qibu.network.inheritance import heirs, hold
from qibu.network.rules import Capability

RECKON = "qibu.care.jobs.reckon_all"


def change(
    *, actor: Actor, line: ProductLine, numbers: Mapping[str, int], seen: Mapping[str, Any] | None = None
) -> None:
    """What differs from above counts here for cars of the line; `seen` stood in the form; raises `Disputed`."""
    actor.require(Capability.CARE_EDIT)
    hold(actor)
    living = Intervals(actor.organisation_id).living(line)
    values = merged(seen=seen, mine=dict(numbers), now={name: living.value(name) for name in NUMBERS})
    changes = [name for name in NUMBERS if values[name] != living.value(name)]
    if not changes:
        return
    own = {name: values[name] for name in NUMBERS if name in changes or living.is_own(name)}
    _keep(actor, line, {name: value for name, value in own.items() if living.above(name).value != value})
    _tell(actor, line, changes)


def inherit_again(*, actor: Actor, line: ProductLine) -> None:
    """The organisation's own numbers for the line go."""
    actor.require(Capability.CARE_EDIT)
    gone, _details = _own(actor, line).delete()
    if gone:
        _tell(actor, line, ["inherited"])


def _keep(actor: Actor, line: ProductLine, own: Mapping[str, int]) -> None:
    if not own:
        _own(actor, line).delete()
        return
    numbers = {name: own.get(name) for name in NUMBERS}
    rows = MaintenanceInterval.objects.filter(organisation_id=actor.organisation_id)
    last = rows.aggregate(last=Max("order"))["last"]
    MaintenanceInterval.objects.update_or_create(
        organisation_id=actor.organisation_id, **asdict(line), defaults=numbers,
        create_defaults={**numbers, "order": (last or 0) + 1},
    )  # fmt: skip


def _own(actor: Actor, line: ProductLine) -> Any:
    return MaintenanceInterval.objects.filter(organisation_id=actor.organisation_id, **asdict(line))


def _tell(actor: Actor, line: ProductLine, changes: list[str]) -> None:
    """The days of all cars are reckoned again in the background, here and wherever below it is inherited."""
    journal.record(IntervalChanged(line=str(line), changes=tuple(changes)), actor=actor)
    once_each(RECKON, [actor.organisation_id, *heirs(actor.organisation_id)])
