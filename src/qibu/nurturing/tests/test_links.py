"""The customer's link: opened, answered, refused; and what is left of whoever is erased."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from qibu.customers.models import Consent
from qibu.customers.selectors import may_approach
from qibu.customers.services import erasures, holds
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.restored import Moments
from qibu.leads.models import Lead
from qibu.leads.rules import Sign
from qibu.leads.services import ending as ends
from qibu.leads.services import grading
from qibu.leads.services.ending import Loss
from qibu.nurturing import restoring
from qibu.nurturing.errors import NotNow, NotPermitted, TooManyReplies, Waiting
from qibu.nurturing.models import Run, Sending
from qibu.nurturing.rules import End
from qibu.nurturing.services import ending, links, sending
from qibu.nurturing.services.sending import Wish
from qibu.nurturing.tests.world import again, agreed, lead_of, piece, run_of, sent, sequence, step, system_of
from qibu.tasks.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(seller: Actor) -> Lead:
    piece(seller)
    return lead_of(seller)


def fresh(row: Sending) -> Sending:
    return Sending.objects.select_related("edition", "lead__customer").get(pk=row.pk)


# Found and opened -----------------------------------------------------------------------------------
def test_a_link_is_found_by_its_token_alone(seller: Actor, lead: Lead) -> None:
    row = sent(seller, lead)
    found = links.find(row.token)
    assert found is not None and (found.organisation_id, found.sending_id) == (seller.organisation_id, row.pk)
    assert links.find(row.token[:-1]) is None and links.find("") is None and links.find("x" * 99) is None
    assert lead.customer.name not in reverse("nurturing:page", args=[row.token])


def test_a_reading_is_counted_once_and_told_once(seller: Actor, lead: Lead) -> None:
    row, system = sent(seller, lead), system_of(seller)
    links.opened(actor=system, row=fresh(row))
    links.opened(actor=system, row=fresh(row))  # a moment later: the same reading
    Sending.objects.update(last_opened_at=times.now() - timedelta(hours=2))
    links.opened(actor=system, row=fresh(row))
    assert fresh(row).opened == 2
    assert Entry.objects.filter(type="nurturing.PieceOpened").count() == 1


def test_who_opens_it_before_it_was_marked_has_got_it(seller: Actor, lead: Lead) -> None:
    row = sending.prepare(actor=seller, lead_id=lead.pk, wish=Wish(piece="compare", channel="wechat"))
    links.opened(actor=system_of(seller), row=fresh(row))
    assert fresh(row).state == Sending.State.SENT and fresh(row).opened == 1


def test_opening_is_a_sign_of_life_for_the_grade(seller: Actor, lead: Lead) -> None:
    long_ago = times.now() - timedelta(days=80)
    Lead.objects.filter(pk=lead.pk).update(heard_at=long_ago, answered_at=long_ago, buys_by=times.today())
    assert Sign.SILENT in grading.reckon(again(lead), grading.selectors.pace_of(seller)).signs
    links.opened(actor=system_of(seller), row=fresh(sent(seller, lead)))
    signs = grading.reckon(again(lead), grading.selectors.pace_of(seller)).signs
    assert Sign.READ in signs and Sign.SILENT not in signs


def test_a_link_dies_by_its_day_and_by_hand(seller: Actor, lead: Lead) -> None:
    row = sent(seller, lead)
    sending.close(actor=seller, sending_id=row.pk)
    assert links.living(row.pk) is None
    other = sent(seller, lead)
    Sending.objects.filter(pk=other.pk).update(expires_at=times.now())
    assert links.living(other.pk) is None
    with pytest.raises(NotNow):
        links.answer(actor=system_of(seller), sending_id=other.pk)


# What is said on it ---------------------------------------------------------------------------------
def test_a_call_is_the_next_action_and_the_sequence_stops(seller: Actor, lead: Lead) -> None:
    sequence(seller, step(0, "compare"))
    run, row = run_of(seller, lead), sent(seller, lead)
    Task.objects.filter(pk=again(lead).next_task_id).update(due_at=times.now() + timedelta(days=3))
    links.answer(actor=system_of(seller), sending_id=row.pk, text="周末能试驾吗？")
    said = fresh(row)
    assert (said.replies, said.reply) == (1, "周末能试驾吗？")
    task = again(lead).next_task
    assert task is not None and task.title == "客户又来联系"
    assert Run.objects.get(pk=run.pk).end == End.REPLIED
    assert Entry.objects.get(type="nurturing.PieceAnswered").data["note"] == "周末能试驾吗？"


def test_who_answers_what_nobody_marked_as_sent_has_got_it_and_reads_on(seller: Actor, lead: Lead) -> None:
    sequence(seller, step(0, "compare"))
    run = run_of(seller, lead)
    row = sending.prepare(actor=seller, lead_id=lead.pk, wish=Wish(piece="compare", channel="wechat"))
    Sending.objects.filter(pk=row.pk).update(run=run)
    links.answer(actor=system_of(seller), sending_id=row.pk, text="多少钱？")
    assert fresh(row).state == Sending.State.SENT and links.living(row.pk) is not None


def test_what_is_due_sooner_anyway_tells_of_it(seller: Actor, lead: Lead) -> None:
    row = sent(seller, lead)
    Task.objects.filter(pk=again(lead).next_task_id).update(due_at=times.now() - timedelta(days=6), detail="看车")
    for _time in range(2):
        links.answer(actor=system_of(seller), sending_id=row.pk, text="周末能试驾吗？")
    task = again(lead).next_task
    assert task is not None and task.detail == "客户又来联系：周末能试驾吗？\n看车"


def test_of_a_lost_lead_there_is_work(seller: Actor, lead: Lead) -> None:
    row = sent(seller, lead)
    ends.give_up(seller, again(lead), Loss(reason="price"))
    links.answer(actor=system_of(seller), sending_id=row.pk, text="还在卖吗")
    task = Task.objects.get(kind=links.ANSWER)
    assert (task.assignee_id, task.detail, task.desk) == (seller.staff_id, "还在卖吗", Task.Desk.SALES)


def test_a_page_takes_only_so_many_words(seller: Actor, lead: Lead) -> None:
    row = sent(seller, lead)
    for number in range(links.MOST_REPLIES):
        links.answer(actor=system_of(seller), sending_id=row.pk, text=f"还有 {number}")
    links.answer(actor=system_of(seller), sending_id=row.pk, text="还有 4")  # tapped twice: nothing more
    with pytest.raises(TooManyReplies):
        links.answer(actor=system_of(seller), sending_id=row.pk, text="再来")


def test_the_same_later_is_said_again(seller: Actor, lead: Lead) -> None:
    row = sent(seller, lead)
    for _time in range(2):
        links.answer(actor=system_of(seller), sending_id=row.pk, text="周末行吗")
    assert Entry.objects.filter(type="nurturing.PieceAnswered").count() == 1
    Sending.objects.update(replied_at=times.now() - timedelta(hours=1))
    links.answer(actor=system_of(seller), sending_id=row.pk, text="周末行吗")
    assert fresh(row).replies == 2


def test_no_more_of_them_takes_the_yes_back(seller: Actor, lead: Lead) -> None:
    sequence(seller, step(0, "compare"))
    run, row = run_of(seller, lead), sent(seller, lead)
    for _time in range(2):
        links.refuse(actor=system_of(seller), sending_id=row.pk)
    assert not may_approach([lead.customer_id], purpose="marketing", channel="wechat")
    assert Consent.objects.filter(state="withdrawn", channel="any").count() == 1
    assert Run.objects.get(pk=run.pk).end == End.OPTED_OUT
    with pytest.raises(NotPermitted):
        sending.prepare(actor=seller, lead_id=lead.pk, wish=Wish(piece="compare", channel="wechat"))


def test_what_was_prepared_and_not_asked_for_is_dropped_with_the_yes(seller: Actor, lead: Lead) -> None:
    row = sent(seller, lead)
    for code in ("unasked", "asked"):
        piece(seller, code)
        wish = Wish(piece=code, channel="wechat", asked=code == "asked")
        sending.prepare(actor=seller, lead_id=lead.pk, wish=wish)
    links.refuse(actor=system_of(seller), sending_id=row.pk)
    states = dict(Sending.objects.exclude(pk=row.pk).values_list("piece", "state"))
    assert states == {"unasked": "skipped", "asked": "waiting"}
    assert Entry.objects.filter(type="nurturing.PieceSkipped").count() == 1


def test_a_no_by_another_way_drops_it_too(seller: Actor, lead: Lead) -> None:
    wish = Wish(piece="compare", channel="wechat")
    row = sending.prepare(actor=seller, lead_id=lead.pk, wish=wish)
    ending.look(system_of(seller), [lead.customer_id])
    assert fresh(row).state == Sending.State.WAITING
    holds.place(actor=system_of(seller), customer_id=lead.customer_id, reach="marketing", reason="太多了")
    ending.look(system_of(seller), [lead.customer_id])
    assert fresh(row).state == Sending.State.SKIPPED


def test_one_piece_waits_once_for_a_customer_with_two_leads(seller: Actor, lead: Lead) -> None:
    rows = Lead.objects.filter(pk=lead.pk)
    rows.update(state="lost", closed_at=times.now())  # else the second trace would go to the first one
    other = lead_of(seller, agrees=False)
    rows.update(state="open", closed_at=None)
    assert other.customer_id == lead.customer_id and other.pk != lead.pk
    wish = Wish(piece="compare", channel="wechat")
    sending.prepare(actor=seller, lead_id=lead.pk, wish=wish)
    with pytest.raises(Waiting):
        sending.prepare(actor=seller, lead_id=other.pk, wish=wish)


def test_a_restored_home_opens_no_link_that_may_have_been_closed_since(seller: Actor, lead: Lead) -> None:
    row, moments = sent(seller, lead), Moments(times.now() - timedelta(days=1), times.now())
    piece(seller, "waits")
    waits = sending.prepare(actor=seller, lead_id=lead.pk, wish=Wish(piece="waits", channel="wechat"))
    assert restoring.close_links(system_of(seller), moments) == {"links": 1}
    assert links.living(row.pk) is None and links.living(waits.pk) is not None


# What may be sent -----------------------------------------------------------------------------------
def test_advertising_needs_a_yes_by_that_way(seller: Actor) -> None:
    piece(seller)
    lead = lead_of(seller, agrees=False)

    def send(**wish: object) -> Sending:
        return sending.prepare(
            actor=seller, lead_id=lead.pk, wish=Wish(piece="compare", **{"channel": "sms", **wish})
        )

    with pytest.raises(NotPermitted):
        send()
    agreed(lead, channel="wechat")
    with pytest.raises(NotPermitted):
        send()
    made = send(channel="wechat")
    assert made.words.startswith("方雅雯您好，我是恒通 S1的李思远。")
    sending.skip(actor=seller, sending_id=made.pk)
    assert send(asked=True).state == Sending.State.WAITING
    holds.place(
        actor=system_of(seller), customer_id=lead.customer_id, reach="everything", reason="不要再联系"
    )
    with pytest.raises(NotPermitted):
        send(asked=True)


def test_what_waits_is_not_prepared_again(seller: Actor, lead: Lead) -> None:
    wish = Wish(piece="compare", channel="wechat")
    row = sending.prepare(actor=seller, lead_id=lead.pk, wish=wish)
    for again_wish in (wish, Wish(piece="compare", channel="sms", asked=True)):
        with pytest.raises(Waiting):
            sending.prepare(actor=seller, lead_id=lead.pk, wish=again_wish)
    sending.mark_sent(actor=seller, sending_id=row.pk)
    assert sending.prepare(actor=seller, lead_id=lead.pk, wish=wish).pk != row.pk


def test_marking_it_sent_twice_does_nothing_twice(seller: Actor, lead: Lead) -> None:
    row = sent(seller, lead)
    sending.mark_sent(actor=seller, sending_id=row.pk)
    assert Entry.objects.filter(type="nurturing.PieceSent").count() == 1
    with pytest.raises(NotNow):
        sending.skip(actor=seller, sending_id=row.pk)
    other = sending.prepare(actor=seller, lead_id=lead.pk, wish=Wish(piece="compare", channel="wechat"))
    sending.skip(actor=seller, sending_id=other.pk)
    assert links.living(other.pk) is None
    with pytest.raises(NotNow):
        sending.mark_sent(actor=seller, sending_id=other.pk)


# Privacy ----------------------------------------------------------------------------------------
def test_whoever_is_erased_leaves_no_words_and_no_link(seller: Actor, lead: Lead) -> None:
    sequence(seller, step(0, "compare"))
    run, row = run_of(seller, lead), sent(seller, lead)
    token = row.token
    links.answer(actor=system_of(seller), sending_id=row.pk, text="我是方雅雯")
    erasures.erase(actor=system_of(seller), customer_id=lead.customer_id, reason="客户书面要求")
    left = Sending.objects.get(pk=row.pk)
    assert links.find(token) is None and (left.words, left.reply, left.token) == ("", "", None)
    assert left.state == Sending.State.SENT and Run.objects.get(pk=run.pk).end
