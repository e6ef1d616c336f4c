"""Cars when two customers become one: parts move by themselves, and search follows."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from qibu.customers import merge_parts
from qibu.customers.services import search
from qibu.customers.services.ledger import Ledger
from qibu.vehicles.models import Ownership
from qibu.vehicles.services import finding
from qibu.vehicles.tokens import source_of

merge_parts.once(Ownership, "customer_id", same=("vehicle_id", "role"), where="{t}.until IS NULL")


def gone_back(book: Ledger) -> list[int]:
    """Cars that a merge which was taken back returned to their owner."""
    parts = Ownership.objects.filter(pk__in=book.moved(Ownership, "customer_id"), role=Ownership.Role.OWNER)
    return sorted(set(parts.filter(customer_id=book.merged_id).values_list("vehicle_id", flat=True)))


def cars_of(*customer_ids: int) -> list[int]:
    """Cars in which these customers have or had a part."""
    parts = Ownership.objects.filter(customer_id__in=customer_ids)
    return sorted(set(parts.values_list("vehicle_id", flat=True)))


def _found(book: Ledger) -> None:
    finding.refresh(book.actor, cars_of(book.survivor_id))


def _found_again(book: Ledger) -> None:
    cleared = [(book.survivor_id, source_of(car)) for car in cars_of(book.merged_id)]
    search.replace(actor=book.actor, rows=(), cleared=cleared)
    finding.refresh(book.actor, cars_of(book.survivor_id, book.merged_id))


merge_parts.special("vehicles.search", settled=_found, undone=_found_again)
merge_parts.called(Ownership, pgettext_lazy("栏目", "车辆"))
