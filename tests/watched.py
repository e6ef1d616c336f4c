"""A store that is watched: its two sides, what is at hand in it, and what must hold on every morning of its life."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from unittest import mock

from hypothesis.stateful import RuleBasedStateMachine

import owed
from qibu.care.jobs import catch_up_and_plan
from qibu.care.models import Due
from qibu.care.tests import builders
from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Parked
from qibu.kernel.scoping import scope
from qibu.network.services import actors
from qibu.tasks.models import Task
from qibu.vehicles.models import Ownership, Vehicle

FIRST_DAY = date(2026, 11, 25)
DAY = timedelta(days=1)
LIVING = ("open", "backlog")


class Watched(RuleBasedStateMachine):
    """Two stores; everything happens in the first."""

    def __init__(self) -> None:
        super().__init__()
        self.today, self.hour = FIRST_DAY, 0
        self.clock = mock.patch.object(times, "now", lambda: self.moment)
        self.clock.start()
        self.plans = owed.shipped()
        self.done: dict[int, str] = {}  # what a person closed or took up again, and how it stood then

    def teardown(self) -> None:
        self.clock.stop()

    @property
    def moment(self) -> datetime:
        return times.at_time(self.today, time(9)) + timedelta(minutes=self.hour)

    def found(self) -> None:
        ours, theirs = builders.organisation(), builders.organisation()
        self.system, self.other = actors.system(ours), actors.system(theirs)
        with scope(self.other):
            builders.policy(builders.car(builders.customer()), FIRST_DAY + 60 * DAY)
        with scope(self.system):
            roles = ["store_manager", "service_advisor"]
            self.staff = [actors.of_staff(builders.staff(name, roles=roles)) for name in ("陈晓燕", "何志刚")]

    # Mornings --------------------------------------------------------------------------------------
    def wake_up(self, days: int) -> None:
        """The worker plans each morning; a computer that was off for some days plans when it is on again."""
        if days:
            self.today, self.hour = self.today + days * DAY, 0
        catch_up_and_plan(self.system)
        self.compare()
        self.what_people_closed_stays_as_they_left_it()
        self.what_people_took_up_again_is_not_dropped()
        self.nobody_is_called_for_a_file_that_was_merged()
        self.nothing_of_the_other_store_is_touched()
        self.no_entry_was_put_aside()

    def compare(self) -> None:
        """What is planned is what is owed."""
        with scope(self.system):
            wanted = owed.owed(self.plans, self.today)
            states: dict[Any, list[str]] = {}
            cycles = dict(Due.objects.values_list("pk", "cycle"))
            living = {one.what: one for one in wanted if self.today <= one.last}
            for task in Task.objects.filter(key__startswith="care:"):
                cycle = cycles.get(int(task.key.split("/")[-1]), "").split("@")[0]
                what = (task.kind, task.customer_id, task.vehicle_id, cycle)
                state = "closed" if task.pk in self.done and task.state not in LIVING else task.state
                states.setdefault(what, []).append(state)
                ahead = date.fromisoformat(task.facts["day"]) > self.today + 60 * DAY  # moved there: not looked at yet
                if task.state in LIVING and not ahead and not self.begun(task):
                    assert what in living, f"planned, but not owed: {what}"
            for one in wanted:
                found = states.get(one.what, [])
                if one.sure and one.first <= self.today <= one.last:
                    assert {"open", "backlog", "done", "closed"} & set(found), f"missed: {one} {found}"
                assert sum(state in (*LIVING, "done", "closed") for state in found) <= 1, f"doubled: {one} {found}"

    def begun(self, task: Task) -> bool:
        return task.attempts > 0 or self.done.get(task.pk) == "open"

    def what_people_closed_stays_as_they_left_it(self) -> None:
        with scope(self.system):
            now = dict(Task.objects.filter(pk__in=self.done).values_list("pk", "state"))
        closed = {pk: state for pk, state in self.done.items() if state not in LIVING}
        assert {pk: now.get(pk) for pk in closed} == closed

    def what_people_took_up_again_is_not_dropped(self) -> None:
        """For being late. What it was about may be over, or the customer may not want it."""
        with scope(self.system):
            again = [pk for pk, state in self.done.items() if state == "open"]
            assert not Task.objects.filter(pk__in=again, state="expired").exists()

    def nobody_is_called_for_a_file_that_was_merged(self) -> None:
        with scope(self.system):
            assert not Task.objects.filter(state__in=LIVING).exclude(customer__merged_into=None).exists()

    def nothing_of_the_other_store_is_touched(self) -> None:
        with scope(self.other):
            assert not Task.objects.exists() and not Due.objects.exists() and Customer.objects.count() == 1

    def no_entry_was_put_aside(self) -> None:
        with scope(self.system):
            assert not Parked.objects.exists()

    # What is at hand -------------------------------------------------------------------------------
    @contextmanager
    def at_work(self, *refused: type[Exception], who: Actor | None = None) -> Iterator[Actor]:
        """One act of a person, committed; what the product refuses for a good reason leaves no trace."""
        self.hour += 1
        try:
            with scope(who or self.staff[0]) as actor:
                yield actor
        except refused:
            pass

    def customer(self, number: int) -> Customer:
        found = list(Customer.objects.filter(merged_into=None).order_by("pk"))
        return found[number % len(found)]

    def car(self, number: int) -> Vehicle:
        owned = Ownership.objects.filter(until=None, role="owner").values("vehicle_id")
        found = list(Vehicle.objects.filter(pk__in=owned).order_by("pk"))
        return found[number % len(found)]

    def task(self, number: int, *states: str) -> Task | None:
        found = list(Task.objects.filter(state__in=states).order_by("pk"))
        return found[number % len(found)] if found else None

    def remember(self, task_id: int) -> None:
        self.done[task_id] = Task.objects.get(pk=task_id).state

    def rows(self) -> list[Any]:
        with scope(self.system):
            return list(Task.objects.order_by("pk").values())
