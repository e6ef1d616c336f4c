"""What is a colleague's is not one's own, also where one comes near it: told of a delay, on a list, on paper."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.scoping import scope
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.network.services.absences import Days
from qibu.tasks.models import Clock, Escalation, Task
from qibu.tasks.selectors.team import absences_for
from qibu.tasks.services import covering, printing
from qibu.tasks.tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def advisor() -> Actor:
    return world.person(world.store(), "周婷")


@pytest.fixture
def colleague(advisor: Actor) -> Actor:
    return world.person(advisor.organisation_id, "陈晓燕")


def client_of(actor: Actor) -> Client:
    with scope(actor):
        user = Staff.objects.select_related("user").get(pk=actor.staff_id).user
    client = Client()
    client.force_login(user)
    return client


def told_of(actor: Actor, whose: Actor) -> Task:
    """A late call of a colleague, of which one was told."""
    with scope(whose):
        task = world.task(whose, world.customer(whose), due_at=times.now() - timedelta(hours=3))
        Escalation.objects.create(
            organisation_id=whose.organisation_id, clock=Clock.objects.get(task=task), rung=1, at=times.now(),
            told_id=actor.staff_id,
        )  # fmt: skip
    return task


def test_of_a_colleagues_late_call_one_hears_but_the_number_stays_hidden(advisor: Actor, colleague: Actor) -> None:
    task = told_of(advisor, colleague)
    assert task.customer is not None
    with scope(advisor):
        number = task.customer.contact_points.get().pk
    mine, theirs = client_of(advisor), client_of(colleague)
    assert mine.get(f"/tasks/{task.pk}/").status_code == 200
    address = f"/tasks/{task.pk}/numbers/{number}/"
    assert mine.post(address).status_code == 404
    assert theirs.post(address).content == b"13800005678"


def test_a_page_offers_the_time_of_a_task_to_those_who_may_stop_it(advisor: Actor, colleague: Actor) -> None:
    with scope(advisor):
        pool = world.task(advisor, assignee_id=None)
        own = world.task(advisor)
    client = client_of(advisor)
    pause = "暂停计时"
    assert pause not in client.get(f"/tasks/{pool.pk}/").content.decode()
    assert pause in client.get(f"/tasks/{own.pk}/").content.decode()
    heard = told_of(advisor, colleague)
    with scope(advisor):
        Clock.objects.filter(task=heard).update(breached_at=None)
    assert pause in client.get(f"/tasks/{heard.pk}/").content.decode()


def test_numbers_of_a_colleagues_list_take_the_right_to_see_it(advisor: Actor, colleague: Actor) -> None:
    with scope(advisor):
        staff = {one.pk: one for one in Staff.objects.all()}
        assert printing.with_numbers(actor=advisor, whose=staff[advisor.staff_id], lines=[]) == []
        with pytest.raises(PermissionRefused) as refused:
            printing.with_numbers(actor=advisor, whose=staff[colleague.staff_id], lines=[])
    assert refused.value.capability == Capability.TASKS_VIEW_ALL


def test_absences_of_colleagues_are_listed_for_who_shares_out_work(advisor: Actor, colleague: Actor) -> None:
    manager = world.person(advisor.organisation_id, "何志刚", "service_manager")
    day = times.today() + timedelta(days=3)
    for who in (advisor, colleague):
        with scope(who):
            covering.go_away(actor=who, staff_id=who.staff_id, days=Days(day, day), kind="leave", stand_in_id=None)
    with scope(advisor):
        assert [one.staff_id for one in absences_for(advisor)] == [advisor.staff_id]
    with scope(manager):
        assert {one.staff_id for one in absences_for(manager)} == {advisor.staff_id, colleague.staff_id}
