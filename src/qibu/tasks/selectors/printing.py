"""The morning list on paper: one person's tasks of the day in order of urgency, with room for notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from qibu.customers.models import ContactPoint
from qibu.customers.selectors import phones_of
from qibu.kernel import times
from qibu.tasks.models import Task

MOST = 400


@dataclass(frozen=True)
class Line:
    task: Task
    phone: str
    more: tuple[str, ...]  # further reasons of the same customer, each once


def morning_list(staff_id: int, now: datetime) -> list[Line]:
    """What is due until midnight, one line a customer; numbers masked."""
    night = times.start_of(times.day_of(now) + timedelta(days=1))
    rows = Task.objects.filter(assignee_id=staff_id, state=Task.State.OPEN, shown_from__lt=night, due_at__lt=night)
    bundles: dict[int, list[Task]] = {}
    for task in rows.select_related("customer", "vehicle").order_by("due_at", "pk")[:MOST]:
        bundles.setdefault(task.customer_id or -task.pk, []).append(task)
    phones = phones_of(number for number in bundles if number > 0)
    return [
        Line(first, phones[key].masked if key in phones else "", _reasons(others))
        for key, (first, *others) in bundles.items()
    ]


def _reasons(tasks: Iterable[Task]) -> tuple[str, ...]:
    """A firm with ten cars has the same reason ten times: it is said once, with how often."""
    found = Counter(str(task.called) for task in tasks)
    return tuple(f"{title} × {n}" if n > 1 else title for title, n in found.items())


def points_to_call(customer_ids: Iterable[int]) -> dict[int, int]:
    """Customer → the point whose number stands on the list."""
    return {customer_id: point.id for customer_id, point in phones_of(customer_ids).items()}


def numbers(point_ids: Iterable[int]) -> dict[int, str]:
    """Point → number in the clear. Only for an act that writes down that it was shown."""
    return {point.pk: str(point.value) for point in ContactPoint.objects.filter(pk__in=list(point_ids))}
