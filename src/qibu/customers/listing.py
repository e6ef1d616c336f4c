"""What the customer list and the search palette take from apps above. A closed contract: columns, filters, presets,
and words for what matched. An app registers in its `slots.py`:

    listing.add_column(listing.ListColumn("car", _("车辆"), hydrate=cars_of))

`hydrate` gets the actor and the identifiers of one whole page, so a column costs one query, not one per row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qibu.customers.models import Customer
from qibu.kernel.actors import Actor
from qibu.ui.filters import Filter

Hydrate = Callable[[Actor, list[int]], Mapping[int, str | SafeString]]
Options = Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class ListColumn:
    """A further column. `plain` gives the texts for exports; without it the column isn't exported."""

    key: str
    label: Any
    hydrate: Hydrate
    order: int = 100
    shown: bool = True
    align: str = ""
    width: str = ""
    card: str = "line"  # where it stands on a phone: title, mark, right, line, hide
    plain: Callable[[Actor, list[int]], Mapping[int, str]] | None = None


@dataclass(frozen=True)
class ListFilter:
    """A further filter with one choice; `apply` narrows the customers by a value of `choices`."""

    key: str
    label: Any
    choices: Options | Callable[[Actor], Options]
    apply: Callable[[QuerySet[Customer], str], QuerySet[Customer]]
    order: int = 100


@dataclass(frozen=True)
class ListPreset:
    """A further saved view: values of filters (own ones or those of other apps) under a name."""

    key: str
    label: Any
    query: dict[str, Any] = field(default_factory=dict)
    order: int = 100


Further = Callable[[Actor], Sequence[Filter]]
_further: list[Further] = []
_columns: dict[str, ListColumn] = {}
_filters: dict[str, ListFilter] = {}
_presets: dict[str, ListPreset] = {}
_words: dict[str, Hydrate] = {}


def add_column(column: ListColumn) -> None:
    _columns[column.key] = column


def add_filter(one: ListFilter) -> None:
    _filters[one.key] = one


def add_filters(further: Further) -> None:
    """Filters that hang on who asks, such as those by fields that an organisation added to its cars."""
    if further not in _further:
        _further.append(further)


def add_preset(preset: ListPreset) -> None:
    _presets[preset.key] = preset


def add_match_words(source: str, hydrate: Hydrate) -> None:
    """For tokens of the source "<source>:<id>": from these ids to what is shown as the match, e.g. a plate."""
    _words[source] = hydrate


def columns() -> list[ListColumn]:
    return sorted(_columns.values(), key=lambda one: (one.order, one.key))


def filters() -> list[ListFilter]:
    return sorted(_filters.values(), key=lambda one: (one.order, one.key))


def filters_for(actor: Actor) -> list[Filter]:
    return [one for further in _further for one in further(actor)]


def presets() -> list[ListPreset]:
    return sorted(_presets.values(), key=lambda one: (one.order, one.key))


def describe_matches(actor: Actor, sources: Mapping[int, str]) -> dict[int, str]:
    """Customer → what matched, in words; one query per app that has tokens among them."""
    found: dict[int, str] = {}
    asked: dict[str, dict[int, int]] = defaultdict(dict)
    for customer_id, source in sources.items():
        kind, _colon, number = source.partition(":")
        if kind in _words and number.isdigit():
            asked[kind][customer_id] = int(number)
        else:
            found[customer_id] = {"phone": _("电话"), "person": _("联系人")}.get(kind, "")
    for kind, subjects in asked.items():
        words = _words[kind](actor, sorted(set(subjects.values())))
        found |= {customer_id: words.get(subject, "") for customer_id, subject in subjects.items()}
    return found
