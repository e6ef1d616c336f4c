"""What a hand-over moves of the customers, and how they are called in the audit trail."""

from __future__ import annotations

import pytest

from qibu.customers.models import Customer
from qibu.customers.trail import masked, names
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network import handover
from qibu.network.models import Organisation, Staff
from qibu.network.services import actors

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
        moved = handover.move_all(actor, giver.pk, taker.pk)
        assert held["customers.advisor"] == moved["customers.advisor"] == 3
        assert held["customers.seller"] == moved["customers.seller"] == 2
        assert Customer.objects.filter(advisor=taker, seller=taker, version=2).count() == 1  # was the taker's in part
        assert Customer.objects.filter(advisor=taker, seller=taker, version=3).count() == 2
        assert Entry.objects.filter(type="customers.AdvisorChanged").count() == 5
        assert handover.move_all(actor, giver.pk, taker.pk)["customers.advisor"] == 0
    with scope(other):
        assert Customer.objects.filter(advisor=stranger).count() == 3


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
