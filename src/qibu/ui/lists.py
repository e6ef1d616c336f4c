"""The list as a work surface. A page declares columns, filters, presets and batch actions; this draws it.

Works without scripts (links and GET forms). With htmx the same address answers only the list. Everything a
list shows is in its address, except density and columns, which a cookie remembers per list.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connections
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy
from django.views import View

from qibu.ui import cursor
from qibu.ui.filters import Choice, Column, Days, Filter, Several, Text
from qibu.ui.slots import Action

__all__ = ["Action", "Batch", "Choice", "Column", "Days", "Filter", "ListPage", "Preset", "Several", "Text"]

DENSITIES = (("wide", gettext_lazy("宽")), ("middle", gettext_lazy("中")), ("dense", gettext_lazy("密")))
COUNTED = 10_000


@dataclass(frozen=True)
class Preset:
    """A saved view: values for filters and sort under one name."""

    key: str
    label: Any
    query: dict[str, Any] = field(default_factory=dict)
    count: Callable[[HttpRequest], int] | None = None


@dataclass(frozen=True)
class Batch:
    """A button on the batch bar: posts `id` of the checked rows to `url_name`. `confirm` asks first."""

    label: Any
    url_name: str
    icon: str = "check"
    capability: str = ""
    confirm: Any = ""
    danger: bool = False
    drawer: bool = False  # the answer is a form in the drawer instead of a page

    @property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True)
class Cell:
    column: Column
    value: Any


@dataclass(frozen=True)
class Row:
    item: Any
    id: Any
    name: str
    url: str
    pushed: str  # the address of this page with the row open
    cells: list[Cell]


@dataclass(frozen=True)
class Total:
    count: int
    exact: bool


class ListPage(View):
    key = ""
    title: Any = ""
    columns: Sequence[Column] = ()
    filters: Sequence[Filter] = ()
    presets: Sequence[Preset] = ()
    batch: Sequence[Batch] = ()
    ordering: tuple[str, ...] = ("id",)  # the last one is unique
    page_size = 50
    density = "middle"
    template = "ui/list/page.html"
    row_template = ""  # cells drawn by a template of the page instead of one by one
    unit: Any = gettext_lazy("条")
    empty_title: Any = gettext_lazy("这里还没有内容")
    empty_text: Any = ""
    empty_action: Action | None = None
    shown_filters = 6  # further ones stand behind 展开

    # What a page says -------------------------------------------------------------------------
    def rows(self) -> QuerySet[Any]:
        """The rows the actor may see, before filters. With select_related for what the cells show."""
        raise NotImplementedError

    def row_url(self, row: Any) -> str:
        """The whole page of a row; with `?drawer=1` it answers its drawer. Empty: the row does not open."""
        return ""

    def row_name(self, row: Any) -> str:
        return str(row)

    def decorate(self, rows: list[Any]) -> list[Any]:
        """Adds to the rows of this page what takes further queries: one per thing, not one per row."""
        return rows

    def actions(self) -> Iterable[Action]:
        """Buttons beside the heading; the first is the primary one."""
        return ()

    def tools(self) -> Iterable[Action]:
        """Icons in the toolbar, like export."""
        return ()

    def context(self) -> dict[str, Any]:
        return {}

    # What the address says --------------------------------------------------------------------
    @cached_property
    def preset(self) -> Preset | None:
        asked = self.request.GET.get("view", "")
        return next((p for p in self.presets if p.key == asked), self.presets[0] if self.presets else None)

    @cached_property
    def query(self) -> QueryDict:
        """The preset's values with those of the address over them."""
        query = QueryDict(mutable=True)
        if self.preset:
            for key, value in self.preset.query.items():
                query.setlist(key, [str(v) for v in (value if isinstance(value, list | tuple) else [value])])
        for key, values in self.request.GET.lists():
            query.setlist(key, values)
        return query

    def address(self, **changes: Any) -> str:
        """The address of this list with some values changed; a change starts at the first page."""
        query = self.request.GET.copy()
        for key in ("after", "before", "open", "drawer", *changes):
            query.pop(key, None)
        for key, value in changes.items():
            values = value if isinstance(value, list | tuple) else [value]
            query.setlist(key, [str(v) for v in values if v not in (None, "")])
            if not query.getlist(key):
                # A preset's value is taken away by an empty one.
                query.pop(key) if not (self.preset and key in self.preset.query) else query.setlist(key, [""])
        text = query.urlencode()
        return f"{self.request.path}?{text}" if text else self.request.path

    @property
    def here(self) -> str:
        """This very page of the list, without what is open."""
        query = self.request.GET.copy()
        query.pop("open", None)
        query.pop("drawer", None)
        return f"{self.request.path}?{query.urlencode()}"

    def _opened_at(self, row: Any) -> str:
        query = self.request.GET.copy()
        query["open"] = str(row.pk)
        query.pop("drawer", None)
        return f"{self.request.path}?{query.urlencode()}"

    # Columns and density ----------------------------------------------------------------------
    @property
    def cookie(self) -> str:
        return f"qibu_list_{self.key}"

    @cached_property
    def remembered(self) -> dict[str, Any]:
        try:
            found = json.loads(self.request.COOKIES.get(self.cookie, "{}"))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @cached_property
    def shown(self) -> list[Column]:
        wanted = self.remembered.get("cols")
        if not isinstance(wanted, list):
            return [c for c in self.columns if c.shown]
        return [c for c in self.columns if c.locked or c.key in wanted]

    @property
    def shown_density(self) -> str:
        found = self.remembered.get("density", self.density)
        return found if found in dict(DENSITIES) else self.density

    def remember(self) -> HttpResponse:
        kept = dict(self.remembered)
        if "cols" in self.request.GET:
            kept["cols"] = [c.key for c in self.columns if c.key in self.request.GET.getlist("cols")]
        if "density" in self.request.GET:
            kept["density"] = self.request.GET["density"]
        response = HttpResponseRedirect(self.address(remember="", cols="", density=""))
        response.set_cookie(self.cookie, json.dumps(kept), max_age=31536000, samesite="Lax", httponly=True)
        return response

    # Order and pages --------------------------------------------------------------------------
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

    # The answer -------------------------------------------------------------------------------
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "remember" in request.GET:
            return self.remember()
        self._slice()
        part = bool(getattr(request, "htmx", False)) and not request.htmx.history_restore_request  # type: ignore[attr-defined]
        template = "ui/list/list.html" if part and not request.htmx.boosted else self.template  # type: ignore[attr-defined]
        response = render(request, template, self._context())
        patch_vary_headers(response, ("HX-Request", "Cookie"))
        return response

    def _context(self) -> dict[str, Any]:
        return {"page": self, "heading": self.title, "total": self.total(), **self.context()}

    @property
    def lines(self) -> list[Row]:
        return [
            Row(
                row,
                row.pk,
                self.row_name(row),
                self.row_url(row),
                self._opened_at(row),
                [Cell(column, column.read(row)) for column in self.shown],
            )
            for row in self.found
        ]

    @property
    def heads(self) -> list[dict[str, Any]]:
        found = []
        for column in self.shown:
            state = {column.key: "ascending", f"-{column.key}": "descending"}.get(self.sort, "")
            turned = f"-{column.key}" if state == "ascending" else column.key
            found.append(
                {"column": column, "state": state, "url": self.address(sort=turned) if column.sort else ""}
            )
        return found

    @property
    def tabs(self) -> list[dict[str, Any]]:
        return [
            {
                "preset": p,
                "url": f"{self.request.path}?view={p.key}",
                "current": p is self.preset,
                "count": p.count(self.request) if p.count else None,
            }
            for p in self.presets
        ]

    @property
    def chips(self) -> list[dict[str, Any]]:
        return [self._chip(one, index) for index, one in enumerate(self.filters)]

    def _chip(self, one: Filter, index: int) -> dict[str, Any]:
        chosen = one.chosen(self.query)
        return {
            "filter": one,
            "chosen": chosen,
            "words": one.words(self.query, self.request) if chosen else "",
            "clear": self.address(**dict.fromkeys(one.keys(), "")),
            "options": one.options(self.request) if isinstance(one, Choice) else (),
            "links": self._links(one, chosen),
            "late": index >= self.shown_filters and not chosen,
            "kept": self.query,
        }

    def _links(self, one: Filter, chosen: Any) -> list[dict[str, Any]]:
        if not isinstance(one, Choice) or isinstance(one, Several):
            return []
        everything = {"label": one.none, "url": self.address(**{one.key: ""}), "current": not chosen}
        return [everything] + [
            {"label": label, "url": self.address(**{one.key: value}), "current": value == chosen}
            for value, label in one.options(self.request)
        ]

    @property
    def kept_fields(self) -> list[tuple[str, str]]:
        """What a filter form carries along: view and sort, but not the page."""
        return [(k, self.request.GET[k]) for k in ("view", "sort") if self.request.GET.get(k)]

    @property
    def all_fields(self) -> list[tuple[str, str]]:
        return [
            (key, value)
            for key, values in self.request.GET.lists()
            for value in values
            if key not in {"cols", "density", "remember", "open", "drawer"}
        ]

    @property
    def empty_actions(self) -> Sequence[Action]:
        """What to do where there is nothing yet; the first is the primary one."""
        return [self.empty_action] if self.empty_action else []

    @property
    def is_filtered(self) -> bool:
        return any(one.chosen(self.query) for one in self.filters)

    @property
    def reset_url(self) -> str:
        return f"{self.request.path}?view={self.preset.key}" if self.preset else self.request.path

    @property
    def batch_actions(self) -> list[Batch]:
        actor = getattr(self.request, "actor", None)
        return [b for b in self.batch if not b.capability or (actor and actor.may(b.capability))]

    @property
    def opened(self) -> str:
        """The address of the row that is open beside the list."""
        asked = self.request.GET.get("open", "")
        return next((self.row_url(row) for row in self.found if str(row.pk) == asked), "") if asked else ""

    @property
    def densities(self) -> list[dict[str, Any]]:
        return [
            {
                "key": k,
                "label": v,
                "current": k == self.shown_density,
                "url": self.address(remember=1, density=k),
            }
            for k, v in DENSITIES
        ]


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
