"""The morning list on paper: one person's tasks of the day in order of urgency, with room for notes."""

from __future__ import annotations

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
    categories: frozenset[str] = frozenset()  # of all these tasks


def morning_list(staff_id: int, now: datetime) -> list[Line]:
    """What is due until midnight, one line a customer; numbers masked."""
    night = times.start_of(times.day_of(now) + timedelta(days=1))
    rows = Task.objects.filter(assignee_id=staff_id, state=Task.State.OPEN, shown_from__lt=night, due_at__lt=night)
    bundles: dict[int, list[Task]] = {}
    for task in rows.select_related("customer", "vehicle").order_by("due_at", "pk")[:MOST]:
        bundles.setdefault(task.customer_id or -task.pk, []).append(task)
    phones = phones_of(number for number in bundles if number > 0)
    return [
        Line(
            tasks[0],
            phones[key].masked if key in phones else "",
            _reasons(tasks[1:]),
            frozenset(task.category for task in tasks),
        )
        for key, tasks in bundles.items()
    ]


def _reasons(tasks: Iterable[Task]) -> tuple[str, ...]:
    """A firm with ten cars has the same reason ten times: it is said once, with the cars or with how often."""
    found: dict[str, list[str]] = {}
    for task in tasks:
        found.setdefault(str(task.called), []).append(task.vehicle.plate if task.vehicle else "")
    return tuple(_reason(title, plates) for title, plates in found.items())


def _reason(title: str, plates: list[str]) -> str:
    if all(plates):
        return f"{title} · {' '.join(dict.fromkeys(plates))}"
    return f"{title} × {len(plates)}" if len(plates) > 1 else title


def points_to_call(customer_ids: Iterable[int]) -> dict[int, int]:
    """Customer → the point whose number stands on the list."""
    return {customer_id: point.id for customer_id, point in phones_of(customer_ids).items()}


def numbers(point_ids: Iterable[int]) -> dict[int, str]:
    """Point → number in the clear. Only for an act that writes down that it was shown."""
    return {point.pk: str(point.value) for point in ContactPoint.objects.filter(pk__in=list(point_ids))}
