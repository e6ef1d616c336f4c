"""When a member of staff leaves, the whole portfolio goes to another in one step, with a record (A6)."""

from __future__ import annotations

import json

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qibu.contracts.network import PortfolioHandedOver
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network import handover
from qibu.network.models import HandOver, Staff
from qibu.network.rules import Capability


def hand_over(*, actor: Actor, giver_id: int, taker_id: int, reason: str) -> HandOver:
    actor.require(Capability.STAFF_MANAGE)
    people = {one.pk: one for one in Staff.objects.select_for_update().filter(pk__in=[giver_id, taker_id])}
    if giver_id == taker_id:
        raise ValidationError({"taker": _("请选另一个人来接手。")})
    giver, taker = people.get(giver_id), people.get(taker_id)
    if giver is None or taker is None:
        raise Staff.DoesNotExist
    if not taker.active:
        raise ValidationError({"taker": _("{name} 已离职，请选在职的同事接手。").format(name=taker.name)})
    moved = {key: number for key, number in handover.move_all(actor, giver_id, taker_id).items() if number}
    if not moved:
        raise ValidationError(_("{name} 名下没有要交接的内容。").format(name=giver.name))
    record = HandOver.objects.create(
        organisation_id=actor.organisation_id, giver=giver, taker=taker, by_id=actor.staff_id,
        reason=reason, moved=moved,
    )
    event = PortfolioHandedOver(
        subject_id=record.pk, giver=giver.name, taker=taker.name, moved=json.dumps(moved), reason=reason
    )
    journal.record(event, actor=actor)
    return record
