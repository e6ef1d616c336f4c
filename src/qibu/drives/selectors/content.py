"""How drives are planned and what is signed, as they count for an organisation."""

from __future__ import annotations

from typing import Any

from qibu.drives.models import AgreementText, DrivePolicy
from qibu.kernel.actors import Actor
from qibu.network.inheritance import Resolved, lineage, resolve

ONE = "one"  # each organisation says it whole


def policy_resolved(actor: Actor) -> Resolved[Any]:
    rows: list[Any] = list(DrivePolicy.objects.all())
    return resolve(rows, lineage(actor.organisation_id), lambda row: ONE)[ONE]


def policy(actor: Actor) -> DrivePolicy:
    found: DrivePolicy = policy_resolved(actor).row
    return found


def agreement(actor: Actor) -> Resolved[Any]:
    """The newest words of the nearest organisation."""
    rows: list[Any] = list(AgreementText.objects.order_by("-number"))
    return resolve(rows, lineage(actor.organisation_id), lambda row: ONE)[ONE]


def agreements(actor: Actor) -> list[AgreementText]:
    """All that the organisation itself ever said, newest first."""
    return list(AgreementText.objects.filter(organisation_id=actor.organisation_id).order_by("-number"))
