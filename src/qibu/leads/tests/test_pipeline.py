"""Stages, facts, losses, merges and what people plan: the acts on a lead."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.http import Http404

from qibu.customers.models import Hold
from qibu.customers.services import holds
from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.meanwhile import Disputed
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads import evidence, selectors
from qibu.leads.errors import Closed, NotTheirs, PastMoment, StageInUse, StillOpen, UnknownReason, Wanting
from qibu.leads.evidence import Evidence
from qibu.leads.handlers import peace
from qibu.leads.models import GradePace, Lead, LeadKey, LossReason, Stage
from qibu.leads.rules import Door, Need
from qibu.leads.selectors import reports
from qibu.leads.services import (
    calls,
    ending,
    facts,
    following,
    joining,
    receiving,
    setting_up,
    stages,
    talks,
)
from qibu.leads.services.ending import Loss
from qibu.leads.services.setting_up import Wanted
from qibu.leads.services.talks import Talk
from qibu.leads.tests.world import again, caller, person, received
from qibu.network.inheritance import lineage
from qibu.tasks.models import Task
from qibu.tasks.services import results

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(seller: Actor) -> Actor:
    return person(seller.organisation_id, "郭亮", "sales_manager")


def soon(**span: float) -> datetime:
    return times.now() + timedelta(**span)


# Stages -----------------------------------------------------------------------------------------
def test_a_stage_asks_for_just_what_is_lacking_and_takes_it_in_the_same_act(seller: Actor, lead: Lead) -> None:
    facts.change(actor=seller, lead_id=lead.pk, values={"payment": "loan"})
    with pytest.raises(Wanting) as refused:
        stages.move(actor=seller, lead_id=lead.pk, stage="quoted")
    assert refused.value.needs == (Need.BUYS_BY,)
    known = {"buys_by": times.today() + timedelta(days=5)}
    moved = stages.move(actor=seller, lead_id=lead.pk, stage="quoted", known=known)
    assert (moved.stage, again(lead).buys_by) == ("quoted", known["buys_by"])


def test_a_stage_may_ask_for_what_happens_in_a_room_above(
    seller: Actor, lead: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    driven: set[int] = set()
    monkeypatch.setattr(evidence, "KNOWN", {})
    evidence.add(Evidence(Need.DRIVE, "试驾", there=lambda one: one.pk in driven))
    Stage.objects.create(organisation_id=seller.organisation_id, code="new", order=1, name="新线索")
    Stage.objects.create(
        organisation_id=seller.organisation_id, code="driven", order=2, name="已试驾", needs=["drive", "order"]
    )
    with pytest.raises(Wanting) as refused:
        stages.move(actor=seller, lead_id=lead.pk, stage="driven")
    assert refused.value.needs == (Need.DRIVE,)  # nobody answers for orders, so nobody is held up by them
    driven.add(lead.pk)
    assert stages.move(actor=seller, lead_id=lead.pk, stage="driven").stage == "driven"


def test_a_stage_in_use_does_not_vanish_and_its_leads_go_where_somebody_says(manager: Actor, lead: Lead) -> None:
    with scope(manager):
        stages.move(actor=manager, lead_id=lead.pk, stage="contacted")
        short = (Wanted(name="新线索", code="new"), Wanted(name="谈着"), Wanted(name="已订车", code="ordered"))
        with pytest.raises(StageInUse) as refused:
            setting_up.set_stages(actor=manager, brand="", series="", stages=short)
        assert refused.value.codes == ("contacted",)
        setting_up.set_stages(actor=manager, brand="", series="", stages=short, instead={"contacted": "new"})
        assert again(lead).stage == "new"
        assert [row.code for row in selectors.stages_for(manager)] == ["new", "own-1", "ordered"]
        stages.move(actor=manager, lead_id=lead.pk, stage="own-1")
        with pytest.raises(StageInUse):
            setting_up.inherit_stages(actor=manager, brand="", series="")


def test_a_line_of_its_own_leaves_leads_of_other_cars_alone(manager: Actor, lead: Lead) -> None:
    """The lead is of 追光; stages of 远航 don't touch it."""
    with scope(manager):
        stages.move(actor=manager, lead_id=lead.pk, stage="contacted")
        short = (Wanted(name="新线索", code="new"), Wanted(name="已订车", code="ordered"))
        setting_up.set_stages(actor=manager, brand="星辰", series="远航", stages=short)
        assert [row.code for row in selectors.stages_for(manager, "星辰", "远航")] == ["new", "ordered"]
        assert again(lead).stage == "contacted"
        assert setting_up.inherit_stages(actor=manager, brand="星辰", series="远航")


