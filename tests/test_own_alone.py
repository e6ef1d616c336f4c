"""What is read for who sees their own customers alone, where no address of the matrix comes by with a colleague's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from crossing import Crossing
from qibu.aftersales import selectors as visits
from qibu.aftersales.models import Visit
from qibu.care.models import Due
from qibu.care.selectors import dues
from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.scoping import scope
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.network.rules import Role
from qibu.network.selectors import views_with_field
from qibu.network.services import absences, saved_views
from qibu.network.services.saved_views import Look
from qibu.vehicles.portfolio import cars
from qibu.vehicles.selectors.privacy import told_people
from test_isolation import beyond


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


def test_who_does_not_sell_sees_no_lead_of_the_pool_either(crossed: Crossing) -> None:
    technician, lead = crossed.world.a.people[Role.TECHNICIAN].actor, crossed.world.a.ids["lead"]
    with scope(technician):
        assert not leads.visible(technician).exists()
    with scope(crossed.world.a.actor) as manager:
        assert leads.visible(manager).filter(pk=lead).exists()


@pytest.mark.parametrize(("model", "kind", "page"), [(Visit, "visit", "aftersales"), (Lead, "lead", "leads")])
def test_a_row_one_sees_is_not_found_by_a_customer_whom_one_may_not_see(
    crossed: Crossing, model: Any, kind: str, page: str
) -> None:
    """A visit is seen for its car, a lead for lying in the pool: the number of its customer finds neither."""
    store, number = crossed.world.a, crossed.world.a.ids[kind]
    with scope(store.actor):
        model.objects.filter(pk=number).update(customer_id=hidden(crossed, "customer"))
    address, shown = reverse(f"{page}:list"), reverse(f"{page}:detail", args=[number])
    for role, found in ((Role.SALES_CONSULTANT, False), (Role.STORE_MANAGER, True)):
        client = store.people[role].client()
        assert shown in client.get(address, {"view": "all"}).content.decode()
        asked = client.get(address, {"view": "all", "q": crossed.hidden.things["phone"]})
        assert (shown in asked.content.decode()) is found


def test_nobody_is_told_beside_a_car_whom_one_may_not_see(crossed: Crossing, consultant: Actor) -> None:
    row = (hidden(crossed, "car"), hidden(crossed, "customer"))
    assert told_people(consultant, [row]).get(row[0], {}) == {}
    assert row[1] in told_people(crossed.world.a.actor, [row])[row[0]]


def test_a_hand_over_names_no_car_of_theirs(crossed: Crossing, consultant: Actor) -> None:
    customer = hidden(crossed, "customer")
    assert cars(consultant, [customer]) == {}
    assert crossed.hidden.things["plate"][2:] in cars(crossed.world.a.actor, [customer])[customer].replace("·", "")


def test_a_colleagues_view_is_counted_and_not_named(crossed: Crossing) -> None:
    store, code = crossed.world.a, crossed.world.a.ids["field"]
    colleague = store.people[Role.SERVICE_MANAGER].actor
    look = Look("all", {f"custom.{code}": ["茶"]})
    with scope(colleague):
        saved_views.save(actor=colleague, page="customers", name="只有我看", look=look, shared=False)
    for reader, named in ((store.actor, False), (colleague, True)):
        with scope(reader):
            found = views_with_field(reader, code)
            assert (found.count, "只有我看" in found.names) == (1, named)


def test_days_of_a_colleague_are_changed_by_who_shares_out_work(crossed: Crossing, consultant: Actor) -> None:
    absence = crossed.world.a.ids["absence"]
    day = times.today() + timedelta(days=50)
    acts: tuple[tuple[Any, dict[str, Any]], ...] = (
        (absences.change, {"days": absences.Days(day, day), "kind": "leave", "stand_in_id": None}), (absences.end, {}),
    )  # fmt: skip
    for act, more in acts:
        with pytest.raises(PermissionRefused):
            act(actor=consultant, absence_id=absence, **more)
        assert act(actor=crossed.world.a.actor, absence_id=absence, **more).pk == absence


LOOKED_AT = {
    "customers:detail": "customer", "vehicles:detail": "car", "aftersales:detail": "visit", "customers:list": "",
    "aftersales:list": "", "care:dues": "",
}  # fmt: skip


def looked_at(crossed: Crossing) -> list[str]:
    ids = crossed.world.a.ids
    pages = {name: reverse(name, args=[ids[kind]] if kind else []) for name, kind in LOOKED_AT.items()}
    tabs = [f"{pages['customers:detail']}?{more}" for more in ("tab=file", "tab=consents", "tab=relations", "drawer=1")]
    return [*pages.values(), *tabs, f"{pages['aftersales:detail']}?drawer=1"]


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.MARKETING, Role.CALL_AGENT])
def test_who_only_looks_is_offered_nothing_more(crossed: Crossing, role: Role) -> None:
    """The same people every day; the matrix asks the others in turn."""
    person, opened = crossed.world.a.people[role], 0
    for address in looked_at(crossed):
        answer = person.client().get(address)
        opened += answer.status_code == 200
        assert beyond(person, answer) == [], address
    assert opened > 6
