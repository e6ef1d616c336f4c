"""An organisation says of a plan it inherits what it wants otherwise, field by field, for all cars or a product line,
and may go back to what it inherits (A7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import time
from typing import Any

from django.http import Http404

from qibu.care.models import CarePolicy, Plan, PlanOverride
from qibu.care.rules import EVERY_CAR, ProductLine
from qibu.care.selectors.plans import OF_POLICY, Book, LivingPlan, policy
from qibu.care.services.trials import Tried, tried
from qibu.contracts.care import CarePolicyChanged, PlanChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.kernel.jobs import once_each
from qibu.kernel.meanwhile import merged
from qibu.network.inheritance import heirs, hold
from qibu.network.rules import Capability

PLAN_DAY = "qibu.care.jobs.plan_day"


@dataclass(frozen=True)
class PlanEdit:
    """What a person may change: whether the plan runs, and by step its day, validity and words."""

    active: bool
    steps: Mapping[str, Mapping[str, Any]]  # by the step's code, with the names of OF_STEPS
    version: str | None = None  # of the plan that the person saw
    line: ProductLine = EVERY_CAR  # the cars it is said of

    @property
    def values(self) -> dict[str, Any]:
        """By the names that fields have in `LivingPlan.said`."""
        parts = {f"{step}.{name}": value for step, given in self.steps.items() for name, value in given.items()}
        return {"active": self.active, **parts}


class ChangedMeanwhile(Exception):
    """Somebody else changed the plan since the form was opened."""


def change(*, actor: Actor, code: str, edit: PlanEdit) -> None:
    """What differs counts here from now on; what is open follows at the next planning, which is asked for here."""
    actor.require(Capability.CARE_EDIT)
    if changes := _write(actor, code, edit):
        _tell(actor, code, edit.line, changes)
        plan_again(actor)


def preview(*, actor: Actor, code: str, edit: PlanEdit, so_far: Tried | None = None) -> Tried:
    """What today's planning would do after this change, here and below. Nothing of it stays."""
    actor.require(Capability.CARE_EDIT)
    return tried(actor=actor, code=code, change=lambda: _write(actor, code, edit), so_far=so_far)


def preview_inherit_again(*, actor: Actor, code: str, line: ProductLine = EVERY_CAR) -> Tried:
    """What it would do if the organisation's own words went."""
    actor.require(Capability.CARE_EDIT)
    return tried(actor=actor, code=code, change=lambda: _drop(actor, code, line))


def inherit_again(*, actor: Actor, code: str, line: ProductLine = EVERY_CAR) -> None:
    """The organisation's own words on the plan go; those above it, or the shipped ones, count again."""
    actor.require(Capability.CARE_EDIT)
    if not _locked(actor, code, line).overrides:
        return
    _drop(actor, code, line)
    _tell(actor, code, line, ["inherited"])
    plan_again(actor)


def change_policy(
    *, actor: Actor, daily_backlog: int, due_time: time, seen: Mapping[str, Any] | None = None
) -> None:
    """`seen` is what stood there when the form was opened; raises `Disputed`."""
    actor.require(Capability.CARE_EDIT)
    hold(actor)
    now = policy(actor)
    mine = {"daily_backlog": daily_backlog, "due_time": due_time}
    values = merged(seen=seen, mine=mine, now={name: getattr(now, name) for name in mine})
    changes = tuple(name for name, value in values.items() if getattr(now, name) != value)
    if not changes:
        return
    _keep_policy(actor, {name: value for name, value in values.items() if name in changes or now.is_own(name)})
    journal.record(CarePolicyChanged(changes=changes), actor=actor)
    plan_again(actor)


def inherit_policy_again(*, actor: Actor) -> None:
    actor.require(Capability.CARE_EDIT)
    gone, _details = CarePolicy.objects.filter(organisation_id=actor.organisation_id).delete()
    if gone:
        journal.record(CarePolicyChanged(changes=("inherited",)), actor=actor)
        plan_again(actor)


def plan_again(actor: Actor) -> None:
    """In the background, once this transaction is through: here, and wherever below it is inherited."""
    once_each(PLAN_DAY, [actor.organisation_id, *heirs(actor.organisation_id)])


def _write(actor: Actor, code: str, edit: PlanEdit) -> list[str]:
    """What is as it is above isn't said here: it follows when that changes."""
    living = _locked(actor, code, edit.line)
    if edit.version not in (None, living.version):
        raise ChangedMeanwhile
    given = {name: value for name, value in edit.values.items() if name in living.said}
    changes = [name for name, value in given.items() if living.value(name) != value]
    if changes:
        _keep(actor, living, {name: given[name] for name in changes})
    return changes


def _drop(actor: Actor, code: str, line: ProductLine) -> None:
    _own(actor, code, line).delete()
    if not line:  # a plan that was made anew here, where there is another one above
        Plan.objects.filter(organisation_id=actor.organisation_id, code=code).delete()


def _keep(actor: Actor, living: LivingPlan, changed: Mapping[str, Any]) -> None:
    row = _own(actor, living.row.code, living.line).first() or PlanOverride(
        organisation_id=actor.organisation_id, code=living.row.code, version=0, **asdict(living.line)
    )
    values = {**row.values, **changed}
    row.values = {
        name: value for name, value in values.items() if name not in changed or living.above(name).value != value
    }
    row.version += 1
    if row.values:
        row.save()
    elif row.pk:
        row.delete()


def _keep_policy(actor: Actor, own: Mapping[str, Any]) -> None:
    now = policy(actor)
    kept = {name: value for name, value in own.items() if now.above(name).value != value}
    rows = CarePolicy.objects.filter(organisation_id=actor.organisation_id)
    if kept:
        CarePolicy.objects.update_or_create(
            organisation_id=actor.organisation_id, defaults={name: kept.get(name) for name in OF_POLICY}
        )
    else:
        rows.delete()


def _locked(actor: Actor, code: str, line: ProductLine) -> LivingPlan:
    hold(actor)
    found = Book(actor.organisation_id).living(code, line)
    if found is None:
        raise Http404
    return found


def _own(actor: Actor, code: str, line: ProductLine) -> Any:
    return PlanOverride.objects.filter(organisation_id=actor.organisation_id, code=code, **asdict(line))


def _tell(actor: Actor, code: str, line: ProductLine, changes: list[str]) -> None:
    journal.record(PlanChanged(code=code, line=str(line), changes=tuple(changes)), actor=actor)
