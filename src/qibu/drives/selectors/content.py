"""How drives are planned and what is signed, as they count for an organisation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qibu.drives.models import AgreementText, DrivePolicy
from qibu.kernel.actors import Actor
from qibu.network.inheritance import Resolved, lineage, resolve

ONE = "one"  # each organisation says it whole


def policy_resolved(actor: Actor, *, above: bool = False) -> Resolved[Any]:
    """`above`: what would count without a word of one's own."""
    return _nearest(actor, DrivePolicy.objects.all(), above)


def _nearest(actor: Actor, rows: Iterable[Any], above: bool) -> Resolved[Any]:
    line = lineage(actor.organisation_id)
    return resolve(rows, line[1:] if above else line, lambda row: ONE)[ONE]


def policy(actor: Actor) -> DrivePolicy:
    found: DrivePolicy = policy_resolved(actor).row
    return found


def agreement(actor: Actor, *, above: bool = False) -> Resolved[Any]:
    """The newest words of the nearest organisation."""
    return _nearest(actor, AgreementText.objects.order_by("-number"), above)


def agreements(actor: Actor) -> list[AgreementText]:
    """All that the organisation itself ever said, newest first."""
    return list(AgreementText.objects.filter(organisation_id=actor.organisation_id).order_by("-number"))
