"""The work list of one person: what is to be done now, in order of urgency, one row per customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext as _

from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.tasks.models import Clock, Escalation, Task
from qibu.tasks.selectors.lists import is_later, pool_of, visible_tasks

SOON = timedelta(hours=2)
PAGE = 60
MOST_SHOWN = 600
Category = Task.Category


@dataclass(frozen=True)
class Section:
    """A heading in the list with the rows below it. `count` is of tasks, shown or not."""

    key: str
    label: str
    hint: str
    count: int
    rows: list[Task]


@dataclass(frozen=True)
class Tally:
    """How the day stands, in tasks."""

    total: int
    overdue: int
    soon: int
    today: int
    later: int
    done: int
    by_category: dict[str, int]

    @property
    def of_today(self) -> int:
        return self.done + self.overdue + self.soon + self.today


@dataclass(frozen=True)
class WorkList:
    """Everything the left side of the workbench shows of a person's work at one moment."""

    staff_id: int | None
    now: datetime
    category: str = ""
    shown: int = PAGE

    def _tasks(self) -> QuerySet[Task]:
        rows: QuerySet[Task] = Task.objects.filter(
            assignee_id=self.staff_id, state=Task.State.OPEN, shown_from__lte=self.now
        )
        return rows if self.staff_id is not None else rows.none()

    @cached_property
    def rows(self) -> list[Task]:
        """The most urgent task of each customer, with `size`, the number of the customer's tasks."""
        return list(self._leading()[: self.shown + 1])

    def _leading(self) -> QuerySet[Task]:
        rows = self._tasks().filter(category=self.category) if self.category else self._tasks()
        bundle = Coalesce(F("customer_id"), -F("id"))
        clock = Clock.objects.filter(task=OuterRef("pk"), kind="due")
        return (
            rows.annotate(
                place=Window(RowNumber(), partition_by=[bundle], order_by=["due_at", "id"]),
                size=Window(Count("id"), partition_by=[bundle]),
                begun=Subquery(clock.values("started_at")[:1]),
            )
            .filter(place=1)
            .select_related("customer", "vehicle", "covered_for")
            .order_by("due_at", "id")
        )

    @property
    def more(self) -> bool:
        return len(self.rows) > self.shown and self.shown < MOST_SHOWN

    @property
    def more_shown(self) -> int:
        return min(self.shown * 2, MOST_SHOWN)

    @cached_property
    def tally(self) -> Tally:
        now, soon, night = self.now, self.now + SOON, self._midnight
        found: dict[str, int] = self._tasks().aggregate(
            total=Count("pk"),
            overdue=Count("pk", filter=Q(due_at__lt=now)),
            soon=Count("pk", filter=Q(due_at__gte=now, due_at__lt=soon)),
            today=Count("pk", filter=Q(due_at__gte=soon, due_at__lt=night)),
            **{f"in_{name}": Count("pk", filter=Q(category=name)) for name in Category.values},
        )
        by_category = {name: found.pop(f"in_{name}") for name in Category.values}
        later = found["total"] - found["overdue"] - found["soon"] - found["today"]
        return Tally(**found, later=later, done=done_today(self.staff_id, now), by_category=by_category)

    @property
    def _midnight(self) -> datetime:
        return times.start_of(times.day_of(self.now) + timedelta(days=1))

    def sections(self) -> Iterator[Section]:
        tally = self.tally
        words = {
            "overdue": (_("已逾期"), _("超过承诺或标准时限，已留痕"), tally.overdue),
            "soon": (_("两小时内"), _("{time} 前").format(time=_clock(self.now + SOON)), tally.soon),
            "today": (_("今天"), "", tally.today),
            "later": (_("之后"), "", tally.later),
        }
        for key, rows in groupby(self.rows[: self.shown], self._section):
            yield Section(key, *words[key], list(rows))

    def _section(self, task: Task) -> str:
        if task.due_at < self.now:
            return "overdue"
        if task.due_at < self.now + SOON:
            return "soon"
        return "today" if task.due_at < self._midnight else "later"


def done_today(staff_id: int | None, now: datetime) -> int:
    start = times.start_of(times.day_of(now))
    return Task.objects.filter(closed_by_id=staff_id, closed_at__gte=start, state=Task.State.DONE).count()


def whose(actor: Actor, asked: str) -> Staff | None:
    """The person whose list is looked at: one's own, or with the right anybody's."""
    number = int(asked) if asked.isdecimal() and actor.may(Capability.TASKS_VIEW_ALL) else actor.staff_id
    wanted = [each for each in (number, actor.staff_id) if each is not None]
    found = Staff.objects.in_bulk(wanted)
    return next((found[each] for each in wanted if each in found), None)


def bundle_of(task: Task, now: datetime) -> list[Task]:
    """The tasks of the same customer and person that one call can do, the asked one first."""
    if task.customer_id is None or task.state != Task.State.OPEN:
        return _with_begin([task])
    rows = Task.objects.filter(
        customer_id=task.customer_id, assignee_id=task.assignee_id, state=Task.State.OPEN, shown_from__lte=now
    )
    others = rows.exclude(pk=task.pk).select_related("customer", "vehicle", "assignee").order_by("due_at", "pk")
    return _with_begin([task, *others])


def _with_begin(tasks: list[Task]) -> list[Task]:
    """With `begun`, from which the clock's colour is reckoned, the same as in the list."""
    clocks = Clock.objects.filter(task__in=tasks, kind="due").order_by("pk")
    begun = dict(clocks.values_list("task_id", "started_at"))
    for task in tasks:
        task.begun = begun.get(task.pk)  # type: ignore[attr-defined]  # for the template
    return tasks


