from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.leads import selectors
from qibu.leads.errors import Closed, NobodyThere, UnknownStage
from qibu.leads.models import Lead, StageChange
from qibu.leads.rules import Grade, Reason, grade_by
from qibu.leads.services import allocating, ending, following, stages
from qibu.leads.services.ending import Loss
from qibu.leads.tests.world import again, person
from qibu.tasks.models import Task
from qibu.tasks.services import results, tasks

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("days", "grade"), [(-3, "H"), (0, "H"), (7, "H"), (8, "A"), (15, "A"), (16, "B"), (30, "B"),
                                             (31, "C"), (400, "C")])  # fmt: skip
def test_the_grade_says_by_when_somebody_means_to_buy(days: int, grade: str) -> None:
    today = date(2026, 11, 26)
    assert grade_by(today + timedelta(days=days), today) == Grade(grade)
    assert grade_by(None, today) == Grade.C


def test_an_open_lead_without_its_next_action_can_not_be_saved(seller: Actor, lead: Lead) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(next_task=None)


def test_a_call_that_was_answered_plans_the_next_one_and_stops_the_first_clock(seller: Actor, lead: Lead) -> None:
    first = lead.next_task_id
    results.record(actor=seller, task_ids=[first or 0], outcome="reached", note="周六来看车")
    lead = again(lead)
    assert lead.next_task is not None and lead.next_task_id != first
    assert (lead.next_task.kind, lead.next_task.state) == ("lead.follow_up", "open")
    assert lead.answered_at is not None
    assert Entry.objects.filter(type="leads.LeadAnswered").count() == 1


def test_taking_the_result_back_makes_the_call_the_next_action_again(seller: Actor, lead: Lead) -> None:
    first = lead.next_task_id
    recorded = results.record(actor=seller, task_ids=[first or 0], outcome="reached")
    results.undo(actor=seller, attempt_ids=[one.pk for one in recorded.attempts])
    lead = again(lead)
    assert lead.next_task_id == first
    assert Task.objects.filter(state="open").count() == 1


def test_whoever_was_spoken_with_stands_at_contacted_until_the_result_is_taken_back(seller: Actor, lead: Lead) -> None:
    recorded = results.record(actor=seller, task_ids=[lead.next_task_id or 0], outcome="reached")
    assert again(lead).stage == "contacted"
    results.undo(actor=seller, attempt_ids=[one.pk for one in recorded.attempts])
    assert again(lead).stage == "new"


def test_a_next_action_that_is_dropped_is_replaced(seller: Actor, lead: Lead) -> None:
    tasks.cancel(actor=seller, task_id=lead.next_task_id or 0, reason="客户改了主意")
    lead = again(lead)
    assert lead.next_task is not None and lead.next_task.state == "open"


def test_what_is_planned_takes_the_place_of_what_was(seller: Actor, lead: Lead) -> None:
    former, due = lead.next_task_id, times.now() + timedelta(days=2)
    lead = following.plan(actor=seller, lead_id=lead.pk, title="带家人来试驾", due_at=due)
    assert lead.next_task is not None and (lead.next_task.title, lead.next_task.due_at) == ("带家人来试驾", due)
    assert Task.objects.get(pk=former).state == "cancelled"


def test_a_lead_given_to_a_colleague_takes_its_work_and_its_customer_along(seller: Actor, lead: Lead) -> None:
    manager = person(seller.organisation_id, "郭亮", "sales_manager")
    other = person(seller.organisation_id, "孙梅", "sales_consultant")
    allocating.give(actor=manager, lead_id=lead.pk, staff_id=other.staff_id)
    lead = again(lead)
    assert lead.next_task is not None
    assert {lead.consultant_id, lead.next_task.assignee_id, lead.customer.seller_id} == {other.staff_id}
    assert not selectors.visible(seller).filter(pk=lead.pk).exists()
    assert selectors.visible(other).filter(pk=lead.pk).exists()


def test_only_who_shares_out_gives_away_and_only_to_who_sells(seller: Actor, lead: Lead) -> None:
    manager = person(seller.organisation_id, "郭亮", "sales_manager")
    advisor = person(seller.organisation_id, "陈晓燕", "service_advisor")
    with pytest.raises(PermissionRefused):
        allocating.give(actor=seller, lead_id=lead.pk, staff_id=None)
    with pytest.raises(NobodyThere):
        allocating.give(actor=manager, lead_id=lead.pk, staff_id=advisor.staff_id)


def test_stages_are_moved_by_hand_within_the_line_and_forwards_by_what_happens(seller: Actor, lead: Lead) -> None:
    lead = stages.move(actor=seller, lead_id=lead.pk, stage="visited")
    stages.advance(seller, lead, "contacted")
    assert again(lead).stage == "visited"
    stages.advance(seller, lead, "driven")
    assert [one.stage for one in StageChange.objects.order_by("pk")] == ["new", "visited", "driven"]
    with pytest.raises(UnknownStage):
        stages.move(actor=seller, lead_id=lead.pk, stage="nirvana")


def test_a_lost_lead_keeps_its_reason_ends_its_work_and_is_taken_up_again(seller: Actor, lead: Lead) -> None:
    loss = Loss(reason="price", brand="比亚迪", series="宋", retry_on=times.today() + timedelta(days=90))
    ending.lose(actor=seller, lead_id=lead.pk, loss=loss)
    lead = again(lead)
    assert (lead.state, lead.loss, lead.lost_brand) == ("lost", "price", "比亚迪")
    assert Task.objects.get(state="open").kind == "lead.retry"
    with pytest.raises(Closed):
        stages.move(actor=seller, lead_id=lead.pk, stage="visited")
    due = times.now() + timedelta(days=1)
    lead = ending.reopen(actor=seller, lead_id=lead.pk, title="再问一次", due_at=due)
    assert (lead.state, lead.loss) == ("open", "")
    assert Task.objects.filter(state="open").get().title == "再问一次"


def test_a_won_lead_is_done(seller: Actor, lead: Lead) -> None:
    ending.win(seller, lead)
    assert again(lead).state == "won"
    assert Task.objects.get(pk=lead.next_task_id).state == "done"


def test_the_pool_is_seen_by_all_who_sell_and_others_leads_by_nobody_else(seller: Actor, lead: Lead) -> None:
    other = person(seller.organisation_id, "孙梅", "sales_consultant")
    assert not selectors.visible(other).exists()
    allocating.move(seller, lead, None, Reason.RELEASED)
    assert selectors.visible(other).get().pk == lead.pk
