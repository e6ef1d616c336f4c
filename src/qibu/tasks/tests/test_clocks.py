from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import Staff
from qibu.network.services import absences, actors
from qibu.network.services.absences import Days
from qibu.tasks import jobs
from qibu.tasks.models import Clock, Escalation, Rung, Task
from qibu.tasks.rules import Calendar, Hours, Person, Step, Why, next_climb, told
from qibu.tasks.selectors import workbench as reads
from qibu.tasks.services import breaches, clocks, ladder
from qibu.tasks.services.errors import NotAllowedNow, NotYours, Problem
from qibu.tasks.tests import world
from qibu.tasks.tests.world import at

pytestmark = pytest.mark.django_db
STARTED, DUE = at("2026-11-18 09:00"), at("2026-11-18 11:00")


class Store:
    """A store with a manager, a service manager and an advisor."""

    def __init__(self, code: str = "S1") -> None:
        self.id = world.store(code)
        self.system = actors.system(self.id)
        self.boss = world.person(self.id, "方总", "store_manager")
        self.lead = world.person(self.id, "吴经理", "service_manager")
        self.sales = world.person(self.id, "钱经理", "sales_manager")
        self.advisor = world.person(self.id, "周婷", "service_advisor")

    def late_task(self, **facts: object) -> Task:
        task = world.task(self.advisor, clock=False, due_at=DUE, shown_from=STARTED, **facts)
        clocks.start(actor=self.advisor, task=task, at=STARTED)
        return task

    def sweep(self, now: str) -> list[str]:
        ladder.sweep(actor=self.system, now=at(now))
        return self.told()

    def told(self) -> list[str]:
        return list(Escalation.objects.order_by("pk").values_list("told__name", flat=True))


@pytest.fixture
def store() -> Store:
    return Store()


def test_a_clock_warns_in_its_last_quarter_at_most_four_hours(store: Store) -> None:
    with scope(store.advisor):
        clock = Clock.objects.get(task=store.late_task())
        assert clock.warn_at == at("2026-11-18 10:30")
        long = world.task(store.advisor, clock=False, due_at=at("2026-12-18 11:00"))
        assert clocks.start(actor=store.advisor, task=long, at=STARTED).warn_at == at("2026-12-18 07:00")


def test_clocks_of_many_tasks_start_in_one_statement_and_once(store: Store) -> None:
    with scope(store.advisor):
        facts = {"clock": False, "due_at": DUE, "shown_from": STARTED, "created_at": STARTED}
        made = [world.task(store.advisor, **facts) for _n in range(3)]
        world.task(store.advisor, clock=False, state=Task.State.BACKLOG)
        assert (clocks.start_for_tasks(actor=store.system), clocks.start_for_tasks(actor=store.system)) == (3, 0)
        clock = Clock.objects.get(task=made[0])
        assert (clock.started_at, clock.warn_at, clock.due_at, clock.climb_at) == (
            STARTED, at("2026-11-18 10:30"), DUE, DUE,
        )


def test_before_the_deadline_nothing_happens(store: Store) -> None:
    with scope(store.system):
        store.late_task()
        assert store.sweep("2026-11-18 10:59") == []
        assert Clock.objects.get().breached_at is None


def test_overdue_work_climbs_to_the_advisors_own_lead_and_then_to_the_store_manager(store: Store) -> None:
    with scope(store.system):
        store.late_task()
        assert store.sweep("2026-11-18 11:01") == []
        clock = Clock.objects.get()
        assert (clock.breached_at, clock.climb_at) == (DUE, at("2026-11-18 12:00"))
        assert store.sweep("2026-11-18 12:00") == ["吴经理"]
        assert store.sweep("2026-11-18 14:59") == ["吴经理"]
        assert store.sweep("2026-11-18 15:00") == ["吴经理", "方总"]
        assert store.sweep("2026-11-19 15:00") == ["吴经理", "方总"]
        assert Clock.objects.get().climb_at is None
        assert Entry.objects.filter(type="tasks.ClockBreached").count() == 1


def test_after_a_night_without_the_worker_rungs_stay_an_hour_apart(store: Store) -> None:
    with scope(store.system):
        store.late_task()
        assert store.sweep("2026-11-20 09:00") == ["吴经理"]
        assert store.sweep("2026-11-20 09:59") == ["吴经理"]
        assert store.sweep("2026-11-20 10:00") == ["吴经理", "方总"]


def test_people_who_left_or_cannot_sign_in_are_passed_over(store: Store) -> None:
    with scope(store.system):
        Staff.objects.filter(pk__in=[store.lead.staff_id, store.sales.staff_id]).update(left_on=STARTED.date())
        store.late_task()
        assert store.sweep("2026-11-18 15:00") == ["方总"]


def test_when_nobody_of_the_ladder_is_there_another_manager_hears_of_it(store: Store) -> None:
    with scope(store.system):
        Staff.objects.filter(pk=store.boss.staff_id).update(left_on=STARTED.date())
        Rung.objects.create(
            organisation_id=store.id, ladder="follow_up", order=1, after_minutes=0, roles=["store_manager"]
        )
        store.late_task()
        assert store.sweep("2026-11-18 12:00") == ["吴经理"]
        assert Clock.objects.get().climb_at is None


