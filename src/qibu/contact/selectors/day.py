"""What stands in a morning list: one person's tasks of the day, promises first, one line for each customer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from qibu.contact.rules import without_numbers
from qibu.customers.models import Customer
from qibu.customers.trail import masked
from qibu.kernel import times
from qibu.network.models import Staff
from qibu.network.rules import Capability, capabilities_of
from qibu.tasks.models import Task
from qibu.ui import formats

PROMISE = Task.Category.PROMISE


@dataclass(frozen=True)
class Line:
    """A promise with its clock, or one call and the reasons for it."""

    when: str
    late: bool
    whom: str
    what: str


@dataclass(frozen=True)
class Day:
    """One person's day."""

    staff: Staff
    promises: list[Line] = field(default_factory=list)
    calls: list[Line] = field(default_factory=list)

    @property
    def overdue(self) -> int:
        return sum(line.late for line in [*self.promises, *self.calls])


def tasks_of(people: Iterable[Staff], now: datetime) -> dict[int, list[Task]]:
    """What is due until midnight, by person, in one query."""
    night = times.start_of(times.day_of(now) + timedelta(days=1))
    rows = Task.objects.filter(
        assignee__in=[person.pk for person in people], state=Task.State.OPEN, shown_from__lt=night, due_at__lt=night
    )
    found: dict[int, list[Task]] = {}
    for task in rows.select_related("customer", "vehicle").order_by("due_at", "pk"):
        if task.assignee_id:
            found.setdefault(task.assignee_id, []).append(task)
    return found


def day_of(staff: Staff, tasks: list[Task], now: datetime) -> Day:
    """In the language that is set; names as the person may see them, masked, since a letter leaves the house."""
    promised = [task for task in tasks if task.category == PROMISE]
    others = [task for task in tasks if task.category != PROMISE]
    return Day(
        staff,
        [_line([task], staff, now) for task in promised],
        [_line(bundle, staff, now) for bundle in _bundles(others)],
    )


def _bundles(tasks: list[Task]) -> Iterator[list[Task]]:
    found: dict[int, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.customer_id or -task.pk, []).append(task)
    yield from found.values()


def _line(tasks: list[Task], staff: Staff, now: datetime) -> Line:
    first = tasks[0]
    titles = list(dict.fromkeys(without_numbers(str(task.called)) for task in tasks))
    return Line(
        when=when(first.due_at, now), late=first.due_at < now, whom=whom(first, staff),
        what=_("、").join(titles),
    )  # fmt: skip


def when(due: datetime, now: datetime) -> str:
    """The time of a day of today, the day of one that is over."""
    return formats.moment(due, "time") if times.day_of(due) == times.day_of(now) else formats.day(due, "short")


def whom(task: Task, staff: Staff) -> str:
    """王*国 · 瑞虎8; nothing of a customer for those who see none."""
    seen = Capability.CUSTOMERS_VIEW in capabilities_of(frozenset(staff.roles))
    if not seen or task.customer is None:
        return ""
    firm = task.customer.kind == Customer.Kind.COMPANY
    name = task.customer.name if firm else masked(task.customer.name)
    return " · ".join(filter(None, [name, task.vehicle.series if task.vehicle else ""]))
