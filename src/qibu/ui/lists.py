"""The list as a work surface. A page declares columns, filters, presets and batch actions; this draws it.

Works without scripts (links and GET forms). With htmx the same address answers only the list. Everything a
list shows is in its address, except density and columns, which a cookie remembers per list and saved view.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from qibu.ui import slots
from qibu.ui.filters import Choice, Column, Days, Filter, Several, Text
from qibu.ui.paging import Paged
from qibu.ui.slots import Action

__all__ = ["Action", "Batch", "Choice", "Column", "Days", "Filter", "ListPage", "Preset", "Several", "Text"]

DENSITIES = (("wide", gettext_lazy("宽")), ("middle", gettext_lazy("中")), ("dense", gettext_lazy("密")))


@dataclass(frozen=True)
class Preset:
    """A view: values for filters and sort under one name. What follows `count` is had by views that people saved."""

    key: str
    label: Any
    query: dict[str, Any] = field(default_factory=dict)
    count: Callable[[HttpRequest], int] | None = None
    base: str = ""  # the page's own view that it was saved from
    columns: tuple[str, ...] = ()
    edit: str = ""  # where it is renamed or removed, by those who may
    opens: bool = False  # the list begins with it


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
    args: tuple[str, ...] = ()  # of the address
    every: bool = False  # may be done to all rows of the view, not only to the checked ones

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.args)


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


class ListPage(Paged):
    key = ""
    title: Any = ""
    presets: Sequence[Preset] = ()
    batch: Sequence[Batch] = ()
    density = "middle"
    template = "ui/list/page.html"
    row_template = ""  # cells drawn by a template of the page instead of one by one
    unit: Any = gettext_lazy("条")
    empty_title: Any = gettext_lazy("这里还没有内容")
    empty_text: Any = ""
    empty_action: Action | None = None
    shown_filters = 6  # further ones stand behind 展开

    # What a page says -------------------------------------------------------------------------
    def row_url(self, row: Any) -> str:
        """The whole page of a row; with `?drawer=1` it answers its drawer. Empty: the row does not open."""
        return ""

    def row_name(self, row: Any) -> str:
        return str(row)

    def actions(self) -> Iterable[Action]:
        """Buttons beside the heading; the first is the primary one."""
        return ()

    def tools(self) -> Iterable[Action]:
        """Icons in the toolbar, like export."""
        return slots.fill("list.tools", self.request, page=self)

    def context(self) -> dict[str, Any]:
        return {}

    # What the address says --------------------------------------------------------------------
    @cached_property
    def preset(self) -> Preset | None:
        asked, known = self.request.GET.get("view", ""), [*self.presets, *self.saved]
        return next((p for p in known if p.key == asked), self.presets[0] if self.presets else None)

    @cached_property
    def saved(self) -> list[Preset]:
        """Views that the person, or a colleague for everyone, saved of this list."""
        return slots.fill("list.views", self.request, key=self.key)

    @property
    def view(self) -> str:
        """The key of the page's own view: of a saved one, that of the view it was saved from."""
        return (self.preset.base or self.preset.key) if self.preset else ""

    @cached_property
    def values(self) -> dict[str, list[str]]:
        """What view and address ask for together, without what is empty."""
        keys = [*chain.from_iterable(one.keys() for one in self.filters), "sort"]
        return {
            key: found for key in keys if (found := [value for value in self.query.getlist(key) if value])
        }

    @property
    def is_changed(self) -> bool:
        """Whether the address asks for something else than the view alone does."""
        return self.values != {key: found for key, found in self._asked_by(self.preset).items() if any(found)}

    def _asked_by(self, preset: Preset | None) -> dict[str, list[str]]:
        """The values of a view. A saved one stands on the page's own view below it, whose days go with the calendar."""
        if preset is None:
            return {}
        below = next((one for one in self.presets if one.key == preset.base), None)
        return {**_as_lists(below.query if below else {}), **_as_lists(preset.query)}

    @property
    def _deviations(self) -> dict[str, list[str]]:
        """What a saved view keeps: what is asked otherwise than by the page's own view; an empty text takes away."""
        below = self._asked_by(next((one for one in self.presets if one.key == self.view), None))
        keys = {**below, **self.values}
        return {key: self.values.get(key, [""]) for key in keys if self.values.get(key) != below.get(key)}

    def _kept(self, address: str) -> str:
        """An address that takes along what this list shows, to be kept as a view."""
        kept = {
            "list": self.key,
            "at": self.request.path,
            "base": self.view,
            "values": json.dumps(self._deviations),
        }
        return f"{address}?{urlencode({**kept, 'columns': ','.join(c.key for c in self.shown)})}"

    @cached_property
    def save_url(self) -> str:
        """Where this view is saved under a name; empty where nothing keeps views."""
        address = next(iter(slots.fill("list.saving", self.request)), "") if self.is_changed else ""
        return self._kept(address) if address else ""

    @cached_property
    def edit_url(self) -> str:
        return self._kept(self.preset.edit) if self.preset and self.preset.edit else ""

    @cached_property
    def query(self) -> QueryDict:
        """The view's values with those of the address over them."""
        query = QueryDict(mutable=True)
        for key, values in self._asked_by(self.preset).items():
            query.setlist(key, values)
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
                query.pop(key) if key not in self._asked_by(self.preset) else query.setlist(key, [""])
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
        wanted = self.remembered.get(self._columns_key)
        if not isinstance(wanted, list):
            wanted = self.preset.columns if self.preset else ()
        return [c for c in self.columns if c.locked or (c.key in wanted if wanted else c.shown)]

    @property
    def _columns_key(self) -> str:
        """The page's own views share their columns; each saved one has its own."""
        return f"cols {self.preset.key}" if self.preset in self.saved else "cols"

    @property
    def shown_density(self) -> str:
        found = self.remembered.get("density", self.density)
        return found if found in dict(DENSITIES) else self.density

    def remember(self) -> HttpResponse:
        kept = dict(self.remembered)
        if "cols" in self.request.GET:
            kept[self._columns_key] = [
                c.key for c in self.columns if c.key in self.request.GET.getlist("cols")
            ]
        if "density" in self.request.GET:
            kept["density"] = self.request.GET["density"]
        response = HttpResponseRedirect(self.address(remember="", cols="", density=""))
        response.set_cookie(self.cookie, json.dumps(kept), max_age=31536000, samesite="Lax", httponly=True)
        return response

    # The answer -------------------------------------------------------------------------------
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "remember" in request.GET:
            return self.remember()
        first = next((view for view in self.saved if view.opens), None) if not request.GET else None
        if first:
            return HttpResponseRedirect(f"{request.path}?view={first.key}")
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

    @cached_property
    def tabs(self) -> list[dict[str, Any]]:
        return [
            {
                "preset": p,
                "url": f"{self.request.path}?view={p.key}",
                "current": p is self.preset or not (p.key or self.preset),
                "count": p.count(self.request) if p.count else None,
            }
            for p in [*(self.presets or self._everything), *self.saved]
        ]

    @property
    def _everything(self) -> list[Preset]:
        """A page without views of its own has one beside the saved ones: all rows."""
        return [Preset("", gettext_lazy("全部"))] if self.saved else []

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
    def may_take_all(self) -> bool:
        """Whether something can be done to all rows of this view, and there are more than this page shows."""
        return (self.has_next or self.has_previous) and any(one.every for one in self.batch_actions)

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


def _as_lists(query: dict[str, Any]) -> dict[str, list[str]]:
    return {
        key: [str(one) for one in (value if isinstance(value, list | tuple) else [value])]
        for key, value in query.items()
    }
