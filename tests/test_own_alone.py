"""What is read for who sees their own customers alone, where no address of the matrix comes by with a colleague's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse

from crossing import Crossing
from qibu.aftersales import selectors as visits
from qibu.care.models import Due
from qibu.care.selectors import dues
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads import selectors as leads
from qibu.network.rules import Role


@pytest.fixture
def consultant(crossed: Crossing) -> Iterator[Actor]:
    with scope(crossed.world.a.people[Role.SALES_CONSULTANT].actor) as actor:
        yield actor


def hidden(crossed: Crossing, kind: str) -> int:
    return int(crossed.hidden.things[kind])


def test_an_order_is_not_found_by_its_number(crossed: Crossing, consultant: Actor) -> None:
    number = crossed.hidden.things["order"]
    assert number not in {one.number for one in visits.numbered(consultant, number)}
    assert number in {one.number for one in visits.numbered(crossed.world.a.actor, number)}


def test_that_a_number_is_taken_is_said_without_the_order(crossed: Crossing) -> None:
    order, car = crossed.hidden.things["order"], crossed.world.a.ids["car"]
    form = {"number": order, "opened_on": times.today().isoformat(), "vehicle": car}
    address = reverse("aftersales:detail", args=[hidden(crossed, "visit")])
    for role, named in ((Role.SALES_CONSULTANT, False), (Role.STORE_MANAGER, True)):
        client = crossed.world.a.people[role].client()
        page = client.post(f"{reverse('aftersales:create')}?vehicle={car}", form)
        assert (page.status_code, address in page.content.decode()) == (422, named)


def test_the_list_of_a_month_and_who_is_called_are_of_ones_own(crossed: Crossing, consultant: Actor) -> None:
    customer, car = hidden(crossed, "customer"), hidden(crossed, "car")
    mine, today = crossed.world.a.ids["customer"], times.today()
    for trigger, whose, called in (("insurance", customer, None), ("inspection", mine, customer)):
        Due.objects.create(
            organisation_id=consultant.organisation_id, trigger=trigger, cycle="own-alone", vehicle_id=car,
            customer_id=whose, callee_id=called, due_on=today, known_on=today - timedelta(days=9), facts={},
        )  # fmt: skip
    ours = Due.objects.filter(cycle="own-alone")
    listed = set(dues.of_month(consultant, today).values_list("customer_id", flat=True))
    assert customer not in listed and mine in listed
    assert dues.called_for(consultant, ours) == {}
    assert {one.pk for one in dues.called_for(crossed.world.a.actor, ours).values()} == {customer}


def test_a_colleagues_lead_is_on_no_list(crossed: Crossing, consultant: Actor) -> None:
    lead, customer = hidden(crossed, "lead"), hidden(crossed, "customer")
    assert lead not in set(leads.visible(consultant).values_list("pk", flat=True))
    assert not leads.of_customer(consultant, customer).exists()
    assert leads.of_customer(crossed.world.a.actor, customer).exists()
