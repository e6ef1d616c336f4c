"""What a list declares: its columns and the chips of its filter row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel import times
from qibu.ui import formats

Pairs = Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Column:
    """`value`: attribute path (`owner.name`) or function; `cell`: a template with `row`, `value`.

    `card` says where the cell stands when rows are cards on a phone: title, mark, right, line, hide.
    """

    key: str
    label: Any
    value: str | Callable[[Any], Any] = ""
    cell: str = ""
    sort: str = ""  # the field that the data base sorts by
    falls: bool = False  # the first click puts the newest or most first
    align: str = ""  # "end" for figures
    shown: bool = True
    width: str = ""  # "s", "m", "l"
    card: str = "line"
    locked: bool = False  # cannot be hidden
    plain: Callable[[Any], Any] | None = None  # what a spreadsheet says where the cell says it with more than words

    def read(self, row: Any) -> Any:
        """The value itself for a cell of its own, which words it; else in the short form."""
        found = self.value(row) if callable(self.value) else _follow(row, self.value or self.key)
        return found if self.cell else plain_words(found)

    def cell_value(self, row: Any) -> Any:
        """The cell in a spreadsheet: numbers, days and moments as such, so that one can reckon with them; else text."""
        if self.plain:
            found = self.plain(row)
        else:
            found = self.value(row) if callable(self.value) else _follow(row, self.value or self.key)
        reckoned = isinstance(found, int | float | Decimal | date) and not isinstance(found, bool)
        return found if reckoned else _spoken(found)


def _spoken(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else ""
    return str(plain_words(value))


def _follow(row: Any, path: str) -> Any:
    for part in path.split("."):
        row = getattr(row, part, None)
    return row


def plain_words(value: Any) -> Any:
    """What a cell without a template shows: days and moments in the short form."""
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value, "short")
    return "" if value is None else value


class Filter:
    """A chip in the filter row. `apply` narrows the rows by what the address holds for it."""

    template = ""

    def __init__(self, key: str, label: Any, field: str | Callable[[QuerySet[Any], Any], QuerySet[Any]] = ""):
        self.key, self.label, self.field = key, label, field or key

    def keys(self) -> tuple[str, ...]:
        return (self.key,)

    def chosen(self, query: QueryDict) -> Any:
        return query.get(self.key, "")

    def words(self, query: QueryDict, request: HttpRequest) -> str:
        return str(self.chosen(query))

    def apply(self, rows: QuerySet[Any], query: QueryDict) -> QuerySet[Any]:
        value = self.chosen(query)
        if not value:
            return rows
        try:
            return self.field(rows, value) if callable(self.field) else self.narrow(rows, value)
        except (ValueError, TypeError, ValidationError):  # what no option of the page says finds nothing
            return rows.none()

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return rows.filter(**{str(self.field): value})


class Text(Filter):
    template = "ui/list/filter_text.html"

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return rows.filter(**{f"{self.field}__icontains": value})


class Choice(Filter):
    """One of `options`, pairs or a function of the request that gives pairs."""

    template = "ui/list/filter_choice.html"

    def __init__(
        self,
        key: str,
        label: Any,
        options: Pairs | Callable[[HttpRequest], Pairs],
        field: Any = "",
        none: Any = None,
    ):
        super().__init__(key, label, field)
        self._options, self.none = options, none or gettext_lazy("全部")

    def options(self, request: HttpRequest) -> Pairs:
        return self._options(request) if callable(self._options) else self._options

    def words(self, query: QueryDict, request: HttpRequest) -> str:
        return next((str(label) for value, label in self.options(request) if value == self.chosen(query)), "")


class Several(Choice):
    """Any of `options`: `?grade=A&grade=B`."""

    template = "ui/list/filter_several.html"

    def chosen(self, query: QueryDict) -> Any:
        return [value for value in query.getlist(self.key) if value]

    def words(self, query: QueryDict, request: HttpRequest) -> str:
        chosen = self.chosen(query)
        names = [str(label) for value, label in self.options(request) if value in chosen]
        if len(names) > 2:
            return _("{first}等 {n} 项").format(first=names[0], n=len(names))
        return _("、").join(names)

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return rows.filter(**{f"{self.field}__in": value})


class Days(Filter):
    """From a day to a day, both included: `?visited_from=2026-11-01`; `moments` for datetimes."""

    template = "ui/list/filter_days.html"

    def __init__(self, key: str, label: Any, field: Any = "", moments: bool = False):
        super().__init__(key, label, field)
        self.moments = moments

    def keys(self) -> tuple[str, ...]:
        return (f"{self.key}_from", f"{self.key}_to")

    def chosen(self, query: QueryDict) -> Any:
        first, last = (_day(query.get(key, "")) for key in self.keys())
        return (first, last) if first or last else ()

    def words(self, query: QueryDict, request: HttpRequest) -> str:
        first, last = self.chosen(query) or (None, None)
        if first and last:
            return f"{first} – {last}"
        return _("{day} 起").format(day=first) if first else _("到 {day}").format(day=last)

    def narrow(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        first, last = value
        if first:
            rows = rows.filter(**{f"{self.field}__gte": times.start_of(first) if self.moments else first})
        if last:
            end = datetime.combine(last, time.max, tzinfo=times.ZONE) if self.moments else last
            rows = rows.filter(**{f"{self.field}__lte": end})
        return rows


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
