"""A lead in the pool is worked on by whoever claimed it, and by nobody past the limits of claiming."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads import slots
from qibu.leads.errors import Unclaimed
from qibu.leads.models import Lead
from qibu.leads.rules import Reason
from qibu.leads.services import (
    allocating,
    ending,
    facts,
    following,
    grading,
    joining,
    pool,
    receiving,
    scoring,
    stages,
    talks,
)
from qibu.leads.services.ending import Loss
from qibu.leads.services.talks import Talk
from qibu.leads.tests.test_pages import made, of
from qibu.leads.tests.world import again, asking, person, received, store
from qibu.tasks.models import Attempt, Task
from qibu.tasks.services import results, tasks
from qibu.tasks.services.errors import Barred

pytestmark = pytest.mark.django_db


@pytest.fixture
def pooled(lead: Lead, seller: Actor) -> Lead:
    allocating.move(seller, lead, None, Reason.NOBODY)
    return again(lead)


def second(seller: Actor, lead: Lead) -> Lead:
    """Another open lead of the same customer, the seller's own."""
    rows = Lead.objects.filter(pk=lead.pk)
    rows.update(state=Lead.State.LOST, closed_at=times.now())  # else the second trace would go to the first one
    other = receiving.receive(actor=seller, received=received(consultant_id=seller.staff_id)).lead
    rows.update(state=Lead.State.OPEN, closed_at=None)
    return again(other)


def test_nobody_works_on_it_before_they_claimed_it(seller: Actor, pooled: Lead) -> None:
    due = times.now() + timedelta(days=1)
    for act in (
        lambda: talks.record(actor=seller, lead_id=pooled.pk, talk=Talk(outcome="reached")),
        lambda: following.plan(actor=seller, lead_id=pooled.pk, title="再问一次", due_at=due),
        lambda: stages.move(actor=seller, lead_id=pooled.pk, stage="visited"),
        lambda: ending.lose(actor=seller, lead_id=pooled.pk, loss=Loss(reason="price")),
        lambda: facts.change(actor=seller, lead_id=pooled.pk, values={"colour": "黑"}),
        lambda: grading.set_grade(actor=seller, lead_id=pooled.pk, grade="H"),
        lambda: grading.release(actor=seller, lead_id=pooled.pk),
        lambda: scoring.set_chance(actor=seller, lead_id=pooled.pk, probability=0.9),
        lambda: scoring.release(actor=seller, lead_id=pooled.pk),
    ):
        with pytest.raises(Unclaimed):
            act()
    found = again(pooled)
    assert (found.next_task_id, found.stage, found.state) == (pooled.next_task_id, pooled.stage, "open")
    assert (found.colour, found.grade, found.probability_by_hand) == (pooled.colour, pooled.grade, False)
    assert not Attempt.objects.exists()


def test_one_in_the_pool_is_not_drawn_into_ones_own_past_its_claim(seller: Actor, pooled: Lead) -> None:
    own = second(seller, pooled)
    with pytest.raises(Unclaimed):
        joining.join(actor=seller, lead_id=own.pk, other_id=pooled.pk)
    pool.claim(actor=seller, lead_id=pooled.pk)
    joining.join(actor=seller, lead_id=own.pk, other_id=pooled.pk)
    assert again(pooled).merged_into_id == own.pk


def test_its_call_is_not_taken_done_or_dropped_on_the_workbench_either(seller: Actor, pooled: Lead) -> None:
    number = pooled.next_task_id or 0
    for act in (
        lambda: results.record(actor=seller, task_ids=[number], outcome="reached"),
        lambda: tasks.claim(actor=seller, task_ids=[number]),
        lambda: tasks.cancel(actor=seller, task_id=number, reason="打过了"),
    ):
        with pytest.raises(Barred) as refused:
            act()
        assert "请先领取" in refused.value.words
    task = Task.objects.get(pk=number)
    assert (task.state, task.assignee_id, task.attempts) == ("open", None, 0)


def test_its_call_is_done_by_who_shares_out_work_calls_for_the_store_or_claimed_it(
    seller: Actor, pooled: Lead
) -> None:
    boss = person(seller.organisation_id, "郭亮", "sales_manager")
    tasks.cancel(actor=boss, task_id=pooled.next_task_id or 0, reason="重复了")
    caller = person(seller.organisation_id, "何静", "call_agent")
    waiting = Task.objects.get(pk=again(pooled).next_task_id)
    offered = [len(slots.task_panel(asking(who), waiting) or []) for who in (caller, seller)]
    assert offered == [1, 2], "who can't claim is offered no key for it"
    results.record(actor=caller, task_ids=[waiting.pk], outcome="not_reached")
    assert again(pooled).consultant_id is None
    pool.claim(actor=seller, lead_id=pooled.pk)
    results.record(actor=seller, task_ids=[again(pooled).next_task_id or 0], outcome="reached")
    assert again(pooled).stage == "contacted"


