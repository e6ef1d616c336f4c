"""The customer's link, what is said on it, and what is left of whoever is erased."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client, RequestFactory

from qibu.customers.services import erasures
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.restored import Moments
from qibu.kernel.tests.races import held
from qibu.leads.models import Lead
from qibu.leads.tests.world import IN_ORDER
from qibu.network.services import actors
from qibu.quotes import restoring, selectors
from qibu.quotes.errors import (
    NotNow,
    TooManyAnswers,
)
from qibu.quotes.models import Appraisal, LinkAnswer, QuoteLink
from qibu.quotes.services import appraisals, approvals, links, sending
from qibu.quotes.slots import task_panel
from qibu.quotes.tests.world import again, looked, manager_of, offer, variants, written
from qibu.tasks.models import Task

pytestmark = pytest.mark.django_db


# The link ---------------------------------------------------------------------------------------
def sent(seller: Actor, lead: Lead) -> QuoteLink:
    found = selectors.link_of(sending.send(actor=seller, quote_id=written(seller, lead).pk))
    assert found is not None
    return found


def test_a_link_is_found_by_its_token_alone(seller: Actor, lead: Lead) -> None:
    link = sent(seller, lead)
    found = links.find(link.token)
    assert found is not None and (found.organisation_id, found.link_id) == (seller.organisation_id, link.pk)
    assert links.find(link.token[:-1]) is None and links.find("") is None


def test_each_opening_is_counted_and_the_first_told(seller: Actor, lead: Lead) -> None:
    link, system = sent(seller, lead), actors.system(seller.organisation_id)
    for _time in range(3):
        known = links.living(link.pk)
        assert known is not None
        links.opened(actor=system, link=known)
    link.refresh_from_db()
    assert link.opened == 3 and link.first_opened_at is not None
    assert Entry.objects.filter(type="quotes.QuoteOpened").count() == 1


def test_what_the_customer_says_becomes_the_next_action(seller: Actor, lead: Lead) -> None:
    link, system = sent(seller, lead), actors.system(seller.organisation_id)
    Task.objects.filter(pk=Lead.objects.get(pk=lead.pk).next_task_id).update(due_at=times.now() + timedelta(days=3))
    with held(IN_ORDER) as tables:
        links.answer(actor=system, link_id=link.pk, kind="question", text="能再便宜两千吗？")
    assert tables == IN_ORDER
    said = LinkAnswer.objects.get()
    assert (said.kind, said.text) == ("question", "能再便宜两千吗？")
    after = Lead.objects.select_related("next_task").get(pk=lead.pk)
    assert after.next_task is not None and after.next_task.title == "客户又来联系"
    assert Entry.objects.get(type="quotes.QuoteAnswered").data["note"] == "能再便宜两千吗？"


def test_a_page_takes_only_so_many_answers(seller: Actor, lead: Lead) -> None:
    link, system = sent(seller, lead), actors.system(seller.organisation_id)
    for _time in range(links.MOST_ANSWERS):
        links.answer(actor=system, link_id=link.pk, kind="interested")
    with pytest.raises(TooManyAnswers):
        links.answer(actor=system, link_id=link.pk, kind="interested")


def test_the_customer_answers_from_a_browser_that_tells_no_origin(seller: Actor, lead: Lead) -> None:
    link = sent(seller, lead)
    phone = Client(enforce_csrf_checks=True, headers={"accept-language": "zh-hans", "origin": "null"})
    answer = phone.post(f"/quotes/offer/{link.token}/answer/", {"kind": "interested"})
    assert answer.status_code == 200 and "收到了" in answer.content.decode()


def test_a_link_dies_by_its_day_by_hand_and_by_a_new_one(seller: Actor, lead: Lead) -> None:
    link = sent(seller, lead)
    newer = links.renew(actor=seller, quote_id=link.quote_id)
    assert links.living(link.pk) is None and links.living(newer.pk) is not None
    QuoteLink.objects.filter(pk=newer.pk).update(expires_at=times.now())
    assert links.living(newer.pk) is None
    last = links.renew(actor=seller, quote_id=link.quote_id)
    links.revoke(actor=seller, quote_id=link.quote_id)
    assert links.living(last.pk) is None
    with pytest.raises(NotNow):
        links.answer(actor=seller, link_id=last.pk, kind="interested")


# Privacy ----------------------------------------------------------------------------------------
def test_whoever_is_erased_leaves_no_words_and_no_link(seller: Actor, lead: Lead) -> None:
    appraisals.appraise(actor=seller, lead_id=lead.pk, looked=looked(note="车主说家里等着用钱"))
    quote = sending.send(actor=seller, quote_id=written(seller, lead, remark="给方雅雯的价").pk)
    link, system = selectors.link_of(quote), actors.system(seller.organisation_id)
    assert link is not None
    links.answer(actor=system, link_id=link.pk, kind="question", text="我是方雅雯")
    erasures.erase(actor=system, customer_id=lead.customer_id, reason="客户书面要求")
    assert links.find(link.token) is None and not LinkAnswer.objects.exists()
    assert again(quote).remark == "" and variants(quote)[0].total > 0
    one = Appraisal.objects.get()
    assert (one.plate, one.note, one.value) == ("", "", 42_000)


def test_the_task_leads_to_what_it_is_about(seller: Actor, lead: Lead) -> None:
    manager = manager_of(seller)
    quote = written(seller, lead, offer(discount=Decimal(5000)))
    approvals.ask(actor=seller, quote_id=quote.pk, why="对手报了这个价")
    request = RequestFactory().get("/")
    request.actor = manager  # type: ignore[attr-defined]  # as the middleware does
    panel = task_panel(request, Task.objects.get(kind="quotes.approval"))
    assert panel is not None and panel.context["quote"] == quote
    assert task_panel(request, Task.objects.exclude(kind="quotes.approval")[0]) is None


# After a restore --------------------------------------------------------------------------------
def test_a_restored_home_opens_no_link_that_may_have_been_revoked_since(seller: Actor, lead: Lead) -> None:
    link, system = sent(seller, lead), actors.system(seller.organisation_id)
    moments = Moments(times.now() - timedelta(days=1), times.now())
    assert restoring.close_links(system, moments) == {"links": 1}
    assert links.living(link.pk) is None and restoring.close_links(system, moments) == {"links": 0}
    assert links.living(links.renew(actor=seller, quote_id=link.quote_id).pk) is not None
