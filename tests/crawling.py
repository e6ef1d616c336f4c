"""Walking through the product by its own links, as a person would."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

SPOKEN = {"alt", "title", "aria-label", "placeholder", "data-confirm", "data-key-label", "data-confirm-title"}
LINKS = re.compile(r'(?:href|hx-get)="([^"#]+)')


@dataclass(frozen=True)
class Visited:
    address: str
    name: str
    answer: Any

    @property
    def html(self) -> str:
        return "" if self.answer.streaming else self.answer.content.decode(errors="replace")


def walk(client: Client, *starts: str, of_a_kind: int = 2) -> Iterator[Visited]:
    """Every page that links lead to; of pages of one kind a few, those first that ask for something else."""
    client.raise_request_exception = False
    waiting, seen, kinds = deque(starts or ["/"]), set(starts or ["/"]), Counter[Any]()
    while waiting:
        address = waiting.popleft()
        name = name_of(address)
        keys = (name, frozenset(key for key, _value in parse_qsl(urlsplit(address).query)))
        if not name or kinds[keys] >= of_a_kind or kinds[name] >= 3 * of_a_kind:
            continue
        kinds.update([name, keys])
        page = Visited(address, name, client.get(address))
        yield page
        for link in links_of(page):
            if link not in seen:
                seen.add(link)
                waiting.append(link)


@lru_cache(maxsize=4096)  # every page offers the same menu
def name_of(address: str) -> str:
    """Empty for what is no page: files, addresses elsewhere."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or parts.path.startswith("/static/"):
        return ""
    try:
        return resolve(parts.path).view_name
    except Resolver404:
        return "nowhere"


def links_of(page: Visited) -> list[str]:
    if page.answer.status_code == 302:
        return [urljoin(page.address, page.answer.url)]
    return [urljoin(page.address, link.replace("&amp;", "&")) for link in LINKS.findall(page.html)]


def offers(answer: Any) -> list[tuple[str, str]]:
    """What a page lets its reader open (`get`) and send (`post`), by the name of the address."""
    parser = _Offers()
    parser.feed(answer.content.decode(errors="replace"))
    here = answer.request["PATH_INFO"]
    named = {(way, name_of(urljoin(here, address))) for way, address in set(parser.found)}
    return sorted((way, name) for way, name in named if name and name != "nowhere")


class _Offers(HTMLParser):
    WAYS = {"href": "get", "hx-get": "get", "hx-post": "post", "formaction": "post"}

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.found += [(way, said[key] or "") for key, way in self.WAYS.items() if said.get(key)]
        if tag == "form" and said.get("action"):
            self.found.append(((said.get("method") or "get").lower(), said["action"] or ""))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style"}
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.found.append(" ".join(data.split()))


def words_of(html: str) -> list[str]:
    """What is read or spoken: texts and the attributes that are read out."""
    parser = _Words()
    parser.feed(html)
    return parser.found