# Facts ------------------------------------------------------------------------------------------
def test_two_who_edit_at_once_lose_nothing_and_are_told_where_both_wrote(seller: Actor, lead: Lead) -> None:
    seen = {"colour": "", "budget": None}
    facts.change(actor=seller, lead_id=lead.pk, values={"colour": "白", "budget": None}, seen=seen)
    facts.change(actor=seller, lead_id=lead.pk, values={"colour": "", "budget": 150_000}, seen=seen)
    assert (again(lead).colour, again(lead).budget) == ("白", 150_000)
    with pytest.raises(Disputed) as disputed:
        facts.change(actor=seller, lead_id=lead.pk, values={"colour": "黑"}, seen=seen)
    assert disputed.value.theirs == {"colour": "白"}
    assert Entry.objects.filter(type="leads.LeadChanged").count() == 2


# What is next -----------------------------------------------------------------------------------
def test_a_word_and_what_comes_next_are_one_act_and_taken_back_as_one(seller: Actor, lead: Lead) -> None:
    first, due = lead.next_task_id, times.now() + timedelta(days=2)
    talk = Talk(outcome="reached", note="周六带家人来", what="到店接待", due_at=due)
    _lead, recorded = talks.record(actor=seller, lead_id=lead.pk, talk=talk)
    lead = again(lead)
    assert lead.next_task is not None and (lead.next_task.title, lead.next_task.due_at) == ("到店接待", due)
    assert lead.heard_at == lead.answered_at
    results.undo(actor=seller, attempt_ids=[one.pk for one in recorded.attempts])
    assert again(lead).next_task_id == first
    assert Task.objects.filter(state="open").count() == 1


def test_without_a_choice_the_grade_says_when(seller: Actor, lead: Lead) -> None:
    facts.change(actor=seller, lead_id=lead.pk, values={"buys_by": times.today() + timedelta(days=3)})
    talks.record(actor=seller, lead_id=lead.pk, talk=Talk(outcome="reached"))
    lead = again(lead)
    assert lead.next_task is not None
    assert timedelta(hours=23) < lead.next_task.due_at - times.now() < timedelta(days=4)


def test_what_was_not_answered_keeps_its_task(seller: Actor, lead: Lead) -> None:
    talks.record(actor=seller, lead_id=lead.pk, talk=Talk(outcome="not_reached", due_at=soon(days=1)))
    assert again(lead).next_task_id == lead.next_task_id


def test_nothing_is_planned_into_the_past(seller: Actor, lead: Lead) -> None:
    past = times.now() - timedelta(minutes=1)
    with pytest.raises(PastMoment):
        following.plan(actor=seller, lead_id=lead.pk, title="回电", due_at=past)
    with pytest.raises(PastMoment):
        talks.record(actor=seller, lead_id=lead.pk, talk=Talk(outcome="reached", due_at=past))


# Peace ------------------------------------------------------------------------------------------
def test_who_wants_no_calls_is_left_in_peace_and_a_slip_is_taken_back(seller: Actor, lead: Lead) -> None:
    task = lead.next_task_id or 0
    recorded = results.record(actor=seller, task_ids=[task], outcome="do_not_call", note="别再打了")
    lead = again(lead)
    assert (lead.state, lead.loss, lead.loss_detail) == ("lost", "contact", "refused")
    results.undo(actor=seller, attempt_ids=[one.pk for one in recorded.attempts])
    lead = again(lead)
    assert (lead.state, lead.next_task_id, lead.loss) == ("open", task, "")
    assert Task.objects.get(pk=task).state == "open"


def test_a_hold_from_elsewhere_ends_the_lead_and_reading_twice_ends_nothing_twice(manager: Actor, lead: Lead) -> None:
    with scope(manager):
        holds.place(actor=manager, customer_id=lead.customer_id, reach=Hold.Reach.MARKETING, reason="短信太多")
        peace(manager, list(Entry.objects.filter(type="customers.HoldPlaced")))
        assert again(lead).living
        holds.place(actor=manager, customer_id=lead.customer_id, reach=Hold.Reach.EVERYTHING, reason="不要再联系")
        for _time in range(2):
            peace(manager, list(Entry.objects.filter(type="customers.HoldPlaced")))
        assert again(lead).state == "lost"
        assert not Task.objects.filter(state="open").exists()
        assert Entry.objects.filter(type="leads.LeadLost").count() == 1