def test_while_nobody_can_be_told_it_is_tried_again_until_somebody_is_back(store: Store) -> None:
    people = [store.boss.staff_id, store.lead.staff_id, store.sales.staff_id]
    with scope(store.system):
        Staff.objects.filter(pk__in=people).update(left_on=STARTED.date())
        store.late_task()
        assert store.sweep("2026-11-18 17:30") == []
        assert Clock.objects.get().climb_at == at("2026-11-19 08:30")
        assert store.sweep("2026-11-19 08:30") == []
        assert Clock.objects.get().climb_at == at("2026-11-19 09:30")
        Staff.objects.filter(pk=store.lead.staff_id).update(left_on=None)
        assert store.sweep("2026-11-19 09:30") == ["吴经理"]


def test_who_is_away_is_not_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: DUE)
    with scope(store.boss):
        days = Days(DUE.date(), DUE.date())
        absences.record(
            actor=store.boss, staff_id=store.lead.staff_id or 0, days=days, kind="sick", stand_in_id=None
        )
    with scope(store.system):
        store.late_task()
        assert store.sweep("2026-11-18 12:00") == ["钱经理"]


def test_nobody_is_told_while_the_store_is_closed(store: Store) -> None:
    with scope(store.system):
        store.late_task()
        assert store.sweep("2026-11-18 21:00") == []
        assert Clock.objects.get().climb_at == at("2026-11-19 08:30")
        assert store.sweep("2026-11-19 08:30") == ["吴经理"]


def taken_on(store: Store) -> Clock:
    store.late_task()
    store.sweep("2026-11-18 12:00")
    clocks.take_on(actor=store.lead, clock_id=Clock.objects.get().pk, at=at("2026-11-18 14:00"))
    return Clock.objects.get()


def test_while_somebody_sees_to_a_delay_nobody_higher_is_told(store: Store) -> None:
    with scope(store.system):
        clock = taken_on(store)
        assert (clock.taken_by_id, clock.climb_at) == (store.lead.staff_id, at("2026-11-18 18:00"))
        assert store.sweep("2026-11-18 17:59") == ["吴经理"]
        assert store.sweep("2026-11-19 08:30") == ["吴经理", "方总"]
        assert Clock.objects.get().taken_by_id is None
        assert Entry.objects.filter(type="tasks.DelayTakenOn").count() == 1


def test_a_delay_is_taken_on_once_and_by_who_may(store: Store) -> None:
    with scope(store.system):
        clock = taken_on(store)
    now = at("2026-11-18 14:05")
    with scope(store.lead):
        clocks.take_on(actor=store.lead, clock_id=clock.pk, at=now)
        assert Entry.objects.filter(type="tasks.DelayTakenOn").count() == 1
    with scope(store.boss), pytest.raises(NotAllowedNow) as refused:
        clocks.take_on(actor=store.boss, clock_id=clock.pk, at=now)
    assert refused.value.problem is Problem.TAKEN_ON
    with scope(store.advisor), pytest.raises(NotYours):
        clocks.take_on(actor=store.advisor, clock_id=clock.pk, at=now)


def test_what_is_in_time_or_done_is_not_taken_on(store: Store) -> None:
    with scope(store.lead):
        task = store.late_task()
        clock = Clock.objects.get()
        with pytest.raises(NotAllowedNow):
            clocks.take_on(actor=store.lead, clock_id=clock.pk, at=DUE)
        clocks.stop(actor=store.lead, task_ids=[task.pk], at=at("2026-11-18 12:00"))
        with pytest.raises(NotAllowedNow):
            clocks.take_on(actor=store.lead, clock_id=clock.pk, at=at("2026-11-18 12:01"))


def test_a_later_deadline_is_nobodys_matter_any_more(store: Store) -> None:
    with scope(store.system):
        clock = taken_on(store)
        clocks.move(task=clock.task, due_at=at("2026-11-20 11:00"))
        found = Clock.objects.get()
        assert (found.taken_by_id, found.climb_at) == (None, at("2026-11-20 11:00"))


def test_many_delays_of_one_colleague_ring_once_until_somebody_sees_to_them(store: Store) -> None:
    with scope(store.system):
        for _n in range(5):
            store.late_task()
        assert store.sweep("2026-11-18 12:00") == ["吴经理"] * 5
        assert reads.colleagues_late(store.lead.staff_id) == 1
        for pk in Clock.objects.values_list("pk", flat=True):
            clocks.take_on(actor=store.lead, clock_id=pk, at=at("2026-11-18 12:30"))
        assert reads.colleagues_late(store.lead.staff_id) == 0
        assert reads.escalated_to(store.lead.staff_id).count() == 5  # their reasons are still to be written