@dataclass(frozen=True)
class Backlog:
    """What waits for its day, and what fell due before the store's data came in and was released today."""

    waiting: int
    released: int


def backlog(actor: Actor, staff_id: int | None, now: datetime) -> Backlog:
    """`waiting` counts what the list behind it shows: the store's for those who see all, or one person's."""
    start = times.start_of(times.day_of(now))
    released = Q(state=Task.State.OPEN, facts__backlog=True, shown_from__gte=start, assignee_id=staff_id)
    waiting = is_later(actor, now)
    if staff_id != actor.staff_id:
        waiting &= Q(assignee_id=staff_id)
    living = visible_tasks(actor).filter(state__in=[Task.State.OPEN, Task.State.BACKLOG])  # what is done piles up
    found: dict[str, int] = living.aggregate(
        waiting=Count("pk", filter=waiting), released=Count("pk", filter=released)
    )
    return Backlog(**found)


def promises(staff_id: int | None) -> QuerySet[Task]:
    """What somebody owes customers by the store's word, the most urgent first."""
    rows: QuerySet[Task] = Task.objects.filter(
        category=Category.PROMISE, state=Task.State.OPEN, assignee_id=staff_id
    )
    return rows.select_related("customer").prefetch_related("clocks").order_by("due_at", "pk")


def open_of_customer(customer_id: int) -> list[Task]:
    """What is open for a customer, promises first; whoever sees the customer sees it."""
    rows = Task.objects.filter(customer_id=customer_id, state=Task.State.OPEN).select_related("assignee")
    return sorted(rows.order_by("due_at", "pk"), key=lambda task: task.category != Category.PROMISE)


def pool_count(actor: Actor) -> int:
    return pool_of(actor).count()


def overdue_count(staff_id: int | None, now: datetime) -> int:
    rows = Task.objects.filter(assignee_id=staff_id, state=Task.State.OPEN, due_at__lt=now, shown_from__lte=now)
    return rows.count() if staff_id else 0


def open_count(staff_id: int | None, now: datetime) -> int:
    rows = Task.objects.filter(assignee_id=staff_id, state=Task.State.OPEN, shown_from__lte=now)
    return rows.count() if staff_id else 0


def escalated_to(staff_id: int | None) -> QuerySet[Escalation]:
    """Overdue work that climbed to this person and that they have not dealt with, newest first."""
    settled = Q(clock__stopped_at__isnull=False, clock__explained_at__isnull=False)
    rows: QuerySet[Escalation] = Escalation.objects.filter(~settled, told_id=staff_id, seen_at__isnull=True)
    related = ("clock__task__customer", "clock__task__assignee", "clock__taken_by")
    return rows.select_related(*related).order_by("-at", "-pk") if staff_id else rows.none()


def colleagues_late(staff_id: int | None) -> int:
    """How many colleagues (the pool is one) have delays that climbed to this person and that nobody sees to yet:
    forty delays of one colleague are one matter."""
    rows = escalated_to(staff_id).filter(clock__taken_by__isnull=True)
    return rows.order_by().values("clock__task__assignee").distinct().count()


def told_of(task_ids: Sequence[int]) -> dict[int, str]:
    """Task → the person whom its delay was told last."""
    rows = Escalation.objects.filter(clock__task__in=task_ids).order_by("at", "pk")
    return dict(rows.values_list("clock__task_id", "told__name")) if task_ids else {}


def people(actor: Actor) -> list[Staff]:
    """Colleagues whose list may be looked at: those at work, with the number of their open tasks."""
    if not actor.may(Capability.TASKS_VIEW_ALL):
        return []
    rows = Task.objects.filter(state=Task.State.OPEN, assignee__isnull=False, shown_from__lte=times.now())
    counts = dict(rows.order_by().values_list("assignee_id").annotate(n=Count("pk")))
    found = list(Staff.objects.filter(left_on__isnull=True).order_by("sort_key", "name"))
    for person in found:
        person.open_tasks = counts.get(person.pk, 0)  # type: ignore[attr-defined]  # for the menu
    return found


@dataclass(frozen=True)
class Standing:
    """How somebody's day stands."""

    staff_id: int
    name: str
    open: int
    overdue: int
    done: int


def team(now: datetime) -> list[Standing]:
    """Everybody with work today, the most overdue first."""
    shown = Q(state=Task.State.OPEN, shown_from__lte=now)
    start = times.start_of(times.day_of(now))
    rows = Task.objects.filter(shown, assignee__isnull=False).order_by().values_list("assignee_id")
    counted = rows.annotate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    open_ones = {pk: (n, late) for pk, n, late in counted}
    closed = Task.objects.filter(state=Task.State.DONE, closed_at__gte=start, closed_by__isnull=False).order_by()
    done = dict(closed.values_list("closed_by_id").annotate(n=Count("pk")))
    names = dict(Staff.objects.filter(pk__in={*open_ones, *done}).values_list("pk", "name"))
    found = [Standing(pk, name, *open_ones.get(pk, (0, 0)), done.get(pk, 0)) for pk, name in names.items()]
    return sorted(found, key=lambda one: (-one.overdue, -one.open, one.name))


def clocks_of(task: Task) -> QuerySet[Clock]:
    rows: QuerySet[Clock] = Clock.objects.filter(task=task).select_related("taken_by")
    return rows.order_by("due_at", "pk")


def is_first_run(actor: Actor) -> bool:
    """Nothing has come in yet: neither a task nor a customer."""
    return not Task.objects.exists() and not Customer.objects.exists()


def _clock(at: datetime) -> str:
    return f"{at.astimezone(times.ZONE):%H:%M}"
