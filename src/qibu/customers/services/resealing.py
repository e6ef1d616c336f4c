"""The book of merges holds sealed values as they stood in their rows: they get a new key together with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from qibu.customers.models import Merge, MergeChange
from qibu.kernel import keys, sealed


class Book:
    """`MergeChange` row by row with what it tells of; `Merge.kept` names values that stayed as they were."""

    places: Sequence[tuple[str, str]] = (
        ("customers_mergechange", "was"), ("customers_mergechange", "became"), ("customers_merge", "kept"),
    )  # fmt: skip

    def follow(self, organisation_id: int, table: str, ids: Sequence[int]) -> int:
        rows = MergeChange.objects.filter(organisation_id=organisation_id, table=table, row_id__in=ids)
        return _reseal(rows.order_by("pk"), ("was", "became"))

    def rest(self, organisation_id: int, most: int) -> int:
        changes = _old(MergeChange.objects.filter(organisation_id=organisation_id), ("was", "became"))
        merges = _old(Merge.objects.filter(organisation_id=organisation_id), ("kept",))
        done = _reseal(changes.order_by("pk")[:most], ("was", "became"))
        return done or _reseal(merges.order_by("pk")[:most], ("kept",))

    def left(self, organisation_id: int) -> int:
        changes = _old(MergeChange.objects.filter(organisation_id=organisation_id), ("was", "became"))
        return changes.count() + _old(Merge.objects.filter(organisation_id=organisation_id), ("kept",)).count()


def _old(rows: QuerySet[Any], columns: Iterable[str]) -> QuerySet[Any]:
    """Those in which something looks as if it were sealed with one of the older keys."""
    ring = keys.ring()
    older = [number for number in ring.keys if number != ring.current]
    if not older:
        return rows.none()
    pattern = sealed.looks_sealed(older)
    texts = {f"{column}_text": Cast(column, TextField()) for column in columns}
    found = Q()
    for name in texts:
        found |= Q(**{f"{name}__regex": pattern})
    old: QuerySet[Any] = rows.alias(**texts).filter(found)
    return old


def _reseal(rows: QuerySet[Any], columns: Sequence[str]) -> int:
    changed = []
    for row in rows:
        was = [getattr(row, column) for column in columns]
        fresh = [sealed.reseal_text(value) for value in was]
        if fresh != was:
            for column, value in zip(columns, fresh, strict=True):
                setattr(row, column, value)
            changed.append(row)
    if changed:
        rows.model._default_manager.bulk_update(changed, columns)
    return len(changed)
