"""From the draft to what the customer takes: versions, limits, agreement, links, appraisals."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import Http404

from qibu.catalog.models import CarModel
from qibu.catalog.services import saying
from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.leads.errors import Closed
from qibu.leads.models import Lead
from qibu.leads.services import ending, receiving
from qibu.leads.services.ending import Loss
from qibu.leads.tests.world import caller, received
from qibu.network.models import Staff
from qibu.quotes import selectors
from qibu.quotes.errors import (
    BadOffer,
    ChangedMeanwhile,
    MayNotAgree,
    NobodyAgrees,
    NotNow,
    Over,
    OverLimit,
    WithinLimit,
)
from qibu.quotes.models import Appraisal, LoanPlan, Quote, QuoteRules
from qibu.quotes.rules import loans, pricing
from qibu.quotes.rules.authority import Refusal
from qibu.quotes.services import appraisals, approvals, drafts, links, sending, terms
from qibu.quotes.services.book import offer_of, read_terms
from qibu.quotes.tests.world import PRICE, again, header, looked, manager_of, offer, person, variants, written
from qibu.tasks.models import Task
from qibu.tasks.services import tasks

pytestmark = pytest.mark.django_db


# Writing ----------------------------------------------------------------------------------------
def test_a_draft_keeps_its_parts_and_their_sum(seller: Actor, lead: Lead) -> None:
    quote = written(seller, lead, offer(discount=Decimal(1000), extras=("mats-x", "swap-x")))
    (one,) = variants(quote)
    assert one.total == pricing.total(one.read_parts)
    kinds = {part.kind.value: part.amount for part in one.read_parts}
    assert (kinds["vehicle"], kinds["discount"], kinds["accessory"], kinds["subsidy"]) == (PRICE, -1000, 480, -3000)
    assert kinds["purchase_tax"] == Decimal("14053.10")
    assert (str(quote), quote.state) == (f"Q{lead.pk}-1", "draft")


def test_several_variants_stand_beside_each_other(seller: Actor, lead: Lead) -> None:
    electric = offer(car_code="yh", plan="ev-36", down=Decimal(90_000))
    quote = written(seller, lead, offer(), offer(plan="bank-36"), electric)
    first, second, third = variants(quote)
    assert first.loan == {}
    terms_ = read_terms(second.loan)
    assert terms_ is not None and terms_.amount == PRICE * 80 / 100  # the least of a fifth is paid at once
    assert loans.schedule(terms_).instalments[-1].balance == 0
    assert third.car == "远航 2026款 650" and third.plan_name == "电车专享"
    assert [offer_of(one).plan for one in (first, second, third)] == ["", "bank-36", "ev-36"]


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("car", {"car_code": "gone"}), ("below_list", {"price": PRICE - 1}), ("discount", {"discount": PRICE + 1}),
        ("trade_in", {"trade_in": True}), ("extra", {"extras": ("box-x",)}), ("extra", {"gifts": ("box-x",)}),
        ("plan", {"plan": "ev-36"}), ("plan", {"plan": "nowhere"}),
        ("down", {"plan": "bank-36", "down": Decimal(1000)}), ("down", {"plan": "bank-36", "down": PRICE}),
    ],
)  # fmt: skip
def test_an_offer_that_does_not_add_up_says_what(seller: Actor, lead: Lead, code: str, facts: dict[str, Any]) -> None:
    with pytest.raises(BadOffer) as refused:
        written(seller, lead, offer(), offer(**facts))
    assert (refused.value.number, refused.value.code) == (1, code)
    assert not Quote.objects.exists()


def test_what_was_written_stays_when_the_price_list_changes(seller: Actor, lead: Lead) -> None:
    quote = written(seller, lead)
    CarModel.objects.filter(code="zg").update(price=Decimal(99_800))
    assert variants(quote)[0].price == PRICE


def test_of_two_who_change_a_draft_the_second_is_told(seller: Actor, lead: Lead) -> None:
    quote = written(seller, lead)
    drafts.change(actor=seller, quote_id=quote.pk, edits=1, header=header(remark="请尽快"), offers=[offer(), offer()])
    assert again(quote).remark == "请尽快" and len(variants(quote)) == 2
    with pytest.raises(ChangedMeanwhile):
        drafts.change(actor=seller, quote_id=quote.pk, edits=1, header=header(), offers=[offer()])


def test_nobody_quotes_for_a_lead_that_came_to_its_end(seller: Actor, lead: Lead) -> None:
    ending.lose(actor=seller, lead_id=lead.pk, loss=Loss(reason="price"))
    with pytest.raises(Closed):
        written(seller, lead)


def test_a_quotation_is_seen_where_its_lead_is(seller: Actor, lead: Lead) -> None:
    quote = written(seller, lead)
    other = person(seller.organisation_id, "孙梅", "sales_consultant")
    with pytest.raises(Http404):
        selectors.quote_or_404(other, quote.pk)
    with pytest.raises(Http404):
        sending.send(actor=other, quote_id=quote.pk)
    assert selectors.quote_or_404(manager_of(seller), quote.pk) == quote


# Sending ----------------------------------------------------------------------------------------
def test_sending_freezes_it_makes_the_link_and_brings_the_lead_forwards(seller: Actor, lead: Lead) -> None:
    quote = sending.send(actor=seller, quote_id=written(seller, lead).pk)
    assert Lead.objects.get(pk=lead.pk).stage == "quoted"
    link = selectors.link_of(quote)
    assert link is not None and link.living and len(link.token) > 40
    with pytest.raises(NotNow):
        drafts.change(actor=seller, quote_id=quote.pk, edits=quote.edits, header=header(), offers=[offer()])
    assert Entry.objects.filter(type="quotes.QuoteSent").count() == 1


def test_a_new_version_replaces_what_was_sent_and_its_link(seller: Actor, lead: Lead) -> None:
    first = sending.send(actor=seller, quote_id=written(seller, lead).pk)
    old = selectors.link_of(first)
    second = drafts.write(
        actor=seller, lead_id=lead.pk, header=header(), offers=[offer(discount=Decimal(500))], replaces_id=first.pk
    )
    assert (second.version, second.replaces_id) == (2, first.pk)
    assert old is not None and links.living(old.pk) is not None
    sending.send(actor=seller, quote_id=second.pk)
    assert again(first).state == "replaced" and links.living(old.pk) is None
    assert variants(first)[0].discount == 0


def test_what_is_over_its_day_is_not_sent_and_reads_as_expired(seller: Actor, lead: Lead) -> None:
    quote = written(seller, lead)
    Quote.objects.filter(pk=quote.pk).update(valid_until=times.today() - timedelta(days=1))
    with pytest.raises(Over):
        sending.send(actor=seller, quote_id=quote.pk)
    Quote.objects.filter(pk=quote.pk).update(state="sent", sent_at=times.now())
    assert again(quote).shown_state == "expired"
    with pytest.raises(NotNow):
        sending.accept(actor=seller, quote_id=quote.pk, variant=1)


def test_the_customer_takes_a_variant(seller: Actor, lead: Lead) -> None:
    quote = sending.send(actor=seller, quote_id=written(seller, lead, offer(), offer(plan="bank-36")).pk)
    quote = sending.accept(actor=seller, quote_id=quote.pk, variant=2)
    assert (again(quote).state, again(quote).accepted) == ("accepted", 2)
    with pytest.raises(NotNow):
        sending.accept(actor=seller, quote_id=quote.pk, variant=1)


def test_what_is_withdrawn_opens_no_more_and_keeps_its_reason(seller: Actor, lead: Lead) -> None:
    quote = sending.send(actor=seller, quote_id=written(seller, lead).pk)
    link = selectors.link_of(quote)
    sending.withdraw(actor=seller, quote_id=quote.pk, why="价格写错了")
    assert again(quote).state == "withdrawn"
    assert link is not None and links.living(link.pk) is None
    assert Entry.objects.get(type="quotes.QuoteWithdrawn").data["reason"] == "价格写错了"


# Agreement --------------------------------------------------------------------------------------
def test_more_than_ones_own_to_give_is_not_sent_without_agreement(seller: Actor, lead: Lead) -> None:
    quote = written(seller, lead, offer(discount=Decimal(5000)))
    with pytest.raises(OverLimit) as refused:
        sending.send(actor=seller, quote_id=quote.pk)
    assert refused.value.most == Decimal(1598)


def test_gifts_count_as_what_is_taken_off(seller: Actor, lead: Lead) -> None:
    quote = written(seller, lead, offer(discount=Decimal(1500), gifts=("mats-x",)))
    with pytest.raises(OverLimit):
        sending.send(actor=seller, quote_id=quote.pk)


def test_whoever_may_agrees_and_the_asker_finds_it_on_the_workbench(seller: Actor, lead: Lead) -> None:
    manager = manager_of(seller)
    quote = written(seller, lead, offer(discount=Decimal(5000)))
    approvals.ask(actor=seller, quote_id=quote.pk, why="对手报了这个价")
    asked = Task.objects.get(kind="quotes.approval")
    assert (asked.assignee_id, asked.state, asked.customer_id) == (manager.staff_id, "open", lead.customer_id)
    approvals.decide(actor=manager, quote_id=quote.pk, agreed=True, why="月底冲量")
    asked.refresh_from_db()
    told = Task.objects.get(kind="quotes.decided")
    assert (asked.state, told.assignee_id, told.state) == ("done", seller.staff_id, "open")
    sending.send(actor=seller, quote_id=quote.pk)
    told.refresh_from_db()
    assert told.state == "done" and again(quote).state == "sent"


def test_the_superior_is_asked_before_others_whose_limit_is_wide_enough(seller: Actor, lead: Lead) -> None:
    manager_of(seller)
    head = manager_of(seller, "store_manager", "周敏")
    Staff.objects.filter(pk=seller.staff_id).update(superior_id=head.staff_id)
    quote = written(seller, lead, offer(discount=Decimal(5000)))
    approvals.ask(actor=seller, quote_id=quote.pk, why="老客户")
    assert Task.objects.get(kind="quotes.approval").assignee_id == head.staff_id


def test_nobody_agrees_to_their_own_nor_above_their_limit(seller: Actor, lead: Lead) -> None:
    manager, head = manager_of(seller), manager_of(seller, "store_manager", "周敏")
    quote = written(seller, lead, offer(discount=Decimal(20_000)))
    approvals.ask(actor=manager, quote_id=quote.pk, why="大客户")
    assert Task.objects.get(kind="quotes.approval").assignee_id == head.staff_id
    with pytest.raises(MayNotAgree) as own:
        approvals.decide(actor=manager, quote_id=quote.pk, agreed=True)
    assert own.value.why == Refusal.OWN
    with pytest.raises(MayNotAgree) as above:
        approvals.decide(actor=manager_of(seller, name="何明"), quote_id=quote.pk, agreed=True)
    assert above.value.why == Refusal.LIMIT
    with pytest.raises(PermissionRefused):
        approvals.decide(actor=seller, quote_id=quote.pk, agreed=True)
    approvals.decide(actor=manager_of(seller, name="沈慧"), quote_id=quote.pk, agreed=False, why="太多了")
    assert again(quote).state == "refused" and again(quote).changeable


def test_without_anybody_whose_limit_is_wide_enough_it_is_said(seller: Actor, lead: Lead) -> None:
    quote = written(seller, lead, offer(discount=Decimal(5000)))
    with pytest.raises(NobodyAgrees):
        approvals.ask(actor=seller, quote_id=quote.pk, why="对手报了这个价")
    assert again(quote).state == "draft"


def test_what_is_ones_own_to_give_needs_no_agreement(seller: Actor, lead: Lead) -> None:
    manager_of(seller)
    with pytest.raises(WithinLimit):
        approvals.ask(actor=seller, quote_id=written(seller, lead).pk, why="习惯")


def test_a_task_that_is_dropped_decides_nothing(seller: Actor, lead: Lead) -> None:
    manager = manager_of(seller)
    quote = written(seller, lead, offer(discount=Decimal(5000)))
    approvals.ask(actor=seller, quote_id=quote.pk, why="对手报了这个价")
    first = Task.objects.get(kind="quotes.approval")
    tasks.cancel(actor=manager, task_id=first.pk, reason="以后再说")
    waiting = Task.objects.get(kind="quotes.approval", state="open")
    assert waiting.pk != first.pk and again(quote).task_id == waiting.pk and again(quote).state == "waiting"


def test_what_waits_is_taken_back_and_asked_anew(seller: Actor, lead: Lead) -> None:
    manager = manager_of(seller)
    quote = written(seller, lead, offer(discount=Decimal(5000)))
    approvals.ask(actor=seller, quote_id=quote.pk, why="对手报了这个价")
    drafts.take_back(actor=seller, quote_id=quote.pk)
    assert again(quote).state == "draft" and not Task.objects.filter(kind="quotes.approval", state="open").exists()
    with pytest.raises(NotNow):
        approvals.decide(actor=manager, quote_id=quote.pk, agreed=True)


def test_a_store_says_itself_who_may_take_how_much_off(seller: Actor, lead: Lead) -> None:
    head = manager_of(seller, "store_manager", "周敏")
    limits = {"sales_consultant": ["yuan", "6000"]}
    values = {"limits": limits, "valid_days": 3, "link_days": 5}
    saying.change(actor=head, kind=terms.RULES, code="rules", values=values)
    quote = sending.send(actor=seller, quote_id=written(seller, lead, offer(discount=Decimal(5000))).pk)
    link = selectors.link_of(quote)
    assert link is not None and link.expires_at < times.now() + timedelta(days=6)
    saying.inherit_again(actor=head, kind=terms.RULES, code="rules")
    assert selectors.quote_rules(seller).valid_days == 7
    assert QuoteRules.objects.filter(organisation_id=seller.organisation_id).count() == 0


def test_plans_are_said_by_who_manages_and_taken_back(seller: Actor) -> None:
    head = manager_of(seller)
    with pytest.raises(PermissionRefused):
        saying.change(actor=seller, kind=terms.PLAN, code="equal-36", values={"active": True})
    assert "equal-36" not in {one.code for one in selectors.plans(seller)}
    values = {"active": True, "rate": Decimal("2.88")}
    saying.change(actor=head, kind=terms.PLAN, code="equal-36", values=values)
    mine = next(one for one in selectors.plans(seller) if one.code == "equal-36")
    assert (mine.rate, mine.months, mine.organisation_id) == (Decimal("2.88"), 36, seller.organisation_id)
    saying.inherit_again(actor=head, kind=terms.PLAN, code="equal-36")
    assert not LoanPlan.objects.filter(organisation_id=seller.organisation_id, code="equal-36").exists()


# Trade-in ---------------------------------------------------------------------------------------
def test_an_appraised_car_is_taken_in_payment_while_its_price_holds(seller: Actor, lead: Lead) -> None:
    one = appraisals.appraise(actor=seller, lead_id=lead.pk, looked=looked())
    assert (one.by_id, one.value) == (seller.staff_id, 42_000)
    quote = written(seller, lead, offer(trade_in=True), offer(), appraisal_id=one.pk)
    with_car, without = variants(quote)
    assert without.total - with_car.total == 42_000
    Appraisal.objects.filter(pk=one.pk).update(valid_until=times.today() - timedelta(days=1))
    with pytest.raises(BadOffer):
        written(seller, lead, offer(trade_in=True), appraisal_id=one.pk)


def test_anothers_appraisal_is_as_if_it_were_not_there(seller: Actor, lead: Lead) -> None:
    other = receiving.receive(actor=seller, received=received(caller("王建国", "13855530099"))).lead
    one = appraisals.appraise(actor=manager_of(seller), lead_id=other.pk, looked=looked())
    with pytest.raises(BadOffer):
        written(seller, lead, offer(trade_in=True), appraisal_id=one.pk)
