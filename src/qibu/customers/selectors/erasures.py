"""Who was erased, and what would go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.customers.models import Customer, Erasure

Counted = Sequence[tuple[Any, int]]


@dataclass(frozen=True)
class Preview:
    """What goes, what stays without the person, and what was promised and not done yet."""

    goes: Counted
    stays: Counted
    promises: int
    merged: int


def preview(whom: Whom) -> Preview:
    goes, stays = erase_parts.told(whom)
    return Preview(goes, stays, open_promises(whom), len(whom.ids) - 1)


def open_promises(whom: Whom) -> int:
    return sum(count(whom) for count in erase_parts.PARTS.promises)


def erasure_of(customer_id: int) -> Erasure | None:
    """For who was found to see customers: it tells nothing of anybody."""
    found: Erasure | None = Erasure.objects.select_related("by").filter(customer_id=customer_id).first()
    return found


def kept_of(erasure: Erasure) -> Counted:
    files = Customer.objects.filter(erased_at=erasure.at, merged_into=erasure.customer_id)
    return erase_parts.told(Whom((erasure.customer_id, *files.values_list("pk", flat=True))))[1]
