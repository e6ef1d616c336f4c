"""Who came and called: the log as its reader may see it, and the head count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import ExtractHour, TruncDate
from django.http import Http404

from qibu.customers import selectors as customers
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.showroom.models import Visitor
from qibu.showroom.rules import LEADING

FIRST_HOUR, LAST_HOUR = 8, 19  # shown also when nobody came


def visible(actor: Actor) -> QuerySet[Visitor]:
    """Today's stand in one hall, so that all who receive see them; of other days one's own, or with the right all.
    Visitors of who was erased are shown to nobody."""
    rows: QuerySet[Visitor] = Visitor.objects.filter(Q(customer__isnull=True) | Q(customer__erased_at__isnull=True))
    if actor.may(Capability.SALES_VIEW_ALL):
        return rows
    if not actor.may(Capability.SALES_RECEIVE):
        return rows.none()
    mine = Q(consultant_id=actor.staff_id or 0) | Q(by_id=actor.staff_id or 0)
    return rows.filter(mine | Q(at__gte=times.start_of(times.today())))


def visitor_or_404(actor: Actor, visitor_id: int) -> Visitor:
    rows = visible(actor).select_related("customer", "consultant", "lead", "by")
    found: Visitor | None = rows.filter(pk=visitor_id).first()
    if found is None:
        raise Http404
    return found


def with_files(actor: Actor, rows: Sequence[Visitor]) -> Sequence[Visitor]:
    """Each with what it is called, and whether the reader sees the person's file: a colleague's customer is told by
    what they said at the desk, not by what their file knows."""
    ids = [row.customer_id for row in rows if row.customer_id]
    seen = set(customers.visible(actor).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    for row in rows:
        row.file_seen = row.customer_id in seen  # type: ignore[attr-defined]  # read by pages
        row.called = str(row.customer) if row.customer and row.customer_id in seen else row.name  # type: ignore[attr-defined]
    return rows


# Heads --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Bar:
    label: str
    groups: int  # who came together counts once
    heads: int
    leads: int
    height: int = 0  # of a hundred, which the busiest one has

    @property
    def top(self) -> int:
        return 100 - self.height


@dataclass(frozen=True)
class Report:
    hours: list[Bar]
    days: list[Bar]
    purposes: list[tuple[str, int]]
    groups: int
    heads: int
    calls: int
    leads: int
    minutes: int | None  # the middle of how long they stay, in whole minutes


def report(actor: Actor, first: date, last: date) -> Report:
    """From a day to a day, both included; for who sees all of the store's leads."""
    actor.require(Capability.SALES_VIEW_ALL)
    since, until = times.start_of(first), times.start_of(last + timedelta(days=1))
    everything = Visitor.objects.filter(at__gte=since, at__lt=until)
    visits = everything.filter(way=Visitor.Way.VISIT).order_by()
    days = _days(visits, first, last)
    return Report(
        _hours(visits), days, _purposes(visits), sum(one.groups for one in days), sum(one.heads for one in days),
        everything.filter(way=Visitor.Way.CALL).count(), sum(one.leads for one in days), _middle(visits),
    )  # fmt: skip


SUMS = {"groups": Count("pk"), "heads": Sum("party"), "leads": Count("lead", distinct=True)}


def _hours(visits: QuerySet[Visitor]) -> list[Bar]:
    rows = visits.annotate(hour=ExtractHour("at", tzinfo=times.ZONE)).values("hour").annotate(**SUMS)
    found: dict[int, Any] = {row["hour"]: row for row in rows}
    hours = range(min([FIRST_HOUR, *found]), max([LAST_HOUR, *found]) + 1)
    return _scaled([_bar(f"{hour}", found.get(hour)) for hour in hours])


def _days(visits: QuerySet[Visitor], first: date, last: date) -> list[Bar]:
    rows = visits.annotate(day=TruncDate("at", tzinfo=times.ZONE)).values("day").annotate(**SUMS)
    found: dict[date, Any] = {row["day"]: row for row in rows}
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    return _scaled([_bar(f"{day.month}/{day.day}", found.get(day)) for day in days])


def _bar(label: str, row: dict[str, int] | None) -> Bar:
    return Bar(label, row["groups"], row["heads"], row["leads"]) if row else Bar(label, 0, 0, 0)


def _scaled(bars: list[Bar]) -> list[Bar]:
    most = max([one.heads for one in bars], default=0) or 1
    return [replace(one, height=round(100 * one.heads / most)) for one in bars]


def _purposes(visits: QuerySet[Visitor]) -> list[tuple[str, int]]:
    rows = visits.values_list("purpose").annotate(n=Count("pk")).order_by("-n", "purpose")
    return [(str(Visitor.Purpose(purpose).label), n) for purpose, n in rows]


def _middle(visits: QuerySet[Visitor]) -> int | None:
    """Of those who came for a car and whose leaving was written down."""
    stays = sorted(
        left - came
        for came, left in visits.filter(left_at__isnull=False, purpose__in=list(LEADING)).values_list("at", "left_at")
        if left is not None
    )
    return round(stays[len(stays) // 2] / timedelta(minutes=1)) if stays else None


