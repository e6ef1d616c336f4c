"""The planner: what is due on a day becomes tasks, by joining dues with the steps of the plans that count (E1, E2).

Set-based and idempotent: planning a day again changes nothing, and what is done never comes again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from qibu.care.models import Plan, Step
from qibu.care.rules import ABOUT_CARS, Condition, occasion_near
from qibu.care.selectors import facts
from qibu.care.selectors.plans import Book, LivingPlan, policy
from qibu.care.services import dues, statements
from qibu.care.services.locking import one_at_a_time
from qibu.contracts.care import DayPlanned
from qibu.contracts.tasks import TaskCancelled
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.days import add_months
from qibu.kernel.scoping import scope
from qibu.network.rules import Capability, Role
from qibu.network.selectors import able
from qibu.tasks.rules import Calendar
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.services import clocks, covering
from qibu.vehicles.services import ownerships

SPENT_MONTHS = 24
POOL_ROLES = (Role.SERVICE_ADVISOR, Role.CALL_AGENT, Role.CARE_MANAGER)
DESKS = {Step.Assignee.ADVISOR: "service", Step.Assignee.SELLER: "sales", Step.Assignee.POOL: ""}
LONGEST_CLOSURE = 366
OCCASION_PAST = timedelta(days=62)


@dataclass
class Planned:
    """What a run did. `planned` = opened at once + put into the backlog; released, moved … are tasks as well."""

    on: date
    opened: int = 0
    backlog: int = 0
    released: int = 0
    moved: int = 0
    cancelled: int = 0
    expired: int = 0
    by_plan: dict[str, int] = field(default_factory=dict)

    @property
    def planned(self) -> int:
        return self.opened + self.backlog

    def counts(self) -> dict[str, int]:
        names = ("planned", "opened", "backlog", "released", "moved", "cancelled", "expired")
        return {name: getattr(self, name) for name in names}


def plan(*, actor: Actor, on: date) -> Planned:
    """Plan a day for the actor's organisation. Let the readers of the journal catch up before."""
    actor.require(Capability.CARE_EDIT)
    with scope(actor):
        one_at_a_time(actor)
        ownerships.end_due(actor=actor, on=on)
        dues.roll(actor=actor, on=on)
        with _without_nested_loops():
            return _Run(actor, on).work()


def trial(*, actor: Actor, on: date, code: str) -> Planned:
    """What planning a day would do for one plan. The caller takes it back: see `trials`."""
    with scope(actor):
        one_at_a_time(actor)
        with _without_nested_loops():
            return _Run(actor, on, only=code).try_out()


