"""Whatever happens to a store, in whatever order: nothing is doubled, nothing is missed, and what is done stays done.

A machine lives the life of a store through the product's own services, on the real database with real commits, and
compares what is planned with what `owed` reckons plainly. When it fails it prints the shortest history that does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

import owed
from qibu.aftersales.services import visits
from qibu.care.jobs import catch_up_and_plan
from qibu.care.models import Plan as PlanRow
from qibu.care.services import plans
from qibu.care.services.planner import Planned
from qibu.care.services.plans import PlanEdit
from qibu.connect.models import Import
from qibu.connect.tests import loads
from qibu.customers.models import Customer, Hold, Merge
from qibu.customers.services import customers, holds, merges
from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.network.models import Absence
from qibu.network.services.absences import Days
from qibu.tasks.models import Attempt
from qibu.tasks.rules import Cause, Why
from qibu.tasks.services import covering, results, tasks
from qibu.vehicles.errors import OwnedSince, PartExists, PolicyExists, TooEarly
from qibu.vehicles.models import Policy, Transfer, Vehicle
from qibu.vehicles.services import policies, transfers, vehicles
from watched import DAY, LIVING, Watched

ANY = st.integers(0, 5)  # the number of a row, counted round
AGO, AHEAD = st.integers(0, 1500), st.integers(-10, 90)
VINS = (loads.VIN, loads.VIN2)


def act(**drawn: Any) -> Callable[[Callable[..., None]], Any]:
    """Something that happens, and the days that go by until the worker plans again: none, a few, or a month."""

    def made(happens: Callable[..., None]) -> Any:
        def lives(self: Store, then: int, **facts: Any) -> None:
            happens(self, **facts)
            self.wake_up(then)

        lives.__name__ = happens.__name__
        return rule(then=st.sampled_from([0, 0, 1, 2, 3, 7, 12, 30]), **drawn)(lives)

    return made


class Store(Watched):
    @initialize()
    def open_the_doors(self) -> None:
        self.found()
        self.furnish()
        self.wake_up(0)

    def furnish(self) -> None:
        """Two customers and cars for whom much is due soon: there is work from the first day on."""
        with self.at_work() as actor:
            for number, born in enumerate((date(1985, 11, 27), date(1990, 12, 31))):
                values = {"kind": "person", "name": "李伟", "stage": "owner", "birthday": born, "vip": True}
                one = customers.register(actor=actor, values=values)
                Customer.objects.filter(pk=one.pk).update(advisor_id=self.staff[number].staff_id)
                car = vehicles.register(
                    actor=actor, owner_id=one.pk, plate=f"皖G1000{number}", energy="petrol", series="青禾",
                    purchased_on=self.today - (715, 2)[number] * DAY,
                )  # fmt: skip
                policies.record(
                    actor=actor, vehicle_id=car.pk, kind="commercial", ends_on=self.today + (25, 63)[number] * DAY,
                    starts_on=None, insurer="", number="",
                )  # fmt: skip

    # Facts -----------------------------------------------------------------------------------------
    @act(birthday=st.none() | st.dates(date(1950, 1, 1), date(2000, 12, 31)), lunar=st.booleans(), vip=st.booleans())
    def register(self, birthday: date | None, lunar: bool, vip: bool) -> None:
        values = {"name": "王芳", "stage": "owner", "birthday": birthday, "birthday_lunar": lunar, "vip": vip}
        with self.at_work() as actor:
            made = customers.register(actor=actor, values={"kind": "person", **values})
            Customer.objects.filter(pk=made.pk).update(advisor_id=self.staff[made.pk % 2].staff_id)

    @act(whom=ANY, birthday=st.dates(date(1950, 1, 1), date(2000, 12, 31)), lunar=st.booleans())
    def correct_a_birthday(self, whom: int, birthday: date, lunar: bool) -> None:
        with self.at_work() as actor:
            one = self.customer(whom)
            values = {"birthday": birthday, "birthday_lunar": lunar}
            customers.change(actor=actor, customer_id=one.pk, version=one.version, values=values, seen={})

    @act(whom=ANY, ago=AGO, electric=st.booleans())
    def buy_a_car(self, whom: int, ago: int, electric: bool) -> None:
        facts: dict[str, Any] = {"energy": "electric" if electric else "petrol", "purchased_on": self.today - ago * DAY}
        with self.at_work() as actor:
            plate = f"皖G{Vehicle.objects.count() + 10_000}"
            vehicles.register(actor=actor, owner_id=self.customer(whom).pk, plate=plate, series="青禾", **facts)

    @act(which=ANY, ago=AGO)
    def correct_the_purchase(self, which: int, ago: int) -> None:
        with self.at_work() as actor:
            car = self.car(which)
            vehicles.change(
                actor=actor, vehicle_id=car.pk, version=car.version, purchased_on=self.today - ago * DAY
            )

    @act(which=ANY, whom=ANY)
    def sell_a_car(self, which: int, whom: int) -> None:
        with self.at_work(PartExists, TooEarly) as actor:
            car = self.car(which)
            new = self.customer(whom).pk
            transfers.transfer(actor=actor, vehicle_id=car.pk, version=car.version, new_owner_id=new, on=self.today)

    @act()
    def undo_the_newest_transfer(self) -> None:
        with self.at_work(OwnedSince) as actor:
            found = Transfer.objects.filter(undone_at=None).order_by("-pk").first()
            if found:
                transfers.undo(actor=actor, vehicle_id=found.vehicle_id, transfer_id=found.pk)

    @act(which=ANY, ahead=AHEAD, kind=st.sampled_from(["compulsory", "commercial"]))
    def insure(self, which: int, ahead: int, kind: str) -> None:
        with self.at_work(PolicyExists) as actor:
            policies.record(
                actor=actor, vehicle_id=self.car(which).pk, kind=kind, ends_on=self.today + ahead * DAY, starts_on=None,
                insurer="", number="",
            )  # fmt: skip

    @act(which=ANY)
    def strike_a_policy(self, which: int) -> None:
        with self.at_work() as actor:
            found = list(Policy.objects.order_by("pk"))
            if found:
                policies.remove(actor=actor, policy_id=found[which % len(found)].pk)

    @act(which=ANY, ago=st.integers(0, 20), maintenance=st.booleans())
    def visit(self, which: int, ago: int, maintenance: bool) -> None:
        day, jobs = self.today - ago * DAY, "常规保养" if maintenance else "补漆"
        with self.at_work() as actor:
            number = f"RO{owed.Visit.objects.count()}-{self.today}"
            visits.record(
                actor=actor, vehicle_id=self.car(which).pk, number=number, jobs=jobs, opened_on=day, closed_on=day
            )

    @act(whom=ANY)
    def hold(self, whom: int) -> None:
        with self.at_work() as actor:
            holds.place(actor=actor, customer_id=self.customer(whom).pk, reach="everything", reason="不愿被打扰")

    @act(which=ANY)
    def lift_a_hold(self, which: int) -> None:
        with self.at_work() as actor:
            found = list(Hold.objects.filter(lifted_at=None, customer__merged_into=None).order_by("pk"))
            if found:
                one = found[which % len(found)]
                holds.lift(actor=actor, customer_id=one.customer_id, hold_id=one.pk)

    # Sheets ----------------------------------------------------------------------------------------
    @act(which=st.integers(0, 1), ago=AGO, ahead=AHEAD, other=st.booleans())
    def load(self, which: int, ago: int, ahead: int, other: bool) -> None:
        """The same two cars come again and again, with other values, or of another owner."""
        phone = f"1395530000{which + 2 * other}"
        row = (
            "李敏", phone, VINS[which], f"皖B1234{which}", "青禾", str(self.today - ago * DAY), "", "",
            str(self.today + ahead * DAY), "",
        )  # fmt: skip
        loads.load(self.system, loads.owners(row))

    @act(which=ANY)
    def undo_a_load(self, which: int) -> None:
        with scope(self.system):
            found = list(Import.objects.filter(state="loaded").order_by("-pk"))
        if found:
            loads.undo(self.system, found[which % len(found)])

    # Files -----------------------------------------------------------------------------------------
    @act(one=ANY, other=ANY)
    def merge(self, one: int, other: int) -> None:
        with self.at_work() as actor:
            survivor, merged = self.customer(one).pk, self.customer(other).pk
            if survivor != merged:
                merges.merge(actor=actor, survivor_id=survivor, merged_ids=[merged])

    @act()
    def undo_the_newest_merge(self) -> None:
        with self.at_work() as actor:
            found = Merge.objects.filter(undone_at=None).order_by("-pk").first()
            if found:
                merges.undo(actor=actor, merge_id=found.pk)

    # Plans -----------------------------------------------------------------------------------------
    @act(data=st.data(), shift=st.integers(-10, 10), valid=st.integers(1, 60))
    def edit_a_step(self, data: st.DataObject, shift: int, valid: int) -> None:
        code = data.draw(st.sampled_from(sorted(self.plans)), label="plan")
        name = data.draw(st.sampled_from(sorted(self.plans[code].steps)), label="step")
        step = self.plans[code].steps[name]
        step.offset, step.valid = step.offset + shift, valid
        self.write(code)

    @act(data=st.data())
    def switch_a_plan(self, data: st.DataObject) -> None:
        code = data.draw(st.sampled_from(sorted(self.plans)), label="plan")
        self.plans[code].active = not self.plans[code].active
        self.write(code)

    @act(data=st.data())
    def restore_a_plan(self, data: st.DataObject) -> None:
        with self.at_work(who=self.system) as actor:
            own = sorted(PlanRow.objects.filter(organisation_id=actor.organisation_id).values_list("code", flat=True))
            if own:
                code = data.draw(st.sampled_from(own), label="plan")
                self.plans[code] = owed.shipped()[code]
                plans.inherit_again(actor=actor, code=code)

    def write(self, code: str) -> None:
        steps = {
            name: {"offset_days": step.offset, "valid_days": step.valid}
            for name, step in self.plans[code].steps.items()
        }
        with self.at_work(who=self.system) as actor:
            plans.change(actor=actor, code=code, edit=PlanEdit(self.plans[code].active, steps))

    # Work ------------------------------------------------------------------------------------------
    @act(which=ANY, outcome=st.sampled_from(["reached", "reached", "not_reached", "call_back"]))
    def call(self, which: int, outcome: str) -> None:
        again = self.moment + 3 * DAY if outcome == "call_back" else None
        with self.at_work() as actor:
            task = self.task(which, "open")
            if task:
                results.record(
                    actor=actor, task_ids=[task.pk], outcome=outcome, next_at=again, why=Why(Cause.FORGOTTEN)
                )
                self.remember(task.pk)

    @act()
    def take_the_last_result_back(self) -> None:
        with self.at_work() as actor:
            found = Attempt.objects.filter(undone_at=None).order_by("-pk").first()
            if found and times.day_of(found.at) == self.today:
                try:
                    results.undo(actor=actor, attempt_ids=[found.pk])
                except results.NotAllowedNow:
                    return
                self.remember(found.task_id)

    @act(which=ANY)
    def cancel(self, which: int) -> None:
        with self.at_work() as actor:
            task = self.task(which, *LIVING)
            if task:
                tasks.cancel(actor=actor, task_id=task.pk, reason="客户已来过", why=Why(Cause.FORGOTTEN))
                self.remember(task.pk)

    @act(which=ANY)
    def reopen(self, which: int) -> None:
        with self.at_work() as actor:
            task = self.task(which, "done", "cancelled", "expired")
            if task:
                tasks.reopen(actor=actor, task_id=task.pk)
                self.remember(task.pk)

    @act(who=st.integers(0, 1), days=st.integers(0, 20))
    def go_away(self, who: int, days: int) -> None:
        with self.at_work() as actor:
            if not Absence.objects.filter(ended_at=None, last_day__gte=self.today).exists():
                until, standing_in = Days(self.today, self.today + days * DAY), self.staff[1 - who].staff_id
                covering.go_away(
                    actor=actor, staff_id=self.staff[who].staff_id, days=until, kind="leave", stand_in_id=standing_in
                )

    @act()
    def come_back(self) -> None:
        with self.at_work() as actor:
            found = Absence.objects.filter(ended_at=None).order_by("-pk").first()
            if found:
                covering.come_back(actor=actor, absence_id=found.pk)

    # Days ------------------------------------------------------------------------------------------
    @act()
    def nothing_happens(self) -> None:
        """Planning a day again changes nothing."""
        before = self.rows()
        again: Planned = catch_up_and_plan(self.system)
        assert not any(again.counts().values()), again
        assert self.rows() == before


def live(examples: int, steps: int, **further: Any) -> None:
    how = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink], **further,
    )  # fmt: skip
    run_state_machine_as_test(Store, settings=how)


@pytest.mark.django_db(transaction=True)
def test_a_few_short_histories() -> None:
    """The same ones in every run."""
    live(5, 10, derandomize=True)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_many_long_histories() -> None:
    live(60, 20)
