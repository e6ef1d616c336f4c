"""One page of a list: its order, its key in the address, its neighbours, how many rows there are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connections
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.views import View

from qibu.ui import cursor
from qibu.ui.filters import Column, Filter

COUNTED = 10_000


@dataclass(frozen=True)
class Total:
    count: int
    exact: bool


class Paged(View):
    columns: Sequence[Column] = ()
    filters: Sequence[Filter] = ()
    ordering: tuple[str, ...] = ("id",)  # the last one is unique
    page_size = 50
    found: list[Any]
    has_previous = has_next = False

    @property
    def query(self) -> QueryDict:
        """What the address asks for."""
        return self.request.GET

    def rows(self) -> QuerySet[Any]:
        """The rows the actor may see, before filters. With select_related for what the cells show."""
        raise NotImplementedError

    def decorate(self, rows: list[Any]) -> list[Any]:
        """Adds to the rows of this page what takes further queries: one per thing, not one per row."""
        return rows

    def address(self, **changes: Any) -> str:
        """The address of this list with some values changed; a change starts at the first page."""
        raise NotImplementedError

    @cached_property
    def sort(self) -> str:
        asked = self.query.get("sort", "")
        sortable = {c.key for c in self.columns if c.sort}
        return asked if asked.removeprefix("-") in sortable else ""

    @cached_property
    def keys(self) -> tuple[cursor.Key, ...]:
        names = list(self.ordering)
        if self.sort:
            column = next(c for c in self.columns if c.key == self.sort.removeprefix("-"))
            names = [("-" if self.sort.startswith("-") else "") + column.sort, names[-1]]
        return tuple(cursor.Key.parse(name, self._nullable(name.removeprefix("-"))) for name in names)

    def _nullable(self, name: str) -> bool:
        try:
            return bool(self.rows().model._meta.get_field(name).null)
        except (FieldDoesNotExist, AttributeError):
            return True

    def filtered(self) -> QuerySet[Any]:
        """All rows of this view; also what an export writes."""
        rows = self.rows()
        for one in self.filters:
            rows = one.apply(rows, self.query)
        return rows

    def _read(self, row: Any) -> tuple[Any, ...]:
        values = []
        for key in self.keys:
            found = row
            for part in key.name.split("__"):
                found = getattr(found, part, None)
            values.append(found)
        return tuple(values)

    def order(self) -> list[Any]:
        """The ordering of the view, for `order_by`."""
        return [_order(key, False) for key in self.keys]

    def _slice(self) -> None:
        """Fetches one page and whether there is one on either side."""
        after, before = self.request.GET.get("after", ""), self.request.GET.get("before", "")
        backwards = bool(before)
        rows = self.filtered().order_by(*(_order(k, backwards) for k in self.keys))
        start = self._start(before or after)
        if start:
            try:
                rows = rows.filter(_beyond(self.keys, start, backwards))
            except (ValueError, TypeError, ValidationError):  # a key of another list: its first page
                start = ()
        found = list(rows[: self.page_size + 1])
        more = len(found) > self.page_size
        found = found[: self.page_size]
        if backwards:
            found.reverse()
        self.found = self.decorate(found)
        self.has_previous = more if backwards else bool(start)
        self.has_next = bool(start) if backwards else more

    def _start(self, text: str) -> tuple[Any, ...]:
        try:
            return cursor.decode(text, len(self.keys)) if text else ()
        except cursor.BadCursor:
            return ()

    @property
    def next_url(self) -> str:
        return self._page_url("after", -1) if self.has_next and self.found else ""

    @property
    def previous_url(self) -> str:
        return self._page_url("before", 0) if self.has_previous and self.found else ""

    def _page_url(self, side: str, index: int) -> str:
        return self.address(**{side: cursor.encode(self._read(self.found[index]))})

    def total(self) -> Total:
        """Counts up to ten thousand; beyond, the planner's estimate is near enough."""
        rows = self.filtered().order_by()
        count = rows[: COUNTED + 1].count()
        return Total(count, True) if count <= COUNTED else Total(max(count, _estimate(rows)), False)


def _order(key: cursor.Key, backwards: bool) -> Any:
    falling = key.descending != backwards
    if not key.nullable:
        return f"{'-' if falling else ''}{key.name}"
    side = {"nulls_first": True} if backwards else {"nulls_last": True}
    return F(key.name).desc(**side) if falling else F(key.name).asc(**side)


def _beyond(keys: tuple[cursor.Key, ...], values: tuple[Any, ...], backwards: bool) -> Q:
    any_of = Q()
    for conditions in cursor.beyond(keys, values, backwards):
        any_of |= Q(*conditions)
    first = cursor.bound(keys, values, backwards)
    return any_of & Q(first) if first else any_of


def _estimate(rows: QuerySet[Any]) -> int:
    sql, params = rows.query.sql_with_params()
    with connections[rows.db].cursor() as at:
        at.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan = at.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return int(plan[0]["Plan"]["Plan Rows"])