@contextmanager
def _without_nested_loops() -> Iterator[None]:
    """Right after an import there are no statistics yet, and a nested loop over a whole store takes minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")


class _Run:
    """One planning of one day; the values that all statements share are read once."""

    def __init__(self, actor: Actor, on: date, only: str = "") -> None:
        self.actor, self.on, self.now, self.only = actor, on, times.now(), only
        self.policy = policy(actor)
        self.calendar: Calendar = calendar_of(actor.organisation_id)
        self.book = Book(actor.organisation_id)
        self.done = Planned(on)
        self.params: dict[str, Any] = {
            "org": actor.organisation_id, "on": on, "now": self.now, "morning": times.start_of(on),
            "due_at": self._deadline(on), "zone": str(times.ZONE), "spent_from": add_months(on, -SPENT_MONTHS),
            "only": only,
        }  # fmt: skip

    def work(self) -> Planned:
        self._want()
        self._end()
        self._move()
        self._run(statements.ADOPT)
        self._make()
        self._release()
        clocks.start_for_tasks(actor=self.actor)
        covering.settle(actor=self.actor, on=self.on)
        if any(self.done.counts().values()):
            journal.record(DayPlanned(on=self.on.isoformat(), **self.done.counts()), actor=self.actor)
        return self.done

    def try_out(self) -> Planned:
        self._want()
        self._end()
        self._move()
        self._make()
        return self.done

    def _want(self) -> None:
        for statement in (statements.DROP, statements.TABLES):
            self._run(statement, bare=True)
        self._run(statements.BARRED)
        self._run(statements.LIVE)
        self._run("ANALYZE care_live", bare=True)
        self._run(statements.OCCASIONS_PAST, long_ago=self.on - OCCASION_PAST)
        for each in (plan for plan in self.book.plans() if self.only in ("", plan.row.code)):
            if each.row.active and each.row.trigger == Plan.Trigger.CALENDAR:
                self._bring_occasion(each)
            for variant, living in enumerate([each, *self._of_lines(each)]):
                for step in living.steps if living.row.active else ():
                    self._run(statements.WANT, variant=variant, **self._of_step(living, step))
        self._run("ANALYZE care_wanted", bare=True)

    def _of_lines(self, each: LivingPlan) -> list[LivingPlan]:
        """The plan as it is for cars of which something else is said; which cars these are is written down."""
        if not self.book.lines(each.row.code):
            return []
        variants = self.book.variants(each.row.code, facts.kinds_of_cars(self.actor))
        marked = [(kind, number) for number, (_living, kinds) in enumerate(variants, 1) for kind in kinds]
        columns: dict[str, Any] = {
            "brands": [kind.brand for kind, _number in marked], "serieses": [kind.series for kind, _number in marked],
            "energies": [kind.energy for kind, _number in marked], "numbers": [number for _kind, number in marked],
        }  # fmt: skip
        self._run(statements.LINED, plan=each.row.code, **columns)
        self._run("ANALYZE care_lined", bare=True)
        return [living for living, _kinds in variants]

    def _bring_occasion(self, each: LivingPlan) -> None:
        """The days of the plan that a step is about today fall due for those it is for."""
        for step in each.steps:
            last = -step.offset_days
            for day in occasion_near(each.row.occasion, self.on, last - step.valid_days + 1, last):
                cycle = f"{each.row.occasion}:{day.year}"
                asked: dict[str, Any] = {**_asked(each), "day": day, "cycle": cycle, "occasion": each.row.occasion}
                self._run(statements.OCCASION, **asked)

    def _of_step(self, each: LivingPlan, step: Step) -> dict[str, Any]:
        kind, day = f"{each.row.code}/{step.code}", self.on - timedelta(days=step.offset_days)
        return {
            **_asked(each), "about_cars": bool(ABOUT_CARS & each.audience.keys()),
            "prefix": f"care:{kind}/", "kind": kind, "plan": each.row.code, "step": step.code,
            "trigger": each.row.trigger, "occasion": each.row.occasion, "offset": step.offset_days,
            "first": day - timedelta(days=step.valid_days - 1), "last": day,
            "assignee": step.assignee, "category": step.category, "desk": DESKS[Step.Assignee(step.assignee)],
            "title": step.title, "title_en": step.title_en,
        }  # fmt: skip

    def _end(self) -> None:
        ended = self._rows(statements.END)
        clocks.stop(actor=self.actor, task_ids=[row[0] for row in ended], at=self.now)
        cancelled = [row for row in ended if row[1] != "late"]
        self.done.expired, self.done.cancelled = len(ended) - len(cancelled), len(cancelled)
        words = {
            "over": _("已不需要：车主已办理，或车辆已易主"),
            "held": _("客户不愿被打扰"),
            "plan": _("关怀计划已调整"),
            "callee": _("这件事改找别人：身份已结束，或另有安排"),
        }
        keys = ("subject_id", "title", "customer_id", "vehicle_id")
        events = [
            TaskCancelled(reason=words[why], **dict(zip(keys, (number, *about), strict=True)))
            for number, why, *about in cancelled
        ]
        journal.record_many(events, actor=self.actor)

    def _move(self) -> None:
        days = [day for (day,) in self._rows(statements.MOVED_DAYS)]
        moved = self._rows(statements.MOVE, days=days, moments=[self._deadline(day) for day in days])
        tasks = [number for number, changed in moved if changed]
        self._follow(tasks)
        self.done.moved = len(tasks)

    def _make(self) -> None:
        for code, opened, backlog, again in self._rows(statements.MAKE):
            self.done.opened += opened
            self.done.backlog += backlog
            self.done.by_plan[code] = opened + backlog
            self._follow(again or [])

    def _follow(self, tasks: list[int]) -> None:
        clocks.lock(tasks)
        self._run(statements.CLOCKS_FOLLOW, tasks=tasks)

    def _release(self) -> None:
        """Nobody calls on a day on which the store is closed."""
        if not self.calendar.is_working_day(self.on):
            return
        cap = self.policy.daily_backlog
        self._run(statements.RELEASE, cap=cap, pool_cap=cap * max(1, _people_at_the_pool()))
        self.done.released = self._run(statements.OPEN_RELEASED)

    def _deadline(self, day: date) -> datetime:
        """The time of day at which tasks are due, on a day the store works and that isn't over yet."""
        for _try in range(LONGEST_CLOSURE):
            moment = times.at_time(day, self.policy.due_time)
            if moment > self.now and self.calendar.is_working_day(day):
                break
            day += timedelta(days=1)
        return moment

    def _run(self, statement: str, *, bare: bool = False, **more: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, None if bare else {**self.params, **more})
            return int(cursor.rowcount)

    def _rows(self, statement: str, **more: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {**self.params, **more})
            return list(cursor.fetchall())


def _asked(each: LivingPlan) -> dict[str, list[str] | None]:
    """The conditions of a plan's audience; None is not asked."""
    asked = each.audience
    return {condition.value: list(asked[condition]) if condition in asked else None for condition in Condition}


def _people_at_the_pool() -> int:
    roles = [role.value for role in POOL_ROLES]
    return able().filter(roles__overlap=roles).count()
