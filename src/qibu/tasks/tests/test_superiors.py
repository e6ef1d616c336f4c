"""A rung that names the direct superior, and ladders that change while work is overdue."""

from __future__ import annotations

from unittest import mock

import pytest

from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, Staff
from qibu.network.services import actors
from qibu.tasks import jobs
from qibu.tasks.models import Clock
from qibu.tasks.rules import Why
from qibu.tasks.selectors.lists import visible_tasks
from qibu.tasks.services import breaches, ladders
from qibu.tasks.tests import world
from qibu.tasks.tests.test_clocks import Store
from qibu.tasks.tests.world import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return Store()


def superior_rung(store: Store, *rungs: tuple[int, list[str]]) -> None:
    written = {str(number): [after, roles] for number, (after, roles) in enumerate(rungs, 1)}
    ladders.set_ladder(actor=store.system, key="standard", rungs=written)


def test_the_superior_is_told_then_theirs_and_sees_the_task(store: Store) -> None:
    team_lead = world.person(store.id, "组长", "service_advisor")
    with scope(store.system):
        Staff.objects.filter(pk=team_lead.staff_id).update(superior_id=store.lead.staff_id)
        Staff.objects.filter(pk=store.advisor.staff_id).update(superior_id=team_lead.staff_id)
        superior_rung(store, (0, ["superior"]))
        task = store.late_task()
        assert not visible_tasks(team_lead).filter(pk=task.pk).exists()
        store.sweep("2026-11-18 11:01")
        assert store.told() == ["组长"]
        assert visible_tasks(team_lead).filter(pk=task.pk).exists()
    with scope(team_lead):
        breaches.explain(actor=team_lead, clock_id=Clock.objects.get().pk, why=Why("short_handed"))


def test_a_superior_who_is_away_is_passed_over_and_without_one_any_manager_hears(store: Store) -> None:
    with scope(store.system):
        Staff.objects.filter(pk=store.advisor.staff_id).update(superior_id=store.lead.staff_id)
        superior_rung(store, (0, ["superior"]))
        store.late_task()
        Staff.objects.filter(pk=store.lead.staff_id).update(barred=True)
        store.sweep("2026-11-18 11:01")
        assert store.told() == ["方总", "钱经理"]


def test_a_changed_ladder_reaches_what_is_overdue_at_once(store: Store) -> None:
    with scope(store.system):
        superior_rung(store, (600, ["service_manager"]))
        store.late_task()
        store.sweep("2026-11-18 11:01")
        assert store.told() == []
        with mock.patch("django.utils.timezone.now", return_value=at("2026-11-18 11:05")):
            superior_rung(store, (0, ["service_manager"]))
        store.sweep("2026-11-18 11:06")
        assert store.told() == ["吴经理"]


def test_a_further_rung_reaches_what_had_climbed_to_the_end_but_not_within_the_hour(store: Store) -> None:
    with scope(store.system):
        superior_rung(store, (0, ["service_manager"]))
        store.late_task()
        store.sweep("2026-11-18 11:01")
        assert Clock.objects.get().climb_at is None
        with mock.patch("django.utils.timezone.now", return_value=at("2026-11-18 11:05")):
            superior_rung(store, (0, ["service_manager"]), (60, ["store_manager"]))
        store.sweep("2026-11-18 11:06")
        assert store.told() == ["吴经理"]
        store.sweep("2026-11-18 12:02")
        assert store.told() == ["吴经理", "方总"]


def test_who_sees_to_a_delay_keeps_their_time_when_the_ladder_changes(store: Store) -> None:
    with scope(store.system):
        superior_rung(store, (600, ["service_manager"]))
        store.late_task()
        until = at("2026-11-18 15:00")
        Clock.objects.update(taken_by_id=store.lead.staff_id, taken_until=until)
        with mock.patch("django.utils.timezone.now", return_value=at("2026-11-18 11:05")):
            superior_rung(store, (0, ["service_manager"]))
        assert Clock.objects.get().climb_at == until


def test_a_ladder_changed_above_is_looked_at_below(store: Store) -> None:
    above = Organisation.objects.create(code="R9", name="华东大区")
    Organisation.objects.filter(pk=store.id).update(parent=above)
    with mock.patch.object(jobs.look_again, "batch_defer") as asked, scope(actors.system(above.pk)) as boss:
        ladders.set_ladder(actor=boss, key="promise", rungs={"1": [30, ["superior"]]})
    asked.assert_called_once_with({"organisation_id": store.id, "kind": "promise"})
    with scope(store.system):
        store.late_task()
        Clock.objects.update(climb_at=None)
    jobs.look_again(organisation_id=store.id, kind="standard")
    with scope(store.system):
        assert Clock.objects.get().climb_at is not None