def test_claimed_it_is_worked_on(seller: Actor, pooled: Lead) -> None:
    pool.claim(actor=seller, lead_id=pooled.pk)
    found, _recorded = talks.record(actor=seller, lead_id=pooled.pk, talk=Talk(outcome="reached"))
    assert found.next_task is not None
    assert found.next_task.assignee_id == seller.staff_id


def test_whoever_shares_out_work_sees_to_it_where_it_lies(seller: Actor, pooled: Lead) -> None:
    boss = person(seller.organisation_id, "郭亮", "sales_manager")
    due = times.now() + timedelta(days=1)
    assert following.plan(actor=boss, lead_id=pooled.pk, title="再问一次", due_at=due).consultant_id is None


def test_its_page_offers_to_claim_it_and_nothing_that_would_be_refused() -> None:
    seller = person(store(), "李思远", "sales_consultant")
    lead, client = made(seller, 1), of(seller)
    with scope(seller):
        allocating.move(seller, lead, None, Reason.NOBODY)
    page = client.get(reverse("leads:detail", args=[lead.pk])).content.decode()
    assert f'action="{reverse("leads:claim")}"' in page
    work = ["result", "lose", "plan", "edit", "grade", "chance"]
    refused = [reverse(f"leads:{name}", args=[lead.pk]) for name in work]
    refused += [f"{reverse('orders:new')}?lead={lead.pk}", f"{reverse('drives:new')}?lead={lead.pk}"]
    refused.append(reverse("quotes:create", args=[lead.pk]))
    refused += [reverse(f"nurturing:{name}", args=[lead.pk]) for name in ("send", "enter")]
    assert [address for address in refused if f'"{address}' in page] == []
    client.post(reverse("leads:claim"), {"id": lead.pk})
    page = client.get(reverse("leads:detail", args=[lead.pk])).content.decode()
    assert f'action="{reverse("leads:claim")}"' not in page
    assert [address for address in refused if f'"{address}' not in page] == []


def test_a_result_sent_all_the_same_is_refused_in_a_sentence() -> None:
    seller = person(store(), "李思远", "sales_consultant")
    lead = made(seller, 1, mine=False)
    answer = of(seller).post(reverse("leads:result", args=[lead.pk]), {"result": "reached", "note": "想看车"})
    assert answer.status_code == 422
    assert "请先领取" in answer.content.decode()
    with scope(seller):
        assert not Attempt.objects.exists()


def test_whatever_is_sent_to_its_address_is_refused_in_a_sentence() -> None:
    seller = person(store(), "李思远", "sales_consultant")
    lead, client = made(seller, 1, mine=False), of(seller)
    wish = {"interest": "buy", "quantity": "1", "source": "walk-in", "series": "远航"}
    sent = (("leads:edit", wish), ("leads:grade", {"grade": "H"}), ("leads:chance", {"percent": "90"}))
    for name, form in sent:
        answer = client.post(reverse(name, args=[lead.pk]), form, follow=True)
        assert "请先领取" in answer.content.decode(), name
    with scope(seller):
        found = again(lead)
    assert (found.series, found.grade, found.probability_by_hand) == (lead.series, lead.grade, False)


def test_on_the_workbench_its_call_offers_to_claim_it_instead_of_results() -> None:
    seller = person(store(), "李思远", "sales_consultant")
    lead, client = made(seller, 1), of(seller)
    with scope(seller):
        allocating.move(seller, lead, None, Reason.NOBODY)
        number = again(lead).next_task_id
    page = client.get(f"{reverse('tasks:workbench')}?task={number}").content.decode()
    assert f'action="{reverse("leads:claim")}"' in page
    assert 'value="reached"' not in page
    assert f"/tasks/{number}/numbers/" not in page
    answer = client.post(reverse("tasks:result"), {"task": number, "result": "reached", "note": "想看车"})
    assert answer.status_code == 422
    assert "请先领取" in answer.content.decode()
    assert "想看车" in answer.content.decode()
    detail = client.get(reverse("tasks:detail", args=[number])).content.decode()
    assert f'action="{reverse("tasks:claim")}"' not in detail
    assert f'action="{reverse("tasks:cancel", args=[number])}"' not in detail
    client.post(reverse("leads:claim"), {"id": lead.pk})
    with scope(seller):
        mine = again(lead).next_task_id
    page = client.get(f"{reverse('tasks:workbench')}?task={mine}").content.decode()
    assert 'value="reached"' in page
    assert f"/tasks/{mine}/numbers/" in page
