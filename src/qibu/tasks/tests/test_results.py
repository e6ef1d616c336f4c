from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db.models import Model

from qibu.customers.models import Consent, ContactPoint, Customer, Hold
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.tasks.models import Attempt, Clock, Task
from qibu.tasks.services import results, tasks
from qibu.tasks.services.errors import AlreadyDone, NotAllowedNow, NotYours, Problem
from qibu.tasks.tests import world
from qibu.tasks.tests.world import at

pytestmark = pytest.mark.django_db
Outcome, State = Task.Outcome, Task.State
NOW = at("2026-11-18 10:00")


@pytest.fixture(autouse=True)
def clock() -> Iterator[mock.Mock]:
    with mock.patch("django.utils.timezone.now", return_value=NOW) as frozen:
        yield frozen


@pytest.fixture
def advisor() -> Iterator[Actor]:
    actor = world.person(world.store(), "周婷")
    with scope(actor):
        yield actor


def table(model: type[Model]) -> list[dict[str, Any]]:
    return list(model.objects.order_by("pk").values())


def test_reached_ends_the_task_and_its_clock(advisor: Actor) -> None:
    task = world.task(advisor, world.customer(advisor))
    results.record(actor=advisor, task_ids=[task.pk], outcome=Outcome.REACHED, note="异响消失")
    task.refresh_from_db()
    assert (task.state, task.outcome, task.note, task.closed_by_id) == (
        State.DONE, Outcome.REACHED, "异响消失", advisor.staff_id,
    )
    assert Clock.objects.get(task=task).stopped_at == NOW
    entry = Entry.objects.get(type="tasks.TaskTried")
    assert (entry.timeline, entry.customer_id, entry.data["note"]) == (True, task.customer_id, "异响消失")


@pytest.mark.parametrize(
    ("attempts", "state", "shown_from"),
    [(0, State.OPEN, "2026-11-18 12:00"), (1, State.OPEN, "2026-11-19 08:30"), (2, State.DONE, None)],
)
def test_not_reached_comes_again_twice_and_then_ends(
    advisor: Actor, attempts: int, state: str, shown_from: str | None
) -> None:
    task = world.task(advisor, world.customer(advisor), attempts=attempts)
    results.record(actor=advisor, task_ids=[task.pk], outcome=Outcome.NOT_REACHED)
    task.refresh_from_db()
    assert (task.state, task.attempts) == (state, attempts + 1)
    if shown_from:
        assert task.shown_from == at(shown_from)
        assert task.due_at == Clock.objects.get(task=task).due_at == at(shown_from) + timedelta(hours=1)


def test_a_call_back_comes_at_the_agreed_time_and_the_deadline_goes_along(advisor: Actor) -> None:
    task = world.task(advisor, world.customer(advisor))
    agreed = at("2026-11-21 20:00")
    results.record(actor=advisor, task_ids=[task.pk], outcome=Outcome.CALL_BACK, next_at=agreed)
    task.refresh_from_db()
    assert (task.state, task.shown_from, task.due_at) == (State.OPEN, agreed, agreed + timedelta(hours=1))


@pytest.mark.parametrize("agreed", [None, NOW - timedelta(minutes=1)])
def test_a_call_back_without_a_time_ahead_is_refused(advisor: Actor, agreed: Any) -> None:
    task = world.task(advisor, world.customer(advisor))
    with pytest.raises(NotAllowedNow) as refused:
        results.record(actor=advisor, task_ids=[task.pk], outcome=Outcome.CALL_BACK, next_at=agreed)
    assert refused.value.problem is Problem.CALL_BACK_TIME


def test_a_wrong_number_is_spoiled_and_ends_the_task(advisor: Actor) -> None:
    task = world.task(advisor, world.customer(advisor))
    results.record(actor=advisor, task_ids=[task.pk], outcome=Outcome.WRONG_NUMBER)
    task.refresh_from_db()
    assert task.state == State.DONE
    assert ContactPoint.objects.get().unusable


def test_a_wrong_number_beside_another_one_leaves_the_task_open(advisor: Actor) -> None:
    task = world.task(advisor, world.customer(advisor, phones=("13800005678", "13900001111")))
    results.record(actor=advisor, task_ids=[task.pk], outcome=Outcome.WRONG_NUMBER)
    task.refresh_from_db()
    assert (task.state, task.shown_from) == (State.OPEN, NOW)
    wrong, other = ContactPoint.objects.order_by("pk")
    assert (wrong.unusable, other.unusable, other.primary) == (True, False, True)


def test_who_does_not_want_calls_is_held_and_dropped_from_what_was_planned(advisor: Actor) -> None:
    whom = world.customer(advisor)
    task, planned = world.task(advisor, whom), world.task(advisor, whom, category=Task.Category.DUE)
    promise = world.task(advisor, whom, category=Task.Category.PROMISE)
    results.record(actor=advisor, task_ids=[task.pk], outcome=Outcome.DO_NOT_CALL, note="别再打了")
    hold = Hold.objects.get()
    assert (hold.reach, hold.reason, hold.lifted_at) == (Hold.Reach.EVERYTHING, "别再打了", None)
    assert set(Consent.objects.values_list("purpose", "state")) == {
        (purpose, "withdrawn") for purpose in ("service", "survey", "marketing")
    }
    planned.refresh_from_db()
    promise.refresh_from_db()
    assert (planned.state, promise.state) == (State.CANCELLED, State.OPEN)


