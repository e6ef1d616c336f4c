"""Commands and pages of the search palette, found by their names in either language, by pinyin and by initials."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from qibu.kernel.spelling import spelled
from qibu.ui import slots
from qibu.ui.areas import AREAS

SHOWN = 5
BY_AREA = 3  # pages of an area that is asked for come after all that is called so itself
LONGEST = 24  # a longer text is no name of a page


@dataclass(frozen=True)
class Way:
    label: Any
    url: str
    icon: str
    hint: Any = ""
    area: Any = ""


def found(request: HttpRequest, text: str) -> list[dict[str, Any]]:
    """Names that begin with the text before those that have it inside, as `ui/palette/results.html` takes them."""
    wanted = _folded(text)
    if not wanted or len(wanted) > LONGEST:
        return []
    ranked = [(rank, way) for way in _ways(request) if (rank := _rank_of(way, wanted)) is not None]
    best = sorted(ranked, key=lambda pair: pair[0])
    once = {way.url: way for _rank, way in reversed(best)}
    kept = [way for _rank, way in best if once.get(way.url) is way][:SHOWN]
    return [{"label": way.label, "hint": way.hint, "url": way.url, "icon": way.icon} for way in kept]


def _ways(request: HttpRequest) -> Iterator[Way]:
    for command in slots.fill("search.commands", request):
        yield Way(command.label, command.url, command.icon, command.hint)
    for place in chain(slots.fill("navigation", request), slots.fill("settings", request)):
        area = AREAS.get(getattr(place, "area", ""))
        inside = area.label if area else ""
        try:
            yield Way(place.label, reverse(place.url_name), place.icon, getattr(place, "hint", inside), inside)
        except NoReverseMatch:  # the area is not installed here
            continue


def _rank_of(way: Way, wanted: str) -> int | None:
    rank = _rank(way.label, wanted)
    if rank is None and way.area and _rank(way.area, wanted) is not None:
        return BY_AREA
    return rank


def _rank(label: Any, wanted: str) -> int | None:
    ranks = [rank for language, _name in settings.LANGUAGES for rank in _ranks(_in(label, language), wanted)]
    return min(ranks, default=None)


def _in(label: Any, language: str) -> str:
    with override(language):
        return str(label)


def _ranks(name: str, wanted: str) -> Iterator[int]:
    folded = _folded(name)
    if wanted in folded:
        yield 0 if folded.startswith(wanted) else 2
    whole, initials = _sounds(name)
    if whole.startswith(wanted):
        yield 1
    if len(wanted) > 1 and initials.startswith(wanted):
        yield 1


@lru_cache(maxsize=1024)
def _sounds(name: str) -> tuple[str, str]:
    syllables = [_folded(one) for one in spelled(name)]
    return "".join(syllables), "".join(one[:1] for one in syllables)


def _folded(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
