"""What the organisation demands of those who sign in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qibu.contracts.network import SecurityPolicyChanged
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.meanwhile import merged
from qibu.network import dengbao, selectors, words
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
    _check(mine, row.dengbao)
    for name in changed:
        setattr(row, name, mine[name])
    row.save(update_fields=changed)
    changes = tuple(f"{name}={_told(mine[name])}" for name in changed)
    journal.record(SecurityPolicyChanged(changes=changes), actor=actor)


def adopt(*, actor: Actor, grace_days: int) -> None:
    """Switch the profile 等保 on. The three duties must be filled before: nobody else may administer from then on."""
    actor.require(Capability.SECURITY_MANAGE)
    if not 0 <= grace_days <= dengbao.LONGEST_GRACE:
        text = _("请填 {least} 到 {most} 之间的数。").format(least=0, most=dengbao.LONGEST_GRACE)
        raise ValidationError({"grace_days": text})
    if missing := dengbao.unfilled(selectors.duty_holders()):
        text = _("还没有人担任{roles}。请先在「员工」里各安排一位能登录的同事。").format(roles=words.roles(missing))
        raise ValidationError(text)
    row = locked(actor)
    if row.dengbao:
        return
    row.dengbao, row.grace_ends_at = True, times.now() + timedelta(days=grace_days)
    row.save(update_fields=["dengbao", "grace_ends_at"])
    changes = ("dengbao=True", f"grace_days={grace_days}")
    journal.record(SecurityPolicyChanged(changes=changes), actor=actor)


def abandon(*, actor: Actor) -> None:
    actor.require(Capability.SECURITY_MANAGE)
    row = locked(actor)
    if not row.dengbao:
        return
    row.dengbao, row.grace_ends_at = False, None
    row.save(update_fields=["dengbao", "grace_ends_at"])
    journal.record(SecurityPolicyChanged(changes=("dengbao=False",)), actor=actor)


def locked(actor: Actor) -> SecurityPolicy:
    SecurityPolicy.objects.bulk_create(
        [SecurityPolicy(organisation_id=actor.organisation_id)], ignore_conflicts=True
    )
    row: SecurityPolicy = SecurityPolicy.objects.select_for_update().get(organisation_id=actor.organisation_id)
    return row


def _check(wanted: Mapping[str, Any], separated: bool) -> None:
    for name, (least, most) in (("idle_minutes", IDLE_MINUTES), ("absolute_hours", ABSOLUTE_HOURS)):
        if wanted[name] is not None and not least <= wanted[name] <= most:
            text = _("请填 {least} 到 {most} 之间的数。").format(least=least, most=most)
            raise ValidationError({name: text})
    if separated and (wanted["idle_minutes"] or 0) > dengbao.IDLE_MINUTES:
        text = _("门店执行等保，最长 {n} 分钟。").format(n=dengbao.IDLE_MINUTES)
        raise ValidationError({"idle_minutes": text})


def _told(value: Any) -> str:
    if isinstance(value, list):
        return "+".join(value)
    return "" if value is None else str(value)
