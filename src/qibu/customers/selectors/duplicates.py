"""Who may be the same customer. Shown, never merged by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from qibu.customers import rules
from qibu.customers.models import ContactPoint, Customer
from qibu.customers.selectors.customers import visible
from qibu.customers.services import fingerprints
from qibu.kernel.actors import Actor

MOST_SHOWN = 5


class Likeness(StrEnum):
    PHONE = "phone"
    NAME = "name"
    IDENTITY = "identity"


@dataclass(frozen=True)
class Duplicate:
    """`customer` is None when the actor may not see that customer: then only the likeness is told."""

    likeness: Likeness
    customer: Customer | None


def duplicates(
    actor: Actor, *, phones: Sequence[str] = (), name: str = "", identity: str = ""
) -> list[Duplicate]:
    """Customers of this organisation with one of the numbers, the same identity, or the very same name."""
    found: dict[int, Likeness] = {}
    for likeness, ids in (
        (Likeness.PHONE, _with_phones(phones)),
        (Likeness.IDENTITY, _with_identity(identity)),
        (Likeness.NAME, _named(actor, name)),
    ):
        for customer_id in ids:
            found.setdefault(customer_id, likeness)
    seen = visible(actor).in_bulk(list(found)[:MOST_SHOWN])
    return [Duplicate(likeness, seen.get(pk)) for pk, likeness in list(found.items())[:MOST_SHOWN]]


def _with_phones(phones: Sequence[str]) -> list[int]:
    hashes = [fingerprints.phone_hash(number) for number in phones]
    rows = ContactPoint.objects.filter(kind=ContactPoint.Kind.PHONE, hash__in=hashes)
    return list(rows.values_list("customer_id", flat=True)[:MOST_SHOWN]) if hashes else []


def _with_identity(identity: str) -> list[int]:
    if not identity:
        return []
    rows = Customer.objects.filter(identity_hash=fingerprints.identity_hash(identity), merged_into__isnull=True)
    return list(rows.values_list("id", flat=True)[:MOST_SHOWN])


def _named(actor: Actor, name: str) -> list[int]:
    """A name alone says little, so it is only looked for among the customers whom the actor may see anyway."""
    rows = visible(actor).filter(sort_key=rules.sort_key(name), name=name)  # found by the index of the list's order
    return list(rows.values_list("id", flat=True)[:MOST_SHOWN]) if name else []
