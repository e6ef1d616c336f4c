"""One organisation's trouble is not the others'."""

import pytest
from django.db import OperationalError, connection
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg.errors import DeadlockDetected

from qibu.kernel.jobs import app, each, once_each, take_up_interrupted

TASK = "qibu.care.jobs.plan_day"


def failing(at: int, error: Exception, done: list[int]):
    def do(organisation_id: int) -> None:
        if organisation_id == at:
            raise error
        done.append(organisation_id)

    return do


def test_what_fails_for_one_organisation_is_done_for_the_others(caplog) -> None:
    done: list[int] = []
    assert each([1, 2, 3], failing(2, KeyError("ladder"), done)) == {2}
    assert done == [1, 3]
    assert "organisation 2" in caplog.text and "KeyError" in caplog.text


def test_a_deadlock_is_the_trouble_of_one() -> None:
    done: list[int] = []
    lost = OperationalError()
    lost.__cause__ = DeadlockDetected()
    assert each([1, 2, 3], failing(1, lost, done)) == {1}
    assert done == [2, 3]


def test_without_a_database_nothing_is_tried_further() -> None:
    done: list[int] = []
    with pytest.raises(OperationalError):
        each([1, 2, 3], failing(1, OperationalError("server closed the connection"), done))
    assert done == []


@pytest.mark.django_db
def test_a_job_that_waits_is_not_asked_for_twice() -> None:
    assert once_each(TASK, [3, 1, 3]) == [1, 3]
    assert once_each(TASK, [1, 2]) == [2]
    assert _waiting() == [1, 2, 3]


@pytest.mark.django_db
def test_one_that_has_begun_is_asked_for_again_since_it_may_not_see_what_is_new() -> None:
    once_each(TASK, [1])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    assert once_each(TASK, [1]) == [1]
    assert _waiting() == [1, 1]


def _waiting() -> list[int]:
    return sorted(job.args["organisation_id"] for job in ProcrastinateJob.objects.filter(task_name=TASK))


def _at_work(task: str, attempts: int = 0, **configured: str) -> int:
    """A job whose worker was killed."""
    number = app.configure_task(task, **configured).defer(organisation_id=1)
    with connection.cursor() as cursor:
        at_work = "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s WHERE id = %s"
        cursor.execute(at_work, [attempts, number])
    return number


def _state(number: int) -> str:
    return str(ProcrastinateJob.objects.get(pk=number).status)


@pytest.mark.django_db
def test_what_a_killed_worker_was_at_is_put_back() -> None:
    number = _at_work(TASK)
    assert take_up_interrupted() == 1
    assert (_state(number), ProcrastinateJob.objects.get(pk=number).attempts) == ("todo", 1)
    assert take_up_interrupted() == 0


@pytest.mark.django_db
def test_a_job_that_ends_its_worker_each_time_is_given_up() -> None:
    number = _at_work(TASK, attempts=3)
    assert take_up_interrupted() == 0
    assert _state(number) == "failed"


@pytest.mark.django_db
def test_where_another_waits_to_do_the_same_it_is_left_to_that() -> None:
    first, second = (_at_work(TASK, queueing_lock="plan:1") for _time in range(2))
    third = _at_work(TASK, queueing_lock="plan:2")
    waiting = app.configure_task(TASK, queueing_lock="plan:2").defer(organisation_id=1)
    assert take_up_interrupted() == 1
    assert [_state(one) for one in (first, second, third, waiting)] == ["failed", "todo", "failed", "todo"]
