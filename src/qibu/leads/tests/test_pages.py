"""The board, the lead's page and its forms, as people in the store use them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead, Stage
from qibu.leads.rules import Reason
from qibu.leads.services import allocating, ending, receiving, stages
from qibu.leads.services.ending import Loss
from qibu.leads.tests.world import caller, person, received, store
from qibu.network.models import Staff, User

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def manager() -> Actor:
    return person(store(), "郭亮", "sales_manager")


@pytest.fixture
def lead(manager: Actor) -> Lead:
    return made(manager, 1)


@pytest.fixture
def client(manager: Actor) -> Client:
    return of(manager)


def of(actor: Actor) -> Client:
    user = User.objects.create(username=f"user-{actor.staff_id}")
    with scope(actor):
        Staff.objects.filter(pk=actor.staff_id).update(user=user)
    client = Client()
    client.force_login(user)
    return client


def made(actor: Actor, number: int, *, mine: bool = True) -> Lead:
    with scope(actor):
        found = receiving.receive(actor=actor, received=received(caller(f"来客{number}", f"1385553{number:04d}"))).lead
        allocating.move(actor, found, actor.staff_id if mine else None, Reason.GIVEN if mine else Reason.RELEASED)
        return found


def now_(actor: Actor, lead: Lead) -> Lead:
    with scope(actor):
        found: Lead = Lead.objects.select_related("next_task", "customer").get(pk=lead.pk)
        return found


# The board --------------------------------------------------------------------------------------
def test_a_card_that_is_moved_stays_and_is_told(client: Client, manager: Actor, lead: Lead) -> None:
    answer = client.post(f"/leads/{lead.pk}/stage/", {"stage": "visited", "board": "1"}, **HTMX)
    assert answer.status_code == 204
    assert "toast" in answer["HX-Trigger"]
    assert now_(manager, lead).stage == "visited"


def test_a_card_whose_stage_needs_more_comes_back_with_a_form_for_just_that(
    client: Client, manager: Actor, lead: Lead
) -> None:
    answer = client.post(f"/leads/{lead.pk}/stage/", {"stage": "quoted", "board": "1"}, **HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'name="buys_by"' in page and 'name="payment"' in page
    assert 'name="colour"' not in page and 'name="budget"' not in page
    sent = {"stage": "quoted", "buys_by": times.today().isoformat(), "payment": "loan"}
    assert client.post(f"/leads/{lead.pk}/stage/", sent, **HTMX).status_code == 204
    found = now_(manager, lead)
    assert (found.stage, found.payment) == ("quoted", "loan")


def test_the_server_says_no_in_words(client: Client, manager: Actor, lead: Lead) -> None:
    with scope(manager):
        ending.lose(actor=manager, lead_id=lead.pk, loss=Loss(reason="price"))
    answer = client.post(f"/leads/{lead.pk}/stage/", {"stage": "visited", "board": "1"}, **HTMX)
    assert (answer.status_code, answer["Content-Type"]) == (409, "text/plain; charset=utf-8")
    assert "结束" in answer.content.decode()


def test_columns_show_twenty_and_the_way_to_the_rest(client: Client, manager: Actor) -> None:
    for number in range(1, 24):
        made(manager, number)
    page = client.get("/leads/board/").content.decode()
    assert page.count("data-card=") == 20
    assert "还有 3 条" in page
    more = client.get("/leads/board/cards/", {"column": "new", "after": "20"}).content.decode()
    assert more.count("data-card=") == 3 and "data-more" not in more


def test_filters_are_shared_with_the_list(client: Client, manager: Actor, lead: Lead) -> None:
    with scope(manager):
        Lead.objects.filter(pk=lead.pk).update(grade="A")
    other = made(manager, 2)
    for address in ("/leads/board/?grade=A", "/leads/?view=open&grade=A"):
        page = client.get(address).content.decode()
        assert "来客1" in page and "来客2" not in page
    assert "来客2" in client.get(f"/leads/{other.pk}/").content.decode()


def test_a_consultant_sees_their_own_cards_and_the_pool(manager: Actor, lead: Lead) -> None:
    made(manager, 2, mine=False)
    with scope(manager):
        colleague = person(manager.organisation_id, "李思远", "sales_consultant")
    page = of(colleague).get("/leads/board/").content.decode()
    assert "来客2" in page and "来客1" not in page


def test_leads_at_a_stage_that_is_gone_have_a_column_of_their_own(client: Client, manager: Actor, lead: Lead) -> None:
    with scope(manager):
        Lead.objects.filter(pk=lead.pk).update(stage="bygone")
        assert not Stage.objects.filter(code="bygone").exists()
    page = client.get("/leads/board/").content.decode()
    assert 'data-column="bygone"' in page and "来客1" in page


# The page of a lead -----------------------------------------------------------------------------
def test_the_page_says_who_what_and_why(client: Client, lead: Lead) -> None:
    page = client.get(f"/leads/{lead.pk}/").content.decode()
    for word in ("来客1", "追光", "138****0001", "首次联系", "经理分配", "还不知道什么时候买", "成交概率"):
        assert word in page, word


def test_a_result_plans_what_was_chosen(client: Client, manager: Actor, lead: Lead) -> None:
    due = times.now() + timedelta(days=2)
    sent = {"result": "reached", "note": "周六来", "next_what": "接待", "next_when": due.isoformat()}
    assert client.post(f"/leads/{lead.pk}/results/", sent).status_code == 302
    task = now_(manager, lead).next_task
    assert task is not None and (task.title, task.due_at) == ("接待", due)


def test_a_refused_result_keeps_what_was_typed(client: Client, lead: Lead) -> None:
    sent = {"result": "reached", "note": "一字不丢", "next_when": "pick", "next_pick": "2020-01-01T10:00"}
    answer = client.post(f"/leads/{lead.pk}/results/", sent)
    assert answer.status_code == 422
    assert "一字不丢" in answer.content.decode() and "已经过去" in answer.content.decode()


def test_a_lead_by_hand_for_somebody_new_and_for_somebody_on_file(client: Client, manager: Actor) -> None:
    sent = {"name": "程望", "phone": "13855530099", "series": "追光", "source": "walk-in", "mine": "on"}
    assert client.post("/leads/new/", sent).status_code == 302
    with scope(manager):
        lead = Lead.objects.get()
        assert (lead.consultant_id, lead.door, lead.customer.name) == (manager.staff_id, "hand", "程望")
        customer = Customer.objects.get()
    again = client.post("/leads/new/", {"customer": customer.pk, "source": "call-in", "series": "远航"}, follow=True)
    assert "已有一条跟进中的线索" in again.content.decode()
    with scope(manager):
        assert (Lead.objects.count(), Customer.objects.count()) == (1, 1)


def test_a_lead_that_nobody_could_reach_is_refused_at_the_field(client: Client, manager: Actor) -> None:
    answer = client.post("/leads/new/", {"name": "程望", "series": "追光", "source": "walk-in"})
    assert answer.status_code == 422
    assert "请选一位客户，或填手机号" in answer.content.decode()
    assert 'value="程望"' in answer.content.decode()


def test_who_edits_over_a_colleague_is_told_what_stands_there(client: Client, manager: Actor, lead: Lead) -> None:
    form = client.get(f"/leads/{lead.pk}/edit/")
    seen = form.context["form"].get_initial_for_field(form.context["form"].fields["seen"], "seen")
    with scope(manager):
        Lead.objects.filter(pk=lead.pk).update(colour="白")
    sent = {"interest": "buy", "quantity": "1", "source": "form", "series": "追光", "colour": "黑", "seen": seen}
    answer = client.post(f"/leads/{lead.pk}/edit/", sent)
    assert answer.status_code == 422
    assert "刚被别人改成「白」" in answer.content.decode()


def test_a_merged_lead_leads_to_the_one_that_took_it_up(client: Client, manager: Actor, lead: Lead) -> None:
    other = made(manager, 2)
    with scope(manager):
        Lead.objects.filter(pk=other.pk).update(customer=lead.customer_id)
    assert client.post(f"/leads/{lead.pk}/joining/", {"other": other.pk}).status_code == 302
    assert client.get(f"/leads/{other.pk}/")["Location"] == f"/leads/{lead.pk}/"


def test_who_refuses_scoring_is_told_of_no_chance(client: Client, lead: Lead) -> None:
    client.post(f"/leads/{lead.pk}/scoring/", {"refuse": "1"})
    page = client.get(f"/leads/{lead.pk}/").content.decode()
    assert "客户不同意自动评分，所以不计算" in page
    client.post(f"/leads/{lead.pk}/scoring/", {})
    assert "所以不计算" not in client.get(f"/leads/{lead.pk}/").content.decode()


@pytest.fixture
def moved(manager: Actor, lead: Lead) -> Iterator[Lead]:
    with scope(manager):
        stages.move(actor=manager, lead_id=lead.pk, stage="contacted")
    yield lead


def test_a_stage_in_use_asks_where_its_leads_go(client: Client, manager: Actor, moved: Lead) -> None:
    rows = [("new", "新线索", "1"), ("contacted", "已联系", "2"), ("ordered", "已订车", "3")]
    sent = {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "3", "form-1-DELETE": "on"}
    for index, (code, name, order) in enumerate(rows):
        sent |= {f"form-{index}-code": code, f"form-{index}-name": name, f"form-{index}-ORDER": order}
    answer = client.post("/leads/settings/stages/line/", sent)
    assert answer.status_code == 422
    assert 'name="instead_contacted"' in answer.content.decode()
    assert client.post("/leads/settings/stages/line/", {**sent, "instead_contacted": "new"}).status_code == 302
    assert now_(manager, moved).stage == "new"
