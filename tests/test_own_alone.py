"""What is read for who sees their own customers alone, where no address of the matrix comes by with a colleague's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from crawling import offers
from crossing import Crossing
from personas import Person
from qibu.aftersales import selectors as visits
from qibu.aftersales.models import Visit
from qibu.care.models import Due
from qibu.care.selectors import dues
from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.scoping import scope
from qibu.leads import selectors as leads
from qibu.leads.errors import TakenAlready
from qibu.leads.models import Lead
from qibu.leads.selectors import reports
from qibu.leads.services import pool
from qibu.leads.slots import task_panel
from qibu.network.inherited import KINDS
from qibu.network.models import Staff
from qibu.network.rules import Role, capabilities_of
from qibu.network.selectors import views_with_field
from qibu.network.services import absences, saved_views
from qibu.network.services.saved_views import Look
from qibu.tasks.models import Task
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
    assert not leads.of_customer(consultant, customer).exists() and leads.hold(consultant, [lead]) == []
    assert leads.of_customer(crossed.world.a.actor, customer).exists()
    call = Task.objects.get(pk=Lead.objects.values_list("next_task", flat=True).get(pk=lead))
    shown = [task_panel(SimpleNamespace(actor=one), call) for one in (consultant, crossed.world.a.actor)]
    assert [panel is not None for panel in shown] == [False, True]


def test_reports_and_tallies_are_of_ones_own(crossed: Crossing, consultant: Actor) -> None:
    rows, board = Lead.objects.filter(pk=hidden(crossed, "lead")), reverse("leads:board")
    people = crossed.world.a.people[Role.SALES_CONSULTANT], crossed.world.a.manager
    Task.objects.filter(pk__in=rows.values("next_task")).update(due_at=times.now() - timedelta(days=1))
    late = [rows[0] in reports.not_followed(one.actor) for one in people]
    before = [one.client().get(board).context["beside"]["lost"] for one in people]
    rows.update(state="lost", closed_at=times.now(), closed_by=consultant.staff_id)
    after = [one.client().get(board).context["beside"]["lost"] for one in people]
    lost = [rows[0] in reports.closed_by_sales(one.actor) for one in people]
    assert (late, lost, [now - was for was, now in zip(before, after, strict=True)]) == ([False, True],) * 2 + ([0, 1],)


def test_who_does_not_sell_sees_no_lead_of_the_pool_either(crossed: Crossing) -> None:
    people, lead = crossed.world.a.people, crossed.world.a.ids["lead"]
    technician, consultant = people[Role.TECHNICIAN].actor, people[Role.SALES_CONSULTANT].actor
    with scope(consultant):
        pool.claim(actor=consultant, lead_id=lead)
    with scope(technician):
        assert not leads.visible(technician).exists() and not leads.was_open_to(technician, times.now()).exists()
    with scope(crossed.world.a.actor) as manager:
        assert leads.visible(manager).filter(pk=lead).exists()


@pytest.fixture
def both(crossed: Crossing) -> Person:
    """Sees all leads, as who makes calls, and works on their own, as who sells; shares nothing out."""
    person, roles = crossed.world.a.people[Role.SALES_CONSULTANT], [Role.SALES_CONSULTANT.value, Role.CALL_AGENT.value]
    with scope(person.actor):
        Staff.objects.filter(pk=person.actor.staff_id).update(roles=roles)
    return replace(person, actor=replace(person.actor, capabilities=capabilities_of(frozenset(roles))))


def test_who_sees_a_colleagues_lead_neither_takes_it_nor_gives_it_back_nor_calls(
    crossed: Crossing, both: Person
) -> None:
    lead, ways = hidden(crossed, "lead"), {("get", "leads:release"), ("post", "leads:result")}
    with scope(both.actor) as actor:
        with pytest.raises(PermissionRefused):
            pool.release(actor=actor, lead_id=lead, note="不是我的")
        with pytest.raises(TakenAlready):
            pool.claim(actor=actor, lead_id=lead)
    for person, offered in ((both, set()), (crossed.world.a.manager, ways)):
        page = person.client().get(reverse("leads:detail", args=[lead]))
        assert ways & set(offers(page)) == offered


def test_a_lead_of_the_pool_does_not_open_the_file_of_a_colleagues_customer(crossed: Crossing) -> None:
    store, lead = crossed.world.a, crossed.world.a.ids["lead"]
    with scope(store.actor):
        Lead.objects.filter(pk=lead).update(customer_id=hidden(crossed, "customer"))
    for role, opened in ((Role.SALES_CONSULTANT, False), (Role.STORE_MANAGER, True)):
        page = store.people[role].client().get(reverse("leads:detail", args=[lead]))
        assert (reverse("customers:detail", args=[hidden(crossed, "customer")]) in page.content.decode()) is opened


def test_who_only_receives_writes_nothing_down_for_themselves(crossed: Crossing) -> None:
    person, address = crossed.world.a.people[Role.SERVICE_ADVISOR], reverse("leads:create")
    form = {"name": "新来的", "phone": "13855531199", "source": "walk-in", "mine": "on"}
    assert 'name="mine"' not in person.client().get(address).content.decode()
    assert person.client().post(address, form).url == reverse("tasks:workbench")
    with scope(person.actor):
        assert Lead.objects.latest("pk").consultant_id != person.actor.staff_id


def test_only_what_is_said_here_can_be_given_back(crossed: Crossing, consultant: Actor) -> None:
    for kind in KINDS.values():
        found = kind.contents(consultant)
        assert all(one.source == consultant.organisation_id for one in found if one.restorable or one.differences)


def test_the_page_of_a_reason_that_is_inherited_gives_nothing_back(crossed: Crossing) -> None:
    page = crossed.world.a.manager.client().get(reverse("leads:loss"), {"code": "price"})
    assert page.status_code == 200 and ("post", "leads:loss-inheritance") not in offers(page)


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
COLLEAGUES = {"customers:detail": "customer", "leads:detail": "lead"}
LOOKERS = (Role.TECHNICIAN, Role.MARKETING, Role.CALL_AGENT, Role.CARE_MANAGER, Role.SERVICE_ADVISOR)


def looked_at(crossed: Crossing) -> list[str]:
    ids = crossed.world.a.ids
    pages = {name: reverse(name, args=[ids[kind]] if kind else []) for name, kind in LOOKED_AT.items()}
    tabs = [f"{pages['customers:detail']}?{more}" for more in ("tab=file", "tab=consents", "tab=relations", "drawer=1")]
    theirs = [reverse(name, args=[hidden(crossed, kind)]) for name, kind in COLLEAGUES.items()]
    return [*pages.values(), *tabs, f"{pages['aftersales:detail']}?drawer=1", *theirs]


@pytest.mark.parametrize("role", LOOKERS)
def test_who_only_looks_is_offered_nothing_more(crossed: Crossing, role: Role) -> None:
    """The same people every day; the matrix asks the others in turn."""
    person, opened = crossed.world.a.people[role], 0
    for address in looked_at(crossed):
        answer = person.client().get(address)
        opened += answer.status_code == 200
        assert beyond(person, answer) == [], address
    assert opened > 6


def test_who_leads_the_network_is_offered_nothing_of_a_stores_work(crossed: Crossing) -> None:
    answer = crossed.world.chief.client().get(reverse("leads:rules"))
    assert answer.status_code == 200 and beyond(crossed.world.chief, answer) == []
