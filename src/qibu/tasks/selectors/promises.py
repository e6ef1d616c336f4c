"""Promises that were due: how many were kept, how many broken, whose they were and why. One definition for all figures.

Every clock is a promise. It belongs to the day of its deadline: the one that was broken, else the one that counts now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.tasks.models import Clock, Task
from qibu.tasks.rules import rate

BROKEN, KEPT, RUNNING, DROPPED = "broken", "kept", "running", "dropped"
NONE = "none"  # in addresses: the pool, or no reason yet


def broken(now: datetime) -> Q:
    """The deadline passed while the clock ran: on record, or not yet seen by the sweep."""
    return Q(breached_at__isnull=False) | Q(stopped_at__isnull=True, paused_at__isnull=True, due_at__lt=now)


def owing(clock_ids: Iterable[int], now: datetime) -> QuerySet[Clock]:
    """Those of the clocks whose breach nobody has explained."""
    rows: QuerySet[Clock] = Clock.objects.filter(broken(now), pk__in=list(clock_ids), breach_cause="")
    return rows


def owed(task_ids: Iterable[int], now: datetime) -> set[int]:
    """Those of the tasks that can't end without a reason."""
    rows = Clock.objects.filter(broken(now), task_id__in=list(task_ids), breach_cause="")
    return set(rows.values_list("task_id", flat=True))


# Figures ----------------------------------------------------------------------------------------------
def promises(actor: Actor, now: datetime) -> QuerySet[Any]:
    """With `day`, `standing` and `whose` (null is the pool): the rows behind every figure."""
    actor.require(Capability.TASKS_VIEW_ALL)
    standing = Case(
        When(broken(now), then=Value(BROKEN)),
        When(stopped_at__isnull=True, then=Value(RUNNING)),
        When(task__state=Task.State.DONE, then=Value(KEPT)),
        default=Value(DROPPED), output_field=TextField(),
    )  # fmt: skip
    whose = Case(When(breached_at__isnull=False, then=F("breached_with_id")), default=F("task__assignee_id"))
    rows: QuerySet[Any] = Clock.objects.annotate(
        day=Coalesce("breached_at", "due_at"), standing=standing, whose=whose
    )
    return rows


def within(rows: QuerySet[Any], first: date, last: date) -> QuerySet[Any]:
    """Those due from a day to a day, both included."""
    return rows.filter(day__gte=times.start_of(first), day__lt=times.start_of(last + timedelta(days=1)))


def caused_by(rows: QuerySet[Any], causes: Iterable[str]) -> QuerySet[Any]:
    """Broken for one of these reasons; `none` is without any."""
    return rows.filter(standing=BROKEN, breach_cause__in=["" if cause == NONE else cause for cause in causes])


def belonging_to(rows: QuerySet[Any], person: str) -> QuerySet[Any]:
    return rows.filter(whose__isnull=True) if person == NONE else rows.filter(whose=int(person))


@dataclass(frozen=True)
class Kept:
    """How the promises of one line stand."""

    kept: int = 0
    broken: int = 0
    running: int = 0
    dropped: int = 0

    @property
    def due(self) -> int:
        return self.kept + self.broken + self.running + self.dropped

    @property
    def ended(self) -> int:
        """Those of which one can say how they ended."""
        return self.kept + self.broken

    @property
    def share(self) -> int | None:
        """Of a hundred that came to an end, how many were kept."""
        return rate(self.kept, self.ended)


@dataclass(frozen=True)
class Figures:
    """Of a period: all, by kind of work, by person (None: the pool), and the broken ones by reason ("": none yet)."""

    all: Kept
    by_kind: dict[str, Kept]
    by_person: dict[int | None, Kept]
    by_cause: dict[str, int]


def figures(actor: Actor, first: date, last: date, now: datetime) -> Figures:
    """One query."""
    rows = within(promises(actor, now), first, last).order_by()
    grouped = list(rows.values_list("task__category", "whose", "standing", "breach_cause").annotate(n=Count("pk")))
    causes = Counter[str]()
    for _kind, _whose, standing, cause, number in grouped:
        causes[cause] += number if standing == BROKEN else 0
    return Figures(
        _summed(grouped, lambda _row: True).get(True, Kept()),
        _summed(grouped, lambda row: row[0]), _summed(grouped, lambda row: row[1]),
        {cause: number for cause, number in causes.most_common() if number},
    )  # fmt: skip


def _summed(grouped: Iterable[tuple[Any, ...]], of: Any) -> dict[Any, Kept]:
    """The worst first."""
    counts: dict[Any, Counter[str]] = {}
    for row in grouped:
        counts.setdefault(of(row), Counter())[row[2]] += row[4]
    found = {key: Kept(**count) for key, count in counts.items()}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].broken, -pair[1].due)))
