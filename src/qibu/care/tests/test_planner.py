"""What a day's planning makes of the dues."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from qibu.care.models import Due, Release, Step
from qibu.care.services import planner, plans
from qibu.care.services.plans import PlanEdit
from qibu.care.tests import builders
from qibu.customers.models import Consent, Hold
from qibu.kernel import times
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors
from qibu.tasks.models import Clock, Task
from qibu.tasks.services import tasks

DAY = timedelta(days=1)
TODAY = date(2027, 3, 1)  # a Monday


def states():
    return dict(Task.objects.values_list("kind", "state"))


def a_year_of_cover(actor, on, **customer):
    """A car whose policy ends in 60 days, known since yesterday."""
    owner = builders.customer(**customer)
    car = builders.car(owner)
    builders.policy(car, on + 60 * DAY)
    builders.reckon(car, on=on - DAY)
    return owner, car


def test_a_policy_that_ends_in_sixty_days_is_todays_work_of_the_advisor(actor):
    wang = builders.staff()
    owner, car = a_year_of_cover(actor, TODAY, advisor=wang)
    done = planner.plan(actor=actor, on=TODAY)
    assert done.counts() | {"planned": 1, "opened": 1} == done.counts() and done.by_plan == {"insurance_end": 1}
    task = Task.objects.get()
    assert (task.kind, task.state, task.assignee, task.customer, task.vehicle) == (
        "insurance_end/before60", "open", wang, owner, car,
    )  # fmt: skip
    assert times.day_of(task.due_at) == TODAY and task.title == "续保首次联系"
    assert Clock.objects.get().due_at == task.due_at


def test_planning_a_day_again_changes_nothing(actor):
    a_year_of_cover(actor, TODAY)
    planner.plan(actor=actor, on=TODAY)
    before = list(Task.objects.values()), list(Clock.objects.values()), Entry.objects.count()
    again = planner.plan(actor=actor, on=TODAY)
    assert not any(again.counts().values())
    assert (list(Task.objects.values()), list(Clock.objects.values()), Entry.objects.count()) == before


def test_nothing_comes_before_its_day_or_after_its_validity(actor):
    a_year_of_cover(actor, TODAY)
    assert planner.plan(actor=actor, on=TODAY - 2 * DAY).planned == 0
    assert planner.plan(actor=actor, on=TODAY + 61 * DAY).planned == 0


def test_what_is_done_never_comes_again(actor):
    a_year_of_cover(actor, TODAY)
    planner.plan(actor=actor, on=TODAY)
    Task.objects.update(state="done", closed_at=times.now())
    assert planner.plan(actor=actor, on=TODAY + DAY).planned == 0
    assert planner.plan(actor=actor, on=TODAY + 30 * DAY).by_plan == {"insurance_end": 1}


def test_a_step_not_begun_expires_when_the_next_takes_over(actor):
    a_year_of_cover(actor, TODAY)
    planner.plan(actor=actor, on=TODAY)
    done = planner.plan(actor=actor, on=TODAY + 30 * DAY)
    assert (done.opened, done.expired) == (1, 1)
    assert states() == {"insurance_end/before60": "expired", "insurance_end/before30": "open"}
    assert Clock.objects.filter(stopped_at__isnull=True).count() == 1


def test_a_step_that_was_begun_is_not_dropped(actor):
    a_year_of_cover(actor, TODAY)
    planner.plan(actor=actor, on=TODAY)
    Task.objects.update(attempts=1)
    assert planner.plan(actor=actor, on=TODAY + 40 * DAY).expired == 0


def test_a_renewed_policy_takes_its_tasks_away(actor):
    _owner, car = a_year_of_cover(actor, TODAY)
    planner.plan(actor=actor, on=TODAY)
    builders.policy(car, TODAY + 425 * DAY)
    builders.reckon(car, on=TODAY + DAY)
    done = planner.plan(actor=actor, on=TODAY + DAY)
    assert done.cancelled == 1 and states() == {"insurance_end/before60": "cancelled"}
    assert Clock.objects.get().stopped_at
    assert Entry.objects.filter(type="tasks.TaskCancelled").get().subject_id == Task.objects.get().pk


def test_a_renewal_that_was_a_mistake_brings_the_task_back(actor):
    _owner, car = a_year_of_cover(actor, TODAY)
    planner.plan(actor=actor, on=TODAY)
    wrong = builders.policy(car, TODAY + 425 * DAY)
    builders.reckon(car, on=TODAY)
    planner.plan(actor=actor, on=TODAY)
    wrong.delete()
    builders.reckon(car, on=TODAY)
    assert planner.plan(actor=actor, on=TODAY).opened == 1
    task, clock = Task.objects.get(), Clock.objects.get()
    assert (task.state, task.closed_at, clock.stopped_at, clock.due_at) == ("open", None, None, task.due_at)


def test_a_person_s_cancellation_stands(actor):
    a_year_of_cover(actor, TODAY)
    planner.plan(actor=actor, on=TODAY)
    Task.objects.update(state="cancelled")
    assert planner.plan(actor=actor, on=TODAY + DAY).planned == 0


def test_a_sold_car_is_the_new_owners(actor):
    owner, car = a_year_of_cover(actor, TODAY)
    planner.plan(actor=actor, on=TODAY)
    buyer = builders.customer("赵敏")
    car.ownerships.update(until=TODAY)
    car.ownerships.create(organisation_id=actor.organisation_id, customer=buyer, since=TODAY)
    builders.reckon(car, on=TODAY)
    done = planner.plan(actor=actor, on=TODAY)
    assert (done.cancelled, done.opened) == (1, 1)
    assert Task.objects.get(state="open").customer == buyer
    assert Task.objects.get(state="cancelled").customer == owner


def test_mileage_that_says_later_moves_the_open_task(actor):
    car = builders.car(builders.customer(), purchased_on=date(2026, 1, 1))
    builders.visit(car, date(2026, 12, 1), maintenance=True, mileage=20000)
    for on, km in ((date(2026, 10, 1), 14000), (date(2026, 12, 1), 20000)):
        builders.reading(car, on, km)
    builders.reckon(car, on=date(2026, 12, 2))
    due = Due.objects.get(trigger="maintenance", over=False)
    assert due.due_on == date(2027, 2, 16)  # 7,500 km at 98 km a day
    day = due.due_on - 14 * DAY
    planner.plan(actor=actor, on=day)
    task = Task.objects.get(kind="maintenance_due/before14")
    builders.reading(car, day, 21000)
    builders.reckon(car, on=day)
    done = planner.plan(actor=actor, on=day)
    moved_to = Due.objects.get(pk=due.pk).due_on - 14 * DAY
    task.refresh_from_db()
    assert done.moved == 1 and moved_to > day
    assert task.state == "open" and times.day_of(task.due_at) >= moved_to == times.day_of(task.shown_from)
    assert Clock.objects.get(task=task).due_at == task.due_at
    assert planner.plan(actor=actor, on=day).moved == 0


@pytest.mark.parametrize("barrier", ["hold", "refused", "withdrawn"])
def test_who_does_not_want_calls_is_left_alone(actor, barrier):
    owner, _car = a_year_of_cover(actor, TODAY)
    planner.plan(actor=actor, on=TODAY)
    if barrier == "hold":
        hold = Hold.objects.create(organisation_id=actor.organisation_id, customer=owner, reach="everything")
    else:
        for state in ("given", barrier):
            Consent.objects.create(
                organisation_id=actor.organisation_id, customer=owner, purpose="service", channel="phone", state=state,
                at=times.now() + (DAY if state != "given" else 0 * DAY),
            )  # fmt: skip
    assert planner.plan(actor=actor, on=TODAY).cancelled == 1
    assert planner.plan(actor=actor, on=TODAY + 30 * DAY).planned == 0
    if barrier == "hold":
        hold.lifted_at = times.now()
        hold.save()
        assert planner.plan(actor=actor, on=TODAY + 30 * DAY).opened == 1


def test_a_hold_on_marketing_leaves_service_calls(actor):
    owner, _car = a_year_of_cover(actor, TODAY)
    Hold.objects.create(organisation_id=actor.organisation_id, customer=owner, reach="marketing", reason="x")
    assert planner.plan(actor=actor, on=TODAY).opened == 1


def test_work_of_people_who_left_goes_to_the_pool(actor):
    a_year_of_cover(actor, TODAY, advisor=builders.staff(left_on=TODAY - DAY))
    planner.plan(actor=actor, on=TODAY)
    task = Task.objects.get()
    assert task.assignee is None and task.desk == "service"


def test_work_of_people_without_a_sign_in_lies_in_the_pool_until_they_have_one(actor):
    named_in_a_sheet = builders.staff(signs_in=False)
    a_year_of_cover(actor, TODAY, advisor=named_in_a_sheet)
    planner.plan(actor=actor, on=TODAY)
    assert Task.objects.get().assignee is None
    named_in_a_sheet.user = builders.sign_in()
    named_in_a_sheet.save()
    planner.plan(actor=actor, on=TODAY)
    assert Task.objects.get().assignee == named_in_a_sheet


@pytest.mark.django_db
def test_another_store_stays_as_it_is():
    ours, theirs = (Organisation.objects.create(code=code, name=code) for code in ("TL01", "TL02"))
    for one in (ours, theirs):
        with scope(actors.system(one)) as actor:
            a_year_of_cover(actor, TODAY)
    planner.plan(actor=actors.system(ours), on=TODAY)
    with scope(actors.system(theirs)):
        assert not Task.objects.exists() and not Release.objects.exists()
    with scope(actors.system(ours)):
        assert Task.objects.count() == 1


class TestTheFirstMorning:
    """What fell due before the data came in is backlog, given out bit by bit."""

    def load(self, actor, spent, advisor=None):
        """Customers whose policies end in 20 days: the 30-day step was ten days ago."""
        cars = []
        for number, total in enumerate(spent):
            owner = builders.customer(f"客户{number}", advisor=advisor)
            cars.append(builders.car(owner))
            builders.policy(cars[-1], TODAY + 20 * DAY, "commercial")
            if total:
                builders.visit(cars[-1], TODAY - 200 * DAY, customer=owner, total=Decimal(total))
        builders.reckon(*cars, on=TODAY)
        return cars

    def test_old_work_is_backlog_and_given_out_under_the_cap_by_value(self, actor):
        self.load(actor, [10 * number for number in range(20)], builders.staff())
        done = planner.plan(actor=actor, on=TODAY)
        assert (done.planned, done.opened, done.backlog, done.released) == (20, 0, 20, 15)
        assert min(Task.objects.filter(state="open").values_list("value", flat=True)) == 50
        assert max(Task.objects.filter(state="backlog").values_list("value", flat=True)) == 40

    def test_running_twice_on_a_day_gives_out_no_more(self, actor):
        self.load(actor, [0] * 20)
        planner.plan(actor=actor, on=TODAY)
        assert planner.plan(actor=actor, on=TODAY).released == 0
        self.load(actor, [1000])
        assert planner.plan(actor=actor, on=TODAY).released == 0
        assert planner.plan(actor=actor, on=TODAY + DAY).released == 6
        assert Release.objects.filter(on=TODAY).count() == 15

    def test_released_work_is_due_on_the_day_of_its_release(self, actor):
        self.load(actor, [0])
        planner.plan(actor=actor, on=TODAY)
        assert times.day_of(Task.objects.get().due_at) == TODAY

    def test_a_customer_is_one_call_however_many_reasons(self, actor):
        owner = builders.customer()
        cars = [builders.car(owner), builders.car(owner)]
        for car in cars:
            builders.policy(car, TODAY + 20 * DAY)
        builders.reckon(*cars, on=TODAY)
        assert planner.plan(actor=actor, on=TODAY).released == 2
        assert Release.objects.count() == 1

    def test_visits_of_long_ago_start_nothing(self, actor):
        car = builders.car(builders.customer())
        for days in (400, 90, 10):
            builders.visit(car, TODAY - days * DAY)
        builders.reckon(car, on=TODAY)
        assert planner.plan(actor=actor, on=TODAY).planned == 0

    def test_a_visit_of_last_week_is_backlog_and_yesterdays_is_followed_up(self, actor):
        old, new = builders.car(builders.customer()), builders.car(builders.customer())
        builders.visit(old, TODAY - 5 * DAY)
        builders.visit(new, TODAY - DAY)
        builders.reckon(old, new, on=TODAY)
        first = planner.plan(actor=actor, on=TODAY)
        assert (first.opened, first.backlog, first.released) == (0, 1, 1)
        assert planner.plan(actor=actor, on=TODAY + 2 * DAY).opened == 1


class TestPeopleAndPlansChangeTheirMinds:
    def test_what_a_person_takes_up_again_stays_though_its_time_is_over(self, actor):
        a_year_of_cover(actor, TODAY)
        planner.plan(actor=actor, on=TODAY)
        task = Task.objects.get()
        Task.objects.update(state="done", closed_at=times.now())
        tasks.reopen(actor=actor, task_id=task.pk)
        assert planner.plan(actor=actor, on=TODAY + 35 * DAY).expired == 0
        assert states()["insurance_end/before60"] == "open"

    def test_what_a_person_takes_up_again_and_drops_is_dropped(self, actor):
        """Also when the planner itself had ended it before."""
        owner, _car = a_year_of_cover(actor, TODAY)
        planner.plan(actor=actor, on=TODAY)
        hold = Hold.objects.create(organisation_id=actor.organisation_id, customer=owner, reach="everything")
        planner.plan(actor=actor, on=TODAY)
        hold.delete()
        task = tasks.reopen(actor=actor, task_id=Task.objects.get().pk)
        tasks.cancel(actor=actor, task_id=task.pk, reason="客户已来过")
        assert planner.plan(actor=actor, on=TODAY + DAY).planned == 0

    def test_a_plan_changed_by_mistake_and_changed_back_loses_no_work(self, actor):
        """The day moves to a time that is over, and back again."""
        a_year_of_cover(actor, TODAY)
        planner.plan(actor=actor, on=TODAY)
        shipped = {step.code: step.offset_days for step in Step.objects.filter(plan__code="insurance_end")}
        earlier = PlanEdit(True, {"before60": {"offset_days": -120}})
        plans.change(actor=actor, code="insurance_end", edit=earlier)
        assert planner.plan(actor=actor, on=TODAY).expired == 1
        back = PlanEdit(True, {"before60": {"offset_days": shipped["before60"]}})
        plans.change(actor=actor, code="insurance_end", edit=back)
        assert planner.plan(actor=actor, on=TODAY).opened == 1
        task, clock = Task.objects.get(), Clock.objects.get()
        assert (task.state, task.closed_at, clock.stopped_at, clock.due_at) == ("open", None, None, task.due_at)
