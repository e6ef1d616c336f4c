"""What the organisation demands of those who sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qibu.contracts.network import SecurityPolicyChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.kernel.meanwhile import merged
from qibu.network.models import SecurityPolicy
from qibu.network.rules import Capability
from qibu.network.security import ABSOLUTE_HOURS, IDLE_MINUTES, Policy, columns


def change(*, actor: Actor, wanted: Policy, seen: Mapping[str, Any] | None = None) -> None:
    """`seen` is what stood in the form when it was opened; raises `Disputed`."""
    actor.require(Capability.SECURITY_MANAGE)
    row = locked(actor)
    now = columns(row.policy)
    mine = merged(seen=seen, mine=columns(wanted), now=now)
    changed = [name for name in now if now[name] != mine[name]]
    if not changed:
        return
    _check(mine)
    for name in changed:
        setattr(row, name, mine[name])
    row.save(update_fields=changed)
    changes = tuple(f"{name}={_told(mine[name])}" for name in changed)
    journal.record(SecurityPolicyChanged(changes=changes), actor=actor)


def locked(actor: Actor) -> SecurityPolicy:
    SecurityPolicy.objects.bulk_create(
        [SecurityPolicy(organisation_id=actor.organisation_id)], ignore_conflicts=True
    )
    row: SecurityPolicy = SecurityPolicy.objects.select_for_update().get(organisation_id=actor.organisation_id)
    return row


def _check(wanted: Mapping[str, Any]) -> None:
    for name, (least, most) in (("idle_minutes", IDLE_MINUTES), ("absolute_hours", ABSOLUTE_HOURS)):
        if wanted[name] is not None and not least <= wanted[name] <= most:
            text = _("请填 {least} 到 {most} 之间的数。").format(least=least, most=most)
            raise ValidationError({name: text})


def _told(value: Any) -> str:
    if isinstance(value, list):
        return "+".join(value)
    return "" if value is None else str(value)
