"""What a hand-over moves of the customers, and how they are called in the audit trail."""

from __future__ import annotations

import pytest
from django.test import Client

from qibu.contracts.customers import AdvisorChanged
from qibu.customers.models import Customer
from qibu.customers.trail import masked, names
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network import handover
from qibu.network.models import Organisation, Staff, User
from qibu.network.services import actors, handovers
from qibu.network.services.handovers import Plan

pytestmark = pytest.mark.django_db


def staffed(code: str) -> tuple[Actor, Staff, Staff]:
    actor = actors.system(Organisation.objects.create(code=code, name=code))
    with scope(actor):
        giver, taker = (Staff.objects.create(organisation_id=actor.organisation_id, name=n) for n in ("周婷", "何敏"))
        for number in range(3):
            Customer.objects.create(
                organisation_id=actor.organisation_id, name=f"客户{number}", advisor=giver,
                seller=giver if number else taker,
            )
    return actor, giver, taker


def test_a_hand_over_moves_all_customers_of_one_store_and_tells_each() -> None:
    actor, giver, taker = staffed("A")
    other, stranger, _taker = staffed("B")
    with scope(actor):
        held = {each.key: each.number for each in handover.holdings(actor, giver.pk)}
        plan = Plan({taker.pk: 1})
        record = handovers.hand_over(actor=actor, giver_id=giver.pk, plan=plan, reason="离职", note="喜欢下午来电")
        assert held["customers.advisor"] == record.moved["customers.advisor"] == 3
        assert held["customers.seller"] == record.moved["customers.seller"] == 2
        assert Customer.objects.filter(advisor=taker, seller=taker, version=2).count() == 1  # was the taker's in part
        assert Customer.objects.filter(advisor=taker, seller=taker, version=3).count() == 2
        told = Entry.objects.filter(type=AdvisorChanged.name)
        assert told.count() == 5 and told.filter(timeline=True, customer_id__isnull=False).count() == 5
        written, by_hand = told.first(), AdvisorChanged(role="advisor", staff_id=1)
        assert written is not None and set(written.data) == set(by_hand.data())
        assert (written.data["was"], written.data["staff_name"]) == ("周婷", "何敏")
        handovers.undo(actor=actor, hand_over_id=record.pk)
        assert Customer.objects.filter(advisor=giver).count() == 3
        back = told.order_by("-pk")[0].data
        assert (back["was"], back["staff_name"], back["note"]) == ("何敏", "周婷", "")
    with scope(other):
        assert Customer.objects.filter(advisor=stranger).count() == 3


def test_the_time_line_says_from_whom_to_whom_and_what_was_told(client: Client) -> None:
    actor, giver, taker = staffed("A")
    with scope(actor):
        boss = Staff.objects.create(
            organisation_id=actor.organisation_id, name="沈亦舟", roles=["store_manager"],
            user=User.objects.create(username="shen"),
        )
        plan = Plan({taker.pk: 1})
        handovers.hand_over(actor=actor, giver_id=giver.pk, plan=plan, reason="离职", note="喜欢下午来电")
        customer = Customer.objects.earliest("pk")
    assert boss.user is not None
    client.force_login(boss.user)
    page = client.get(f"/customers/{customer.pk}/").content.decode()
    assert "服务顾问由 周婷 交给 何敏" in page and "喜欢下午来电" in page


def test_a_customer_of_both_desks_goes_to_one_person_and_each_gets_some() -> None:
    actor, giver, taker = staffed("A")
    with scope(actor):
        second = Staff.objects.create(organisation_id=actor.organisation_id, name="李强")
        plan = Plan({taker.pk: 1, second.pk: 1})
        handovers.hand_over(actor=actor, giver_id=giver.pk, plan=plan, reason="离职")
        both = Customer.objects.filter(name__in=["客户1", "客户2"])
        assert all(customer.advisor_id == customer.seller_id for customer in both)
        assert {customer.advisor_id for customer in Customer.objects.all()} == {taker.pk, second.pk}


@pytest.mark.parametrize(
    ("name", "shown"), [("", "*"), ("王", "王*"), ("王强", "王*"), ("王建国", "王*国"), ("欧阳建国", "欧**国")]
)
def test_names_are_masked_in_the_audit_trail(name: str, shown: str) -> None:
    assert masked(name) == shown


def test_firms_are_named_in_the_audit_trail() -> None:
    actor, _giver, _taker = staffed("A")
    with scope(actor):
        firm = Customer.objects.create(
            organisation_id=actor.organisation_id, name="铜陵有色物流有限公司", kind=Customer.Kind.COMPANY
        )
        assert names(actor, [firm.pk]) == {firm.pk: "铜陵有色物流有限公司"}
