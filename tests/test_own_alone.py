"""What is read for who sees their own customers alone, where no address of the matrix comes by with a colleague's. One
file, since its world takes longer to build than all of it to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import reverse

import test_isolation as matrix
from access import PAGES
from crawling import offers
from crossing import Crossing
from personas import Person, undone
from qibu.aftersales import selectors as visits
from qibu.aftersales.models import Visit
from qibu.care.models import Due
from qibu.care.selectors import dues
from qibu.catalog.inheriting import of_cars
from qibu.catalog.services import saying
from qibu.contact.services import accounts
from qibu.contact.tests.test_pages import values as account
from qibu.contracts.network import SignedIn
from qibu.customers.models import Customer, Merge
from qibu.customers.portfolio import offered
from qibu.customers.selectors.customers import survivor_of
from qibu.customers.selectors.duplicates import duplicates
from qibu.customers.selectors.files import relations_of
from qibu.customers.services import assignments, locking, relations
from qibu.deliveries import selectors as deliveries
from qibu.deliveries.models import Delivery
from qibu.drives import selectors as drives
from qibu.drives import slots as drive_slots
from qibu.drives.models import DemoCar, Drive
from qibu.drives.selectors.figures import figures
from qibu.drives.views.bookings import open_leads
from qibu.funnel import selectors as funnel
from qibu.funnel.models import SourceCost
from qibu.intake.models import Arrival as ArrivedLead
from qibu.intake.selectors.arrivals import arrivals
from qibu.intake.slots import _sees_to_it, came_by
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads import selectors as leads
from qibu.leads.batches import GIVE
from qibu.leads.errors import TakenAlready
from qibu.leads.models import Lead
from qibu.leads.selectors import reports
from qibu.leads.selectors.placements import claiming
from qibu.leads.services import pool, sharing
from qibu.leads.slots import task_panel
from qibu.network.inherited import KINDS
from qibu.network.models import Absence, BatchAct, Export, Organisation, Staff
from qibu.network.rules import Capability, Role, capabilities_of
from qibu.network.selectors import last_sign_ins, views_with_field
from qibu.network.selectors import saved_views as seen_views
from qibu.network.services import absences, batches, exports, saved_views
from qibu.network.services.organisations import Founder, Profile, found_below
from qibu.network.services.saved_views import Look
from qibu.network.slots import _preset
from qibu.nurturing import slots as nurturing_slots
from qibu.nurturing.models import Sending
from qibu.nurturing.rules import Step
from qibu.nurturing.services import library
from qibu.orders import selectors as orders
from qibu.orders import slots as order_slots
from qibu.orders.models import Order, Payment
from qibu.quotes import slots as quote_slots
from qibu.quotes.services.approvals import _approver
from qibu.showroom.models import Visitor
from qibu.showroom.selectors import visitors
from qibu.showroom.services import reception, turns
from qibu.showroom.services.reception import Arrival
from qibu.spotchecks import selectors as spotchecks
from qibu.spotchecks.models import Check
from qibu.spotchecks.slots import CALL, script
from qibu.tasks import slots as task_slots
from qibu.tasks.models import Clock, Escalation, Task
from qibu.tasks.selectors.lists import pool_of, visible_tasks
from qibu.tasks.selectors.team import absences_for
from qibu.tasks.selectors.workbench import people as people_of_lists
from qibu.tasks.services import breaches, calendars, tasks
from qibu.tasks.services.clocks import may_hold
from qibu.tasks.services.errors import AlreadyDone
from qibu.tasks.views.bench import Bench
from qibu.vehicles import selectors as garage
from qibu.vehicles.models import Ownership
from qibu.vehicles.models import Transfer as CarTransfer
from qibu.vehicles.portfolio import cars
from qibu.vehicles.selectors.cars import owners_of
from qibu.vehicles.selectors.privacy import told_people
from qibu.vehicles.selectors.transfers import named as named_in


@pytest.fixture
def consultant(crossed: Crossing) -> Iterator[Actor]:
    with scope(crossed.world.a.people[Role.SALES_CONSULTANT].actor) as actor:
        yield actor


def asking(actor: Actor) -> Any:
    """A page that somebody looks at, as far as slots want to know."""
    request = RequestFactory().get("/")
    request.actor = actor  # type: ignore[attr-defined]  # as the middleware does
    return request


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
    shown = [task_panel(asking(one), call) for one in (consultant, crossed.world.a.actor)]
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
    for person, found in ((both, set()), (crossed.world.a.manager, ways)):
        page = person.client().get(reverse("leads:detail", args=[lead]))
        assert ways & set(offers(page)) == found


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


INHERITED = {"leads:loss": "leads:loss-inheritance", "spotchecks:standard": "spotchecks:standard-inherit"}


@pytest.mark.parametrize("name", INHERITED)
def test_the_page_of_what_is_inherited_gives_nothing_back(crossed: Crossing, name: str) -> None:
    page = crossed.world.a.manager.client().get(reverse(name), {"code": "price"})
    assert page.status_code == 200 and ("post", INHERITED[name]) not in offers(page)


def test_nobody_is_told_beside_a_car_whom_one_may_not_see(crossed: Crossing, consultant: Actor) -> None:
    row = (hidden(crossed, "car"), hidden(crossed, "customer"))
    assert told_people(consultant, [row]).get(row[0], {}) == {}
    assert row[1] in told_people(crossed.world.a.actor, [row])[row[0]]


def test_cars_and_their_owners_are_shown_as_far_as_people_are(crossed: Crossing, consultant: Actor) -> None:
    store, car = crossed.world.a, hidden(crossed, "car")
    finance, manager, other = store.people[Role.FINANCE].actor, store.actor, store.people[Role.SERVICE_MANAGER].actor
    assert not garage.visible(finance).exists() and garage.visible(consultant).filter(pk=store.ids["sold_car"]).exists()
    assert owners_of(consultant, [car]) == {} and set(owners_of(manager, [car])) == {car}
    one = CarTransfer.objects.get(pk=hidden(crossed, "transfer"))
    told = [named_in(actor, one, one.owner_id) is not None for actor in (consultant, manager)]
    former = [named_in(actor, one, one.former_id) is not None for actor in (other, manager)]
    assert (told, former) == ([False, True], [False, True])  # who handed it over knows both


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
    whose = crossed.world.a.people[Role.SERVICE_ADVISOR].actor.staff_id or 0
    with pytest.raises(PermissionRefused):
        absences.record(
            actor=consultant, staff_id=whose, days=absences.Days(day, day), kind="leave", stand_in_id=None
        )


def test_of_a_colleagues_customer_nothing_is_told_or_written(crossed: Crossing, consultant: Actor) -> None:
    mine, customer, things = crossed.world.a.ids["customer"], hidden(crossed, "customer"), crossed.hidden.things
    gone, manager = Merge.objects.get(pk=hidden(crossed, "merge")).merged_id, crossed.world.a.actor
    for actor, told in ((consultant, False), (manager, True)):
        alike = duplicates(actor, phones=[things["phone"]]) + duplicates(actor, name=things["name"])
        assert [one.customer is not None for one in alike] == ([True, True] if told else [False])
        related = {one.other.pk for one in relations_of(actor, customer)}
        seen = [hidden(crossed, "other_customer") in related, survivor_of(actor, gone) is not None]
        assert [*seen, bool(locking.lock_many(actor, [customer]))] == [told] * 3
    with pytest.raises(locking.UnknownCustomer):
        relations.add(actor=consultant, customer_id=mine, other_id=customer, kind="同事")


def test_customers_are_taken_and_given_by_who_may(crossed: Crossing) -> None:
    store, customers = crossed.world.a, (hidden(crossed, "customer"), crossed.world.a.ids["customer"])
    with scope(store.actor):
        theirs, nobodys = (Customer.objects.get(pk=pk) for pk in customers)
    may = {
        role: [assignments.may_assign(store.people[role].actor, one) for one in (theirs, nobodys)]
        for role in (Role.TECHNICIAN, Role.CALL_AGENT, Role.STORE_MANAGER)
    }  # fmt: skip
    assert list(may.values()) == [[False, False], [False, True], [True, True]]


def test_who_manages_staff_alone_is_offered_no_customers_to_hand_over(crossed: Crossing) -> None:
    people = crossed.world.a.people
    advisor = people[Role.SERVICE_ADVISOR].actor.staff_id or 0
    for role, some in ((Role.SYSTEM_ADMINISTRATOR, False), (Role.STORE_MANAGER, True)):
        with scope(people[role].actor) as actor:
            assert (offered(actor, advisor, "", (), 1).total > 0) is some


def test_who_was_opened_last_is_not_named_once_they_are_a_colleagues(crossed: Crossing) -> None:
    store, client = crossed.world.a, crossed.world.a.people[Role.SALES_CONSULTANT].client()
    page, elsewhere = reverse("customers:detail", args=[store.ids["customer"]]), reverse("network:account")
    client.get(page)
    named = [page in client.get(elsewhere).content.decode()]
    with scope(store.actor):
        Customer.objects.filter(pk=store.ids["customer"]).update(advisor=store.people[Role.SERVICE_ADVISOR].actor.staff_id)
    assert [*named, page in client.get(elsewhere).content.decode()] == [True, False]


# Rows of the world's first lead, by the words of `access`.
OF_THE_LEAD = {
    "lead", "quote", "sent_quote", "waiting_quote", "draft", "contract", "waiting_order", "planned_order", "car_order",
    "asked_order", "delivery", "drive", "late_drive", "ready_drive", "out_drive", "done_drive", "sending", "run",
    "waiting_piece",
}  # fmt: skip
LISTED = {
    "leads:list": ("leads:detail", "lead"), "drives:list": ("drives:detail", "drive"),
    "quotes:list": ("quotes:detail", "quote"), "orders:list": ("orders:detail", "contract"),
    "deliveries:list": ("deliveries:detail", "delivery"), "nurturing:list": ("nurturing:sending", "sending"),
    "nurturing:runs": ("leads:detail", "lead"),
}  # fmt: skip


@pytest.fixture
def away(crossed: Crossing) -> Crossing:
    """The lead, with all that hangs on it, lies with a colleague, and is of a customer whom they look after."""
    store = crossed.world.a
    with scope(store.actor):
        Lead.objects.filter(pk=store.ids["lead"]).update(
            consultant_id=store.people[Role.SALES_MANAGER].actor.staff_id, customer_id=hidden(crossed, "customer")
        )
    return crossed


def test_what_hangs_on_a_colleagues_lead_is_not_there(away: Crossing) -> None:
    person, wrong = away.world.a.people[Role.SALES_CONSULTANT], []
    for name, page in PAGES.items():
        named = {str(value)[1:] for value in [*page.ids.values(), *page.query.values()]} & OF_THE_LEAD
        for method in matrix.methods(page) if named else ():
            with matrix.asked(person.client(), name, page, method, away.world.a.ids) as answer:
                wrong += [] if answer.status_code in {403, 404} else [f"{method} {name}: {matrix.told(answer)}"]
    assert not wrong, "\n".join(wrong)


def test_nor_is_it_on_any_list(away: Crossing) -> None:
    store = away.world.a
    pages = {f"{reverse(name)}?view=all": row for name, row in LISTED.items()}
    with scope(store.actor):
        day = times.day_of(Drive.objects.get(pk=store.ids["drive"]).starts_at)
    pages[f"{reverse('drives:calendar')}?on={day.isoformat()}"] = LISTED["drives:list"]
    pages[reverse("deliveries:calendar")] = LISTED["deliveries:list"]
    for role, shown in ((Role.SALES_CONSULTANT, False), (Role.STORE_MANAGER, True)):
        client = store.people[role].client()
        for address, (name, kind) in pages.items():
            page = client.get(address).content.decode()
            assert (reverse(name, args=[store.ids[kind]]) in page) is shown, f"{role} {address}"


def test_nothing_is_read_of_it(away: Crossing, consultant: Actor) -> None:
    ids, today = away.world.a.ids, times.today()
    lead, customer, order = ids["lead"], hidden(away, "customer"), ids["planned_order"]
    leader = away.world.a.people[Role.SALES_MANAGER].actor.staff_id
    Drive.objects.filter(pk=ids["drive"]).update(consultant_id=leader, starts_at=times.now())
    reads: dict[str, Callable[[Actor], Any]] = {
        "drives of it": lambda actor: drives.of_lead(actor, lead),
        "drives of the customer": lambda actor: drives.of_customer(actor, customer),
        "a colleague's drives": lambda actor: drives.of_today(actor, leader),
        "figures of drives": lambda actor: figures(actor, today, today).total.booked,
        "the delivery": lambda actor: deliveries.of_order(actor, order),
        "deliveries": lambda actor: deliveries.of_orders(actor, [order]),
        "orders of it": lambda actor: orders.of_lead(actor, lead),
        "orders of the customer": lambda actor: orders.of_customer(actor, customer),
        "orders to decide on": orders.to_decide,
    }
    for name, read in reads.items():
        assert (bool(read(consultant)), bool(read(away.world.a.actor))) == (False, True), name
    people = (away.world.a.people[Role.SALES_CONSULTANT], away.world.a.manager)
    car, page = Order.objects.get(pk=order).car_id, reverse("orders:detail", args=[order])
    shown = [one.client().get(reverse("orders:stock-car", args=[car])).content.decode() for one in people]
    assert [page in text for text in shown] == [False, True]


def test_a_row_one_sees_is_not_found_by_a_customer_whom_one_may_not_see(crossed: Crossing) -> None:
    """A visit is seen for its car, a lead and what hangs on it for lying in the pool: the number of its customer finds
    none, and nothing opens their file."""
    store, q = crossed.world.a, crossed.hidden.things["phone"]
    visit = {"aftersales:list": ("aftersales:detail", "visit")}
    with scope(store.actor):
        for model, kind in ((Lead, "lead"), (Visit, "visit")):
            model.objects.filter(pk=store.ids[kind]).update(customer_id=hidden(crossed, "customer"))
    client, leader = (store.people[role].client() for role in (Role.SALES_CONSULTANT, Role.STORE_MANAGER))
    for name, (page, kind) in (LISTED | visit).items():
        address, shown = reverse(name), reverse(page, args=[store.ids[kind]])
        for asked, query, found in ((client, {}, True), (client, {"q": q}, False), (leader, {"q": q}, True)):
            assert (shown in asked.get(address, {"view": "all", **query}).content.decode()) is found, name
    file = reverse("customers:detail", args=[hidden(crossed, "customer")])
    for name in ("leads:list", "orders:list", "deliveries:list"):
        page, kind = LISTED[name]
        texts = [one.get(reverse(page, args=[store.ids[kind]])).content.decode() for one in (client, leader)]
        assert [file in text for text in texts] == [False, True], page


def test_who_goes_along_on_a_colleagues_drive_is_not_led_to_the_lead(away: Crossing, consultant: Actor) -> None:
    lead, drive = reverse("leads:detail", args=[away.world.a.ids["lead"]]), away.world.a.ids["drive"]
    Drive.objects.filter(pk=drive).update(consultant_id=consultant.staff_id)
    for role, led in ((Role.SALES_CONSULTANT, False), (Role.STORE_MANAGER, True)):
        page = away.world.a.people[role].client().get(reverse("drives:detail", args=[drive]))
        assert page.status_code == 200 and (lead in page.content.decode()) is led
    assert drives.visible(consultant).get().pk == drive


def test_cars_of_the_store_are_shown_to_who_sells(crossed: Crossing, consultant: Actor) -> None:
    technician = crossed.world.a.people[Role.TECHNICIAN].actor
    for read in (drives.cars, drives.routes):
        assert not read(technician).exists() and read(consultant).exists()
    assert not orders.stock(technician).exists() and orders.stock(consultant).exists()
    finance = crossed.world.a.people[Role.FINANCE].actor  # sees orders, for the money
    assert not drives.visible(technician).exists() and not deliveries.visible(finance).exists()
    assert drives.agreements(consultant) == []  # the words that are supplied are nobody's own
    assert open_leads(consultant, "") == []  # without words their own, and theirs are none


def test_a_delivery_is_taken_back_and_let_go_unpaid_by_who_may_agree(crossed: Crossing, consultant: Actor) -> None:
    store, today = crossed.world.a, times.today()
    people = [store.people[role].client() for role in (Role.SALES_CONSULTANT, Role.SALES_MANAGER)]
    order, delivery, car = (store.ids[kind] for kind in ("planned_order", "delivery", "car"))
    Payment.objects.filter(order_id=order).delete()
    forms = [one.get(reverse("deliveries:record", args=[delivery])).content.decode() for one in people]
    assert ['name="unpaid"' in text for text in forms] == [False, True]
    done = {"state": "delivered", "vehicle_id": car, "delivered_on": today, "delivered_at": times.now()}
    Delivery.objects.filter(pk=delivery).update(**done)
    pages = [one.get(reverse("deliveries:detail", args=[delivery])) for one in people]
    assert [("get", "deliveries:take-back") in offers(page) for page in pages] == [False, True]
    Lead.objects.filter(pk=store.ids["lead"]).update(consultant_id=store.people[Role.SALES_MANAGER].actor.staff_id)
    assert deliveries.of_vehicle(consultant, car) is None and deliveries.of_vehicle(store.actor, car) is not None


def test_drives_to_think_of_are_counted_of_ones_own(away: Crossing) -> None:
    store, calendar = away.world.a, reverse("drives:calendar")
    with scope(store.actor):
        DemoCar.objects.update(state=DemoCar.State.REPAIR)
    people = [store.people[role].client() for role in (Role.SALES_CONSULTANT, Role.STORE_MANAGER)]
    mine, all_of_them = (one.get(calendar).context["unsettled"] for one in people)
    assert mine == 0 < all_of_them


def test_what_was_taken_from_the_pool_counts_for_who_took_it(crossed: Crossing, consultant: Actor) -> None:
    lead, manager = crossed.world.a.ids["lead"], crossed.world.a.actor
    (most, _none), (theirs, _none_either) = claiming(consultant, [lead]), claiming(manager, [lead])
    pool.claim(actor=consultant, lead_id=lead)
    pool.release(actor=consultant, lead_id=lead, note="联系不上")
    assert claiming(consultant, [lead]) == (most - 1, {lead}) and claiming(manager, [lead]) == (theirs, set())


def test_a_rule_may_be_called_as_one_above(crossed: Crossing) -> None:
    facts = {"name": "总部的规则", "target": "pool"}
    for actor in (crossed.world.chief.actor, crossed.world.a.actor):
        with scope(actor):
            assert sharing.save_rule(actor=actor, facts=facts).organisation_id == actor.organisation_id


def test_an_act_on_many_rows_is_begun_and_taken_back_by_who_may_do_it(crossed: Crossing) -> None:
    store = crossed.world.a
    manager, other = store.actor, store.people[Role.SERVICE_MANAGER].actor
    give = {"kind": GIVE, "args": {"staff_id": manager.staff_id, "name": ""}}
    with scope(manager):
        act = batches.begin(actor=manager, rows=Lead.objects.filter(pk=store.ids["lead"]), **give)
    with scope(other):
        with pytest.raises(PermissionRefused):
            batches.begin(actor=other, rows=Lead.objects.filter(pk=store.ids["lead"]), **give)
        with pytest.raises(PermissionRefused):
            batches.undo(actor=other, act_id=act.pk)
        assert not BatchAct.objects.filter(by_id=other.staff_id).exists()
    with scope(manager):
        assert batches.undo(actor=manager, act_id=act.pk).restored == 1


def test_who_works_in_two_stores_is_told_in_which_one_they_are(crossed: Crossing) -> None:
    for store, title in ((crossed.world.a, "弋江的店长"), (crossed.world.b, "包河的店长")):
        with scope(store.actor):
            Staff.objects.filter(user=crossed.both.user).update(title=title)
    client = crossed.both.client()
    for store, title in ((crossed.world.a, "弋江的店长"), (crossed.world.b, "包河的店长")):
        client.post(reverse("network:switch"), {"organisation": store.organisation.pk})
        frame = client.get(reverse("network:account")).context["frame"]
        assert [one.label for one in frame.stores if one.current] == [store.organisation.name]
        assert frame.actor_title == title


def test_on_ones_own_page_nothing_is_offered_that_is_not_done_to_oneself(crossed: Crossing) -> None:
    manager, other = crossed.world.a.manager, crossed.world.a.people[Role.FINANCE]
    addresses = [reverse("network:staff-member", args=[one.actor.staff_id]) for one in (manager, other)]
    pages = [manager.client().get(address) for address in addresses]
    assert [("post", "network:staff-bar") in offers(page) for page in pages] == [False, True]


def test_what_customers_said_is_read_by_who_sees_all_and_never_by_whom_it_is_about(
    crossed: Crossing, consultant: Actor
) -> None:
    store, checked = crossed.world.a, Check.objects.get(pk=crossed.world.a.ids["check"])
    advisor = store.people[Role.SERVICE_ADVISOR].actor
    assert not spotchecks.visible(advisor).exists() and not spotchecks.draws(consultant).exists()
    for actor, told in ((advisor, False), (consultant, True), (store.actor, True)):
        found = [bool(read(actor, checked.draw)) for read in (spotchecks.scores, spotchecks.proposals)]
        assert [*found, bool(spotchecks.ledger(actor))] == [told] * 3
    answers = {spotchecks.standard(store.actor)[0].code: "yes"}
    Check.objects.filter(pk=checked.pk).update(consultant_id=store.actor.staff_id, state="done", answers=answers)
    page, listed = reverse("spotchecks:detail", args=[checked.pk]), reverse("spotchecks:list")
    for role, seen in ((Role.STORE_MANAGER, False), (Role.SALES_MANAGER, True)):
        client = store.people[role].client()
        counted = any(number for _q, _share, number in spotchecks.by_question(store.people[role].actor, checked.draw))
        told = [client.get(page).status_code == 200, page in client.get(listed, {"view": "all"}).content.decode()]
        assert [*told, counted, spotchecks.visible(store.people[role].actor).exists()] == [seen] * 4
    call = Task(pk=checked.task_id, kind=CALL)
    people = (store.actor, store.people[Role.SALES_MANAGER].actor)
    assert [script(asking(one), call) is not None for one in people] == [False, True]


def test_what_waits_for_a_word_is_told_to_who_may_say_it(crossed: Crossing, consultant: Actor) -> None:
    assert orders.to_decide(consultant).exists()
    people = (consultant, crossed.world.a.actor)
    assert [order_slots.to_decide(asking(one)) is not None for one in people] == [False, True]


def test_a_wish_to_drive_is_told_to_who_sees_the_lead_and_sells(away: Crossing) -> None:
    with scope(away.world.a.actor) as manager:
        lead = Lead.objects.filter(pk=hidden(away, "lead"))
        lead.update(drive_asked_at=times.now())
        call = lead[0].next_task
        people = [away.world.a.people[role].actor for role in (Role.SALES_CONSULTANT, Role.CALL_AGENT)]
        shown = [drive_slots.asked(asking(one), call) is not None for one in (*people, manager)]
    assert shown == [False, False, True]


# -- At the door: the showroom, the inbox, the funnel


def test_visitors_of_other_days_are_ones_own(crossed: Crossing, consultant: Actor) -> None:
    store, number = crossed.world.a, crossed.world.a.ids["visitor"]
    page, technician = reverse("showroom:visitor", args=[number]), store.people[Role.TECHNICIAN].actor
    assert visitors.visible(consultant).filter(pk=number).exists() and not visitors.visible(technician).exists()
    Visitor.objects.filter(pk=number).update(at=times.now() - timedelta(days=3))
    for role, seen in ((Role.SALES_CONSULTANT, False), (Role.STORE_MANAGER, True)):
        client = store.people[role].client()
        assert (client.get(page).status_code == 200) is seen
        assert (page in client.get(reverse("showroom:list"), {"view": "all"}).content.decode()) is seen


def test_a_visitor_leads_to_no_file_and_no_lead_of_a_colleague(crossed: Crossing, consultant: Actor) -> None:
    store, number, lead = crossed.world.a, crossed.world.a.ids["visitor"], hidden(crossed, "lead")
    Visitor.objects.filter(pk=number).update(customer_id=hidden(crossed, "customer"), lead_id=lead, left_at=None)
    (row,) = visitors.with_files(consultant, list(Visitor.objects.filter(pk=number)))
    assert not row.file_seen  # type: ignore[attr-defined]  # said by `with_files`
    addresses = (reverse("showroom:desk"), reverse("showroom:visitor", args=[number]))
    for role, led in ((Role.SALES_CONSULTANT, False), (Role.STORE_MANAGER, True)):
        client = store.people[role].client()
        pages = [client.get(address).content.decode() for address in addresses]
        assert [reverse("leads:detail", args=[lead]) in page for page in pages] == [led, led]
        q = {"view": "all", "q": crossed.hidden.things["phone"]}
        assert (addresses[1] in client.get(reverse("showroom:list"), q).content.decode()) is led


def test_reception_finds_the_file_and_not_the_lead_that_it_may_not_see(crossed: Crossing) -> None:
    for role, told in ((Role.SERVICE_ADVISOR, False), (Role.STORE_MANAGER, True)):
        client = crossed.world.a.people[role].client()
        found = client.get(reverse("showroom:find"), {"q": crossed.hidden.things["phone"]}).context["found"]
        assert [one["lead"] is not None for one in found] == [told]


def test_who_does_not_sell_takes_no_call_for_themselves(crossed: Crossing) -> None:
    for role, mine in ((Role.SERVICE_ADVISOR, False), (Role.SALES_CONSULTANT, True)):
        person = crossed.world.a.people[role]
        page = person.client().get(reverse("showroom:call")).content.decode()
        with undone(), scope(person.actor) as actor:
            taken = reception.call(actor=actor, arrival=Arrival(purpose="service", at=times.now()), mine=True)
        assert ('name="mine"' in page, taken.consultant_id == person.actor.staff_id) == (mine, mine)


def test_a_colleague_is_marked_busy_by_who_leads(crossed: Crossing, consultant: Actor) -> None:
    seller = crossed.world.a.ids["seller"]
    people = crossed.world.a.people
    marks = [reverse("showroom:mark", args=[pk]) for pk in (seller, consultant.staff_id)]
    for role, shown in ((Role.SERVICE_ADVISOR, [False, False]), (Role.SALES_CONSULTANT, [False, True])):
        board = people[role].client().get(reverse("showroom:board")).content.decode()
        assert [mark in board for mark in marks] == shown
    turns.mark(actor=consultant, staff_id=consultant.staff_id or 0, busy=True)
    with pytest.raises(PermissionRefused):
        turns.mark(actor=consultant, staff_id=seller, busy=True)


def test_what_comes_in_is_seen_by_who_sees_to_it(crossed: Crossing, consultant: Actor) -> None:
    store, states = crossed.world.a, set(ArrivedLead.objects.values_list("state", flat=True))
    technician, manager = store.people[Role.TECHNICIAN].actor, store.actor
    seen = [set(arrivals(one).values_list("state", flat=True)) for one in (technician, consultant, manager)]
    assert seen == [set(), {"quarantined"}, states - {"waiting"}] and "dropped" in states
    roles = (Role.SALES_CONSULTANT, Role.MARKETING, Role.CALL_AGENT, Role.SALES_MANAGER)
    assert [_sees_to_it(store.people[role].actor) for role in roles] == [False, False, True, True]
    lead = Lead.objects.get(pk=store.ids["lead"])
    ArrivedLead.objects.filter(pk=store.ids["arrival"]).update(lead=lead, state="new")
    assert [came_by(asking(one), lead) is not None for one in (consultant, manager)] == [False, True]


def test_who_completes_what_came_in_is_led_to_a_lead_they_see(crossed: Crossing) -> None:
    form = {"name": "来客", "phone": "13805530099", "series": "追光"}
    for role, led in ((Role.SERVICE_ADVISOR, False), (Role.STORE_MANAGER, True)):
        with undone():
            address = reverse("intake:replay", args=[crossed.world.a.ids["arrival"]])
            answer = crossed.world.a.people[role].client().post(address, form)
            assert answer.status_code == 302 and (answer.url != reverse("intake:list")) is led


def test_the_funnel_counts_leads_one_sees_and_prices_are_for_who_sees_all(crossed: Crossing, consultant: Actor) -> None:
    rows, today = Lead.objects.filter(pk=hidden(crossed, "lead")), times.today()
    asked, people = funnel.Asked(today, today), (consultant, crossed.world.a.actor)
    assert [rows[0] in funnel.cohort(one, asked) for one in people] == [False, True]
    SourceCost.objects.create(
        organisation_id=consultant.organisation_id, source="walk-in", month=today.replace(day=1), amount=100
    )
    assert [bool(funnel.prices(one, asked)) for one in people] == [False, True]
    Lead.objects.exclude(pk=rows[0].pk).update(probability=None)
    rows.update(probability=0.5)
    assert [len(funnel.chances(one)) for one in people] == [0, 1]
    page = crossed.world.a.people[Role.SALES_CONSULTANT].client().get(reverse("funnel:overview"))
    assert page.status_code == 200 and page.context["costs"] is None
    before = [funnel.won_in(one, today, today) for one in people]
    rows.update(state="won", closed_at=times.now())
    assert [funnel.won_in(one, today, today) - was for one, was in zip(people, before, strict=True)] == [0, 1]


def test_beside_a_task_stands_what_may_be_seen_of_a_quotation_and_sent(away: Crossing, consultant: Actor) -> None:
    agent, manager = away.world.a.people[Role.CALL_AGENT].actor, away.world.a.actor
    quote = Task(kind="quotes.approval", facts={"quote": away.world.a.ids["quote"]})
    beside = [quote_slots.task_panel(asking(one), quote) for one in (consultant, manager)]
    assert [panel is not None for panel in beside] == [False, True]
    piece = Lead.objects.get(pk=away.world.a.ids["lead"]).next_task
    piece.kind = nurturing_slots.STEP
    Sending.objects.filter(pk=away.world.a.ids["waiting_piece"]).update(task=piece)
    shown = [nurturing_slots.task_panel(asking(one), piece) for one in (agent, manager)]
    assert [panel is not None for panel in shown] == [False, True]
    lead = Lead.objects.get(pk=hidden(away, "lead"))
    lead.trade_in = "旧车"
    panels = [quote_slots.panel(asking(one), lead) for one in (agent, manager)]
    assert [panel.context["may_appraise"] for panel in panels if panel] == [False, True]


def test_a_price_that_is_said_otherwise_differs_from_the_one_above(crossed: Crossing) -> None:
    facts = {"brand": "星辰", "series": "远航", "name": "标准"}
    for actor, price in ((crossed.world.chief.actor, 100_000), (crossed.world.a.actor, 98_000)):
        with scope(actor):
            if price == 100_000:
                saying.add(actor=actor, kind=saying.CAR, code="yh-1", values={**facts, "price": price})
            else:
                saying.change(actor=actor, kind=saying.CAR, code="yh-1", values={"price": price})
                (told,) = [one for one in of_cars(actor) if one.key == "yh-1"]
                assert [one.above != one.here for one in told.differences] == [True]


@pytest.mark.parametrize(
    ("name", "kind", "role"),
    [
        ("leads:result", "lead", Role.CALL_AGENT), ("leads:share", "seller", Role.SALES_CONSULTANT),
        ("intake:drop", "arrival", Role.SALES_CONSULTANT),
    ],
)  # fmt: skip
def test_who_may_not_is_refused_before_what_they_sent_is_read(
    crossed: Crossing, name: str, kind: str, role: Role
) -> None:
    address = reverse(name, args=[crossed.world.a.ids[kind]])
    assert crossed.world.a.people[role].client().post(address, {}).status_code == 403


# -- Tasks and views

def test_who_may_not_hear_numbers_or_open_files_is_not_offered_them(crossed: Crossing, consultant: Actor) -> None:
    store, task = crossed.world.a, crossed.world.a.ids["pool_task"]
    pages = [reverse("tasks:detail", args=[task]), f"{reverse('tasks:workbench')}?task={task}", reverse("tasks:print")]
    ways = {("get", "customers:detail"), ("post", "tasks:phone"), ("post", "tasks:print")}
    found = []
    for role in (Role.FINANCE, Role.TECHNICIAN, Role.SERVICE_ADVISOR):
        whose, now = store.people[role].actor.staff_id, times.now()
        Task.objects.filter(pk=task).update(assignee_id=whose, due_at=now, shown_from=now - timedelta(hours=1))
        client = store.people[role].client()
        found.append({way for page in pages for way in offers(client.get(page))} & ways)
    assert found == [set(), {("get", "customers:detail")}, ways]


def test_of_a_colleagues_task_that_one_made_nothing_is_offered_that_is_theirs(
    crossed: Crossing, consultant: Actor
) -> None:
    people = [crossed.world.a.people[role] for role in (Role.SALES_CONSULTANT, Role.SERVICE_ADVISOR)]
    rows = Task.objects.filter(pk=crossed.world.a.ids["pool_task"])
    rows.update(created_by_id=consultant.staff_id, assignee_id=people[1].actor.staff_id, category="promise")
    task = rows[0]
    ways = {
        reverse("tasks:detail", args=[task.pk]): ("post", "tasks:assign"),
        reverse("customers:detail", args=[task.customer_id]): ("post", "tasks:result"),
        f"{reverse('tasks:workbench')}?task={task.pk}": ("post", "tasks:phone"),
    }  # fmt: skip
    for person, offered_them in zip(people, (False, True), strict=True):
        found = [way in offers(person.client().get(page)) for page, way in ways.items()]
        assert found == [offered_them] * 3


def test_tasks_are_seen_by_whom_they_lie_with_or_were_told_of(crossed: Crossing, consultant: Actor) -> None:
    store, theirs = crossed.world.a, hidden(crossed, "task")
    auditor, manager, other = (
        store.people[role].actor for role in (Role.AUDITOR, Role.STORE_MANAGER, Role.SERVICE_MANAGER)
    )
    clock = Clock.objects.filter(task_id=theirs).latest("pk")
    for told in (manager, other):
        Escalation.objects.create(
            organisation_id=manager.organisation_id, clock=clock, told_id=told.staff_id, at=times.now(), rung=1
        )
    assert not visible_tasks(consultant).filter(pk=theirs).exists() and not may_hold(consultant, clock.task)
    Clock.objects.filter(pk=clock.pk).update(breached_at=times.now())
    breaches.explain(actor=manager, clock_id=clock.pk, why=breaches.Why(cause="other", words="等件"))
    unseen = Escalation.objects.filter(clock=clock, seen_at__isnull=True)
    assert [one.told_id for one in unseen] == [other.staff_id]
    Task.objects.filter(pk=theirs).update(created_by_id=auditor.staff_id)
    assert not visible_tasks(auditor).exists() and not pool_of(manager).filter(assignee__isnull=False).exists()
    assert people_of_lists(consultant) == []


def test_a_colleagues_task_is_neither_closed_nor_taken(crossed: Crossing, consultant: Actor) -> None:
    store, task = crossed.world.a, crossed.world.a.ids["pool_task"]
    client, listed = store.people[Role.SALES_CONSULTANT].client(), reverse("tasks:list")
    assert reverse("tasks:detail", args=[task]) not in client.get(listed, {"view": "mine"}).content.decode()
    pages = [one.get(listed).context["page"] for one in (client, store.manager.client())]
    assert [{"all", "late"} <= {one.key for one in page.presets} for page in pages] == [False, True]
    colleague = store.people[Role.SERVICE_ADVISOR].actor.staff_id
    Task.objects.filter(pk=task).update(created_by_id=consultant.staff_id, assignee_id=colleague)
    client.post(reverse("tasks:result"), {"task": task, "result": "reached"})
    assert Task.objects.get(pk=task).state == Task.State.OPEN
    with pytest.raises(AlreadyDone):
        tasks.claim(actor=consultant, task_ids=[task])
    assert client.get(reverse("tasks:absence"), {"staff": "999"}).status_code == 404


def test_the_workbench_knows_whose_it_is(crossed: Crossing, monkeypatch: pytest.MonkeyPatch) -> None:
    store, day = crossed.world.a, times.today() + timedelta(days=60)
    people = [store.people[role].actor for role in (Role.SALES_CONSULTANT, Role.SALES_MANAGER, Role.STORE_MANAGER)]
    manager, whose = store.actor, store.people[Role.SERVICE_ADVISOR].actor.staff_id
    monkeypatch.setattr(task_slots, "missing_years", lambda *_asked: [2027])
    with scope(manager):
        given = [Bench(asking(manager), {"staff": str(one)}).own for one in (whose, manager.staff_id)]
        shown = [task_slots.waiting(asking(manager), staff_id=one) for one in (whose, manager.staff_id)]
        Absence.objects.create(
            organisation_id=manager.organisation_id, staff_id=manager.staff_id, first_day=day, last_day=day,
            kind="leave", by_id=manager.staff_id,
        )  # fmt: skip
        assert absences_for(manager)[0].staff_id == manager.staff_id  # one's own first
    assert (given, [panel.context["whose"] for panel in shown if panel]) == ([False, True], [whose, None])
    alarms = []
    for actor in people:
        with scope(actor):
            panel = task_slots.calendar_alarm(asking(actor))
            alarms.append(panel and panel.context["enters"])
    assert alarms == [None, False, True]
    with scope(store.people[Role.AUDITOR].actor) as auditor:
        assert task_slots.waiting(asking(auditor)) is None


def test_who_sells_a_car_that_a_colleagues_customer_drives_is_led_away_from_it(crossed: Crossing) -> None:
    store, car = crossed.world.a, crossed.world.a.ids["car"]
    with scope(store.actor):
        others = Ownership.objects.filter(vehicle_id=car, until__isnull=True).exclude(role="owner")
        assert others.update(customer_id=hidden(crossed, "customer"))
    form = {"on": times.today().isoformat(), "version": store.ids["car_version"], "reason": "sold", "unknown": "on"}
    for role, away_from_it in ((Role.SALES_CONSULTANT, True), (Role.STORE_MANAGER, False)):
        with undone():
            answer = store.people[role].client().post(reverse("vehicles:transfer", args=[car]), form)
            assert answer.status_code == 302 and (answer.url == reverse("customers:list")) is away_from_it


def test_days_off_are_the_business_of_who_works_here(crossed: Crossing) -> None:
    auditor, absence = crossed.world.a.people[Role.AUDITOR], crossed.world.a.ids["absence"]
    with scope(crossed.world.a.actor):
        Absence.objects.filter(pk=absence).update(staff_id=auditor.actor.staff_id)
    assert auditor.client().get(reverse("tasks:absence-one", args=[absence])).status_code == 403
    assert auditor.client().post(reverse("tasks:absence-end", args=[absence])).status_code == 403


def test_a_colleagues_view_stays_theirs(crossed: Crossing) -> None:
    store = crossed.world.a
    manager, other = store.actor, store.people[Role.SERVICE_MANAGER].actor
    more: dict[str, Any] = {"page": "customers", "look": Look("all", {}), "opens": True}
    with scope(other):
        theirs = saved_views.save(actor=other, name="何的", shared=True, **more)
    with scope(manager):
        mine = saved_views.save(actor=manager, name="周的", **more)
        saved_views.change(actor=manager, view_id=theirs.pk, name="何的", shared=True)
        rows = {one.name: one for one in seen_views(manager, "customers")}
    assert [name for name in rows if rows[name].opens] == ["周的", "何的"]  # one's own stand first
    shown = [_preset(manager, one) for one in (rows["周的"], rows["何的"])]
    assert [(one.opens, bool(one.owner)) for one in shown] == [(True, False), (False, True)]
    pages = [store.manager.client().get(reverse("network:view", args=[one.pk])) for one in (mine, theirs)]
    assert ['name="opens"' in page.content.decode() for page in pages] == [True, False]
    people = (store.people[Role.SALES_CONSULTANT], store.manager)
    new = [person.client().get(reverse("network:view-new")).content.decode() for person in people]
    assert ['name="shared"' in page for page in new] == [False, True]


def test_what_leaves_the_house_hangs_on_who_takes_it_now(crossed: Crossing, consultant: Actor) -> None:
    manager, export = crossed.world.a.actor, crossed.world.a.ids["export"]
    asked = exports.Asked("customers", Customer.objects.all())
    with pytest.raises(PermissionRefused):
        exports.ask(actor=consultant, asked=asked, purpose="看看")
    Export.objects.filter(pk=export).update(state="ready", decided_by=None, total=7, by_id=manager.staff_id)
    assert (exports.taken_alone(consultant), exports.taken_alone(manager) > 6) == (0, True)
    less = replace(manager, capabilities=manager.capabilities - {Capability.CUSTOMERS_EXPORT})
    with pytest.raises(PermissionRefused):
        exports.take(actor=less, export_id=export)


def test_sign_ins_of_others_are_not_ones_own(crossed: Crossing) -> None:
    store = crossed.world.a
    with scope(store.people[Role.AUDITOR].actor) as auditor:
        journal.record(SignedIn(address="192.0.2.7"), actor=auditor)
    with scope(store.actor) as manager:
        assert [one.actor_id for one in last_sign_ins(auditor)] == [auditor.staff_id] and not last_sign_ins(manager)


def test_an_offer_is_agreed_to_by_ones_superior_and_not_by_oneself(crossed: Crossing, consultant: Actor) -> None:
    store, little = crossed.world.a, [(Decimal(100_000), Decimal(1))]
    leader = store.people[Role.SALES_MANAGER].actor
    Staff.objects.filter(pk=consultant.staff_id).update(superior_id=store.actor.staff_id)
    asked, other = _approver(consultant, little), _approver(leader, little)
    assert asked is not None and asked.pk == store.actor.staff_id
    assert other is not None and other.pk != leader.staff_id


def test_days_that_are_shipped_are_not_dropped_with_ones_own(crossed: Crossing, consultant: Actor) -> None:
    calendars.drop_all_days(actor=crossed.world.a.actor)
    told = Entry.objects.filter(type="tasks.CalendarChanged").count()
    calendars.drop_all_days(actor=crossed.world.a.actor)
    assert Entry.objects.filter(type="tasks.CalendarChanged").count() == told


def test_nobody_founds_a_store_elsewhere(crossed: Crossing) -> None:
    profile = Profile(name="别家的店")
    founder = Founder("某人", crossed.world.a.manager.user)
    with scope(crossed.world.a.actor) as manager, pytest.raises(Organisation.DoesNotExist):
        found_below(
            actor=manager, parent_id=crossed.world.c.organisation.pk, code="X-1", profile=profile, founder=founder,
            kind="store",
        )  # fmt: skip


LOOKED_AT = {
    "customers:detail": "customer", "vehicles:detail": "car", "aftersales:detail": "visit", "customers:list": "",
    "aftersales:list": "", "care:dues": "",
}  # fmt: skip
COLLEAGUES = (("customers:detail", "customer"), ("customers:detail", "free_customer"), ("leads:detail", "lead"))
LOOKERS = (Role.TECHNICIAN, Role.MARKETING, Role.CALL_AGENT)  # the same every day; the matrix asks others in turn


def looked_at(crossed: Crossing) -> list[str]:
    ids = crossed.world.a.ids
    pages = {name: reverse(name, args=[ids[kind]] if kind else []) for name, kind in LOOKED_AT.items()}
    tabs = [f"{pages['customers:detail']}?{more}" for more in ("tab=file", "tab=consents", "tab=relations", "drawer=1")]
    return [*pages.values(), *tabs, f"{pages['aftersales:detail']}?drawer=1"]


def colleagues(crossed: Crossing) -> list[str]:
    found = [reverse(name, args=[hidden(crossed, kind)]) for name, kind in COLLEAGUES]
    ids = crossed.world.a.ids
    found += [reverse("orders:detail", args=[ids[kind]]) for kind in ("car_order", "waiting_order")]
    found += [reverse("quotes:detail", args=[ids[kind]]) for kind in ("sent_quote", "waiting_quote")]
    return [*found, *(reverse("leads:detail", args=[ids[kind]]) for kind in ("lead", "lost_lead"))]


@pytest.mark.parametrize("role", [*LOOKERS, Role.CARE_MANAGER, Role.SERVICE_ADVISOR])
def test_who_only_looks_is_offered_nothing_more(crossed: Crossing, role: Role) -> None:
    person, opened = crossed.world.a.people[role], 0
    for address in [*(looked_at(crossed) if role in LOOKERS else ()), *colleagues(crossed)]:
        answer = person.client().get(address)
        opened += answer.status_code == 200
        assert matrix.beyond(person, answer) == [], address
    assert opened > 1


def test_a_store_has_an_account_of_its_own_beside_the_one_above(crossed: Crossing) -> None:
    for actor in (crossed.world.chief.actor, crossed.world.a.actor):
        with scope(actor):
            made = accounts.save(actor=actor, values=account(), password="geheim-7", version=0)
            Staff.objects.filter(pk=actor.staff_id).update(email="a@b.example")
            assert made.organisation_id == actor.organisation_id == accounts._write_trial(actor).organisation_id


def test_who_leads_the_network_is_offered_nothing_of_a_stores_work(crossed: Crossing) -> None:
    with scope(crossed.world.chief.actor) as chief:
        accounts.save(actor=chief, values=account(), password="geheim-7", version=0)
        library.add_piece(actor=chief, code="any", values={
            "title": "看车", "kind": "care", "summary": "", "body": "看空间", "image": None, "cars": [],
            "interests": [], "valid_from": None, "valid_until": None, "active": True,
        })  # fmt: skip
        steps = [Step(day=0, piece="any", channel="wechat").written()]
        library.add_sequence(actor=chief, code="slow", values={
            "name": "慢热", "audience": "open", "after_days": 300, "grades": [], "stages": [], "sources": [],
            "interests": [], "cars": [], "steps": steps, "active": True,
        })  # fmt: skip
    answer = crossed.world.chief.client().get(reverse("nurturing:sequence", args=["slow"]))
    assert answer.status_code == 200 and matrix.beyond(crossed.world.chief, answer) == []
    for name in ("leads:rules", "contact:mail", "spotchecks:rule", "nurturing:library", "nurturing:sequences"):
        answer = crossed.world.chief.client().get(reverse(name))
        assert answer.status_code == 200 and matrix.beyond(crossed.world.chief, answer) == [], name
