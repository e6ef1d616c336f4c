"""The rows that a form of a list is about: the checked ones, or every row of the view it was sent from."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from qibu.ui.formats import number
from qibu.ui.lists import ListPage
from qibu.ui.paging import COUNTED

MOST = 19  # digits of an identifier; a longer number is none
FEW_MORE = 10  # a list lives: so many rows more than somebody saw are no other list


class Outdated(Exception):
    """What the form is about is not what the person saw: the view is gone, or has become much more. Nothing is done;
    the sentence says why."""


@dataclass(frozen=True)
class Chosen:
    """What a form carries along in hidden fields (`ui/list/chosen.html`), and how many rows that is."""

    ids: list[int]
    all: bool
    query: str
    next: str
    count: int  # with `all`, what the next form is held to


def of(request: HttpRequest, page: type[ListPage]) -> Chosen:
    known, everything = ids(request), bool(request.POST.get("all"))
    check_view(view(request, page, request.POST.get("query", "")))
    count = rows(request, page).count() if everything else len(known)
    return Chosen(known, everything, request.POST.get("query", ""), request.POST.get("next", ""), count)


def ids(request: HttpRequest) -> list[int]:
    return [int(text) for text in request.POST.getlist("id") if text.isdecimal() and len(text) < MOST]


def rows(request: HttpRequest, page: type[ListPage]) -> QuerySet[Any]:
    """Of the list as its address with `query` shows it: with `all` every row, else those named by `id`. Never more than
    the reader may see."""
    shown = view(request, page, request.POST.get("query", ""))
    check_view(shown)
    everything = bool(request.POST.get("all"))
    found = shown.filtered() if everything else shown.rows().filter(pk__in=ids(request))
    count = found.count() if everything else int(found.exists())
    if not count:
        raise Outdated(_("没有选中任何一条，或者选中的已经不在了，所以什么也没有做。"))
    if everything:
        check_count(request, count)
    return found


def check_view(page: ListPage) -> None:
    if page.is_gone:
        raise Outdated(_("这个视图已删除，所以什么也没有做。请另选一个视图再试。"))
    if page.lost:
        raise Outdated(_("这个视图用到的字段已停用，所以什么也没有做。请先修改视图。"))


def check_count(request: HttpRequest, count: int) -> None:
    """All rows of a view are those that the person was told of: no more than some that came meanwhile."""
    seen = int(text) if (text := request.POST.get("seen", "")).isdecimal() and len(text) < MOST else 0
    more = seen // 2 if seen > COUNTED else max(FEW_MORE, seen // 20)  # beyond, the number was an estimate
    if count > seen + more:
        sentence = _("您看到的是 {seen} 条，现在有 {count} 条，所以什么也没有做。请在列表里核对后再试一次。")
        raise Outdated(sentence.format(seen=number(seen), count=number(count)))


def view(request: HttpRequest, page: type[ListPage], query: str) -> ListPage:
    """The list as its address with `query` shows it."""
    asked = copy(request)
    asked.GET = QueryDict(query)
    found = page()
    found.setup(asked)
    return found
