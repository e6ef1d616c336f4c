"""What the address of a list asks for: which view, which values over it; and how a view is kept under a name."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode

from qibu.ui import slots
from qibu.ui.filters import Choice, Column
from qibu.ui.paging import Paged


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
    owner: str = ""  # the colleague who shares it


class Asked(Paged):
    key = ""
    presets: Sequence[Preset] = ()

    @property
    def usual(self) -> list[Column]:
        """The columns of the view, before the person chooses others."""
        wanted = self.preset.columns if self.preset else ()
        return [c for c in self.columns if c.locked or (c.key in wanted if wanted else c.shown)]

    @property
    def shown(self) -> list[Column]:
        """The columns that the person sees."""
        return self.usual

    @property
    def is_reshaped(self) -> bool:
        return [column.key for column in self.shown] != [column.key for column in self.usual]

    @cached_property
    def preset(self) -> Preset | None:
        return self._known_view or (self.presets[0] if self.presets else None)

    @cached_property
    def _known_view(self) -> Preset | None:
        asked, known = self.request.GET.get("view", ""), [*self.presets, *self.saved]
        return next((p for p in known if p.key == asked), None)

    @property
    def is_gone(self) -> bool:
        """Whether the address names a view that is not there, or not there any more. It shows nothing: all rows
        instead of a few would be acted on, and would leave the house, as if somebody had wanted them."""
        return bool(self.request.GET.get("view")) and self._known_view is None

    @cached_property
    def lost(self) -> list[str]:
        """What view and address ask for and the list has no more, in words: a field that was switched off."""
        known = {*chain.from_iterable(one.keys() for one in self.filters), "sort"}
        kept = [key for key, values in self._asked_by(self.preset).items() if any(values) and key not in known]
        typed = [key for key, value in self.request.GET.items() if value and key not in known and key not in kept]
        called = slots.fill("list.lost", self.request, keys=[*kept, *typed]) if kept or typed else []
        words = dict(called)
        return list(dict.fromkeys(words.get(key, "") for key in [*kept, *typed] if key in words or key in kept))

    @cached_property
    def lost_choices(self) -> list[str]:
        """Filters whose value is none of their options any more: a tag that was removed."""
        choices = [one for one in self.filters if isinstance(one, Choice) and one.chosen(self.query)]
        return [str(one.label) for one in choices if not one.words(self.query, self.request)]

    def filtered(self) -> QuerySet[Any]:
        return self.rows().none() if self.is_gone or self.lost else super().filtered()

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

    @property
    def unsaved(self) -> str:
        """A query that asks for the same without a saved view, which somebody may change: the page's own view, and
        each value over it. Days of the calendar are written out."""
        below = self._asked_by(next((one for one in self.presets if one.key == self.view), None))
        taken_away = {key: [""] for key in below if key not in self.values}
        return urlencode({"view": self.view, **taken_away, **self.values}, doseq=True)

    @property
    def saved_name(self) -> str:
        return str(self.preset.label) if self.preset in self.saved else ""

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
        """Where filters, order or columns are saved under a name; empty where nothing keeps views."""
        foreign = self.preset in self.saved and not self.edit_url  # a colleague's: a copy of one's own is made of it
        worth = (self.is_changed or self.is_reshaped or foreign) and not (self.is_gone or self.lost)
        address = next(iter(slots.fill("list.saving", self.request)), "") if worth else ""
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


def _as_lists(query: dict[str, Any]) -> dict[str, list[str]]:
    return {
        key: [str(one) for one in (value if isinstance(value, list | tuple) else [value])]
        for key, value in query.items()
    }
