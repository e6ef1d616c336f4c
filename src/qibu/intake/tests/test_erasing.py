"""Whoever is erased is gone from what came in, too: from what became of leads, and from what still waits."""

from __future__ import annotations

import pytest

from qibu.customers.services import erasures
from qibu.intake.models import Arrival
from qibu.intake.services import arriving
from qibu.intake.tests.world import brought, manager, person, store
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead

pytestmark = pytest.mark.django_db


WRITTEN = ("13855530001", "138-5553-0001", "138 5553 0001", "（138）5553 0001", "138－5553－0001")


@pytest.mark.parametrize("number", WRITTEN)
def test_the_words_go_and_that_something_came_stays(number: str) -> None:
    house = store()
    boss, head = manager(house), person(house, "周敏", "store_manager")
    with scope(boss):
        arriving.take(actor=boss, brought=brought())
        waits = {"name": "方雅雯", "remark": f"请打 {number}，白天不便，4 点后打 13855530009"}
        arriving.take(actor=boss, brought=brought(waits))
        other = arriving.take(actor=boss, brought=brought({"name": "别人", "phone": "13855530009"})).arrival
        customer = Lead.objects.get().customer
    with scope(head):
        erasures.erase(actor=head, customer_id=customer.pk, reason="本人要求删除")
    with scope(boss):
        rows = Arrival.objects.order_by("pk")
        assert [(row.state, row.raw, row.called) for row in rows][:2] == [("new", None, ""), ("dropped", None, "")]
        assert rows[2].pk == other.pk
        assert rows[2].draft.name == "别人"
        assert Arrival.objects.filter(told__isnull=False).count() == 1