@pytest.mark.parametrize("outcome", Outcome.values)
@pytest.mark.parametrize("phones", [("13800005678",), ("13800005678", "13900001111")])
def test_undoing_puts_everything_back_exactly(advisor: Actor, outcome: str, phones: tuple[str, ...]) -> None:
    whom = world.customer(advisor, phones=phones)
    made = [world.task(advisor, whom, attempts=1), world.task(advisor, whom, title="续保")]
    world.task(advisor, whom, category=Task.Category.DUE, state=State.BACKLOG)
    models = (Task, Clock, Hold, Consent, ContactPoint)
    before = [table(model) for model in models]
    done = results.record(
        actor=advisor, task_ids=[one.pk for one in made], outcome=outcome, next_at=NOW + timedelta(days=1), token="t"
    )
    assert [table(model) for model in models] != before
    ids = [attempt.pk for attempt in done.attempts]
    results.undo(actor=advisor, attempt_ids=ids)
    assert [table(model) for model in models] == before
    results.undo(actor=advisor, attempt_ids=ids)
    assert [table(model) for model in models] == before
    retracted = set(Entry.objects.filter(retracts_id__isnull=False).values_list("retracts_id", flat=True))
    tried = set(Entry.objects.filter(type="tasks.TaskTried").values_list("pk", flat=True))
    assert tried <= retracted and len(tried) == 2


def test_yesterdays_result_stands(advisor: Actor, clock: mock.Mock) -> None:
    task = world.task(advisor, world.customer(advisor))
    done = results.record(actor=advisor, task_ids=[task.pk], outcome=Outcome.REACHED)
    clock.return_value = NOW + timedelta(days=1)
    with pytest.raises(NotAllowedNow) as refused:
        results.undo(actor=advisor, attempt_ids=[done.attempts[0].pk])
    assert refused.value.problem is Problem.TOO_LATE


def test_what_happened_since_is_not_undone_silently(advisor: Actor) -> None:
    task = world.task(advisor, world.customer(advisor))
    done = results.record(actor=advisor, task_ids=[task.pk], outcome=Outcome.REACHED)
    tasks.reopen(actor=advisor, task_id=task.pk)
    with pytest.raises(NotAllowedNow) as refused:
        results.undo(actor=advisor, attempt_ids=[done.attempts[0].pk])
    assert refused.value.problem is Problem.CHANGED_SINCE


def test_several_tasks_of_a_customer_are_done_in_one_call(advisor: Actor) -> None:
    whom = world.customer(advisor)
    made = [world.task(advisor, whom, title=title) for title in ("三日回访", "续保", "年检")]
    done = results.record(actor=advisor, task_ids=[made[0].pk, made[2].pk], outcome=Outcome.REACHED)
    assert len(done.attempts) == 2
    assert list(Task.objects.order_by("pk").values_list("state", flat=True)) == [State.DONE, State.OPEN, State.DONE]


def test_tasks_of_two_customers_are_no_call(advisor: Actor) -> None:
    made = [world.task(advisor, world.customer(advisor, name)) for name in ("甲", "乙")]
    with pytest.raises(NotAllowedNow) as refused:
        results.record(actor=advisor, task_ids=[one.pk for one in made], outcome=Outcome.REACHED)
    assert refused.value.problem is Problem.SEVERAL_CUSTOMERS


def test_the_same_form_twice_does_nothing_twice(advisor: Actor) -> None:
    task = world.task(advisor, world.customer(advisor))
    call = {"actor": advisor, "task_ids": [task.pk], "outcome": Outcome.NOT_REACHED, "token": "form-1"}
    first, second = results.record(**call), results.record(**call)
    task.refresh_from_db()
    assert (second.repeated, second.attempts, task.attempts) == (True, first.attempts, 1)
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("state", [State.DONE, State.CANCELLED, State.EXPIRED])
def test_a_closed_task_takes_no_result_and_says_who_closed_it(advisor: Actor, state: str) -> None:
    task = world.task(advisor, world.customer(advisor), state=state, closed_by_id=advisor.staff_id, closed_at=NOW)
    with pytest.raises(AlreadyDone) as refused:
        results.record(actor=advisor, task_ids=[task.pk], outcome=Outcome.REACHED)
    assert (refused.value.rival.name, refused.value.rival.at) == ("周婷", NOW)


def test_a_task_of_the_pool_becomes_ones_own_with_its_result(advisor: Actor) -> None:
    task = world.task(advisor, world.customer(advisor), assignee_id=None)
    results.record(actor=advisor, task_ids=[task.pk], outcome=Outcome.NOT_REACHED)
    task.refresh_from_db()
    assert task.assignee_id == advisor.staff_id


def test_the_task_of_another_desk_is_not_found() -> None:
    organisation = world.store()
    seller = world.person(organisation, "郑凯", "sales_consultant")
    with scope(seller):
        task = world.task(seller, world.customer(seller), assignee_id=None, desk=Task.Desk.SERVICE)
        with pytest.raises(NotYours):
            results.record(actor=seller, task_ids=[task.pk], outcome=Outcome.REACHED)


def test_the_task_of_another_store_is_not_found(advisor: Actor) -> None:
    other = world.store("S2")
    with pytest.raises(NotYours):
        results.record(actor=advisor, task_ids=[10**6], outcome=Outcome.REACHED)
    assert other != advisor.organisation_id


def test_a_seller_writes_down_a_refusal_of_a_customer_they_do_not_look_after() -> None:
    organisation = world.store()
    other, seller = world.person(organisation, "李强"), world.person(organisation, "郑凯", "sales_consultant")
    with scope(seller):
        whom: Customer = world.customer(seller, advisor_id=other.staff_id)
        task = world.task(seller, whom)
        results.record(actor=seller, task_ids=[task.pk], outcome=Outcome.DO_NOT_CALL)
        assert Hold.objects.filter(customer=whom).exists()
        assert times.now() == NOW
