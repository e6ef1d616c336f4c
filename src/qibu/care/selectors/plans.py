"""The plans that count in an organisation: its own, else those of the ones above it, else the shipped ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qibu.care.models import CarePolicy, Plan, Step
from qibu.care.rules import Audience, read_audience
from qibu.kernel.actors import Actor
from qibu.network.inheritance import lineage, resolve


@dataclass(frozen=True)
class LivingPlan:
    """A plan as it counts here, with its steps in order. `own`: the organisation's; `overrides`: instead of another."""

    row: Plan
    steps: Sequence[Step]
    own: bool
    overrides: bool

    @property
    def audience(self) -> Audience:
        return read_audience(self.row.audience)


ORDER = tuple(Plan.Trigger)


def plans(actor: Actor) -> list[LivingPlan]:
    """One for each code, in the order of triggers; those switched off among them. Three queries."""
    rows = resolve(Plan.objects.order_by("pk"), lineage(actor.organisation_id), lambda plan: plan.code)
    steps: Mapping[int, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(plan__in=[one.row for one in rows.values()]).order_by("offset_days", "order"):
        steps[step.plan_id].append(step)
    found = [LivingPlan(one.row, steps[one.row.pk], one.own, one.overrides) for one in rows.values()]
    return sorted(found, key=lambda plan: (ORDER.index(Plan.Trigger(plan.row.trigger)), plan.row.code))


def policy(actor: Actor) -> CarePolicy:
    """How the organisation works through its care."""
    found = resolve(CarePolicy.objects.all(), lineage(actor.organisation_id), lambda row: "")
    return found[""].row
