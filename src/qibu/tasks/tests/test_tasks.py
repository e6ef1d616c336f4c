from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.handover import PARTS
from qibu.network.services import actors, handovers
from qibu.network.services.handovers import Plan
from qibu.tasks.models import Clock, Task
from qibu.tasks.rules import Why
from qibu.tasks.selectors.lists import pool_of, visible_tasks
from qibu.tasks.services import results, tasks
from qibu.tasks.services.errors import AlreadyDone, NotAllowedNow, NotYours, Problem
from qibu.tasks.tests import world

pytestmark = pytest.mark.django_db
State = Task.State


@pytest.fixture
def advisor() -> Iterator[Actor]:
    actor = world.person(world.store(), "周婷")
    with scope(actor):
        yield actor


def test_a_promise_is_on_the_customers_time_line_with_its_clock_running(advisor: Actor) -> None:
    whom = world.customer(advisor)
    due = times.now() + timedelta(hours=3)
    task = tasks.create_promise(actor=advisor, customer_id=whom.pk, title="答复质保范围", due_at=due)
    assert (task.category, task.assignee_id) == (Task.Category.PROMISE, advisor.staff_id)
    assert Clock.objects.get(task=task).due_at == due
    entry = Entry.objects.get(type="tasks.PromiseMade")
    assert (entry.timeline, entry.customer_id) == (True, whom.pk)


def test_a_promise_to_nobody_is_refused(advisor: Actor) -> None:
    with pytest.raises(NotAllowedNow) as refused:
        tasks.create_promise(actor=advisor, customer_id=None, title="x", due_at=times.now() + timedelta(hours=1))
    assert refused.value.problem is Problem.NO_CUSTOMER


def test_a_task_for_a_customer_one_may_not_see_is_refused() -> None:
    organisation = world.store()
    other, seller = world.person(organisation, "李强"), world.person(organisation, "郑凯", "sales_consultant")
    with scope(seller):
        whom = world.customer(seller, advisor_id=other.staff_id)
        with pytest.raises(NotYours):
            tasks.create_todo(actor=seller, title="x", due_at=times.now() + timedelta(hours=1), customer_id=whom.pk)


def test_ones_own_task_may_be_handed_on_a_colleagues_only_with_the_right(advisor: Actor) -> None:
    other = world.person(advisor.organisation_id, "李强")
    mine, theirs = world.task(advisor), world.task(other, assignee_id=None)
    assert tasks.assign(actor=advisor, task_id=mine.pk, staff_id=other.staff_id).pk == mine.pk
    mine.refresh_from_db()
    assert mine.assignee_id == other.staff_id
    with pytest.raises(PermissionRefused):
        tasks.assign(actor=advisor, task_id=theirs.pk, staff_id=advisor.staff_id)


def test_a_manager_gives_out_many_at_once_and_closed_ones_stay(advisor: Actor) -> None:
    lead = world.person(advisor.organisation_id, "吴经理", "service_manager")
    made = [world.task(advisor, assignee_id=None) for _n in range(3)]
    closed = world.task(advisor, state=State.DONE)
    ids = [task.pk for task in (*made, closed)]
    assert len(tasks.assign_many(actor=lead, task_ids=ids, staff_id=advisor.staff_id)) == 3
    assert set(Task.objects.filter(pk__in=ids[:3]).values_list("assignee_id", flat=True)) == {advisor.staff_id}
    with pytest.raises(PermissionRefused):
        tasks.assign_many(actor=advisor, task_ids=ids, staff_id=None)


def test_cancelling_needs_a_reason_and_stops_the_clock(advisor: Actor) -> None:
    task = world.task(advisor)
    with pytest.raises(NotAllowedNow):
        tasks.cancel(actor=advisor, task_id=task.pk, reason=" ")
    assert tasks.cancel(actor=advisor, task_id=task.pk, reason="车已卖").state == State.CANCELLED
    assert Clock.objects.get(task=task).stopped_at is not None
    with pytest.raises(AlreadyDone):
        tasks.cancel(actor=advisor, task_id=task.pk, reason="再来")