def test_a_call_dropped_by_a_hold_and_brought_back_brings_the_lead_back(manager: Actor, lead: Lead) -> None:
    with scope(manager):
        hold = holds.place(
            actor=manager, customer_id=lead.customer_id, reach=Hold.Reach.EVERYTHING, reason="不要再联系"
        )
        calls.leave_in_peace(manager, [lead.customer_id])
        holds.lift(actor=manager, customer_id=lead.customer_id, hold_id=hold.pk)
        Task.objects.filter(pk=lead.next_task_id).update(state="open", closed_at=None)
        peace(manager, list(Entry.objects.filter(type="customers.HoldPlaced")))
        assert again(lead).living


# Losses -----------------------------------------------------------------------------------------
def test_a_day_to_try_again_is_work_on_that_day_and_ends_when_the_lead_is_taken_up(seller: Actor, lead: Lead) -> None:
    on = times.today() + timedelta(days=60)
    ending.lose(actor=seller, lead_id=lead.pk, loss=Loss(reason="plans", detail="postponed", retry_on=on))
    retry = Task.objects.get(kind="lead.retry")
    assert (times.day_of(retry.due_at), times.day_of(retry.shown_from), retry.assignee_id) == (on, on, seller.staff_id)
    ending.reopen(actor=seller, lead_id=lead.pk, title="再问一次", due_at=soon(days=1))
    retry.refresh_from_db()
    assert retry.state == "done"
    assert again(lead).retry_on is None


def test_the_reason_says_whether_a_lead_is_lost_or_never_was_one(seller: Actor, lead: Lead) -> None:
    with pytest.raises(UnknownReason):
        ending.lose(actor=seller, lead_id=lead.pk, loss=Loss(reason="price", detail="space"))
    ending.lose(actor=seller, lead_id=lead.pk, loss=Loss(reason="wrong_number"))
    assert again(lead).state == "invalid"


def test_a_manager_finds_a_loss_right_or_reopens_it(seller: Actor, manager: Actor, lead: Lead) -> None:
    ending.lose(actor=seller, lead_id=lead.pk, loss=Loss(reason="price", detail="budget"))
    with scope(manager):
        assert [one.pk for one in reports.closed_by_sales(manager)] == [lead.pk]
        ending.confirm(actor=manager, lead_id=lead.pk)
        assert not reports.closed_by_sales(manager).exists()
    with pytest.raises(PermissionRefused):
        ending.confirm(actor=seller, lead_id=lead.pk)


def test_what_is_open_is_neither_confirmed_nor_reopened(seller: Actor, manager: Actor, lead: Lead) -> None:
    with scope(manager), pytest.raises(StillOpen):
        ending.confirm(actor=manager, lead_id=lead.pk)
    with pytest.raises(StillOpen):
        ending.reopen(actor=seller, lead_id=lead.pk, title="再问", due_at=soon(days=1))


def test_a_store_calls_a_reason_otherwise_adds_its_own_and_goes_back(manager: Actor) -> None:
    with scope(manager):
        setting_up.set_reason(actor=manager, wanted=setting_up.Reason(name="嫌贵", code="price"))
        added = setting_up.set_reason(actor=manager, wanted=setting_up.Reason(name="等新款", parent="plans"))
        names = {(row.parent, row.code): row.name for row in selectors.loss_reasons(manager)}
        assert names["", "price"] == "嫌贵" and names["plans", added.code] == "等新款"
        assert setting_up.inherit_reason(actor=manager, parent="", code="price")
        assert not setting_up.inherit_reason(actor=manager, parent="plans", code=added.code)
        assert LossReason.objects.filter(organisation_id=manager.organisation_id).get() == added


def test_a_detail_of_a_reason_that_is_switched_off_is_not_offered(manager: Actor) -> None:
    with scope(manager):
        setting_up.set_reason(actor=manager, wanted=setting_up.Reason(name="价格", code="price", active=False))
        assert not [row for row in selectors.loss_reasons(manager) if "price" in {row.code, row.parent}
                    and row.parent != "elsewhere"]  # fmt: skip


