"""The page of promises: each figure is the number of the rows that it opens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from unittest import mock

import pytest
from django.test import Client

from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import Staff
from qibu.network.services import actors
from qibu.tasks.models import Clock, Task
from qibu.tasks.rules import Why
from qibu.tasks.selectors import promises
from qibu.tasks.selectors.promises import Kept
from qibu.tasks.services import ladder, results, tasks
from qibu.tasks.tests import world
from qibu.tasks.tests.world import at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-18 10:00")
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def clock() -> Iterator[mock.Mock]:
    with mock.patch("django.utils.timezone.now", return_value=NOW) as frozen:
        yield frozen


@pytest.fixture
def boss() -> Iterator[Actor]:
    actor = world.person(world.store(), "方总", "store_manager")
    with scope(actor):
        yield actor


def _kept(actor: Actor) -> None:
    task = world.task(actor, world.customer(actor))
    results.record(actor=actor, task_ids=[task.pk], outcome="reached")


def _late(actor: Actor) -> None:
    task = world.task(actor, world.customer(actor), due_at=NOW - timedelta(hours=1))
    results.record(actor=actor, task_ids=[task.pk], outcome="reached", why=Why("forgotten"))


def _late_and_open(actor: Actor) -> None:
    world.task(actor, world.customer(actor), category="promise", due_at=NOW - timedelta(hours=1))


def _running(actor: Actor) -> None:
    world.task(actor, world.customer(actor))


def _dropped(actor: Actor) -> None:
    task = world.task(actor, world.customer(actor))
    tasks.cancel(actor=actor, task_id=task.pk, reason="车已卖")


def _paused(actor: Actor) -> None:
    task = world.task(actor, world.customer(actor), due_at=NOW - timedelta(hours=1))
    Clock.objects.filter(task=task).update(paused_at=NOW - timedelta(hours=2))


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (_kept, Kept(kept=1)), (_late, Kept(broken=1)), (_late_and_open, Kept(broken=1)), (_running, Kept(running=1)),
        (_paused, Kept(running=1)), (_dropped, Kept(dropped=1)),
    ],
)  # fmt: skip
def test_a_promise_stands_as_its_clock_says(boss: Actor, make: Callable[[Actor], None], expected: Kept) -> None:
    make(boss)
    assert promises.figures(boss, TODAY, TODAY, NOW).all == expected
    assert promises.figures(boss, TODAY - timedelta(days=9), TODAY - timedelta(days=1), NOW).all == Kept()


def test_a_breach_counts_on_its_own_day_for_whom_it_was_however_the_work_went_on(boss: Actor) -> None:
    advisor = world.person(boss.organisation_id, "周婷")
    late = NOW - timedelta(days=2)
    task = world.task(advisor, world.customer(boss), due_at=late)
    ladder.sweep(actor=boss, now=NOW)
    results.record(actor=boss, task_ids=[task.pk], outcome="not_reached")
    tasks.assign(actor=boss, task_id=task.pk, staff_id=boss.staff_id)
    assert Clock.objects.get().due_at > NOW
    found = promises.figures(boss, late.date(), late.date(), NOW)
    assert (found.all, list(found.by_person), found.by_cause) == (Kept(broken=1), [advisor.staff_id], {"": 1})


@pytest.mark.parametrize(("kept", "share"), [(Kept(), None), (Kept(kept=2, broken=1), 67), (Kept(running=3), None)])
def test_the_share_is_of_what_came_to_an_end(kept: Kept, share: int | None) -> None:
    assert kept.share == share


def test_every_figure_of_the_page_opens_as_many_rows(boss: Actor) -> None:
    advisor = world.person(boss.organisation_id, "周婷")
    for actor in (boss, advisor):
        with scope(actors.of_staff(Staff.objects.get(pk=actor.staff_id))):
            for make in (_kept, _late, _late, _late_and_open, _running, _paused, _dropped):
                make(actor)
    world.task(boss, assignee_id=None, due_at=NOW - timedelta(hours=3))
    Task.objects.filter(category="promise").update(category="due")
    client = Client()
    user = Staff.objects.get(pk=boss.staff_id).user
    assert user is not None
    client.force_login(user)
    page = client.get("/team/promises/").content.decode()
    links = re.findall(r'href="(/team/promises/list/\?[^"]*)"[^>]*>(?:<span>[^<]*</span><b>)?([\d,]+)<', page)
    links += re.findall(r'<a class="x" href="([^"]*)">[^<]*</a><b class="num">(\d+)</b>', page)
    assert len(links) > 20
    for url, figure in links:
        rows = client.get(unescape(url)).content.decode().count("data-row=")
        assert rows == int(figure), url


def test_people_without_any_result_stand_apart_and_columns_sort(boss: Actor) -> None:
    advisor, other = (world.person(boss.organisation_id, name) for name in ("周婷", "何敏"))
    for actor, acts in ((boss, (_late, _late)), (advisor, (_kept, _kept, _kept, _late)), (other, (_running,))):
        with scope(actors.of_staff(Staff.objects.get(pk=actor.staff_id))):
            for make in acts:
                make(actor)
    client = Client()
    user = Staff.objects.get(pk=boss.staff_id).user
    assert user is not None
    client.force_login(user)
    page = client.get("/team/promises/")
    assert [line["label"] for line in page.context["people"]] == ["方总", "周婷"]
    assert [line["label"] for line in page.context["waiting"]] == ["何敏"]
    assert page.content.decode().count('aria-sort="descending"') == 3
    by_kept = client.get("/team/promises/?sort=kept").context
    assert [line["label"] for line in by_kept["people"]] == ["周婷", "方总"]
    by_share = client.get("/team/promises/?sort=share").context
    assert [line["share"] for line in by_share["people"]] == [0, 75]
    assert client.get("/team/promises/?sort=nonsense").context["people"] == page.context["people"]


def test_the_list_of_tasks_says_why_they_were_late_and_finds_those(boss: Actor) -> None:
    for make in (_kept, _late, _late_and_open):
        make(boss)
    client = Client()
    user = Staff.objects.get(pk=boss.staff_id).user
    assert user is not None
    client.force_login(user)

    def rows(query: str) -> int:
        return client.get(f"/tasks/?{query}").content.decode().count("data-row=")

    ended = client.get("/tasks/?view=done").content.decode()
    assert "忘记了" in "".join(re.findall(r"<tbody.*?</tbody>", ended, re.S))
    expected = {
        "view=done": 2, "view=done&broken=yes": 1, "view=done&broken=no": 1, "view=done&cause=forgotten": 1,
        "view=done&cause=other": 0, "view=all&cause=none": 1, "view=all&broken=yes": 1, "view=all&stand=late": 1,
    }  # fmt: skip
    assert {query: rows(query) for query in expected} == expected
