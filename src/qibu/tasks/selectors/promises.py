"""Promises that were due: which are broken, and which of those nobody has explained. One definition for all figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from qibu.tasks.models import Clock


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
