"""What stands around a page: navigation, store switch, person, search. All of it comes from the slots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from qibu.ui import slots


@dataclass(frozen=True)
class Place:
    """A navigation item as this request sees it."""

    item: slots.NavItem
    url: str
    count: int
    current: bool


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
        nearest = max((p.url for p in found if _within(self.request.path, p.url)), key=len, default="")
        return [Place(p.item, p.url, p.count, p.url == nearest) for p in found]

    def _place(self, item: slots.NavItem) -> Place | None:
        try:
            url = reverse(item.url_name)
        except NoReverseMatch:  # the area is not installed here
            return None
        count = item.badge(self.request) if item.badge else 0
        return Place(item, url, count, False)

    @property
    def groups(self) -> Iterator[tuple[Any, list[Place]]]:
        for name, places in groupby(self.places, key=lambda p: str(p.item.group)):
            yield name, list(places)

    @property
    def phone(self) -> list[Place]:
        return sorted((p for p in self.places if p.item.phone), key=lambda p: p.item.phone)[:4]

    @property
    def beyond_phone(self) -> list[Place]:
        bar = self.phone
        return [p for p in self.places if p not in bar]

    @property
    def beyond_is_current(self) -> bool:
        return any(p.current for p in self.beyond_phone)

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


def _within(path: str, url: str) -> bool:
    """The first page is current on its own address only: every address begins with its slash."""
    return path == url if url == "/" else path.startswith(url)
