"""Rows as they were, kept as JSON beside the act that changed them, so that it can be taken back exactly."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from qibu.tasks.models import Clock, Task

TASK = (
    "state", "assignee_id", "assigned_at", "due_at", "shown_from", "attempts", "outcome", "note", "closed_at",
    "closed_by_id",
)  # fmt: skip
# Not `breached_at`: a breach stays on record, whatever is undone.
CLOCK = ("warn_at", "due_at", "stopped_at", "paused_at", "rung", "climb_at")
Kept = dict[str, Any]


def of_task(task: Task) -> Kept:
    return {"id": task.pk, **{name: _plain(getattr(task, name)) for name in TASK}}


def of_clocks(task_ids: Iterable[int]) -> list[Kept]:
    rows = Clock.objects.filter(task_id__in=list(task_ids)).order_by("pk")
    return [{"id": row.pk, **{name: _plain(getattr(row, name)) for name in CLOCK}} for row in rows]


def put_back(tasks: Iterable[Kept], clocks: Iterable[Kept]) -> None:
    for kept in tasks:
        Task.objects.filter(pk=kept["id"]).update(**_values(kept, TASK))
    for kept in clocks:
        Clock.objects.filter(pk=kept["id"]).update(**_values(kept, CLOCK))


def _values(kept: Kept, names: Iterable[str]) -> Kept:
    return {name: kept[name] for name in names}


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
