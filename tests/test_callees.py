"""Who is called for what about a car with several people: the rule, the planner, the page, and what a store decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from qibu.care.models import Callee, Due
from qibu.care.rules import Party, Trigger, callee
from qibu.care.services import callees, dues, planner
from qibu.customers.models import Customer
from qibu.customers.services import holds, merges
from qibu.kernel import times
from qibu.kernel.days import add_months
from qibu.kernel.scoping import scope
from qibu.network.rules import Role
from qibu.tasks.models import Task
from qibu.tasks.services import tasks
from qibu.vehicles.errors import OverAlready
from qibu.vehicles.models import Vehicle
from qibu.vehicles.services import ownerships, policies
from qibu.vehicles.tests.places import Store, a_car, a_customer, a_store, client_of

pytestmark = pytest.mark.django_db
T = Trigger


# The rule -----------------------------------------------------------------------------------------
OWNER, DRIVER, PAYER, SENDER = (Party(n, role) for n, role in enumerate(("owner", "driver", "payer", "sender"), 1))


@pytest.mark.parametrize(
    ("parties", "expected"),
    [
        ([OWNER], {T.MAINTENANCE: 1, T.INSURANCE: 1, T.INSPECTION: 1, T.WARRANTY: 1, T.VISIT_CLOSED: 1}),
        ([OWNER, DRIVER], {T.MAINTENANCE: 2, T.INSURANCE: 1, T.INSPECTION: 1, T.WARRANTY: 1, T.VISIT_CLOSED: 2}),
        ([OWNER, DRIVER, SENDER], {T.MAINTENANCE: 4, T.INSURANCE: 1, T.VISIT_CLOSED: 4}),
        ([OWNER, PAYER], {T.MAINTENANCE: 1, T.INSURANCE: 3, T.INSPECTION: 1, T.DELIVERY: 1}),
        ([], {T.MAINTENANCE: None}),
    ],
)
def test_each_thing_has_its_person(parties: list[Party], expected: dict[Trigger, int | None]) -> None:
    assert {trigger: callee(trigger, parties) for trigger in expected} == expected


def test_of_two_drivers_the_one_who_came_last_has_the_car() -> None:
    today = times.today()
    two = [OWNER, Party(7, "driver", today), Party(8, "driver", today - timedelta(9)), Party(9, "driver")]
    assert callee(T.MAINTENANCE, two) == 7


def test_whoever_was_chosen_counts_while_they_have_a_part() -> None:
    assert callee(T.MAINTENANCE, [OWNER, DRIVER], chosen=1) == 1
    assert callee(T.MAINTENANCE, [OWNER, DRIVER], chosen=99) == 2


# The planner --------------------------------------------------------------------------------------
@pytest.fixture
def store() -> Iterator[Store]:
    found = a_store()
    with scope(found.actor()):
        yield found


@pytest.fixture
def owner(store: Store) -> Customer:
    return a_customer(store, "安顺物流", kind="company", advisor=store.staff[Role.SERVICE_MANAGER])


@pytest.fixture
def driver(store: Store) -> Customer:
    return a_customer(store, "李师傅")


@pytest.fixture
def car(store: Store, owner: Customer) -> Vehicle:
    """A car whose maintenance and insurance are near."""
    found = a_car(store, owner, energy="petrol", purchased_on=add_months(times.today(), -6) + timedelta(days=5))
    policies.record(
        actor=store.actor(), vehicle_id=found.pk, kind="commercial", ends_on=times.today() + timedelta(days=20),
        starts_on=None, insurer="人保", number="",
    )  # fmt: skip
    return found


def plan(store: Store, car: Vehicle) -> dict[str, set[int | None]]:
    """What is planned about the car: trigger → who is called."""
    dues.refresh(actor=store.actor(), vehicle_ids=[car.pk])
    planner.plan(actor=store.actor(), on=times.today())
    return called()


def called() -> dict[str, set[int | None]]:
    found: dict[str, set[int | None]] = {}
    for task in Task.objects.filter(state__in=("open", "backlog"), key__startswith="care:"):
        found.setdefault(Due.objects.get(pk=int(str(task.key).split("/")[2])).trigger, set()).add(task.customer_id)
    return found


def part(store: Store, car: Vehicle, customer: Customer, role: str) -> int:
    return int(ownerships.add(actor=store.actor(), vehicle_id=car.pk, customer_id=customer.pk, role=role).pk)


def test_the_driver_is_called_for_maintenance_and_the_owner_for_insurance(
    store: Store, owner: Customer, driver: Customer, car: Vehicle
) -> None:
    alone = plan(store, car)
    assert alone["maintenance"] == alone["insurance"] == {owner.pk}
    number = part(store, car, driver, "driver")
    together = plan(store, car)
    assert together["maintenance"] == {driver.pk} and together["insurance"] == {owner.pk}
    assert set(Due.objects.filter(over=False).values_list("customer_id", flat=True)) == {owner.pk}
    ownerships.remove(actor=store.actor(), ownership_id=number, on=times.today())
    assert driver.pk not in called().get("maintenance", set())  # at once, not with the next run
    assert plan(store, car)["maintenance"] == {owner.pk}


def test_work_goes_to_the_advisor_of_who_is_called_else_to_the_owners(
    store: Store, owner: Customer, driver: Customer, car: Vehicle
) -> None:
    from qibu.network.models import User

    for role in (Role.SERVICE_MANAGER, Role.SERVICE_ADVISOR):
        store.staff[role].user = User.objects.create(username=f"u{role}")
        store.staff[role].save()
    part(store, car, driver, "driver")
    plan(store, car)
    task = Task.objects.get(state__in=("open", "backlog"), customer=driver)
    assert task.assignee_id == store.staff[Role.SERVICE_MANAGER].pk
    Customer.objects.filter(pk=driver.pk).update(advisor=store.staff[Role.SERVICE_ADVISOR])
    ownerships.add(actor=store.actor(), vehicle_id=car.pk, customer_id=driver.pk, role="payer")
    plan(store, car)
    insured = Task.objects.filter(state__in=("open", "backlog"), kind__startswith="insurance")
    assert set(insured.values_list("customer_id", "assignee_id")) == {(driver.pk, store.staff[Role.SERVICE_ADVISOR].pk)}


def test_a_driver_with_a_last_day_is_called_until_then_and_not_after(
    store: Store, owner: Customer, driver: Customer, car: Vehicle, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = times.today()
    until = ownerships.add(
        actor=store.actor(), vehicle_id=car.pk, customer_id=driver.pk, role="driver", ends_on=today
    )
    assert plan(store, car)["maintenance"] == {driver.pk}
    monkeypatch.setattr(times, "today", lambda: today + timedelta(days=1))
    planner.plan(actor=store.actor(), on=times.today())
    until.refresh_from_db()
    assert until.until == today and called()["maintenance"] == {owner.pk}
    assert not any(planner.plan(actor=store.actor(), on=times.today()).counts().values())


def test_a_part_does_not_end_before_it_begins(store: Store, driver: Customer, car: Vehicle) -> None:
    with pytest.raises(OverAlready):
        ownerships.add(
            actor=store.actor(), vehicle_id=car.pk, customer_id=driver.pk, role="driver",
            ends_on=times.today() - timedelta(days=1),
        )  # fmt: skip


def test_a_driver_who_said_no_is_not_called_and_the_owners_no_is_not_the_drivers(
    store: Store, owner: Customer, driver: Customer, car: Vehicle
) -> None:
    part(store, car, driver, "driver")
    hold = holds.place(actor=store.actor(), customer_id=driver.pk, reach="everything", reason="不要再打")
    found = plan(store, car)
    assert "maintenance" not in found and found["insurance"] == {owner.pk}
    holds.lift(actor=store.actor(), customer_id=driver.pk, hold_id=hold.pk)
    holds.place(actor=store.actor(), customer_id=owner.pk, reach="everything", reason="不要再打")
    found = plan(store, car)
    assert found.get("maintenance") == {driver.pk} and "insurance" not in found


def test_a_call_that_was_tried_begins_anew_with_the_next_person(
    store: Store, owner: Customer, driver: Customer, car: Vehicle
) -> None:
    plan(store, car)
    Task.objects.filter(customer=owner, kind__startswith="maintenance").update(attempts=2)
    part(store, car, driver, "sender")
    assert plan(store, car)["maintenance"] == {driver.pk}
    assert set(Task.objects.filter(customer=driver).values_list("attempts", flat=True)) == {0}


def test_planning_again_changes_nothing(store: Store, driver: Customer, car: Vehicle) -> None:
    part(store, car, driver, "driver")
    plan(store, car)
    assert not any(planner.plan(actor=store.actor(), on=times.today()).counts().values())


def test_a_store_decides_otherwise_for_a_car(store: Store, owner: Customer, driver: Customer, car: Vehicle) -> None:
    part(store, car, driver, "driver")
    both = {"maintenance": owner.pk, "insurance": driver.pk}
    assert callees.choose(actor=store.actor(), vehicle_id=car.pk, chosen=both) == 2
    found = plan(store, car)
    assert (found["maintenance"], found["insurance"]) == ({owner.pk}, {driver.pk})
    assert callees.choose(actor=store.actor(), vehicle_id=car.pk, chosen={"maintenance": owner.pk}) == 0
    callees.choose(actor=store.actor(), vehicle_id=car.pk, chosen={"maintenance": None})
    assert plan(store, car)["maintenance"] == {driver.pk}


def test_nobody_without_a_part_is_chosen(store: Store, car: Vehicle) -> None:
    with pytest.raises(callees.NoPart):
        callees.choose(actor=store.actor(), vehicle_id=car.pk, chosen={"maintenance": a_customer(store, "路人").pk})
    assert not Callee.objects.exists()


def test_a_merge_takes_the_call_along_and_back(store: Store, owner: Customer, driver: Customer, car: Vehicle) -> None:
    part(store, car, driver, "driver")
    callees.choose(actor=store.actor(), vehicle_id=car.pk, chosen={"inspection": driver.pk})
    plan(store, car)
    twin = a_customer(store, "李师付")
    (one,) = merges.merge(actor=store.actor(), survivor_id=twin.pk, merged_ids=[driver.pk])
    assert plan(store, car)["maintenance"] == {twin.pk}
    assert Callee.objects.get().customer_id == twin.pk
    merges.undo(actor=store.actor(), merge_id=one.pk)
    assert plan(store, car)["maintenance"] == {driver.pk}


def test_an_owner_who_is_merged_keeps_what_the_driver_is_called_for(
    store: Store, owner: Customer, driver: Customer, car: Vehicle
) -> None:
    part(store, car, driver, "driver")
    plan(store, car)
    before = set(Task.objects.values_list("key", flat=True))
    twin = a_customer(store, "安顺物流有限公司", kind="company")
    merges.merge(actor=store.actor(), survivor_id=twin.pk, merged_ids=[owner.pk])
    assert plan(store, car)["maintenance"] == {driver.pk}
    assert set(Task.objects.values_list("key", flat=True)) == before


# The page -----------------------------------------------------------------------------------------
def test_the_page_says_whom_to_call_and_lets_it_be_decided(
    store: Store, owner: Customer, driver: Customer, car: Vehicle
) -> None:
    client = client_of(store)
    address = f"/vehicles/{car.pk}/"
    assert "有事找谁" not in client.get(address).content.decode()
    part(store, car, driver, "driver")
    part(store, car, owner, "payer")
    page = client.get(address).content.decode()
    card = page[page.index("有事找谁") :][:1800]
    lines = {words: re.sub("<[^>]+>", "", line).split() for words, line in re.findall("<dt>(.*?)</dt>(.*?)</dd>", card)}
    assert (lines["保养"], lines["保险"]) == (["李师傅", "使用人"], ["安顺物流", "付款人"])
    assert lines["年检"] == ["安顺物流", "车主"]
    form = f"/vehicles/{car.pk}/callees/"
    assert "按通常的办法" in client.get(form).content.decode()
    assert client.post(form, {"maintenance": owner.pk}).status_code == 302
    assert "本店指定" in client.get(address).content.decode()
    assert client.post(form, {"maintenance": a_customer(store, "路人").pk}).status_code == 422


def test_lists_say_whom_to_call_where_it_is_not_the_customer(
    store: Store, owner: Customer, driver: Customer, car: Vehicle
) -> None:
    part(store, car, driver, "payer")
    dues.refresh(actor=store.actor(), vehicle_ids=[car.pk])
    client = client_of(store)
    assert "找 李师傅" in client.get("/care/?trigger=insurance").content.decode()
    assert "找 李师傅" not in client.get("/care/?trigger=maintenance").content.decode()
    month = (times.today() + timedelta(days=20)).strftime("%Y-%m")
    assert "找 李师傅" in client.get(f"/care/print/?month={month}").content.decode()


def test_work_that_people_wrote_down_for_a_driver_is_theirs_to_end(
    store: Store, driver: Customer, car: Vehicle
) -> None:
    number = part(store, car, driver, "driver")
    mine: Any = tasks.create_todo(
        actor=store.actor(), title="还行车证", due_at=times.now() + timedelta(hours=8), customer_id=driver.pk,
        vehicle_id=car.pk,
    )  # fmt: skip
    ownerships.remove(actor=store.actor(), ownership_id=number, on=times.today())
    mine.refresh_from_db()
    assert mine.state == "open"
