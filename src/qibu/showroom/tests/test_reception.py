"""Reception: who comes is written down, somebody receives them, and whoever may buy a car is a lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client

from qibu.contracts.showroom import TurnChanged, VisitorCame
from qibu.customers.models import ContactPoint
from qibu.customers.services import customers
from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.leads.rules import Part
from qibu.leads.services import sharing
from qibu.leads.tests.world import at, person, store
from qibu.network.models import Staff
from qibu.network.services import actors
from qibu.showroom import selectors, words
from qibu.showroom.errors import LeftAlready, ReasonMissing
from qibu.showroom.models import TurnChange, TurnPlace, Visitor
from qibu.showroom.selectors import turn, visitors
from qibu.showroom.services import reception, turns
from qibu.showroom.services.reception import Arrival

OPEN = at("2026-11-26T10:00")
WAIT = 60


class Clock:
    now = OPEN


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(times, "now", lambda: found.now)
    return found


@pytest.fixture
def house(clock: Clock) -> Iterator[Actor]:
    actor = actors.system(store())
    with scope(actor):
        yield actor


@pytest.fixture
def li(house: Actor) -> Actor:
    return person(house.organisation_id, "李思远", "sales_consultant")


@pytest.fixture
def sun(house: Actor, li: Actor) -> Actor:
    return person(house.organisation_id, "孙梅", "sales_consultant")


@pytest.fixture
def desk(house: Actor) -> Actor:
    return person(house.organisation_id, "前台小周", "call_agent")


def arrival(number: int = 1, **facts: object) -> Arrival:
    told = {"purpose": "look", "name": f"客人{number}", "phones": (f"1385553{number:04}",), **facts}
    return Arrival(**{"at": times.now(), **told})  # type: ignore[arg-type]


def welcome(actor: Actor, number: int = 1, **facts: object) -> Visitor:
    return reception.welcome(actor=actor, arrival=arrival(number, **facts))


@pytest.mark.django_db
class TestWelcome:
    def test_who_comes_goes_to_the_next_in_the_turn_and_is_a_lead_that_was_answered(
        self, desk: Actor, li: Actor, sun: Actor
    ) -> None:
        one, other = welcome(desk, 1), welcome(desk, 2)
        assert (one.consultant_id, other.consultant_id) == (li.staff_id, sun.staff_id)
        lead = Lead.objects.get(pk=one.lead_id)
        assert (lead.consultant_id, lead.stage, lead.source) == (li.staff_id, "visited", "walk-in")
        assert lead.answered_at == OPEN
        assert words.why(one.why, "李思远") == "轮到李思远，今天第一批"
        assert Entry.objects.filter(type=VisitorCame.name).count() == 2

    def test_who_is_busy_with_somebody_is_passed_over_and_keeps_their_place(
        self, desk: Actor, li: Actor, sun: Actor
    ) -> None:
        first, second = welcome(desk, 1), welcome(desk, 2)
        reception.leave(actor=desk, visitor_id=second.pk)
        assert welcome(desk, 3).consultant_id == sun.staff_id
        reception.leave(actor=desk, visitor_id=first.pk)
        assert welcome(desk, 4).consultant_id == li.staff_id

    def test_when_nobody_is_free_they_wait_and_are_taken_by_the_next(self, desk: Actor, li: Actor) -> None:
        first, waiting = welcome(desk, 1), welcome(desk, 2)
        assert (waiting.consultant_id, waiting.why["code"]) == (None, "waiting")
        assert [one.pk for one in turn.board(desk, times.now()).waiting] == [waiting.pk]
        reception.leave(actor=desk, visitor_id=first.pk)
        taken = reception.take(actor=desk, visitor_id=waiting.pk, staff_id=None)
        assert taken.consultant_id == li.staff_id
        assert Lead.objects.get(pk=waiting.lead_id).consultant_id == li.staff_id

    def test_the_lead_of_who_waited_lies_with_whoever_received_them(
        self, desk: Actor, li: Actor, sun: Actor, house: Actor
    ) -> None:
        for one in (li, sun):
            turns.mark(actor=house, staff_id=one.staff_id or 0, busy=True)
        waiting = welcome(desk, 1)
        given = Lead.objects.get(pk=waiting.lead_id).consultant_id
        other = sun if given == li.staff_id else li
        turns.mark(actor=other, staff_id=other.staff_id or 0, busy=False)
        reception.take(actor=desk, visitor_id=waiting.pk, staff_id=None)
        lead = Lead.objects.get(pk=waiting.lead_id)
        assert (lead.consultant_id, lead.assigned_why["code"]) == (other.staff_id, "received")
        assert lead.answered_at is not None

    def test_an_own_customer_goes_to_their_consultant_who_keeps_their_turn(
        self, desk: Actor, li: Actor, sun: Actor
    ) -> None:
        first = welcome(desk, 1)
        reception.leave(actor=desk, visitor_id=first.pk)
        again = welcome(desk, 1)
        assert (again.consultant_id, again.why, again.lead_id) == (li.staff_id, {"code": "own"}, first.lead_id)
        assert TurnPlace.objects.get(staff_id=li.staff_id).number > TurnPlace.objects.get(staff_id=sun.staff_id).number
        assert Lead.objects.count() == 1

    def test_while_their_consultant_is_away_the_next_one_takes_them_with_a_note_and_the_lead_stays(
        self, house: Actor, desk: Actor, li: Actor, sun: Actor
    ) -> None:
        first = welcome(desk, 1)
        reception.leave(actor=desk, visitor_id=first.pk)
        sharing.set_duties(actor=house, parts={(li.staff_id or 0, times.today()): Part.OFF})
        again = welcome(desk, 1)
        assert again.consultant_id == sun.staff_id
        assert words.why(again.why, "孙梅") == "轮到孙梅，今天第一批。自己的顾问李思远今天不在"
        lead = Lead.objects.select_related("next_task").get()
        assert lead.consultant_id == li.staff_id
        assert lead.next_task is not None and lead.next_task.title == "客户又来联系"

    def test_whoever_is_chosen_out_of_turn_needs_a_reason_and_is_on_record(
        self, desk: Actor, li: Actor, sun: Actor
    ) -> None:
        with pytest.raises(ReasonMissing):
            welcome(desk, 1, consultant_id=sun.staff_id)
        assert not Visitor.objects.exists()
        visitor = welcome(desk, 1, consultant_id=sun.staff_id, reason="客人点名")
        change = TurnChange.objects.get()
        assert (visitor.consultant_id, change.kind, change.other_id) == (sun.staff_id, "chosen", li.staff_id)
        assert welcome(desk, 2).consultant_id == li.staff_id

    def test_service_and_pick_up_make_no_lead_and_cost_no_turn(self, desk: Actor, li: Actor, sun: Actor) -> None:
        for number, purpose in enumerate(("service", "pick_up", "other"), 1):
            visitor = welcome(desk, number, purpose=purpose)
            assert (visitor.lead_id, visitor.consultant_id) == (None, None)
        assert not Lead.objects.exists()
        assert welcome(desk, 9).consultant_id == li.staff_id

    def test_who_leaves_no_number_is_counted_and_becomes_a_lead_when_it_is_learnt(self, desk: Actor, li: Actor) -> None:
        visitor = welcome(desk, 1, phones=(), name="", party=3)
        assert (visitor.lead_id, visitor.party) == (None, 3)
        reception.complete(actor=li, visitor_id=visitor.pk, arrival=arrival(1, series="追光"))
        visitor = Visitor.objects.select_related("lead").get()
        assert visitor.lead is not None
        assert (visitor.lead.consultant_id, visitor.lead.series, visitor.name) == (li.staff_id, "追光", "客人1")

    def test_a_file_that_reception_does_not_see_is_not_taken(self, house: Actor, li: Actor, sun: Actor) -> None:
        hidden = customers.register(actor=sun, values={"name": "方雅雯"}, phones=["13855539999"])
        with pytest.raises(Http404):
            welcome(li, 1, customer_id=hidden.pk, phones=())

    def test_a_number_leads_to_the_file_that_has_it_without_showing_it(
        self, house: Actor, li: Actor, sun: Actor
    ) -> None:
        hidden = customers.register(actor=sun, values={"name": "方雅雯"}, phones=["13855530001"])
        visitor = welcome(li, 1, name="方女士")
        assert (visitor.customer_id, visitor.consultant_id) == (hidden.pk, sun.staff_id)
        shown = selectors.with_files(li, [selectors.visitor_or_404(li, visitor.pk)])[0]
        assert (shown.called, shown.file_seen) == ("方女士", False)  # type: ignore[attr-defined]

    def test_leaving_is_said_once_and_taken_back_on_its_day(self, desk: Actor, li: Actor, clock: Clock) -> None:
        visitor = welcome(desk, 1)
        clock.now += timedelta(minutes=40)
        for _time in range(2):
            reception.leave(actor=desk, visitor_id=visitor.pk)
        assert Visitor.objects.get().left_at == OPEN + timedelta(minutes=40)
        with pytest.raises(LeftAlready):
            reception.take(actor=desk, visitor_id=visitor.pk, staff_id=None)
        reception.come_back(actor=desk, visitor_id=visitor.pk)
        assert Visitor.objects.get().left_at is None

    def test_what_was_kept_while_the_line_was_broken_has_its_own_time(self, desk: Actor, li: Actor) -> None:
        early = OPEN - timedelta(minutes=25)
        assert welcome(desk, 1, at=early).at == early
        assert welcome(desk, 2, at=OPEN + timedelta(hours=3)).at == OPEN
        assert welcome(desk, 3, at=OPEN - timedelta(days=9)).at == OPEN - reception.LATEST

    def test_who_may_not_receive_is_refused(self, house: Actor, li: Actor) -> None:
        with pytest.raises(PermissionRefused):
            welcome(person(house.organisation_id, "吴铁军", "technician"))


@pytest.mark.django_db
class TestTurn:
    def test_skipped_goes_to_the_end_with_the_reason(self, desk: Actor, li: Actor, sun: Actor) -> None:
        with pytest.raises(ReasonMissing):
            turns.skip(actor=desk, staff_id=li.staff_id or 0, reason=" ")
        turns.skip(actor=desk, staff_id=li.staff_id or 0, reason="接电话")
        assert welcome(desk, 1).consultant_id == sun.staff_id
        assert TurnChange.objects.get().reason == "接电话"
        assert Entry.objects.filter(type=TurnChanged.name).count() == 1

    def test_two_change_places(self, desk: Actor, li: Actor, sun: Actor) -> None:
        turns.swap(actor=desk, staff_id=li.staff_id or 0, other_id=sun.staff_id or 0, reason="说好的")
        assert [welcome(desk, number).consultant_id for number in (1, 2)] == [sun.staff_id, li.staff_id]

    def test_ones_own_word_is_enough_to_be_busy_and_others_only_for_who_leads(
        self, house: Actor, desk: Actor, li: Actor, sun: Actor, clock: Clock
    ) -> None:
        turns.mark(actor=li, staff_id=li.staff_id or 0, busy=True)
        assert welcome(desk, 1).consultant_id == sun.staff_id
        with pytest.raises(PermissionRefused):
            turns.mark(actor=li, staff_id=sun.staff_id or 0, busy=True)
        clock.now += timedelta(days=1)
        assert welcome(desk, 2).consultant_id == li.staff_id  # what was said yesterday is over

    def test_who_is_full_or_off_duty_is_not_proposed(self, house: Actor, desk: Actor, li: Actor, sun: Actor) -> None:
        sharing.set_share(actor=house, staff_id=li.staff_id or 0, weight=1, room=1)
        assert welcome(desk, 1).consultant_id == li.staff_id
        reception.leave(actor=desk, visitor_id=Visitor.objects.get().pk)
        sharing.set_duties(actor=house, parts={(sun.staff_id or 0, times.today()): Part.OFF})
        assert welcome(desk, 2).consultant_id is None


@pytest.mark.django_db
class TestCalls:
    def test_a_call_is_a_lead_by_the_rules_with_a_running_clock(self, desk: Actor, li: Actor) -> None:
        found = reception.call(actor=desk, arrival=arrival(1))
        lead = Lead.objects.select_related("next_task").get()
        assert lead.next_task is not None
        assert (found.way, lead.source, lead.consultant_id) == ("call", "call-in", li.staff_id)
        assert (lead.answered_at, lead.next_task.kind) == (None, "lead.first_response")

    def test_whoever_spoke_with_them_may_keep_it(self, li: Actor, sun: Actor) -> None:
        reception.call(actor=sun, arrival=arrival(1), mine=True)
        lead = Lead.objects.get()
        assert (lead.consultant_id, lead.answered_at) == (sun.staff_id, OPEN)

    def test_a_call_for_the_workshop_is_counted_and_nothing_else(self, desk: Actor, li: Actor) -> None:
        assert reception.call(actor=desk, arrival=arrival(1, purpose="service")).lead_id is None


@pytest.mark.django_db
class TestReading:
    def test_heads_are_counted_by_hour_and_day(self, desk: Actor, li: Actor, house: Actor, clock: Clock) -> None:
        welcome(desk, 1, party=2)
        clock.now += timedelta(hours=5)
        welcome(desk, 2, party=3)
        reception.call(actor=desk, arrival=arrival(3))
        found = visitors.report(house, times.today() - timedelta(days=1), times.today())
        hours = {one.label: one.heads for one in found.hours if one.heads}
        assert (hours, [one.heads for one in found.days]) == ({"10": 2, "15": 3}, [0, 5])
        assert (found.groups, found.heads, found.calls, found.leads) == (2, 5, 1, 2)

    def test_today_is_seen_by_all_who_receive_and_other_days_only_by_those_concerned(
        self, desk: Actor, li: Actor, sun: Actor, clock: Clock
    ) -> None:
        mine = welcome(desk, 1)
        assert selectors.visible(sun).filter(pk=mine.pk).exists()
        clock.now += timedelta(days=1)
        assert not selectors.visible(sun).filter(pk=mine.pk).exists()
        assert selectors.visible(li).filter(pk=mine.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_two_desks_at_one_moment_send_two_people_to_two_consultants(clock: Clock) -> None:
    organisation = store()
    people = [person(organisation, f"顾问{number}", "sales_consultant") for number in range(6)]
    desks = [person(organisation, f"前台{number}", "call_agent") for number in range(6)]
    at_once = Barrier(6)
    got: list[int | None] = []

    def receive(desk: Actor, number: int) -> None:
        at_once.wait(WAIT)
        with scope(desk):
            got.append(welcome(desk, number).consultant_id)
        connection.close()

    threads = [Thread(target=receive, args=[one, number]) for number, one in enumerate(desks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert Counter(got) == Counter(one.staff_id for one in people)


# The page -----------------------------------------------------------------------------------------
@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def client(self, house: Actor, desk: Actor, li: Actor) -> Client:
        found = Client()
        user = Staff.objects.get(pk=desk.staff_id).user
        assert user is not None
        found.force_login(user)
        return found

    def test_one_field_and_a_purpose_are_enough(self, client: Client, house: Actor) -> None:
        client.post("/showroom/", {"q": "13855530077", "purpose": "drive", "party": ""})
        visitor = Visitor.objects.select_related("lead").get()
        assert visitor.lead is not None
        assert (visitor.purpose, visitor.party, visitor.lead.interest) == ("drive", 1, "test_drive")

    def test_a_wrong_number_is_said_at_its_field_and_nothing_typed_is_lost(self, client: Client) -> None:
        typed = {"phone": "1385553000", "purpose": "look", "name": "王先生", "remark": "带孩子"}
        page = client.post("/showroom/", typed)
        assert page.status_code == 422
        said = page.content.decode()
        assert 'aria-invalid="true"' in said and 'value="王先生"' in said and 'value="带孩子"' in said
        assert not Visitor.objects.exists()

    def test_several_numbers_and_an_address_are_kept_in_the_file(self, client: Client, house: Actor) -> None:
        typed = {"q": "13855530077", "phone": "13855530078、0553-3830001", "email": "yawen@example.com"}
        client.post("/showroom/", {**typed, "name": "方雅雯", "purpose": "look"})
        points = ContactPoint.objects.filter(customer=Visitor.objects.get().customer_id)
        assert {(one.kind, one.value) for one in points} == {
            ("phone", "13855530077"), ("phone", "13855530078"), ("phone", "05533830001"),
            ("email", "yawen@example.com"),
        }  # fmt: skip

    def test_whoever_only_the_first_signs_found_was_never_meant(self, client: Client, li: Actor) -> None:
        """Typed on before the next answer came: the one who stood there is still ticked."""
        known = customers.register(actor=li, values={"name": "方雅雯"}, phones=["13855530001"])
        client.post("/showroom/", {"q": "13855530077", "customer": known.pk, "purpose": "look"})
        visitor = Visitor.objects.get()
        assert visitor.customer_id not in (None, known.pk)
        client.post("/showroom/", {"q": "0001", "customer": known.pk, "purpose": "look"})
        assert Visitor.objects.order_by("pk").last().customer_id == known.pk  # type: ignore[union-attr]  # there are two

    def test_an_address_alone_is_a_way_to_reach_them(self, client: Client) -> None:
        client.post("/showroom/", {"name": "方雅雯", "purpose": "look", "email": "yawen@example.com"})
        assert Visitor.objects.get().lead is not None

    def test_a_number_begun_above_and_written_whole_below_is_one(self, client: Client, house: Actor) -> None:
        client.post("/showroom/", {"q": "1385553", "phone": "13855530077", "purpose": "look"})
        assert [one.value for one in ContactPoint.objects.all()] == ["13855530077"]

    def test_the_same_form_twice_is_one_visitor(self, client: Client) -> None:
        form = {"name": "王先生", "purpose": "look", "once": "abc123"}
        for _time in range(2):
            assert client.post("/showroom/", form).status_code == 302
        assert Visitor.objects.count() == 1

    def test_how_long_it_waited_in_the_browser_counts(self, client: Client) -> None:
        client.post("/showroom/", {"name": "王先生", "purpose": "look"}, headers={"X-Waited": "1500"})
        assert Visitor.objects.get().at == OPEN - timedelta(minutes=25)

    def test_whoever_is_found_is_offered_with_who_works_on_their_lead(self, client: Client, li: Actor) -> None:
        customers.register(actor=li, values={"name": "方雅雯"}, phones=["13855530001"])
        welcome(li, 1, name="方雅雯")
        said = client.get("/showroom/found/?q=0001").content.decode()
        assert "方雅雯" in said and "李思远在跟进" in said and "138****0001" in said and "13855530001" not in said
