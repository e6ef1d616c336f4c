"""Words the store hangs on customers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qibu.contracts.customers import CustomerChanged
from qibu.customers.models import Tag, Tagging
from qibu.customers.services.locking import lock, lock_many, touch
from qibu.kernel import journal
from qibu.kernel.actors import Actor


def put(*, actor: Actor, customer_ids: Iterable[int], names: Sequence[str]) -> int:
    """Hang tags on customers, making those that are new; returns how many customers got one."""
    customers = lock_many(actor, customer_ids)
    tags = _tags(actor, names)
    had = set(Tagging.objects.filter(tag__in=tags).values_list("customer_id", "tag_id"))
    fresh = [(c.pk, tag.pk) for c in customers for tag in tags if (c.pk, tag.pk) not in had]
    Tagging.objects.bulk_create(
        [Tagging(organisation_id=actor.organisation_id, customer_id=c, tag_id=t) for c, t in fresh],
        ignore_conflicts=True,
    )
    changed = sorted({customer_id for customer_id, _tag in fresh})
    touch(*changed)
    events = [CustomerChanged(customer_id=customer_id, changes=("tags",)) for customer_id in changed]
    journal.record_many(events, actor=actor)
    return len(changed)


def remove(*, actor: Actor, customer_id: int, tag_id: int) -> None:
    customer = lock(actor, customer_id)
    gone, _rows = Tagging.objects.filter(customer=customer, tag_id=tag_id).delete()
    if gone:
        touch(customer.pk)
        journal.record(CustomerChanged(customer_id=customer.pk, changes=("tags",)), actor=actor)


def _tags(actor: Actor, names: Sequence[str]) -> list[Tag]:
    wanted = list(dict.fromkeys(name.strip()[:30] for name in names if name.strip()))
    Tag.objects.bulk_create(
        [Tag(organisation_id=actor.organisation_id, name=name) for name in wanted], ignore_conflicts=True
    )
    return list(Tag.objects.filter(name__in=wanted))
