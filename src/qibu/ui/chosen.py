"""The rows that a form of a list is about: the checked ones, or every row of the view it was sent from."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from qibu.ui.lists import ListPage

MOST = 19  # digits of an identifier; a longer number is none


@dataclass(frozen=True)
class Chosen:
    """What a form carries along in hidden fields (`ui/list/chosen.html`), and how many rows that is."""

    ids: list[int]
    all: bool
    query: str
    next: str
    count: int


def of(request: HttpRequest, page: type[ListPage]) -> Chosen:
    known, everything = ids(request), bool(request.POST.get("all"))
    count = rows(request, page).count() if everything else len(known)
    return Chosen(known, everything, request.POST.get("query", ""), request.POST.get("next", ""), count)


def ids(request: HttpRequest) -> list[int]:
    return [int(text) for text in request.POST.getlist("id") if text.isdecimal() and len(text) < MOST]


def rows(request: HttpRequest, page: type[ListPage]) -> QuerySet[Any]:
    """Of the list as its address with `query` shows it: with `all` every row, else those named by `id`. Never more than
    the reader may see."""
    shown = view(request, page, request.POST.get("query", ""))
    return shown.filtered() if request.POST.get("all") else shown.rows().filter(pk__in=ids(request))


def view(request: HttpRequest, page: type[ListPage], query: str) -> ListPage:
    """The list as its address with `query` shows it."""
    asked = copy(request)
    asked.GET = QueryDict(query)
    found = page()
    found.setup(asked)
    return found
