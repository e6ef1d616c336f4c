"""The outer doors: kept as it came, one lead however often, quarantined with a reason, put right by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.http import Http404

from qibu.customers.models import Customer
from qibu.intake import selectors
from qibu.intake.errors import Settled
from qibu.intake.models import Arrival
from qibu.intake.rules import Draft, Reason
from qibu.intake.services import arriving, quarantine
from qibu.intake.tests.world import FANG, brought, manager, person, store
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead, LeadKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Iterator[Actor]:
    actor = manager(store())
    with scope(actor):
        yield actor


def test_what_is_whole_becomes_a_lead_and_is_kept_as_it_came(house: Actor) -> None:
    outcome = arriving.take(actor=house, brought=brought())
    arrival = Arrival.objects.get()
    assert (outcome.state, outcome.lead_id) == ("new", arrival.lead_id)
    assert (arrival.raw, arrival.draft.facts()) == (str(FANG), FANG)
    assert (arrival.called, arrival.car) == ("方雅雯 138****0001", "追光")
    with connection.cursor() as cursor:
        cursor.execute("SELECT raw::text || told::text FROM intake_arrival")
        assert b"13855530001".hex() not in cursor.fetchone()[0]


def test_the_same_thing_again_changes_nothing(house: Actor) -> None:
    outcomes = [arriving.take(actor=house, brought=brought()) for _time in range(3)]
    assert [one.state for one in outcomes] == ["new", "repeated", "repeated"]
    assert len({one.lead_id for one in outcomes}) == 1
    assert (Lead.objects.count(), Arrival.objects.count(), Arrival.objects.get().repeats) == (1, 1, 2)


def test_another_document_of_the_same_name_makes_no_second_lead(house: Actor) -> None:
    named = {"keys": (("portal", "A-1"),)}
    first = arriving.take(actor=house, brought=brought(**named))
    second = arriving.take(actor=house, brought=brought({**FANG, "colour": "白"}, **named))
    assert (first.state, second.state, second.lead_id) == ("new", "repeated", first.lead_id)
    again = arriving.take(actor=house, brought=brought({**FANG, "colour": "黑"}, **named, again=True))
    assert (again.state, again.lead_id) == ("updated", first.lead_id)
    assert Lead.objects.get().colour == "黑"


@pytest.mark.parametrize(("facts", "reasons"), [
    ({"name": "方雅雯", "series": "追光"}, ["way"]),
    ({**FANG, "brand": "", "series": ""}, ["car"]),
    ({**FANG, "phone": "打我微信"}, ["phone"]),
    ({}, ["way", "car"]),
])  # fmt: skip
def test_what_lacks_something_waits_with_its_reason(house: Actor, facts: dict[str, str], reasons: list[str]) -> None:
    outcome = arriving.take(actor=house, brought=brought(facts))
    assert (outcome.state, outcome.arrival.reasons, outcome.lead_id) == ("quarantined", reasons, None)
    assert not Lead.objects.exists()
    assert not Customer.objects.exists()
    assert Entry.objects.get(type="intake.LeadQuarantined").data["reasons"] == reasons


def test_a_machines_form_waits_although_it_is_whole(house: Actor) -> None:
    outcome = arriving.take(actor=house, brought=brought(reasons=(Reason.TRAP,)))
    assert (outcome.state, outcome.arrival.reasons) == ("quarantined", ["trap"])


def waiting(house: Actor, **more: Any) -> Arrival:
    return arriving.take(actor=house, brought=brought({**FANG, "phone": ""}, **more)).arrival


def test_what_was_put_right_becomes_a_lead_once(house: Actor) -> None:
    arrival = waiting(house, keys=(("portal", "A-1"),))
    settled = quarantine.replay(actor=house, arrival_id=arrival.pk, draft=Draft.of(FANG))
    assert (settled.state, settled.settled_by_id, settled.reasons) == ("new", house.staff_id, [])
    assert LeadKey.objects.get(source="portal").lead_id == settled.lead_id
    with pytest.raises(Settled):
        quarantine.replay(actor=house, arrival_id=arrival.pk, draft=Draft.of(FANG))
    assert Lead.objects.count() == 1
    told = Entry.objects.get(type="intake.ArrivalReplayed").data
    assert (told["state"], told["changes"]) == ("new", ["phone"])


def test_what_still_lacks_something_keeps_what_was_typed(house: Actor) -> None:
    arrival = waiting(house)
    quarantine.replay(actor=house, arrival_id=arrival.pk, draft=arrival.draft.but(colour="白"))
    arrival.refresh_from_db()
    assert (arrival.state, arrival.reasons, arrival.draft.colour) == ("quarantined", ["way"], "白")


def test_dropped_with_a_reason_and_picked_up_again(house: Actor) -> None:
    arrival = waiting(house)
    quarantine.drop(actor=house, arrival_id=arrival.pk, reason="同行")
    arrival.refresh_from_db()
    assert (arrival.state, arrival.note) == ("dropped", "同行")
    with pytest.raises(Settled):
        quarantine.drop(actor=house, arrival_id=arrival.pk, reason="同行")
    quarantine.pick_up(actor=house, arrival_id=arrival.pk)
    arrival.refresh_from_db()
    assert (arrival.state, arrival.note, arrival.draft.name) == ("quarantined", "", "方雅雯")


def test_a_later_one_of_the_same_name_answers_what_waits(house: Actor) -> None:
    """The sender noticed the mistake and sent it again: nobody has to deal with the first one."""
    first = waiting(house, keys=(("portal", "A-1"),))
    second = arriving.take(actor=house, brought=brought(keys=(("portal", "A-1"),), again=True))
    first.refresh_from_db()
    assert (second.state, first.state, Lead.objects.count()) == ("new", "repeated", 1)


def test_who_looked_is_on_record(house: Actor) -> None:
    arrival = waiting(house)
    quarantine.look(actor=house, arrival_id=arrival.pk)
    entry = Entry.objects.get(type="intake.ArrivalOpened")
    assert (entry.actor_id, entry.subject_id) == (house.staff_id, arrival.pk)


def test_who_may_not_is_refused_and_what_is_not_there_is_not_there(house: Actor) -> None:
    arrival = waiting(house)
    repairs = person(house.organisation_id, "吴铁军", "technician")
    for act in (quarantine.look, quarantine.pick_up):
        with pytest.raises(PermissionRefused):
            act(actor=repairs, arrival_id=arrival.pk)
    with pytest.raises(PermissionRefused):
        quarantine.replay(actor=repairs, arrival_id=arrival.pk, draft=arrival.draft)
    with pytest.raises(Http404):
        quarantine.look(actor=house, arrival_id=10**9)


def test_whoever_receives_people_completes_what_waits_and_sees_nothing_else(house: Actor) -> None:
    desk = person(house.organisation_id, "赵婷婷", "call_agent")
    arrival, settled = waiting(house), arriving.take(actor=house, brought=brought()).arrival
    assert [one.pk for one in selectors.arrivals(desk)] == [arrival.pk]
    assert quarantine.look(actor=desk, arrival_id=arrival.pk).draft.name == "方雅雯"
    with pytest.raises(Http404):
        quarantine.look(actor=desk, arrival_id=settled.pk)
    with pytest.raises(PermissionRefused):
        quarantine.drop(actor=desk, arrival_id=arrival.pk, reason="同行")
    done = quarantine.replay(actor=desk, arrival_id=arrival.pk, draft=arrival.draft.but(phone="13855530009"))
    assert (done.state, done.settled_by_id) == ("new", desk.staff_id)
    assert not selectors.arrivals(desk).exists() and selectors.arrivals(house).count() == 2


def test_somebody_with_a_file_is_found_and_their_words_are_kept(house: Actor) -> None:
    arriving.take(actor=house, brought=brought())
    outcome = arriving.take(actor=house, brought=brought({**FANG, "budget": "看情况", "remark": "白色"}))
    lead = Lead.objects.get()
    assert (outcome.state, lead.remark) == ("updated", "白色\n看情况")
