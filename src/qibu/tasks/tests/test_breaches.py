"""A broken promise doesn't end without its reason, whoever ends it and from wherever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from unittest import mock

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import Staff
from qibu.tasks.models import Attempt, Clock, Escalation, Task
from qibu.tasks.rules import Calendar, Cause, Hours, Lack, Outcome, Why, closing, effect_of
from qibu.tasks.selectors import workbench
from qibu.tasks.services import breaches, ladder, results, tasks
from qibu.tasks.services.errors import NotAllowedNow, Problem
from qibu.tasks.tests import world
from qibu.tasks.tests.world import at

NOW = at("2026-11-18 10:00")
LATE = NOW - timedelta(hours=2)
WHY = Why("waiting", " 等配件 ")
State = Task.State


@pytest.fixture(autouse=True)
def clock() -> Iterator[mock.Mock]:
    with mock.patch("django.utils.timezone.now", return_value=NOW) as frozen:
        yield frozen


@pytest.fixture
def advisor(db: None) -> Iterator[Actor]:
    actor = world.person(world.store(), "周婷")
    with scope(actor):
        yield actor


# The rule ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cause", "words", "lacks"),
    [
        ("", "", Lack.CAUSE), ("", "忙", Lack.CAUSE), ("weather", "下雪", Lack.CAUSE), ("other", "", Lack.WORDS),
        ("other", "  ", Lack.WORDS), ("other", "停电", None), ("forgotten", "", None), ("waiting", "等配件", None),
    ],
)  # fmt: skip
def test_a_reason_is_of_the_list_and_the_last_one_needs_words(cause: str, words: str, lacks: Lack | None) -> None:
    assert Why(cause, words).lacks == lacks


def test_the_rule_and_the_table_know_the_same_reasons() -> None:
    assert list(Clock.Cause.values) == [str(cause) for cause in Cause]


ALWAYS = Calendar({day: (Hours(NOW.min.time(), NOW.min.time()),) for day in range(7)})


@given(tried=some.integers(0, 5), outcome=some.sampled_from(list(Outcome)), others=some.booleans())
def test_a_page_knows_beforehand_which_results_end_a_task(tried: int, outcome: Outcome, others: bool) -> None:
    later = NOW + timedelta(days=1)
    effect = effect_of(
        outcome, attempts=tried + 1, at=NOW, calendar=ALWAYS, call_back_at=later, other_numbers=others
    )
    assert effect.closes == (outcome in closing(tried, other_numbers=others))


# The service ------------------------------------------------------------------------------------------
def _reach(actor: Actor, task: Task, why: Why) -> None:
    results.record(actor=actor, task_ids=[task.pk], outcome="reached", why=why)


def _refuse(actor: Actor, task: Task, why: Why) -> None:
    results.record(actor=actor, task_ids=[task.pk], outcome="do_not_call", why=why)


def _give_up(actor: Actor, task: Task, why: Why) -> None:
    Task.objects.filter(pk=task.pk).update(attempts=2)
    results.record(actor=actor, task_ids=[task.pk], outcome="not_reached", why=why)


def _cancel(actor: Actor, task: Task, why: Why) -> None:
    tasks.cancel(actor=actor, task_id=task.pk, reason="车已卖", why=why)


ENDS = [_reach, _refuse, _give_up, _cancel]
End = Callable[[Actor, Task, Why], None]


@pytest.mark.parametrize("end", ENDS)
def test_late_work_ends_only_with_a_reason_which_stays(advisor: Actor, end: End) -> None:
    task = world.task(advisor, world.customer(advisor), due_at=LATE)
    for why, problem in ((Why(), Problem.BREACH_UNEXPLAINED), (Why("other"), Problem.WORDS_MISSING)):
        with pytest.raises(NotAllowedNow) as refused:
            end(advisor, task, why)
        assert refused.value.problem is problem
    assert not Attempt.objects.exists() and Task.objects.get().state == State.OPEN
    end(advisor, task, WHY)
    row = Clock.objects.get()
    assert (row.breached_at, row.breached_with_id, row.stopped_at) == (LATE, advisor.staff_id, NOW)
    assert (row.breach_cause, row.breach_reason, row.explained_by_id, row.explained_at) == (
        "waiting", "等配件", advisor.staff_id, NOW,
    )  # fmt: skip
    assert row.why == "等配件、等答复：等配件"
    assert Entry.objects.get(type="tasks.BreachExplained").data["cause"] == "waiting"


@pytest.mark.parametrize("end", ENDS)
def test_work_in_time_and_paused_work_end_without_one(advisor: Actor, end: End) -> None:
    task = world.task(advisor, world.customer(advisor), due_at=NOW + timedelta(hours=1))
    end(advisor, task, Why())
    paused = world.task(advisor, world.customer(advisor, "李红"), due_at=LATE)
    Clock.objects.filter(task=paused).update(paused_at=LATE - timedelta(hours=1))
    end(advisor, paused, Why())
    assert not Clock.objects.exclude(breach_cause="").exists()


def test_a_try_that_does_not_end_the_task_asks_nothing_and_the_last_one_does(advisor: Actor) -> None:
    task = world.task(advisor, world.customer(advisor), due_at=LATE)
    results.record(actor=advisor, task_ids=[task.pk], outcome="not_reached")
    assert Clock.objects.get().breached_at == LATE and Clock.objects.get().due_at > NOW
    with pytest.raises(NotAllowedNow):
        _reach(advisor, task, Why())
    _reach(advisor, task, Why("unreachable"))
    assert Clock.objects.get().why == "客户联系不上"


def test_of_several_tasks_of_a_call_the_late_ones_get_the_reason(advisor: Actor) -> None:
    whom = world.customer(advisor)
    late, punctual = world.task(advisor, whom, due_at=LATE), world.task(advisor, whom)
    results.record(actor=advisor, task_ids=[late.pk, punctual.pk], outcome="reached", why=Why("forgotten"))
    assert list(Clock.objects.order_by("task").values_list("breach_cause", flat=True)) == ["forgotten", ""]


def test_what_a_refusal_drops_is_accounted_for_as_well(advisor: Actor) -> None:
    whom = world.customer(advisor)
    task, planned = world.task(advisor, whom), world.task(advisor, whom, category="due", due_at=LATE)
    with pytest.raises(NotAllowedNow):
        _refuse(advisor, task, Why())
    _refuse(advisor, task, Why("short_handed"))
    assert Clock.objects.get(task=planned).breach_cause == "short_handed"
    results.undo(actor=advisor, attempt_ids=[Attempt.objects.get().pk])
    assert Clock.objects.get(task=planned).breach_cause == ""


def test_what_was_explained_before_is_not_asked_again(advisor: Actor) -> None:
    task = world.task(advisor, world.customer(advisor), due_at=LATE)
    ladder.sweep(actor=advisor, now=NOW)
    breaches.explain(actor=advisor, clock_id=Clock.objects.get().pk, why=Why("short_handed"))
    _reach(advisor, task, Why("forgotten"))
    assert Clock.objects.get().breach_cause == "short_handed"


def test_undoing_takes_the_reason_back_but_not_the_breach(advisor: Actor) -> None:
    task = world.task(advisor, world.customer(advisor), due_at=LATE)
    _reach(advisor, task, WHY)
    results.undo(actor=advisor, attempt_ids=[Attempt.objects.get().pk])
    row = Clock.objects.get()
    assert (row.breached_at, row.breach_cause, row.breach_reason, row.explained_by) == (LATE, "", "", None)
    said = Entry.objects.get(type="tasks.BreachExplained")
    assert Entry.objects.filter(retracts_id=said.pk).count() == 1


def test_undoing_leaves_a_reason_that_a_manager_gave_since(advisor: Actor, clock: mock.Mock) -> None:
    task = world.task(advisor, world.customer(advisor), due_at=LATE)
    _reach(advisor, task, WHY)
    clock.return_value = NOW + timedelta(minutes=5)
    breaches.explain(actor=advisor, clock_id=Clock.objects.get().pk, why=Why("handed_late"))
    results.undo(actor=advisor, attempt_ids=[Attempt.objects.get().pk])
    assert Clock.objects.get().breach_cause == "handed_late"


def test_a_breach_is_theirs_who_had_the_work_then(advisor: Actor) -> None:
    other = world.person(advisor.organisation_id, "李强")
    task = world.task(advisor, world.customer(advisor), due_at=LATE)
    ladder.sweep(actor=advisor, now=NOW)
    tasks.assign(actor=advisor, task_id=task.pk, staff_id=other.staff_id)
    assert Clock.objects.get().breached_with_id == advisor.staff_id


def test_settled_with_its_reason_it_leaves_the_managers_bell(advisor: Actor) -> None:
    boss = world.person(advisor.organisation_id, "方总", "service_manager")
    task = world.task(advisor, world.customer(advisor), category="promise", due_at=at("2026-11-18 09:00"))
    ladder.sweep(actor=advisor, now=NOW)
    assert Escalation.objects.filter(told_id=boss.staff_id).count() == 1
    assert workbench.colleagues_late(boss.staff_id) == 1
    _reach(advisor, task, WHY)
    assert workbench.colleagues_late(boss.staff_id) == 0


# The pages --------------------------------------------------------------------------------------------
@pytest.fixture
def browser(advisor: Actor) -> Client:
    user = Staff.objects.get(pk=advisor.staff_id).user
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


def post(browser: Client, task: Task, **fields: str) -> HttpResponse:
    given = {"task": str(task.pk), "result": "reached", "token": "t", **fields}
    found: HttpResponse = browser.post("/tasks/results/", given, headers={"HX-Request": "true"})  # type: ignore[assignment]  # the test's own kind
    return found


def test_the_page_asks_for_the_reason_and_keeps_what_was_said(advisor: Actor, browser: Client) -> None:
    task = world.task(advisor, world.customer(advisor), due_at=LATE)
    answer = post(browser, task, note="客户在外地", next=f"/customers/{task.customer_id}/")
    page = answer.content.decode()
    assert answer.status_code == 422 and "请选一个原因" in page and "客户在外地" in page
    assert f'name="next" value="/customers/{task.customer_id}/"' in page
    answer = post(browser, task, cause="forgotten", next=f"/customers/{task.customer_id}/")
    assert answer.headers["HX-Redirect"] == f"/customers/{task.customer_id}/"
    assert Clock.objects.get().breach_cause == "forgotten"


def test_missing_words_are_asked_for_at_their_field(advisor: Actor, browser: Client) -> None:
    task = world.task(advisor, world.customer(advisor), due_at=LATE)
    answer = post(browser, task, cause="other", words=" ", note="客户在外地")
    page = answer.content.decode()
    assert answer.status_code == 422 and 'aria-invalid="true" data-key="6"' in page and "客户在外地" in page
    assert page.count("请写一句是什么原因") == 1
    assert 'name="result" value="reached" form="result" data-why-result>' in page


def test_only_tasks_that_are_late_tell_the_page_to_ask(advisor: Actor, browser: Client) -> None:
    task = world.task(advisor, world.customer(advisor))
    assert "data-ends" not in browser.get(f"/?task={task.pk}").content.decode()
    late = world.task(advisor, world.customer(advisor, "李红"), due_at=LATE)
    assert 'data-ends="reached do_not_call wrong_number"' in browser.get(f"/?task={late.pk}").content.decode()


def test_a_late_task_is_cancelled_with_both_reasons(advisor: Actor, browser: Client) -> None:
    task = world.task(advisor, world.customer(advisor), due_at=LATE)
    assert 'name="cause"' in browser.get(f"/tasks/{task.pk}/").content.decode()
    browser.post(f"/tasks/{task.pk}/cancellation/", {"reason": "车已卖"})
    assert Task.objects.get().state == State.OPEN
    browser.post(f"/tasks/{task.pk}/cancellation/", {"reason": "车已卖", "cause": "other", "words": "出差"})
    assert (Task.objects.get().state, Clock.objects.get().why) == (State.CANCELLED, "出差")


def test_a_late_promise_is_kept_from_the_customers_page_with_its_reason(advisor: Actor, browser: Client) -> None:
    whom = world.customer(advisor, advisor_id=advisor.staff_id)
    task = world.task(advisor, whom, category="promise", due_at=LATE)
    assert 'name="cause" value="handed_late"' in browser.get(f"/customers/{whom.pk}/").content.decode()
    browser.post("/tasks/results/", {"task": task.pk, "result": "reached", "cause": "handed_late"})
    assert Clock.objects.get().why == "转交晚了"
