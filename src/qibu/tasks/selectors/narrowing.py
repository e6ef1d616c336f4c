"""What a list of tasks may be narrowed by beyond its columns, and why late work was late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel import times
from qibu.tasks.models import Clock, Task
from qibu.tasks.selectors.promises import NONE, broken

Rows = QuerySet[Task]
State = Task.State
NOBODY = "none"
NOW, LATE, LATER = "now", "late", "later"
STANDS = ((NOW, gettext_lazy("现在该做")), (LATE, gettext_lazy("已逾期")), (LATER, gettext_lazy("改约和待放出")))
KEPT_OR_NOT = (("yes", gettext_lazy("超过时限的")), ("no", gettext_lazy("没有超时的")))
ENDS = [(state.value, state.label) for state in (State.DONE, State.CANCELLED, State.EXPIRED)]
UNSAID = gettext_lazy("还没有说明")


def lying_with(rows: Rows, whom: str) -> Rows:
    return rows.filter(assignee__isnull=True) if whom == NOBODY else rows.filter(assignee_id=int(whom))


def done_by(rows: Rows, whom: str) -> Rows:
    """What nobody ended the system did."""
    return rows.filter(closed_by__isnull=True) if whom == NOBODY else rows.filter(closed_by_id=int(whom))


def standing(rows: Rows, asked: str) -> Rows:
    """What is on somebody's list now (all of it, or what is late), or waits for its day."""
    now = times.now()
    shown = {"state": State.OPEN, "shown_from__lte": now}
    if asked == LATER:
        return rows.filter(state__in=[State.OPEN, State.BACKLOG]).exclude(**shown)
    return rows.filter(**shown, due_at__lt=now) if asked == LATE else rows.filter(**shown)


def broken_or_not(rows: Rows, asked: str) -> Rows:
    late = Exists(Clock.objects.filter(broken(times.now()), task_id=OuterRef("pk")))
    return rows.filter(late if asked == "yes" else ~late)


def broken_because(rows: Rows, causes: Iterable[str]) -> Rows:
    """Late for one of these reasons; `none` is without any."""
    wanted = ["" if cause == NONE else cause for cause in causes]
    clocks = Clock.objects.filter(broken(times.now()), task_id=OuterRef("pk"), breach_cause__in=wanted)
    return rows.filter(Exists(clocks))


def covered(rows: Rows, _asked: str) -> Rows:
    return rows.filter(covered_for__isnull=False)


def with_reasons(rows: list[Any], now: datetime) -> list[Any]:
    """With `why`, in words; empty of what was in time."""
    late = Clock.objects.filter(broken(now), task_id__in=[row.pk for row in rows]).order_by("pk")
    why = {clock.task_id: clock.why or _("还没有说明") for clock in late}
    for row in rows:
        row.why = why.get(row.pk, "")
    return rows
