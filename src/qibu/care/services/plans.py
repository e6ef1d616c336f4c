"""An organisation makes an inherited plan its own by changing it, and may go back to what it inherits (A7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.db import transaction
from django.http import Http404

from qibu.care.models import CarePolicy, Plan, Step
from qibu.care.selectors.plans import LivingPlan, plans, policy
from qibu.care.services import planner
from qibu.care.services.planner import Planned
from qibu.contracts.care import CarePolicyChanged, PlanChanged
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.jobs import once_each
from qibu.kernel.meanwhile import merged
from qibu.network.inheritance import heirs
from qibu.network.rules import Capability

PLAN_DAY = "qibu.care.jobs.plan_day"
EDITED = ("offset_days", "valid_days", "title", "script", "script_en")


@dataclass(frozen=True)
class PlanEdit:
    """What a person may change: whether the plan runs, and by step its day, validity and words."""

    active: bool
    steps: Mapping[str, Mapping[str, Any]]  # by the step's code, with the names of EDITED
    version: int | None = None  # of the plan that the person saw


class ChangedMeanwhile(Exception):
    """Somebody else changed the plan since the form was opened."""


class _Undone(Exception):
    """Takes a trial back."""


def change(*, actor: Actor, code: str, edit: PlanEdit) -> Plan:
    """The organisation's own plan from now on; what is open follows at the next planning, which is asked for here."""
    actor.require(Capability.CARE_EDIT)
    plan, changes = _write(actor, code, edit)
    if changes:
        journal.record(PlanChanged(subject_id=plan.pk, code=code, changes=tuple(changes)), actor=actor)
        plan_again(actor)
    return plan


def preview(*, actor: Actor, code: str, edit: PlanEdit) -> Planned:
    """What today's planning would do after this change. Nothing of it stays."""
    actor.require(Capability.CARE_EDIT)
    try:
        with transaction.atomic():
            _write(actor, code, edit)
            tried = planner.plan(actor=actor, on=times.today())
            raise _Undone
    except _Undone:
        return tried


def inherit_again(*, actor: Actor, code: str) -> None:
    """The organisation's own version goes; the one above it, or the shipped one, counts again."""
    actor.require(Capability.CARE_EDIT)
    own = Plan.objects.filter(organisation_id=actor.organisation_id, code=code).first()
    if own is None or not _living(actor, code).overrides:
        return
    number = own.pk
    own.delete()
    journal.record(PlanChanged(subject_id=number, code=code, changes=("inherited",)), actor=actor)
    plan_again(actor)


def change_policy(
    *, actor: Actor, daily_backlog: int, due_time: time, seen: Mapping[str, Any] | None = None
) -> None:
    """`seen` is what stood there when the form was opened; raises `Disputed`."""
    actor.require(Capability.CARE_EDIT)
    CarePolicy.objects.select_for_update().filter(organisation_id=actor.organisation_id).first()
    now = policy(actor)
    mine = {"daily_backlog": daily_backlog, "due_time": due_time}
    values = merged(seen=seen, mine=mine, now={name: getattr(now, name) for name in mine})
    changes = tuple(name for name, value in values.items() if getattr(now, name) != value)
    if not changes:
        return
    CarePolicy.objects.update_or_create(organisation_id=actor.organisation_id, defaults=values)
    journal.record(CarePolicyChanged(changes=changes), actor=actor)
    plan_again(actor)


def plan_again(actor: Actor) -> None:
    """In the background, once this transaction is through: here, and wherever below it is inherited."""
    once_each(PLAN_DAY, [actor.organisation_id, *heirs(actor.organisation_id)])


def _write(actor: Actor, code: str, edit: PlanEdit) -> tuple[Plan, list[str]]:
    Plan.objects.select_for_update().filter(organisation_id=actor.organisation_id, code=code).first()
    living = _living(actor, code)
    if edit.version not in (None, living.row.version):
        raise ChangedMeanwhile
    changes = [] if living.row.active == edit.active else ["active"]
    changes += [
        f"{step.code}.{name}"
        for step in living.steps
        for name in EDITED
        if name in edit.steps.get(step.code, {}) and getattr(step, name) != edit.steps[step.code][name]
    ]
    if not changes:
        return living.row, []
    plan = living.row if living.own else _adopt(actor, living)
    plan.active, plan.version = edit.active, plan.version + 1
    plan.save(update_fields=["active", "version"])
    for step in Step.objects.filter(plan=plan):
        for name, value in edit.steps.get(step.code, {}).items():
            setattr(step, name, value)
        step.save(update_fields=list(EDITED))
    return plan, changes


def _adopt(actor: Actor, living: LivingPlan) -> Plan:
    """A copy of the inherited plan, whole, that belongs to the organisation."""
    own = Plan(**_copied(living.row) | {"organisation_id": actor.organisation_id})
    own.save()
    copies = [_copied(step) | {"organisation_id": actor.organisation_id, "plan_id": own.pk} for step in living.steps]
    Step.objects.bulk_create([Step(**copy) for copy in copies])
    return own


def _copied(row: Plan | Step) -> dict[str, Any]:
    fields = [field.attname for field in row._meta.local_concrete_fields if not field.primary_key]
    return {name: getattr(row, name) for name in fields}


def _living(actor: Actor, code: str) -> LivingPlan:
    found = next((plan for plan in plans(actor) if plan.row.code == code), None)
    if found is None:
        raise Http404
    return found
