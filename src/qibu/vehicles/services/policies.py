"""Insurance policies of a car."""

from __future__ import annotations

from datetime import date
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.http import Http404

from qibu.contracts.vehicles import PolicyRecorded, PolicyRemoved
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.vehicles import selectors
from qibu.vehicles.errors import PeriodReversed, PolicyExists
from qibu.vehicles.models import Policy


class Cover(TypedDict):
    kind: str
    ends_on: date
    starts_on: date | None
    insurer: str
    number: str


def record(*, actor: Actor, vehicle_id: int, **cover: Unpack[Cover]) -> Policy:
    actor.require(Capability.CUSTOMERS_EDIT)
    selectors.car_or_404(actor, vehicle_id, lock=True)
    _forward(cover)
    policy = Policy(organisation_id=actor.organisation_id, vehicle_id=vehicle_id, **cover)
    _saved(policy)
    _tell(actor, policy)
    return policy


def correct(*, actor: Actor, policy_id: int, **cover: Unpack[Cover]) -> Policy:
    actor.require(Capability.CUSTOMERS_EDIT)
    policy = _locked(actor, policy_id)
    _forward(cover)
    fields: dict[str, Any] = dict(cover)
    if all(getattr(policy, name) == value for name, value in fields.items()):
        return policy
    for name, value in fields.items():
        setattr(policy, name, value)
    _saved(policy)
    _tell(actor, policy)
    return policy


def remove(*, actor: Actor, policy_id: int) -> int:
    """A policy that was entered by mistake; gives the car it belonged to."""
    actor.require(Capability.CUSTOMERS_EDIT)
    policy = _locked(actor, policy_id)
    policy.delete()
    event = PolicyRemoved(
        customer_id=selectors.owner_id_of(policy.vehicle_id), vehicle_id=policy.vehicle_id,
        subject_id=policy_id, kind=policy.kind, ends_on=policy.ends_on,
    )  # fmt: skip
    journal.record(event, actor=actor)
    return int(policy.vehicle_id)


def _locked(actor: Actor, policy_id: int) -> Policy:
    policy: Policy | None = Policy.objects.select_for_update().filter(pk=policy_id).first()
    if policy is None:
        raise Http404
    selectors.car_or_404(actor, policy.vehicle_id)
    return policy


def _forward(cover: Cover) -> None:
    if cover["starts_on"] and cover["starts_on"] > cover["ends_on"]:
        raise PeriodReversed


def _saved(policy: Policy) -> None:
    try:
        with transaction.atomic():
            policy.save()
    except IntegrityError:
        raise PolicyExists from None


def _tell(actor: Actor, policy: Policy) -> None:
    event = PolicyRecorded(
        customer_id=selectors.owner_id_of(policy.vehicle_id), vehicle_id=policy.vehicle_id,
        subject_id=policy.pk, kind=policy.kind, ends_on=policy.ends_on,
    )  # fmt: skip
    journal.record(event, actor=actor)
