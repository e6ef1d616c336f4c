"""The time line of a customer (B7), read from the journal, whoever in the store handled it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from qibu.customers import timeline
from qibu.customers.selectors.customers import told_as
from qibu.customers.timeline import Happening, Line, Renderers
from qibu.kernel import times
from qibu.kernel.models import Entry
from qibu.network.models import Staff
from qibu.ui import cursor

PAGE = 20
COUNTED = 500


@dataclass(frozen=True)
class Shown:
    happening: Happening
    line: Line

    @property
    def has_time(self) -> bool:
        """What is known by its day alone is written at midnight."""
        at = self.happening.at.astimezone(times.ZONE)
        return (at.hour, at.minute) != (0, 0)


@dataclass(frozen=True)
class Day:
    on: date
    shown: list[Shown]


@dataclass(frozen=True)
class TimeLine:
    days: list[Day]
    older: int  # how many come before; COUNTED stands for more
    before: str  # the place where they begin


def read(customer_id: int, renderers: Renderers, *, kind: str = "", before: str = "") -> TimeLine:
    """One page, the newest first, without what was taken back."""
    rows = rows_of(customer_id, renderers, kind)
    found = list(_from(rows, before).order_by("-at", "-id")[: PAGE + 1])
    page, more = found[:PAGE], len(found) > PAGE
    place = cursor.encode((page[-1].at, page[-1].pk)) if more else ""
    older = _from(rows, place)[:COUNTED].count() if more else 0
    return TimeLine(_days(_shown(customer_id, page, renderers)), older, place)


def latest(customer_id: int, renderers: Renderers, limit: int = 3) -> list[Shown]:
    rows = rows_of(customer_id, renderers, "").order_by("-at", "-id")
    return list(_shown(customer_id, rows[:limit], renderers))


def kinds(renderers: Renderers) -> list[timeline.Kind]:
    """The chips: kinds of which some app shows something."""
    used = {renderer.kind for renderer in renderers.values()}
    return [kind for kind in timeline.KINDS if kind in used]


def days_of(customer_id: int, entries: Iterable[Entry], renderers: Renderers) -> list[Day]:
    """Entries that somebody chose, as the time line shows them."""
    return _days(_shown(customer_id, entries, renderers))


def rows_of(customer_id: int, renderers: Renderers, kind: str = "") -> QuerySet[Entry]:
    """What the time line shows of a customer, without what was taken back."""
    taken_back = Entry.objects.filter(retracts_id=OuterRef("pk"))
    rows = Entry.objects.filter(customer_id__in=told_as(customer_id), timeline=True, retracts_id__isnull=True)
    rows = rows.exclude(Exists(taken_back))
    if kind:
        rows = rows.filter(type__in=[name for name, one in renderers.items() if one.kind.key == kind])
    return rows


def _from(rows: QuerySet[Entry], before: str) -> QuerySet[Entry]:
    try:
        at, number = cursor.decode(before, 2) if before else (None, None)
    except cursor.BadCursor:
        return rows
    if not isinstance(at, datetime) or not isinstance(number, int):
        return rows
    return rows.filter(Q(at__lt=at) | Q(at=at, id__lt=number), at__lte=at)


def _shown(customer_id: int, entries: Iterable[Entry], renderers: Renderers) -> list[Shown]:
    rows = list(entries)
    names = dict(Staff.objects.filter(pk__in={row.actor_id for row in rows if row.actor_id}).values_list("id", "name"))
    return [_render(_happening(customer_id, row, names), renderers) for row in rows]


def _happening(customer_id: int, row: Entry, names: dict[int, str]) -> Happening:
    by = names.get(row.actor_id, "") if row.actor_id else _("系统")
    if row.batch_id and row.actor_id and by:
        by = _("由 {name} 导入").format(name=by)
    return Happening(row.pk, row.type, row.at, row.data, row.vehicle_id, row.subject_id, by, customer_id)


def _render(happening: Happening, renderers: Renderers) -> Shown:
    renderer = renderers.get(happening.type)
    return Shown(happening, renderer.read(happening) if renderer else timeline.unknown(happening))


def _days(shown: list[Shown]) -> list[Day]:
    return [Day(on, list(group)) for on, group in groupby(shown, key=lambda one: times.day_of(one.happening.at))]
