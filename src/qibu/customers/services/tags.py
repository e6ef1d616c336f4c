"""Words the store hangs on customers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.http import Http404

from qibu.contracts.customers import CustomerChanged, TagChanged
from qibu.customers.models import Tag, Tagging
from qibu.customers.rules import LONGEST_TAG
from qibu.customers.services.locking import lock, lock_many
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability


def put(*, actor: Actor, customer_ids: Iterable[int], names: Sequence[str]) -> dict[int, list[int]]:
    """Hang tags on customers, making those that are new; returns the customers that got one, with the new ones."""
    customers = lock_many(actor, customer_ids)
    tags = _tags(actor, names)
    had = set(Tagging.objects.filter(tag__in=tags).values_list("customer_id", "tag_id"))
    fresh = [(c.pk, tag.pk) for c in customers for tag in tags if (c.pk, tag.pk) not in had]
    Tagging.objects.bulk_create(
        [Tagging(organisation_id=actor.organisation_id, customer_id=c, tag_id=t) for c, t in fresh],
        ignore_conflicts=True,
    )
    given: defaultdict[int, list[int]] = defaultdict(list)
    for customer_id, tag_id in fresh:
        given[customer_id].append(tag_id)
    _tell(actor, given)
    return dict(given)


def take_off(*, actor: Actor, given: Mapping[int, Sequence[int]], made: Sequence[str] = ()) -> set[int]:
    """Undo of `put`: the tags that it hung, from those that still carry one. Of the words that it `made` those that
    nobody carries any more go, too."""
    customers = [c.pk for c in lock_many(actor, given)]
    carried = Tagging.objects.filter(customer_id__in=customers).values_list("customer_id", "tag_id", "pk")
    found = [(customer_id, pk) for customer_id, tag_id, pk in carried if tag_id in given[customer_id]]
    Tagging.objects.filter(pk__in=[pk for _customer, pk in found]).delete()
    Tag.objects.filter(name__in=made, taggings__isnull=True).delete()
    back = {customer_id for customer_id, _pk in found}
    _tell(actor, back)
    return back


def take(*, actor: Actor, customer_ids: Iterable[int], tag_id: int) -> dict[int, int]:
    """Take a tag from customers; returns those that carried it, with the tag."""
    customers = lock_many(actor, customer_ids)
    carried = Tagging.objects.filter(customer__in=customers, tag_id=tag_id)
    lost = dict.fromkeys(carried.values_list("customer_id", flat=True), tag_id)
    carried.delete()
    _tell(actor, lost)
    return lost


def hang_again(*, actor: Actor, lost: Mapping[int, int]) -> set[int]:
    """Undo of `take`, unless the tag is gone or somebody hung it again meanwhile."""
    customers = [c.pk for c in lock_many(actor, lost)]
    there = set(Tag.objects.filter(pk__in=lost.values()).values_list("pk", flat=True))
    had = set(Tagging.objects.filter(customer_id__in=customers).values_list("customer_id", "tag_id"))
    back = {pk for pk in customers if lost[pk] in there and (pk, lost[pk]) not in had}
    Tagging.objects.bulk_create(
        [Tagging(organisation_id=actor.organisation_id, customer_id=pk, tag_id=lost[pk]) for pk in sorted(back)],
        ignore_conflicts=True,
    )
    _tell(actor, back)
    return back


def fresh(names: Sequence[str]) -> list[str]:
    """Of the words those that are no tags yet."""
    known = set(Tag.objects.filter(name__in=names).values_list("name", flat=True))
    return [name for name in names if name not in known]


def _tell(actor: Actor, customer_ids: Iterable[int]) -> None:
    """Tags are words for sorting: 最近变动 stays what it was, and an undo has nothing to put back there."""
    changed = sorted(customer_ids)
    journal.record_many([CustomerChanged(customer_id=pk, changes=("tags",)) for pk in changed], actor=actor)


def remove(*, actor: Actor, customer_id: int, tag_id: int) -> None:
    customer = lock(actor, customer_id)
    gone, _rows = Tagging.objects.filter(customer=customer, tag_id=tag_id).delete()
    if gone:
        journal.record(CustomerChanged(customer_id=customer.pk, changes=("tags",)), actor=actor)


class NameTaken(ValueError):
    """Another tag is called so: renaming would make the two one."""


def rename(*, actor: Actor, tag_id: int, name: str, merge: bool = False) -> None:
    """Another name for a tag; onto the name of another one only when the two are to become one."""
    actor.require(Capability.CARE_EDIT)
    tag, wanted = _locked(tag_id), name.strip()[:LONGEST_TAG]
    if not wanted or wanted == tag.name:
        return
    other = Tag.objects.select_for_update().filter(name=wanted).first()
    if other is not None and not merge:
        raise NameTaken(wanted)
    before, carried = tag.name, Tagging.objects.filter(tag=tag)
    number = carried.count()
    if other is None:
        Tag.objects.filter(pk=tag.pk).update(name=wanted)
    else:
        carried.exclude(customer__in=Tagging.objects.filter(tag=other).values("customer")).update(tag=other)
        tag.delete()
    journal.record(TagChanged(subject_id=tag_id, tag=before, into=wanted, customers=number), actor=actor)


def discard(*, actor: Actor, tag_id: int) -> None:
    """The tag goes from all customers that carry it; one that is gone already is gone."""
    actor.require(Capability.CARE_EDIT)
    tag = Tag.objects.select_for_update().filter(pk=tag_id).first()
    if tag is None:
        return
    number = Tagging.objects.filter(tag=tag).count()
    tag.delete()
    journal.record(TagChanged(subject_id=tag_id, tag=tag.name, customers=number), actor=actor)


def _locked(tag_id: int) -> Tag:
    found = Tag.objects.select_for_update().filter(pk=tag_id).first()
    if found is None:
        raise Http404
    return found


def _tags(actor: Actor, names: Sequence[str]) -> list[Tag]:
    wanted = list(dict.fromkeys(name.strip()[:LONGEST_TAG] for name in names if name.strip()))
    Tag.objects.bulk_create(
        [Tag(organisation_id=actor.organisation_id, name=name) for name in wanted], ignore_conflicts=True
    )
    return list(Tag.objects.filter(name__in=wanted))
