"""Who belongs to whom: family, colleagues, who referred whom."""

from __future__ import annotations

from django.db.models import Q

from qibu.contracts.customers import CustomerChanged
from qibu.customers.models import Relation
from qibu.customers.selectors.customers import visible
from qibu.customers.services.locking import UnknownCustomer, lock, touch
from qibu.kernel import journal
from qibu.kernel.actors import Actor


class SamePerson(ValueError):
    """A customer is not related to themselves."""


def add(*, actor: Actor, customer_id: int, other_id: int, kind: str) -> int | None:
    """Gives the number of the relation if it is new."""
    customer = lock(actor, customer_id)
    if other_id == customer.pk:
        raise SamePerson
    if not visible(actor).filter(pk=other_id).exists():
        raise UnknownCustomer
    row, made = Relation.objects.get_or_create(
        organisation_id=actor.organisation_id, customer=customer, other_id=other_id, kind=kind.strip()
    )
    if not made:
        return None
    touch(customer.pk)
    journal.record(CustomerChanged(customer_id=customer.pk, changes=("relations",)), actor=actor)
    return int(row.pk)


def remove(*, actor: Actor, customer_id: int, relation_id: int) -> None:
    """Seen from either side."""
    customer = lock(actor, customer_id)
    rows = Relation.objects.filter(Q(customer=customer) | Q(other=customer), pk=relation_id)
    gone, _rows = rows.delete()
    if gone:
        touch(customer.pk)
        journal.record(CustomerChanged(customer_id=customer.pk, changes=("relations",)), actor=actor)
