"""How an organisation plans drives and what it has signed: its own word, or that of those above it."""

from __future__ import annotations

from datetime import time

from django.db.models import Max

from qibu.contracts.drives import AgreementWorded, DrivePolicyChanged
from qibu.drives import selectors
from qibu.drives.errors import ChangedMeanwhile
from qibu.drives.models import AgreementText, DrivePolicy
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.inheritance import hold
from qibu.network.rules import Capability

FIELDS = ("minutes", "pause", "remind_at")


def change(*, actor: Actor, version: int, minutes: int, pause: int, remind_at: time) -> DrivePolicy:
    """Drives that are booked keep the pause they were booked with."""
    actor.require(Capability.SALES_MANAGE)
    hold(actor)
    known: DrivePolicy = selectors.policy_resolved(actor).row
    if known.version != version:
        raise ChangedMeanwhile(known.version)
    told = {"minutes": minutes, "pause": pause, "remind_at": remind_at}
    changes = tuple(name for name in FIELDS if getattr(known, name) != told[name])
    if not changes:
        return known
    row, _new = DrivePolicy.objects.update_or_create(
        organisation_id=actor.organisation_id, defaults={**told, "version": version + 1}
    )
    journal.record(DrivePolicyChanged(changes=changes), actor=actor)
    return row


def inherit_policy_again(*, actor: Actor) -> None:
    actor.require(Capability.SALES_MANAGE)
    gone, _each = DrivePolicy.objects.filter(organisation_id=actor.organisation_id).delete()
    if gone:
        journal.record(DrivePolicyChanged(changes=FIELDS), actor=actor)


def word(*, actor: Actor, seen: int, title: str, body: str, title_en: str = "", body_en: str = "") -> AgreementText:
    """New words from now on; `seen` is the number that the form showed. What was signed before stays as it was."""
    actor.require(Capability.SALES_MANAGE)
    hold(actor)
    known = selectors.agreement(actor).row
    if known.number != seen:
        raise ChangedMeanwhile(known.number)
    row = AgreementText(
        organisation_id=actor.organisation_id, number=_next_number(), title=title.strip(), body=body.strip(),
        title_en=title_en.strip(), body_en=body_en.strip(),
    )  # fmt: skip
    row.save()
    journal.record(AgreementWorded(subject_id=row.pk, number=row.number), actor=actor)
    return row


def inherit_agreement_again(*, actor: Actor) -> None:
    """The words of those above count again; signatures hold their own."""
    actor.require(Capability.SALES_MANAGE)
    gone, _each = AgreementText.objects.filter(organisation_id=actor.organisation_id).delete()
    if gone:
        journal.record(AgreementWorded(number=selectors.agreement(actor).row.number), actor=actor)


def _next_number() -> int:
    """Beyond every number of the lineage, so that one number never means two texts."""
    return (AgreementText.objects.aggregate(most=Max("number"))["most"] or 0) + 1