def test_telling_somebody_is_in_the_journal(store: Store) -> None:
    with scope(store.system):
        task = store.late_task()
        store.sweep("2026-11-18 12:00")
        entry = Entry.objects.get(type="tasks.ClockEscalated")
        assert entry.subject_id == task.pk
        facts = {key: entry.data[key] for key in ("title", "kind", "told_id", "rung", "staff_name")}
        assert facts == {
            "title": task.title, "kind": "due", "told_id": store.lead.staff_id, "rung": 1, "staff_name": "吴经理"
        }  # fmt: skip
        assert datetime.fromisoformat(entry.data["due_at"]) == DUE


def test_a_stopped_or_paused_clock_does_not_climb(store: Store) -> None:
    with scope(store.advisor):
        stopped, paused = store.late_task(), store.late_task()
        clocks.stop(actor=store.advisor, task_ids=[stopped.pk], at=at("2026-11-18 10:00"))
        clock = Clock.objects.get(task=paused)
        clocks.pause(actor=store.advisor, clock_id=clock.pk, reason="等配件", at=at("2026-11-18 10:00"))
    with scope(store.system):
        assert store.sweep("2026-11-18 15:00") == []
        assert not Clock.objects.filter(breached_at__isnull=False).exists()


def test_a_pause_moves_the_deadline_by_the_working_time_that_was_left(store: Store) -> None:
    with scope(store.advisor):
        task = store.late_task()
        clock = Clock.objects.get()
        clocks.pause(actor=store.advisor, clock_id=clock.pk, reason="等厂家答复", at=at("2026-11-18 10:00"))
        clocks.resume(actor=store.advisor, clock_id=clock.pk, at=at("2026-11-18 17:30"))
        clock.refresh_from_db()
        task.refresh_from_db()
        assert clock.due_at == task.due_at == clock.climb_at == at("2026-11-19 09:00")
        with pytest.raises(NotAllowedNow):
            clocks.resume(actor=store.advisor, clock_id=clock.pk, at=at("2026-11-19 09:00"))


def test_a_late_finish_is_on_record_even_before_the_sweep(store: Store) -> None:
    with scope(store.advisor):
        task = store.late_task()
        clocks.stop(actor=store.advisor, task_ids=[task.pk], at=at("2026-11-18 11:00:20"))
        assert Clock.objects.get().breached_at == DUE


def test_a_breach_is_explained_by_its_owner_or_a_manager_with_words(store: Store) -> None:
    with scope(store.system):
        store.late_task()
        store.sweep("2026-11-18 12:00")
        clock = Clock.objects.get()
    other = world.person(store.id, "李强")
    with scope(other), pytest.raises(NotYours):
        breaches.explain(actor=other, clock_id=clock.pk, why=Why("forgotten"))
    with scope(store.lead):
        with pytest.raises(NotAllowedNow) as refused:
            breaches.explain(actor=store.lead, clock_id=clock.pk, why=Why("other", " "))
        assert refused.value.problem is Problem.WORDS_MISSING
        breaches.explain(actor=store.lead, clock_id=clock.pk, why=Why("short_handed", "接待排队"))
        assert Clock.objects.get().breach_reason == "接待排队"
        assert Escalation.objects.get().seen_at is not None


def test_the_job_sweeps_each_store_in_its_own_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    now = at("2026-11-18 12:00")
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    stores = [Store("S1"), Store("S2")]
    for each in stores:
        with scope(each.system):
            each.late_task()
    quiet = Store("S3")
    with scope(quiet.system):
        world.task(quiet.advisor, due_at=now + timedelta(days=1))
    assert set(jobs.organisations_with_due_clocks()) == {each.id for each in stores}
    assert jobs.sweep_clocks(timestamp=0) == 4
    for each in stores:
        with scope(each.system):
            assert each.told() == ["吴经理"]


ALWAYS = Calendar({day: (Hours(datetime.min.time(), datetime.min.time()),) for day in range(7)})


def test_a_ladder_of_many_rungs_tells_at_most_three_times() -> None:
    steps = [Step(timedelta(minutes=minutes), frozenset({"store_manager"})) for minutes in (0, 10, 20, 30)]
    assert next_climb(steps, 0, DUE, ALWAYS) == DUE
    assert next_climb(steps, 1, DUE, ALWAYS, told_at=DUE) == DUE + timedelta(hours=1)
    assert next_climb(steps, 2, DUE, ALWAYS, told_at=DUE + timedelta(hours=1)) == DUE + timedelta(hours=2)
    assert next_climb(steps, 3, DUE, ALWAYS, told_at=DUE) is None


def test_nobody_is_told_of_their_own_delay() -> None:
    step = Step(timedelta(0), frozenset({"service_manager", "sales_manager"}))
    service, sales = Person(1, frozenset({"service_manager"})), Person(2, frozenset({"sales_manager"}))
    seller = Person(3, frozenset({"sales_consultant"}))
    assert told(step, [service, sales, seller], seller) == [sales]
    assert told(step, [service, seller], seller) == [service]
    assert told(step, [service, sales], service) == [sales]
    assert told(step, [service, sales], None) == [service, sales]


