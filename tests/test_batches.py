"""One act on many rows: it shows how far it is, can be stopped, goes on after a crash, and is taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.personas import Person, World

from qibu.customers.models import Customer, Tag, Tagging
from qibu.customers.services import assignments, tags
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import BatchAct, BatchRow, Staff
from qibu.network.rules import Role
from qibu.network.services import batches
from qibu.network.views.batches import said
from qibu.tasks.models import Task

pytestmark = pytest.mark.django_db
State = BatchAct.State
TAG = {"kind": "customers.tag", "args": {"names": ["年底答谢"]}}
LIST = "/customers/"


@pytest.fixture
def manager(world: World) -> Person:
    return world.a.manager


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows are many here."""
    monkeypatch.setattr(batches, "AT_ONCE", 1)
    monkeypatch.setattr(batches, "PIECE", 2)


def everyone() -> Any:
    return Customer.objects.filter(merged_into=None)


def begin(actor: Actor, **rest: Any) -> BatchAct:
    with scope(actor):
        return batches.begin(actor=actor, **{"rows": everyone(), **TAG, **rest})


def now(actor: Actor, act: BatchAct) -> BatchAct:
    with scope(actor):
        return BatchAct.objects.get(pk=act.pk)


def tagged(actor: Actor) -> int:
    with scope(actor):
        return Tagging.objects.filter(tag__name="年底答谢").count()


def count(actor: Actor) -> int:
    with scope(actor):
        return everyone().count()


def test_few_rows_are_done_at_once_and_say_so(manager: Person) -> None:
    act = begin(manager.actor)
    assert act.state == State.DONE
    assert act.total == act.changed == tagged(manager.actor) == count(manager.actor)
    assert said(act) == f"打标签「年底答谢」：改了 {act.total} 条"


def test_many_rows_are_left_to_the_background(manager: Person, small_pieces: None) -> None:
    act = begin(manager.actor)
    assert (act.state, tagged(manager.actor)) == (State.QUEUED, 0)
    batches.work(actor=manager.actor, act_id=act.pk)
    assert now(manager.actor, act).state == State.DONE
    assert tagged(manager.actor) == act.total > 2


def test_the_rows_are_those_of_the_moment_it_was_begun(manager: Person, small_pieces: None) -> None:
    with scope(manager.actor):
        chosen = everyone().filter(name__startswith="王")
        act = batches.begin(actor=manager.actor, rows=chosen, **TAG)
        Customer.objects.filter(pk__in=chosen).update(name="改了名字")
    batches.work(actor=manager.actor, act_id=act.pk)
    assert tagged(manager.actor) == 1


