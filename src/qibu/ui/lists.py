"""The list as a work surface. A page declares columns, filters, presets and batch actions; this draws it.

Works without scripts (links and GET forms). With htmx the same address answers only the list. Everything a
list shows is in its address, except density and columns, which a cookie remembers per list and saved view.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext, gettext_lazy

from qibu.ui import slots
from qibu.ui.asked import Asked, Preset
from qibu.ui.filters import Choice, Column, Days, Filter, Several, Text
from qibu.ui.slots import Action

__all__ = ["Action", "Batch", "Choice", "Column", "Days", "Filter", "ListPage", "Preset", "Several", "Text"]

DENSITIES = (("wide", gettext_lazy("宽")), ("middle", gettext_lazy("中")), ("dense", gettext_lazy("密")))


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


class ListPage(Asked):
    title: Any = ""
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
        if not (isinstance(wanted, list) and wanted):
            return self.usual
        return [c for c in self.columns if c.locked or c.key in wanted]

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
            wanted = self.request.GET.getlist("cols")
            kept[self._columns_key] = [c.key for c in self.columns if c.key in wanted]
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
            down = state == "ascending" or (column.falls and not state)
            turned = f"-{column.key}" if down else column.key
            found.append(
                {"column": column, "state": state, "url": self.address(sort=turned) if column.sort else ""}
            )
        return found

    @property
    def sorts(self) -> list[dict[str, Any]]:
        """The orders on offer, for phones, whose rows are cards without heads."""
        return [head for head in self.heads if head["url"]]

    @cached_property
    def tabs(self) -> list[dict[str, Any]]:
        return [
            {
                "preset": p,
                "url": f"{self.request.path}?view={p.key}",
                "current": not self.is_gone and (p is self.preset or not (p.key or self.preset)),
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
            "words": one.words(self.query, self.request) or gettext("已不在") if chosen else "",
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
    def is_bare(self) -> bool:
        """Whether there would be no rows without any filter, too. Asked where none was found."""
        return not self.rows().exists()

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
    def usual_columns_url(self) -> str:
        """Back to the columns of the view; empty where they are shown."""
        return f"{self.address(remember=1)}&cols=" if self.is_reshaped else ""

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
