"""Reasons not to approach a customer."""

from __future__ import annotations

from django.db.models.functions import Now

from qibu.contracts.customers import HoldLifted, HoldPlaced
from qibu.customers.models import Hold
from qibu.customers.services.locking import UnknownCustomer, lock, touch
from qibu.kernel import journal
from qibu.kernel.actors import Actor


def place(*, actor: Actor, customer_id: int, reach: str, reason: str, source: str = "staff") -> Hold:
    """`source` says what it comes from: a person's word, a complaint, …"""
    customer = lock(actor, customer_id)
    hold = Hold.objects.create(
        organisation_id=actor.organisation_id,
        customer=customer,
        reach=Hold.Reach(reach),
        reason=reason.strip(),
        source=source,
        by_id=actor.staff_id,
    )
    touch(customer.pk)
    event = HoldPlaced(customer_id=customer.pk, subject_id=hold.pk, reach=reach, reason=hold.reason)
    journal.record(event, actor=actor)
    return hold


def lift(*, actor: Actor, customer_id: int, hold_id: int) -> None:
    customer = lock(actor, customer_id)
    hold = Hold.objects.filter(customer=customer, pk=hold_id).first()
    if hold is None:
        raise UnknownCustomer
    lifted = Hold.objects.filter(pk=hold.pk, lifted_at__isnull=True).update(
        lifted_at=Now(), lifted_by_id=actor.staff_id
    )
    if lifted:
        touch(customer.pk)
        event = HoldLifted(customer_id=customer.pk, subject_id=hold.pk, reach=hold.reach)
        journal.record(event, actor=actor)
