"""To whom a new lead goes: the consultant of before, the store's rules, the turn, or the pool."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qibu.contracts.leads import AllocationRuleChanged
from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads import selectors, slots, words
from qibu.leads.errors import NobodyThere, NotThis
from qibu.leads.models import (
    AllocationRule,
    Duty,
    GroupMember,
    Lead,
    LeadPolicy,
    Placement,
    SellerGroup,
    SellerShare,
)
from qibu.leads.rules import Part
from qibu.leads.selectors import placements
from qibu.leads.services import allocating, receiving, sharing
from qibu.leads.tests.world import asking, at, caller, person, received
from qibu.network.models import Organisation
from qibu.network.services import absences, actors
from qibu.network.services.absences import Days

pytestmark = pytest.mark.django_db
OPEN = at("2026-11-26T10:00")


@pytest.fixture(autouse=True)
def ten_in_the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "now", lambda: OPEN)


def new(house: Actor, number: int, **facts: object) -> Lead:
    who = caller(f"客户{number}", f"1385553{number:04}")
    return receiving.receive(actor=house, received=received(who, **facts)).lead


def rule(house: Actor, name: str, **facts: object) -> AllocationRule:
    return sharing.save_rule(actor=house, facts={"name": name, **facts})


def test_without_rules_consultants_take_turns(house: Actor, li: Actor, sun: Actor) -> None:
    got = [new(house, number).consultant_id for number in range(4)]
    assert sorted(got[:2]) == sorted(got[2:]) == sorted([li.staff_id, sun.staff_id])


def test_the_reason_is_said_with_its_facts(house: Actor, li: Actor) -> None:
    rule(house, "抖音线索", kinds=["social"], target="people", people=[li.staff_id])
    for number in range(2):
        new(house, number, source="short-video")
    lead = new(house, 9, source="short-video")
    assert words.why(lead) == "按规则「抖音线索」，轮到李思远，今天已接 2 条"
    placed = Placement.objects.get(lead=lead)
    assert (placed.staff_id, placed.code, placed.rule) == (li.staff_id, "rule", "抖音线索")


def test_a_rule_that_names_a_group_goes_to_its_people_in_turn(house: Actor, li: Actor, sun: Actor) -> None:
    person(house.organisation_id, "方大海", "sales_consultant")
    sharing.set_group(actor=house, name="网销组", people=[li.staff_id or 0, sun.staff_id or 0])
    rule(house, "网站", kinds=["website"], target="group", group="网销组")
    got = {new(house, number).consultant_id for number in range(4)}
    assert got == {li.staff_id, sun.staff_id}
    assert (SellerGroup.objects.count(), GroupMember.objects.count()) == (1, 2)


def test_a_group_that_a_store_does_not_have_is_passed_by(house: Actor, li: Actor) -> None:
    rule(house, "网站", kinds=["website"], target="group", group="网销组")
    assert new(house, 1).assigned_why["code"] == "turn"


def test_the_pool_may_be_meant(house: Actor, li: Actor) -> None:
    rule(house, "其他来源", sources=["form"], target="pool")
    lead = new(house, 1)
    assert lead.consultant_id is None
    assert words.why(lead) == "按规则「其他来源」，放进公海"


def test_by_the_city_of_the_customer(house: Actor, li: Actor, sun: Actor) -> None:
    rule(house, "芜湖", cities=["芜湖"], target="people", people=[sun.staff_id])
    who = caller("客户1", "13855530021", facts={"city": "芜湖市"})
    assert receiving.receive(actor=house, received=received(who)).lead.consultant_id == sun.staff_id


def test_a_rule_switched_off_asks_nothing_and_one_whose_people_are_full_leaves_it_to_the_next(
    house: Actor, li: Actor, sun: Actor
) -> None:
    first = rule(house, "先给孙梅", target="people", people=[sun.staff_id])
    sharing.set_share(actor=house, staff_id=sun.staff_id or 0, weight=1, room=1)
    assert new(house, 1).consultant_id == sun.staff_id
    assert (new(house, 2).consultant_id, SellerShare.objects.get().room) == (li.staff_id, 1)
    sharing.save_rule(actor=house, rule_id=first.pk, facts={"active": False})
    assert new(house, 3).assigned_why["code"] == "turn"


def test_nobody_there_or_with_room_leaves_it_in_the_pool(house: Actor, li: Actor) -> None:
    sharing.set_share(actor=house, staff_id=li.staff_id or 0, weight=0, room=None)
    lead = new(house, 1)
    assert (lead.consultant_id, words.why(lead)) == (None, "没有可以分给的人")


def test_whoever_is_full_says_so_and_who_shares_out_work_is_told(house: Actor, li: Actor) -> None:
    sharing.set_share(actor=house, staff_id=li.staff_id or 0, weight=1, room=1)
    assert new(house, 1).consultant_id == li.staff_id
    lead = new(house, 2)
    assert (lead.consultant_id, words.why(lead)) == (None, "大家手上都满了")
    boss = person(house.organisation_id, "郭亮", "sales_manager")
    sharing.set_share(actor=house, staff_id=boss.staff_id or 0, weight=0, room=None)
    assert placements.untaken(boss) == {"full": 1}
    assert [bool(slots.untaken(asking(who))) for who in (boss, li)] == [True, False]
    allocating.give(actor=boss, lead_id=lead.pk, staff_id=li.staff_id)
    assert placements.untaken(boss) == {}


def test_twice_the_share_is_twice_the_leads(house: Actor, li: Actor, sun: Actor) -> None:
    sharing.set_share(actor=house, staff_id=li.staff_id or 0, weight=2, room=None)
    got = [new(house, number).consultant_id for number in range(6)]
    assert (got.count(li.staff_id), got.count(sun.staff_id)) == (4, 2)


def test_who_is_on_leave_or_off_duty_takes_none(house: Actor, li: Actor, sun: Actor) -> None:
    fang = person(house.organisation_id, "方大海", "sales_consultant")
    today = Days(times.today(), times.today())
    absences.record(actor=house, staff_id=li.staff_id or 0, days=today, kind="leave", stand_in_id=None)
    sharing.set_duties(actor=house, parts={(sun.staff_id or 0, times.today()): Part.AFTERNOON})
    assert {new(house, number).consultant_id for number in range(3)} == {fang.staff_id}


def test_who_comes_at_noon_is_not_given_the_whole_morning(
    house: Actor, li: Actor, sun: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sharing.set_duties(actor=house, parts={(sun.staff_id or 0, times.today()): Part.AFTERNOON})
    for number in range(4):
        assert new(house, number).consultant_id == li.staff_id
    monkeypatch.setattr(times, "now", lambda: OPEN + timedelta(hours=4))
    got = [new(house, 10 + number).consultant_id for number in range(4)]
    assert (got.count(li.staff_id), got.count(sun.staff_id)) == (2, 2)


def test_at_night_it_goes_to_whoever_is_there_when_the_store_opens(
    house: Actor, li: Actor, sun: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(times, "now", lambda: at("2026-11-26T23:00"))
    tomorrow = times.today() + timedelta(days=1)
    sharing.set_duties(actor=house, parts={(li.staff_id or 0, tomorrow): Part.OFF})
    assert {new(house, number).consultant_id for number in range(3)} == {sun.staff_id}


def test_a_returning_customer_goes_to_the_consultant_of_before_and_to_another_while_they_are_away(
    house: Actor, li: Actor, sun: Actor
) -> None:
    known = new(house, 1)
    first = known.consultant_id
    Lead.objects.filter(pk=known.pk).update(state="lost", closed_at=times.now())
    again = new(house, 1)
    assert (again.consultant_id, again.assigned_why) == (first, {"code": "returning"})
    Lead.objects.filter(pk=again.pk).update(state="lost", closed_at=times.now())
    sharing.set_duties(actor=house, parts={(first or 0, times.today()): Part.OFF})
    third = new(house, 1)
    assert third.consultant_id not in {None, first}
    assert "今天不在" in words.why(third)


def test_several_are_given_at_once_and_taken_back(house: Actor, li: Actor, sun: Actor) -> None:
    leads = [new(house, number) for number in range(3)]
    ids = [lead.pk for lead in leads]
    was = {lead.pk: lead.consultant_id for lead in leads}
    before = allocating.give_many(actor=house, lead_ids=ids, staff_id=sun.staff_id)
    assert set(before) == {pk for pk, whose in was.items() if whose != sun.staff_id}
    assert set(Lead.objects.filter(pk__in=ids).values_list("consultant_id", "next_task__assignee_id")) == {
        (sun.staff_id, sun.staff_id)
    }
    assert set(Customer.objects.filter(leads__in=ids).values_list("seller_id", flat=True)) == {sun.staff_id}
    assert allocating.take_back(actor=house, before=before, staff_id=sun.staff_id) == set(before)
    assert dict(Lead.objects.filter(pk__in=ids).values_list("pk", "consultant_id")) == was


def test_two_leads_change_their_consultants_and_back(house: Actor, li: Actor, sun: Actor) -> None:
    one, other = new(house, 1), new(house, 2)
    whose = (one.consultant_id, other.consultant_id)
    allocating.swap(actor=house, lead_ids=[one.pk, other.pk])
    swapped = dict(Lead.objects.values_list("pk", "consultant_id"))
    assert (swapped[other.pk], swapped[one.pk]) == whose
    allocating.swap(actor=house, lead_ids=[one.pk, other.pk])
    assert dict(Lead.objects.values_list("pk", "consultant_id"))[one.pk] == whose[0]


def test_leads_of_one_person_are_not_swapped(house: Actor, li: Actor) -> None:
    one, other = new(house, 1), new(house, 2)
    with pytest.raises(NobodyThere):
        allocating.swap(actor=house, lead_ids=[one.pk, other.pk])


# How it is said -----------------------------------------------------------------------------------
def test_the_nearest_organisation_that_says_a_number_counts() -> None:
    top = Organisation.objects.create(code="M", name="星辰", kind="manufacturer")
    shop = Organisation.objects.create(code="S9", name="弋江店", parent=top)
    with scope(actors.system(top)) as above:
        sharing.set_policy(actor=above, values={"answer_minutes": 20, "room": 40})
        sharing.save_rule(actor=above, facts={"name": "大区规则", "target": "turn"})
    with scope(actors.system(shop)) as here:
        sharing.set_policy(actor=here, values={"answer_minutes": 10, "room": None})
        policy = selectors.policy(here)
        assert (policy.answer_minutes, policy.room, policy.claims_a_day) == (10, 40, 5)
        assert [row.name for row in selectors.rules_of(here).rows] == ["大区规则"]
        sharing.save_rule(actor=here, facts={"name": "本店规则", "target": "pool"})
        assert [row.name for row in selectors.rules_of(here).rows] == ["大区规则", "本店规则"]
        assert selectors.rules_of(here).own
        sharing.inherit_rules_again(actor=here)
        sharing.inherit_policy_again(actor=here)
        assert (len(selectors.rules_of(here).rows), selectors.policy(here).answer_minutes) == (1, 20)
        assert LeadPolicy.objects.count() == 2


def test_the_first_word_is_due_after_the_minutes_of_the_store(house: Actor, li: Actor) -> None:
    sharing.set_policy(actor=house, values={"answer_minutes": 10})
    lead = new(house, 1, at=OPEN)
    assert lead.next_task is not None and lead.next_task.due_at == OPEN + timedelta(minutes=10)


def test_rules_change_places_and_are_removed(house: Actor) -> None:
    one, two = rule(house, "甲"), rule(house, "乙")
    sharing.move_rule(actor=house, rule_id=two.pk, up=True)
    assert [row.name for row in selectors.rules_of(house).rows] == ["乙", "甲"]
    sharing.remove_rule(actor=house, rule_id=one.pk)
    assert [row.name for row in selectors.rules_of(house).rows] == ["乙"]
    assert Entry.objects.filter(type=AllocationRuleChanged.name).count() == 4


@pytest.mark.parametrize(("facts", "field"), [
    ({"name": " "}, "name"), ({"name": "甲"}, "name"), ({"target": "people", "people": [999]}, "people"),
    ({"target": "group", "group": " "}, "group"), ({"since": times.now().time()}, "until"),
])  # fmt: skip
def test_a_rule_that_means_nothing_is_refused_at_its_field(house: Actor, facts: dict[str, object], field: str) -> None:
    rule(house, "甲")
    with pytest.raises(NotThis) as refused:
        sharing.save_rule(actor=house, facts={"name": "乙", **facts})
    assert refused.value.field == field


def test_only_who_leads_says_how_leads_are_shared_out(house: Actor, li: Actor) -> None:
    for act in (
        lambda: sharing.set_policy(actor=li, values={"room": 9}), lambda: rule(li, "我的"),
        lambda: sharing.set_share(actor=li, staff_id=li.staff_id or 0, weight=3, room=None),
        lambda: sharing.set_duties(actor=li, parts={}),
    ):  # fmt: skip
        with pytest.raises(PermissionRefused):
            act()


def test_a_whole_day_is_usual_and_not_kept(house: Actor, li: Actor) -> None:
    key = (li.staff_id or 0, times.today())
    assert sharing.set_duties(actor=house, parts={key: Part.MORNING}) == 1
    assert sharing.set_duties(actor=house, parts={key: Part.MORNING}) == 0
    assert Duty.objects.get().part == "morning"
    assert sharing.set_duties(actor=house, parts={key: Part.DAY}) == 1
    assert not Duty.objects.exists()