def test_a_task_taken_up_again_has_time_and_a_running_clock(advisor: Actor) -> None:
    task = world.task(advisor, due_at=times.now() - timedelta(days=1))
    results.record(actor=advisor, task_ids=[task.pk], outcome="reached", why=Why("forgotten"))
    again = tasks.reopen(actor=advisor, task_id=task.pk)
    clock = Clock.objects.get(task=task)
    assert (again.state, again.outcome, clock.stopped_at) == (State.OPEN, "", None)
    assert again.due_at > times.now() and clock.breached_at is not None


def test_the_pool_shows_each_desk_its_own_and_hides_customers_of_others() -> None:
    organisation = world.store()
    advisor, seller = world.person(organisation, "周婷"), world.person(organisation, "郑凯", "sales_consultant")
    boss, trainer = world.person(organisation, "方总", "store_manager"), world.person(organisation, "讲师", "trainer")
    with scope(boss):
        free = {"assignee_id": None, "clock": False}
        theirs, nobodys = world.customer(boss, advisor_id=advisor.staff_id), world.customer(boss, "刘芳")
        service = world.task(boss, nobodys, desk="service", **free)
        sales = world.task(boss, nobodys, desk="sales", **free)
        anybody, held = world.task(boss, **free), world.task(boss, theirs, **free)
        seen = {who.name: set(pool_of(who).values_list("pk", flat=True)) for who in (advisor, seller, boss, trainer)}
    assert seen["周婷"] == {service.pk, anybody.pk, held.pk}
    assert seen["郑凯"] == {sales.pk, anybody.pk}
    assert seen["方总"] == {service.pk, sales.pk, anybody.pk, held.pk}
    assert seen["讲师"] == {anybody.pk}


def test_tasks_of_colleagues_and_of_other_stores_are_hidden(advisor: Actor) -> None:
    other = world.person(advisor.organisation_id, "李强")
    mine, theirs = world.task(advisor), world.task(other)
    assert set(visible_tasks(advisor)) == {mine}
    boss = world.person(advisor.organisation_id, "方总", "store_manager")
    assert set(visible_tasks(boss)) == {mine, theirs}
    auditor = world.person(advisor.organisation_id, "审计", "auditor")
    assert not visible_tasks(auditor).exists()


def test_another_store_sees_nothing_of_it() -> None:
    first, second = (world.person(world.store(code), "方总", "store_manager") for code in ("S1", "S2"))
    with scope(first):
        task = world.task(first)
    with scope(second):
        assert not visible_tasks(second).exists()
        with pytest.raises(NotYours):
            tasks.cancel(actor=second, task_id=task.pk, reason="x")
        with pytest.raises(NotYours):
            results.record(actor=second, task_ids=[task.pk], outcome="reached")


def test_who_leaves_hands_on_what_is_open(advisor: Actor) -> None:
    other = world.person(advisor.organisation_id, "李强")
    world.task(advisor)
    world.task(advisor, state=State.BACKLOG)
    done = world.task(advisor, state=State.DONE)
    away = world.task(other, covered_for_id=advisor.staff_id)
    boss = world.person(advisor.organisation_id, "方总", "store_manager")
    assert advisor.staff_id and other.staff_id
    assert PARTS["tasks.open"].held(advisor.staff_id).count() == 2
    handovers.hand_over(actor=boss, giver_id=advisor.staff_id, plan=Plan({other.staff_id: 1}), reason="离职")
    assert Task.objects.filter(assignee_id=other.staff_id).count() == 3
    away.refresh_from_db()
    assert away.covered_for_id == other.staff_id
    done.refresh_from_db()
    assert done.assignee_id == advisor.staff_id


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_same_task_the_second_hears_who_was_first() -> None:
    organisation = world.store()
    people = [world.person(organisation, name) for name in ("周婷", "李强")]
    with scope(actors.system(organisation)):
        task = world.task(people[0], assignee_id=None)
    start, answers = threading.Barrier(2), {}

    def take(actor: Actor) -> None:
        start.wait()
        try:
            with scope(actor):
                tasks.claim(actor=actor, task_ids=[task.pk])
            answers[actor.name] = "taken"
        except AlreadyDone as first:
            answers[actor.name] = first.rival.name
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[actor]) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = next(name for name, answer in answers.items() if answer == "taken")
    assert sorted(answers.values()) == sorted(["taken", winner])
