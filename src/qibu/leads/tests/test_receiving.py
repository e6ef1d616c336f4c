from __future__ import annotations

from datetime import timedelta

import pytest

from qibu.customers.models import ContactPoint, Customer
from qibu.customers.services import customers
from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.leads.errors import Unusable
from qibu.leads.models import Lead, LeadKey, Source, Stage, StageChange
from qibu.leads.rules import Door, Lack
from qibu.leads.services import receiving
from qibu.leads.tests.world import CALLER, caller, person, received
from qibu.tasks.models import Clock, Task

pytestmark = pytest.mark.django_db


def test_a_stranger_becomes_an_intending_customer_with_a_lead_in_the_pool(house: Actor) -> None:
    receipt = receiving.receive(actor=house, received=received())
    assert (receipt.state, receipt.lead.customer.stage, receipt.lead.consultant) == ("new", "intending", None)
    assert ContactPoint.objects.get().masked == "138****0001"
    assert StageChange.objects.get().stage == "new"


def test_a_new_lead_waits_for_its_first_word_against_a_clock(house: Actor) -> None:
    lead = receiving.receive(actor=house, received=received()).lead
    assert lead.next_task is not None
    assert (lead.next_task.kind, lead.next_task.desk) == ("lead.first_response", Task.Desk.SALES)
    assert Clock.objects.get(task=lead.next_task).stopped_at is None
    assert lead.answered_at is None


def test_who_was_met_lies_with_whoever_met_them_and_is_answered(house: Actor) -> None:
    seller = person(house.organisation_id, "李思远", "sales_consultant")
    met = received(door=Door.SHOWROOM, source="walk-in", consultant_id=seller.staff_id)
    lead = receiving.receive(actor=house, received=met).lead
    assert (lead.consultant_id, lead.assigned_why) == (seller.staff_id, {"code": "received"})
    assert lead.answered_at == met.at
    assert lead.customer.__class__.objects.get(pk=lead.customer_id).seller_id == seller.staff_id


def test_somebody_with_a_file_is_known_by_their_number_and_goes_to_their_consultant(house: Actor) -> None:
    seller = person(house.organisation_id, "李思远", "sales_consultant")
    known = customers.register(actor=seller, values={"name": "方雅雯", "stage": "owner"}, phones=[CALLER])
    lead = receiving.receive(actor=house, received=received()).lead
    assert (lead.customer_id, lead.consultant_id) == (known.pk, seller.staff_id)
    assert lead.assigned_why == {"code": "returning"}


def test_of_a_family_with_one_number_the_one_of_that_name_is_meant(house: Actor) -> None:
    for name in ("方建国", "方雅雯", "方小宝"):
        customers.register(actor=house, values={"name": name}, phones=[CALLER])
    lead = receiving.receive(actor=house, received=received()).lead
    assert lead.customer.name == "方雅雯"
    assert Customer.objects.count() == 3


def test_who_comes_again_has_one_lead_and_is_asked_nothing_twice(house: Actor) -> None:
    first = receiving.receive(actor=house, received=received()).lead
    again = received(door=Door.PHONE, source="call-in", wish={"series": "远航", "colour": "白", "remark": "周末来看车"})
    receipt = receiving.receive(actor=house, received=again)
    assert (receipt.state, receipt.lead.pk, Lead.objects.count()) == ("updated", first.pk, 1)
    assert (receipt.lead.series, receipt.lead.colour, receipt.lead.remark) == ("追光", "白", "周末来看车")


def test_the_same_document_twice_makes_one_lead(house: Actor) -> None:
    sent = received(keys=(("portal", "A-1"),))
    first, second = (receiving.receive(actor=house, received=sent) for _time in range(2))
    assert (first.state, second.state, second.lead.pk) == ("new", "repeated", first.lead.pk)
    assert LeadKey.objects.get().text == "A-1"


def test_what_is_sent_again_replaces_what_was_sent(house: Actor) -> None:
    receiving.receive(actor=house, received=received(keys=(("portal", "A-1"),)))
    news = received(keys=(("portal", "A-1"),), again=True, wish={"series": "远航"})
    receipt = receiving.receive(actor=house, received=news)
    assert (receipt.state, receipt.lead.series, Lead.objects.count()) == ("updated", "远航", 1)


@pytest.mark.parametrize(("who", "wish", "lacking"), [
    (caller(phone=""), {"series": "追光"}, (Lack.WAY,)),
    (caller(), {}, (Lack.CAR,)),
    (caller(phone=""), {"remark": "你好"}, (Lack.WAY, Lack.CAR)),
])  # fmt: skip
def test_what_lacks_something_makes_no_lead(house: Actor, who: object, wish: dict[str, str], lacking: object) -> None:
    with pytest.raises(Unusable) as refused:
        receiving.receive(actor=house, received=received(who, wish=wish))  # type: ignore[arg-type]
    assert refused.value.lacking == lacking
    assert not Lead.objects.exists()
    assert not Customer.objects.exists()


def test_at_the_house_people_know_what_they_write_down(house: Actor) -> None:
    lead = receiving.receive(actor=house, received=received(door=Door.PHONE, source="call-in", wish={})).lead
    assert lead.living


def test_who_may_not_receive_is_refused(house: Actor) -> None:
    technician = person(house.organisation_id, "吴铁军", "technician")
    with pytest.raises(PermissionRefused):
        receiving.receive(actor=technician, received=received())


def test_the_time_line_tells_of_it(house: Actor) -> None:
    lead = receiving.receive(actor=house, received=received(at=times.now() - timedelta(days=1))).lead
    entry = Entry.objects.get(type="leads.LeadReceived")
    assert (entry.customer_id, entry.subject_id, entry.data["car"]) == (lead.customer_id, lead.pk, "追光")


def test_a_new_store_finds_sources_and_stages(house: Actor) -> None:
    assert Source.objects.filter(organisation=None, code="walk-in").exists()
    assert list(Stage.objects.filter(organisation=None).values_list("code", flat=True))[:2] == ["new", "contacted"]
