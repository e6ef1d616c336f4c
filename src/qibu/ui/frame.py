"""What stands around a page: navigation, store switch, person, search. All of it comes from the slots."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from qibu.ui import slots
from qibu.ui.areas import AREAS, Area


@dataclass(frozen=True)
class Place:
    """A navigation item as this request sees it."""

    item: slots.NavItem
    url: str
    root: str
    count: int
    current: bool = False
    near: bool = False  # in the bottom bar of phones: another page of its area is the current one

    @property
    def area(self) -> Area | None:
        return AREAS.get(self.item.area)


@dataclass(frozen=True)
class Branch:
    """What stands at the first level of the menu: a place, or an area with several."""

    places: list[Place]

    @property
    def area(self) -> Area | None:
        return self.places[0].area if len(self.places) > 1 else None

    @property
    def key(self) -> str:
        return self.places[0].item.area or self.places[0].item.key

    @property
    def current(self) -> bool:
        return any(place.current for place in self.places)

    @property
    def late(self) -> int:
        """What is late in an area is seen though it is folded."""
        return sum(place.count for place in self.places if place.item.hot)


@dataclass(frozen=True)
class Ringing:
    """The bell as a whole: `url` is where it leads while no more than one thing waits."""

    waiting: list[slots.Bell]
    count: int
    url: str
    refresh: str


class Frame:
    def __init__(self, request: HttpRequest | None) -> None:
        self.request = request or HttpRequest()

    @cached_property
    def places(self) -> list[Place]:
        found = [p for item in slots.fill("navigation", self.request) if (p := self._place(item))]
        nearest = max((p.root for p in found if _within(self.request.path, p.root)), key=len, default="")
        return [replace(p, current=p.root == nearest) for p in found]

    def _place(self, item: slots.NavItem) -> Place | None:
        try:
            url, root = reverse(item.url_name), reverse(item.root or item.url_name)
        except NoReverseMatch:  # the area is not installed here
            return None
        return Place(item, url, root, item.badge(self.request) if item.badge else 0)

    @cached_property
    def branches(self) -> list[Branch]:
        return _branches(self.places)

    @cached_property
    def phone(self) -> list[Place]:
        bar = sorted((p for p in self.places if p.item.phone), key=lambda p: p.item.phone)[:4]
        here = {p.item.area for p in self.places if p.current} - {""}
        return [replace(p, near=not p.current and p.item.area in here) for p in bar]

    @property
    def beyond_phone(self) -> list[Place]:
        bar = {p.item.key for p in self.phone}
        return [p for p in self.places if p.item.key not in bar]

    @property
    def beyond_branches(self) -> list[Branch]:
        return _branches(self.beyond_phone)

    @property
    def beyond_is_current(self) -> bool:
        return any(p.current for p in self.beyond_phone) and not any(p.near for p in self.phone)

    @cached_property
    def stores(self) -> list[slots.Choice]:
        return slots.fill("frame.stores", self.request)

    @property
    def store(self) -> slots.Choice | None:
        return next((s for s in self.stores if s.current), None)

    @cached_property
    def person(self) -> list[slots.Action]:
        return slots.fill("frame.person", self.request)

    @cached_property
    def recent(self) -> list[slots.Action]:
        return slots.fill("frame.recent", self.request)

    @cached_property
    def bell(self) -> Ringing | None:
        """All that is waiting, each with its own way there."""
        bells = slots.fill("frame.bell", self.request)
        if not bells:
            return None
        waiting = [one for one in bells if one.count]
        refresh = next((one.refresh for one in bells if one.refresh), "")
        return Ringing(waiting, sum(one.count for one in waiting), (waiting or bells)[0].url, refresh)

    @cached_property
    def search(self) -> str:
        return next(iter(slots.fill("frame.search", self.request)), "")

    @property
    def commands(self) -> list[slots.Command]:
        return slots.fill("search.commands", self.request)

    @property
    def collapsed(self) -> bool:
        return self.request.COOKIES.get("qibu_nav") == "min"

    @property
    def actor(self) -> Any:
        return getattr(self.request, "actor", None)

    @property
    def actor_title(self) -> str:
        return str(next(iter(slots.fill("frame.title", self.request)), ""))


def _branches(places: list[Place]) -> list[Branch]:
    """An area stands where its first place does."""
    found: dict[tuple[bool, str], list[Place]] = {}
    for place in places:
        inside = bool(place.item.area)
        found.setdefault((inside, place.item.area if inside else place.item.key), []).append(place)
    return [Branch(several) for several in found.values()]


def _within(path: str, url: str) -> bool:
    """The first page is current on its own address only: every address begins with its slash."""
    return path == url if url == "/" else path.startswith(url)
