"""公海: taken, given back, returned by silence; of many who press at once one has it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.http import Http404

from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.scoping import scope
from qibu.leads import jobs, words
from qibu.leads.errors import Closed, HandsFull, NoMoreClaims, NotAgainYet, ReasonMissing, TakenAlready
from qibu.leads.models import Lead, Placement
from qibu.leads.rules import Reason
from qibu.leads.services import allocating, pool, receiving, sharing, silence
from qibu.leads.tests.world import again, at, caller, person, received, store
from qibu.network.services import actors
from qibu.tasks.models import Clock, Escalation, Task
from qibu.tasks.services import results

OPEN = at("2026-11-26T10:00")
MANY = 100
WAIT = 60  # seconds after which a test that hangs fails


@pytest.fixture
def boss(house: Actor) -> Actor:
    return person(house.organisation_id, "郭亮", "store_manager")


def in_pool(house: Actor, number: int = 1) -> Lead:
    who = caller(f"客户{number}", f"1385553{number:04}")
    lead = receiving.receive(actor=house, received=received(who)).lead
    if lead.consultant_id is not None:
        allocating.move(house, lead, None, Reason.NOBODY)
    return lead


@pytest.mark.django_db
class TestClaims:
    def test_a_claimed_lead_lies_with_whoever_took_it_and_so_does_its_work(self, house: Actor, li: Actor) -> None:
        lead = in_pool(house)
        pool.claim(actor=li, lead_id=lead.pk)
        lead = again(lead)
        assert lead.next_task is not None
        assert (lead.consultant_id, lead.next_task.assignee_id) == (li.staff_id, li.staff_id)
        assert lead.assigned_why == {"code": "claimed"}

    def test_whoever_was_slower_hears_who_was_faster(self, house: Actor, li: Actor, sun: Actor) -> None:
        lead = in_pool(house)
        pool.claim(actor=sun, lead_id=lead.pk)
        with pytest.raises(TakenAlready) as refused:
            pool.claim(actor=li, lead_id=lead.pk)
        assert "孙梅领走了" in words.refused(refused.value)
        assert pool.claim(actor=sun, lead_id=lead.pk).consultant_id == sun.staff_id

    def test_of_a_colleagues_lead_that_was_never_in_the_pool_nothing_is_heard(
        self, house: Actor, li: Actor, sun: Actor
    ) -> None:
        lead = in_pool(house)
        allocating.move(house, lead, sun.staff_id, Reason.GIVEN)
        with pytest.raises(Http404):
            pool.claim(actor=li, lead_id=lead.pk)

    def test_so_many_a_day_and_no_more(self, house: Actor, li: Actor) -> None:
        sharing.set_policy(actor=house, values={"claims_a_day": 2})
        leads = [in_pool(house, number) for number in range(3)]
        for lead in leads[:2]:
            pool.claim(actor=li, lead_id=lead.pk)
        with pytest.raises(NoMoreClaims):
            pool.claim(actor=li, lead_id=leads[2].pk)
        assert again(leads[2]).consultant_id is None

    def test_whose_hands_are_full_takes_none(self, house: Actor, li: Actor) -> None:
        sharing.set_policy(actor=house, values={"claims_open": 1})
        one, other = in_pool(house, 1), in_pool(house, 2)
        pool.claim(actor=li, lead_id=one.pk)
        with pytest.raises(HandsFull):
            pool.claim(actor=li, lead_id=other.pk)

    def test_given_back_with_a_reason_and_not_taken_again_for_days(
        self, house: Actor, li: Actor, sun: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lead = in_pool(house)
        pool.claim(actor=li, lead_id=lead.pk)
        with pytest.raises(ReasonMissing):
            pool.release(actor=li, lead_id=lead.pk, note="  ")
        pool.release(actor=li, lead_id=lead.pk, note="联系不上")
        placed = Placement.objects.filter(code="released", former_id=li.staff_id).get()
        assert (placed.note, placed.staff_id) == ("联系不上", None)
        with pytest.raises(NotAgainYet):
            pool.claim(actor=li, lead_id=lead.pk)
        assert pool.claim(actor=sun, lead_id=lead.pk).consultant_id == sun.staff_id
        pool.release(actor=sun, lead_id=lead.pk, note="不是我的车系")
        later = times.now() + timedelta(days=8)
        monkeypatch.setattr(times, "now", lambda: later)
        assert pool.claim(actor=li, lead_id=lead.pk).consultant_id == li.staff_id

    def test_the_customer_of_a_lead_in_the_pool_is_nobodys_and_an_owner_keeps_their_seller(
        self, house: Actor, li: Actor
    ) -> None:
        one, other = in_pool(house, 1), in_pool(house, 2)
        for lead in (one, other):
            pool.claim(actor=li, lead_id=lead.pk)
        Customer.objects.filter(pk=other.customer_id).update(stage="owner")
        for lead in (one, other):
            pool.release(actor=li, lead_id=lead.pk, note="联系不上")
        sellers = dict(Customer.objects.values_list("pk", "seller_id"))
        assert (sellers[one.customer_id], sellers[other.customer_id]) == (None, li.staff_id)

    def test_a_colleagues_lead_is_given_back_by_nobody_but_who_leads(
        self, house: Actor, li: Actor, sun: Actor, boss: Actor
    ) -> None:
        lead = in_pool(house)
        pool.claim(actor=sun, lead_id=lead.pk)
        with pytest.raises(Http404):
            pool.release(actor=li, lead_id=lead.pk, note="联系不上")
        assert pool.release(actor=boss, lead_id=lead.pk, note="孙梅休假").consultant_id is None

    def test_who_does_not_sell_claims_nothing_and_what_is_over_neither(self, house: Actor, li: Actor) -> None:
        lead = in_pool(house)
        with pytest.raises(PermissionRefused):
            pool.claim(actor=person(house.organisation_id, "陈晓燕", "service_advisor"), lead_id=lead.pk)
        pool.claim(actor=li, lead_id=lead.pk)
        Lead.objects.filter(pk=lead.pk).update(state="lost", closed_at=times.now())
        with pytest.raises(Closed):
            pool.release(actor=li, lead_id=lead.pk, note="x")


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_who_claim_one_lead_at_once_one_has_it_and_all_others_hear_who() -> None:
    organisation = store()
    people = [person(organisation, f"顾问{number}", "sales_consultant") for number in range(20)]
    with scope(actors.system(organisation)) as house:
        lead = in_pool(house)
    heard, at_once = list[str](), Barrier(20)

    def press(actor: Actor) -> None:
        at_once.wait(WAIT)
        for _time in range(MANY // 20):
            heard.append(_claim(actor, lead.pk))
        connection.close()

    threads = [Thread(target=press, args=[actor]) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    with scope(house):
        owner = again(lead).consultant
        claimed = Placement.objects.filter(lead=lead, code="claimed").count()
    assert owner is not None and claimed == 1
    told = Counter(heard)
    assert len(heard) == MANY and told["mine"] == MANY // 20
    assert all(sentence == "mine" or f"被{owner.name}领走了" in sentence for sentence in told)


def _claim(actor: Actor, lead_id: int) -> str:
    try:
        with scope(actor):
            pool.claim(actor=actor, lead_id=lead_id)
    except TakenAlready as refused:
        return words.refused(refused)
    return "mine"


@pytest.mark.django_db(transaction=True)
def test_one_person_on_many_pages_at_once_takes_no_more_than_they_may() -> None:
    organisation = store()
    me = person(organisation, "李思远", "sales_consultant")
    with scope(actors.system(organisation)) as house:
        sharing.set_policy(actor=house, values={"claims_a_day": 2})
        leads = [in_pool(house, number) for number in range(8)]
    at_once = Barrier(8)

    def press(lead: Lead) -> None:
        at_once.wait(WAIT)
        try:
            with scope(me):
                pool.claim(actor=me, lead_id=lead.pk)
        except NoMoreClaims:
            pass
        connection.close()

    threads = [Thread(target=press, args=[lead]) for lead in leads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    with scope(house):
        assert Lead.objects.filter(consultant_id=me.staff_id).count() == 2


# Silence ------------------------------------------------------------------------------------------
@pytest.mark.django_db
class TestSilence:
    @pytest.fixture(autouse=True)
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = OPEN
        monkeypatch.setattr(times, "now", lambda: self.now)

    def new(self, house: Actor, number: int = 1) -> Lead:
        who = caller(f"客户{number}", f"1385553{number:04}")
        return receiving.receive(actor=house, received=received(who, at=self.now)).lead

    def look(self, house: Actor, minutes: int = 0) -> silence.Swept:
        self.now += timedelta(minutes=minutes)
        return silence.sweep(actor=house, now=self.now)

    def test_a_lead_that_nobody_answers_goes_to_the_next_with_the_reason(
        self, house: Actor, li: Actor, sun: Actor
    ) -> None:
        lead = self.new(house)
        first = lead.consultant_id
        assert self.look(house, 44) == silence.Swept()
        assert self.look(house, 1) == silence.Swept(passed_on=1)
        moved = again(lead)
        assert moved.consultant_id not in {None, first}
        assert words.why(moved).startswith(("李思远超时没有联系，轮到孙梅", "孙梅超时没有联系，轮到李思远"))
        assert moved.next_task is not None
        assert (moved.next_task.kind, moved.next_task.assignee_id) == ("lead.first_response", moved.consultant_id)
        assert moved.next_task.due_at == self.now + timedelta(minutes=30)

    def test_what_was_broken_stays_with_whoever_broke_it(self, house: Actor, li: Actor, sun: Actor) -> None:
        lead = self.new(house)
        self.look(house, 46)
        assert Clock.objects.get(task=lead.next_task).breached_with_id == lead.consultant_id

    def test_looking_twice_does_nothing_twice(self, house: Actor, li: Actor, sun: Actor) -> None:
        lead = self.new(house)
        self.look(house, 46)
        whose = again(lead).consultant_id
        assert self.look(house) == silence.Swept()
        assert again(lead).consultant_id == whose
        assert Task.objects.filter(state="open").count() == 1

    def test_never_back_to_the_same_and_then_into_the_pool_and_the_manager_hears_of_it(
        self, house: Actor, li: Actor, sun: Actor
    ) -> None:
        guo = person(house.organisation_id, "郭亮", "sales_manager")
        sharing.set_share(actor=house, staff_id=guo.staff_id or 0, weight=0, room=None)
        lead = self.new(house)
        self.look(house, 46)
        done = self.look(house, 46)
        assert (done.passed_on, done.pooled) == (0, 1)
        moved = again(lead)
        assert (moved.consultant_id, moved.assigned_why["code"]) == (None, "silence")
        assert words.why(moved).endswith("超时没有联系，放回公海")
        assert moved.next_task is not None and moved.next_task.assignee_id is None
        told = Escalation.objects.select_related("clock").get(told_id=guo.staff_id)
        assert told.seen_at is None
        whose = [one.staff_id for one in Placement.objects.filter(lead=lead, staff__isnull=False)]
        assert len(whose) == len(set(whose)) == 2

    def test_so_often_as_the_store_says(self, house: Actor, li: Actor, sun: Actor) -> None:
        sharing.set_policy(actor=house, values={"passed_on": 0})
        lead = self.new(house)
        assert self.look(house, 46).pooled == 1
        assert again(lead).consultant_id is None

    def test_a_try_is_a_word_even_when_nobody_answered(self, house: Actor, li: Actor, sun: Actor) -> None:
        lead = self.new(house)
        mine = li if lead.consultant_id == li.staff_id else sun
        results.record(actor=mine, task_ids=[lead.next_task_id or 0], outcome="not_reached")
        assert self.look(house, 300) == silence.Swept()

    def test_while_the_store_is_closed_nobody_is_blamed(self, house: Actor, li: Actor, sun: Actor) -> None:
        self.now = at("2026-11-26T17:25")
        lead = self.new(house)
        assert self.look(house, 240) == silence.Swept()
        self.now = at("2026-11-27T08:35")
        assert self.look(house) == silence.Swept()
        assert again(lead).consultant_id == lead.consultant_id
        self.now = at("2026-11-27T10:30")
        assert self.look(house).passed_on == 1

    def test_the_worker_looks_at_every_organisation(self, house: Actor, li: Actor, sun: Actor) -> None:
        self.new(house)
        self.now += timedelta(minutes=46)
        assert house.organisation_id in jobs.organisations_with_silence()

    def test_days_without_a_word_bring_it_back_into_the_pool(self, house: Actor, li: Actor, sun: Actor) -> None:
        lead = self.new(house)
        mine = li if lead.consultant_id == li.staff_id else sun
        results.record(actor=mine, task_ids=[lead.next_task_id or 0], outcome="reached")
        self.now += timedelta(days=29)
        assert silence.give_back_quiet(actor=house, now=self.now) == 0
        self.now += timedelta(days=2)
        assert silence.give_back_quiet(actor=house, now=self.now) == 1
        moved = again(lead)
        assert (moved.consultant_id, moved.assigned_why["code"]) == (None, "quiet")
        assert silence.give_back_quiet(actor=house, now=self.now) == 0

    def test_hot_leads_come_back_sooner(self, house: Actor, li: Actor, sun: Actor) -> None:
        lead = self.new(house)
        Lead.objects.filter(pk=lead.pk).update(grade="H")
        self.now += timedelta(days=4)
        assert silence.give_back_quiet(actor=house, now=self.now) == 1

    def test_a_day_that_was_agreed_for_later_is_no_silence(self, house: Actor, li: Actor, sun: Actor) -> None:
        lead = self.new(house)
        Task.objects.filter(pk=lead.next_task_id).update(due_at=self.now + timedelta(days=60))
        self.now += timedelta(days=45)
        assert silence.give_back_quiet(actor=house, now=self.now) == 0