def test_stopped_after_a_piece_the_rest_is_left(
    manager: Person, small_pieces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = begin(manager.actor)
    with scope(manager.actor):
        locked = BatchAct.objects.select_for_update().get(pk=act.pk)
        assert batches._piece(manager.actor, locked)
        batches.stop(actor=manager.actor, act_id=act.pk)
    batches.work(actor=manager.actor, act_id=act.pk)
    assert now(manager.actor, act).state == State.STOPPED
    assert tagged(manager.actor) == 2 < act.total


def test_a_crash_in_a_piece_loses_and_doubles_nothing(
    manager: Person, small_pieces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The piece is rolled back as a whole; taken up again, the act goes on behind the last one."""
    act, real, calls = begin(manager.actor), tags.put, []

    def dies_once(**words: Any) -> dict[int, list[int]]:
        done = real(**words)
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the plug is pulled")
        return done

    monkeypatch.setattr(tags, "put", dies_once)
    with pytest.raises(RuntimeError):
        batches.work(actor=manager.actor, act_id=act.pk)
    assert (tagged(manager.actor), now(manager.actor, act).done) == (2, 2)
    batches.work(actor=manager.actor, act_id=act.pk)
    assert (tagged(manager.actor), now(manager.actor, act).changed) == (act.total, act.total)


def test_what_stands_still_is_taken_up_again(manager: Person, small_pieces: None, world: World) -> None:
    act, organisation_id = begin(manager.actor), manager.actor.organisation_id
    def jobs() -> int:
        return ProcrastinateJob.objects.filter(task_name=batches.WORK).count()

    before = jobs()
    batches.take_up(organisation_id)
    assert jobs() == before
    with scope(manager.actor):
        BatchAct.objects.filter(pk=act.pk).update(beat="2026-01-01T00:00:00Z")
    batches.take_up(organisation_id)
    assert jobs() == before + 1


def test_undo_takes_off_what_it_hung_and_nothing_else(manager: Person) -> None:
    actor = manager.actor
    with scope(actor):
        first, second = everyone().order_by("pk")[:2]
        tags.put(actor=actor, customer_ids=[first.pk], names=["年底答谢"])
    act = begin(actor)
    assert act.changed == act.total - 1
    with scope(actor):
        tag = Tagging.objects.get(customer=second, tag__name="年底答谢").tag_id
        tags.remove(actor=actor, customer_id=second.pk, tag_id=tag)
        undone = batches.undo(actor=actor, act_id=act.pk)
        assert list(Tagging.objects.filter(tag__name="年底答谢").values_list("customer", flat=True)) == [first.pk]
    assert (undone.state, undone.kept) == (State.UNDONE, 1)
    assert "1 条后来又有人改过" in said(undone)


def test_undo_in_the_background_and_only_once(manager: Person, small_pieces: None) -> None:
    act = begin(manager.actor)
    batches.work(actor=manager.actor, act_id=act.pk)
    with scope(manager.actor):
        assert batches.undo(actor=manager.actor, act_id=act.pk).state == State.UNDOING
    batches.work(actor=manager.actor, act_id=act.pk)
    assert (now(manager.actor, act).state, tagged(manager.actor)) == (State.UNDONE, 0)
    with pytest.raises(batches.OutOfTurn), scope(manager.actor):
        batches.undo(actor=manager.actor, act_id=act.pk)


def test_another_advisor_for_many_and_back(manager: Person, world: World) -> None:
    actor, taker = manager.actor, world.a.people[Role.SERVICE_MANAGER].actor.staff_id
    with scope(actor):
        before = dict(everyone().values_list("pk", "advisor_id"))
    act = begin(actor, kind="customers.assign", args={"role": "advisor", "staff_id": taker, "name": "何志刚"})
    with scope(actor):
        one = next(iter(before))
        assignments.assign(actor=actor, customer_ids=[one], role="advisor", staff_id=None)
        undone = batches.undo(actor=actor, act_id=act.pk)
        assert dict(everyone().values_list("pk", "advisor_id")) == before | {one: None}
    assert undone.kept == 1


def test_nobody_gets_customers_back_after_leaving(manager: Person, world: World) -> None:
    actor, taker = manager.actor, world.a.people[Role.SERVICE_MANAGER].actor.staff_id
    act = begin(actor, kind="customers.assign", args={"role": "advisor", "staff_id": taker, "name": "何志刚"})
    with scope(actor):
        givers = BatchRow.objects.filter(act=act, state="changed").exclude(before=None).values_list("before", flat=True)
        Staff.objects.filter(pk__in=list(givers)).update(left_on="2026-11-01")
        batches.undo(actor=actor, act_id=act.pk)
        kept = Customer.objects.filter(pk__in=act.rows.filter(state="kept").values("row"))
        assert set(kept.values_list("advisor_id", flat=True)) == {taker}


def test_tasks_go_to_a_colleague_and_come_back(manager: Person, world: World) -> None:
    actor, taker = manager.actor, world.a.people[Role.CALL_AGENT].actor.staff_id
    with scope(actor):
        rows = Task.objects.filter(state="open")
        before = dict(rows.values_list("pk", "assignee_id"))
        act = batches.begin(actor=actor, kind="tasks.assign", rows=rows, args={"staff_id": taker, "name": "赵婷婷"})
        assert set(rows.values_list("assignee_id", flat=True)) == {taker}
        batches.undo(actor=actor, act_id=act.pk)
        assert dict(rows.values_list("pk", "assignee_id")) == before


def test_who_may_not_do_it_to_one_may_not_do_it_to_many(world: World) -> None:
    technician = world.a.people[Role.TECHNICIAN].actor
    with pytest.raises(PermissionRefused):
        begin(technician)


def test_a_colleagues_act_is_not_there_for_others(world: World, manager: Person) -> None:
    agent, advisor = (world.a.people[role].actor for role in (Role.CALL_AGENT, Role.SERVICE_ADVISOR))
    act = begin(agent)
    with pytest.raises(Http404), scope(advisor):
        batches.undo(actor=advisor, act_id=act.pk)
    with scope(manager.actor):
        assert batches.undo(actor=manager.actor, act_id=act.pk).state == State.UNDONE


def test_the_act_and_its_undo_are_in_the_trail(manager: Person) -> None:
    act = begin(manager.actor)
    with scope(manager.actor):
        batches.undo(actor=manager.actor, act_id=act.pk)
        told = Entry.objects.filter(type="network.BatchEnded", subject_id=act.pk).order_by("id")
        assert [entry.data["state"] for entry in told] == ["done", "undone"]


def test_all_rows_of_the_view_not_only_the_page(manager: Person) -> None:
    """The address of the list travels along: filters and view decide, not the boxes that happen to be on the page."""
    browser = manager.client()
    sent = {"names": "老朋友", "all": "1", "seen": "9", "query": "view=all&q=王", "next": f"{LIST}?view=all"}
    answer = browser.post("/customers/taggings/", sent)
    assert answer.headers["Location"] == f"{LIST}?view=all"
    with scope(manager.actor):
        found = Tagging.objects.filter(tag__name="老朋友").values_list("customer__name", flat=True)
        assert list(found) == ["王建国"]


def test_the_list_offers_undo(manager: Person) -> None:
    browser = manager.client()
    with scope(manager.actor):
        one = everyone().first()
    answer = browser.post("/customers/taggings/", {"names": "老朋友", "id": one.pk, "next": LIST}, follow=True)
    act = now(manager.actor, BatchAct(pk=_newest(manager)))
    assert f"/batches/{act.pk}/undo/" in answer.content.decode()
    browser.post(f"/batches/{act.pk}/undo/")
    with scope(manager.actor):
        assert not Tagging.objects.filter(tag__name="老朋友").exists()


@pytest.mark.parametrize(
    ("sent", "answers"),
    [({"names": "、 、"}, 422), ({"names": "长" * 31}, 422), ({"id": "0"}, 302), ({"id": "x"}, 302), ({"id": ""}, 302)],
)
def test_nothing_to_do_is_said_and_not_recorded(manager: Person, sent: dict[str, str], answers: int) -> None:
    with scope(manager.actor):
        one, before = everyone().first(), BatchAct.objects.count()
    given = {"names": "老朋友", "id": str(one.pk), "next": LIST} | sent
    assert manager.client().post("/customers/taggings/", given).status_code == answers
    with scope(manager.actor):
        assert BatchAct.objects.count() == before


def test_tags_say_nothing_of_when_a_file_changed_and_made_ones_go_with_the_undo(manager: Person) -> None:
    browser = manager.client()
    with scope(manager.actor):
        one = everyone().first()
    browser.post("/customers/taggings/", {"names": "老朋友", "id": one.pk, "next": LIST})
    browser.post(f"/batches/{_newest(manager)}/undo/")
    with scope(manager.actor):
        assert everyone().get(pk=one.pk).updated_at == one.updated_at
        assert not Tag.objects.filter(name="老朋友").exists()


def test_a_tag_is_taken_from_many_and_hung_again(manager: Person) -> None:
    browser = manager.client()
    with scope(manager.actor):
        ids = [one.pk for one in everyone()[:2]]
    browser.post("/customers/taggings/", {"names": "老朋友", "id": ids, "next": LIST})
    with scope(manager.actor):
        tag = Tag.objects.get(name="老朋友")
    answer = browser.post("/customers/taggings/removal/", {"tag": tag.pk, "id": ids, "next": LIST}, follow=True)
    assert "去掉标签「老朋友」：改了 2 条" in answer.text
    with scope(manager.actor):
        assert not Tagging.objects.filter(tag=tag).exists()
    answer = browser.post(f"/batches/{_newest(manager)}/undo/", follow=True)
    assert "已撤销「去掉标签『老朋友』」：2 条恢复原样" in answer.text
    with scope(manager.actor):
        assert set(Tagging.objects.filter(tag=tag).values_list("customer_id", flat=True)) == set(ids)


def _newest(who: Person) -> int:
    with scope(who.actor):
        return int(BatchAct.objects.latest("id").pk)


def test_the_page_shows_progress_then_what_came_of_it(manager: Person, small_pieces: None) -> None:
    act, browser = begin(manager.actor), manager.client()
    assert "停止" in browser.get(f"/batches/{act.pk}/").content.decode()
    assert browser.get(f"/batches/{act.pk}/progress/").status_code == 200
    batches.work(actor=manager.actor, act_id=act.pk)
    assert browser.get(f"/batches/{act.pk}/progress/").headers["HX-Redirect"] == f"/batches/{act.pk}/"
    assert "撤销这次操作" in browser.get(f"/batches/{act.pk}/").content.decode()