# Two leads of one customer ----------------------------------------------------------------------
def test_two_open_leads_become_one_with_all_that_is_known(seller: Actor, lead: Lead) -> None:
    elsewhere = receiving.receive(actor=seller, received=received(caller("方雅雯", "13855530002"))).lead
    LeadKey.objects.create(organisation_id=lead.organisation_id, lead=elsewhere, source="portal", text="B-1")
    known = {"colour": "白", "remark": "周末来", "buys_by": times.today()}
    Lead.objects.filter(pk=elsewhere.pk).update(customer=lead.customer, **known)
    joining.join(actor=seller, lead_id=lead.pk, other_id=elsewhere.pk)
    kept, gone = again(lead), again(elsewhere)
    assert (kept.colour, kept.remark, kept.buys_by) == ("白", "周末来", times.today())
    assert (gone.state, gone.loss, gone.merged_into_id) == ("invalid", "duplicate", kept.pk)
    assert LeadKey.objects.get(text="B-1").lead_id == kept.pk
    assert Task.objects.filter(state="open").count() == 1
    assert [one.pk for one in selectors.of_customer(seller, lead.customer_id)] == [kept.pk]


def test_leads_of_two_people_or_an_ended_one_stay_apart(seller: Actor, lead: Lead) -> None:
    other = receiving.receive(actor=seller, received=received(caller("程望", "13855530003"))).lead
    with pytest.raises(NotTheirs):
        joining.join(actor=seller, lead_id=lead.pk, other_id=other.pk)
    with pytest.raises(Http404):
        joining.join(actor=seller, lead_id=lead.pk, other_id=0)
    Lead.objects.filter(pk=other.pk).update(customer=lead.customer)
    ending.lose(actor=seller, lead_id=other.pk, loss=Loss(reason="price"))
    with pytest.raises(NotTheirs):
        joining.join(actor=seller, lead_id=lead.pk, other_id=other.pk)
    with pytest.raises(Closed):
        following.plan(actor=seller, lead_id=other.pk, title="x", due_at=soon(days=1))


# Reports ----------------------------------------------------------------------------------------
def test_the_manager_sees_who_is_not_followed_and_which_dates_do_no_good(manager: Actor, lead: Lead) -> None:
    with scope(manager):
        assert not reports.not_followed(manager).exists() and not reports.unreal(manager).exists()
        Task.objects.filter(pk=lead.next_task_id).update(due_at=times.now() - timedelta(hours=1))
        assert [one.pk for one in reports.not_followed(manager)] == [lead.pk]
        Task.objects.filter(pk=lead.next_task_id).update(due_at=times.now() + timedelta(days=40))
        assert [one.pk for one in reports.unreal(manager)] == [lead.pk]
        assert not reports.not_followed(manager).exists()
        Lead.objects.filter(pk=lead.pk).update(received_at=times.now() - timedelta(days=60))
        assert [one.pk for one in reports.not_followed(manager)] == [lead.pk]
        pace = selectors.pace_of(manager)
        row, wrong = reports.not_followed(manager).get(), reports.unreal(manager).get()
        assert reports.fault_of(row, times.now(), pace, dates=False) == "quiet"
        assert reports.fault_of(wrong, times.now(), pace, dates=True) == "too_late"


def test_the_pace_of_a_grade_is_the_stores_own_until_it_goes_back(manager: Actor) -> None:
    with scope(manager):
        setting_up.set_pace(actor=manager, grade="B", within_days=45, every_hours=96)
        assert selectors.pace_of(manager)["B"].within_days == 45  # type: ignore[index]
        with pytest.raises(Disputed):
            setting_up.set_pace(actor=manager, grade="B", within_days=60, every_hours=96,
                                seen={"within_days": 30, "every_hours": 168})  # fmt: skip
        assert GradePace.objects.get().every_hours == 96
        assert setting_up.inherit_pace(actor=manager, grade="B")
        assert selectors.pace.sourced(lineage(manager.organisation_id))["B"][1] is None  # type: ignore[index]


def test_a_lead_made_by_hand_at_the_desk_is_of_whoever_wrote_it_down(seller: Actor) -> None:
    made = received(door=Door.HAND, source="walk-in", consultant_id=seller.staff_id)
    lead = receiving.receive(actor=seller, received=made).lead
    assert (lead.door, lead.consultant_id, lead.heard_at) == ("hand", seller.staff_id, made.at)
