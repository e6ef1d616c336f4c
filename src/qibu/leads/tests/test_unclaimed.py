"""A lead in the pool is worked on by whoever claimed it, and by nobody past the limits of claiming."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.errors import Unclaimed
from qibu.leads.models import Lead
from qibu.leads.rules import Reason
from qibu.leads.services import allocating, ending, following, pool, stages, talks
from qibu.leads.services.ending import Loss
from qibu.leads.services.talks import Talk
from qibu.leads.tests.test_pages import made, of
from qibu.leads.tests.world import again, person, store
from qibu.tasks.models import Attempt

pytestmark = pytest.mark.django_db


@pytest.fixture
def pooled(lead: Lead, seller: Actor) -> Lead:
    allocating.move(seller, lead, None, Reason.NOBODY)
    return again(lead)


def test_nobody_works_on_it_before_they_claimed_it(seller: Actor, pooled: Lead) -> None:
    due = times.now() + timedelta(days=1)
    for act in (
        lambda: talks.record(actor=seller, lead_id=pooled.pk, talk=Talk(outcome="reached")),
        lambda: following.plan(actor=seller, lead_id=pooled.pk, title="再问一次", due_at=due),
        lambda: stages.move(actor=seller, lead_id=pooled.pk, stage="visited"),
        lambda: ending.lose(actor=seller, lead_id=pooled.pk, loss=Loss(reason="price")),
    ):
        with pytest.raises(Unclaimed):
            act()
    found = again(pooled)
    assert (found.next_task_id, found.stage, found.state) == (pooled.next_task_id, pooled.stage, "open")
    assert not Attempt.objects.exists()


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
    work = ["result", "lose", "plan", "edit"]
    refused = [reverse(f"leads:{name}", args=[lead.pk]) for name in work]
    refused += [f"{reverse('orders:new')}?lead={lead.pk}", f"{reverse('drives:new')}?lead={lead.pk}"]
    refused.append(reverse("quotes:create", args=[lead.pk]))
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
