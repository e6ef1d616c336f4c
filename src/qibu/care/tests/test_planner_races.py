"""People work while the planner runs: what they did after it listed the living tasks stays."""

from datetime import date, timedelta

import pytest

from qibu.care.models import Due
from qibu.care.services import planner
from qibu.care.tests import builders
from qibu.kernel import times
from qibu.tasks.models import Task

DAY = timedelta(days=1)
TODAY = date(2027, 3, 1)


@pytest.fixture
def open_task(actor):
    car = builders.car(builders.customer())
    builders.policy(car, TODAY + 60 * DAY)
    builders.reckon(car, on=TODAY - DAY)
    planner.plan(actor=actor, on=TODAY)
    return Task.objects.get()


@pytest.fixture
def meanwhile(monkeypatch):
    """Let something happen between the list of living tasks and what is done with it."""

    def arrange(happen):
        wanted = planner._Run._want

        def want(run):
            wanted(run)
            happen()

        monkeypatch.setattr(planner._Run, "_want", want)

    return arrange


def test_a_result_recorded_meanwhile_is_not_overwritten(actor, open_task, meanwhile):
    Due.objects.update(over=True)
    meanwhile(lambda: Task.objects.update(state="done", outcome="reached", attempts=1, closed_at=times.now()))
    assert planner.plan(actor=actor, on=TODAY + DAY).cancelled == 0
    open_task.refresh_from_db()
    assert (open_task.state, open_task.outcome) == ("done", "reached")


def test_a_task_tried_meanwhile_does_not_expire(actor, open_task, meanwhile):
    meanwhile(lambda: Task.objects.update(attempts=1))
    assert planner.plan(actor=actor, on=TODAY + 30 * DAY).expired == 0
    open_task.refresh_from_db()
    assert open_task.state == "open"


def test_a_day_that_moves_leaves_what_was_closed_meanwhile(actor, open_task, meanwhile):
    Due.objects.update(due_on=TODAY + 70 * DAY)
    meanwhile(lambda: Task.objects.update(state="done", attempts=1, closed_at=times.now()))
    before = open_task.due_at
    assert planner.plan(actor=actor, on=TODAY + DAY).moved == 0
    open_task.refresh_from_db()
    assert open_task.due_at == before
