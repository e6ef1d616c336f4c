"""Showing what is masked. Each time it is in the audit trail, with its reason."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from qibu.contracts.customers import PhoneRevealed
from qibu.customers.models import ContactPoint
from qibu.customers.selectors.customers import visible
from qibu.customers.services.locking import UnknownCustomer
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

REASONS = {"call": _("来电核对"), "service": _("联系服务"), "correction": _("资料更正"), "other": _("其他")}
LONGEST_REASON = 100


class MissingReason(ValueError):
    """A number is shown for a reason: one of `REASONS`, words of one's own, or the task it serves."""


def phone(*, actor: Actor, point_id: int, reason: str = "", task_id: int | None = None) -> str:
    """The number in the clear. Within one's own task the task is the reason; the tasks app vouches for `task_id`."""
    actor.require(Capability.PHONE_REVEAL)
    if not reason.strip() and task_id is None:
        raise MissingReason
    point = ContactPoint.objects.filter(pk=point_id, customer__in=visible(actor)).first()
    if point is None:
        raise UnknownCustomer
    event = PhoneRevealed(
        customer_id=point.customer_id, subject_id=point.pk, reason=reason.strip()[:LONGEST_REASON], task_id=task_id
    )
    journal.record(event, actor=actor)
    return str(point.value)
