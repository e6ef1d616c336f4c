"""Cars, their owners, readings and policies: what the services do, and what they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.http import Http404

from qibu.customers import selectors as customers
from qibu.customers.models import Customer
from qibu.customers.selectors.timeline import latest
from qibu.customers.timeline import CAR, Renderer
from qibu.kernel import times
from qibu.kernel.actors import PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.rules import Role
from qibu.vehicles import extras, selectors, slots
from qibu.vehicles.errors import (
    ChangedMeanwhile,
    ContradictoryReading,
    InTheFuture,
    Nameless,
    OwnerExists,
    PartExists,
    PeriodReversed,
    PolicyExists,
    TooEarly,
    VinTaken,
)
from qibu.vehicles.models import Ownership, Policy, Vehicle
from qibu.vehicles.rules import IllegalVin
from qibu.vehicles.services import ownerships, policies, readings, transfers, vehicles
from qibu.vehicles.tests.places import OTHER_VIN, VIN, Store, a_car, a_customer, a_store

pytestmark = pytest.mark.django_db
SOLD = date(2025, 5, 1)


@pytest.fixture
def store() -> Iterator[Store]:
    found = a_store()
    with scope(found.actor()):
        yield found


def events(name: str) -> list[Entry]:
    return list(Entry.objects.filter(type=f"vehicles.{name}").order_by("id"))


def found_by(store: Store, text: str) -> list[str]:
    return [one.name for one in customers.search(store.actor(), text)]


# Registering and changing -------------------------------------------------------------------------
def test_a_new_car_is_found_by_plate_and_vin_and_stands_on_the_time_line(store: Store) -> None:
    owner = a_customer(store)
    car = a_car(store, owner, plate="皖B·12345", vin=VIN.lower())
    assert (car.plate, car.plate_kind, car.vin) == ("皖B12345", "ordinary", VIN)
    for text in ("皖B12345", "b12345", "2345", VIN, VIN[-6:]):
        assert found_by(store, text) == [owner.name]
    (entry,) = events("VehicleRegistered")
    assert (entry.customer_id, entry.vehicle_id, entry.timeline) == (owner.pk, car.pk, True)
    assert times.day_of(entry.at) == car.purchased_on


def test_a_vin_stands_for_one_car_in_the_store(store: Store) -> None:
    car = a_car(store)
    with pytest.raises(VinTaken) as refusal:
        a_car(store, plate="皖B99999")
    assert refusal.value.vehicle_id == car.pk


def test_another_store_may_have_the_same_vin() -> None:
    mine, theirs = a_store("M"), a_store("T")
    with scope(mine.actor()):
        a_car(mine)
    with scope(theirs.actor()):
        car = a_car(theirs)
        assert list(selectors.visible(theirs.actor())) == [car]


def test_a_car_needs_a_vin_or_a_plate(store: Store) -> None:
    with pytest.raises(Nameless):
        a_car(store, vin="", plate="")
    with pytest.raises(IllegalVin):
        a_car(store, vin="LVV")


def test_a_change_moves_the_version_the_tokens_and_tells_the_fields(store: Store) -> None:
    owner = a_customer(store)
    car = a_car(store, owner)
    vehicles.change(actor=store.actor(), vehicle_id=car.pk, version=1, plate="皖BD12345", colour="白")
    car.refresh_from_db()
    assert (car.version, car.plate, car.plate_kind, car.vin) == (2, "皖BD12345", "new_energy_small", VIN)
    assert events("VehicleChanged")[0].data == {"changes": ["colour", "plate"]}
    assert found_by(store, "bd12345") == [owner.name]
    assert found_by(store, "皖B12345") == []


def test_a_change_of_nothing_is_none(store: Store) -> None:
    car = a_car(store)
    assert vehicles.change(actor=store.actor(), vehicle_id=car.pk, version=1, series="瑞虎8").version == 1
    assert events("VehicleChanged") == []


def test_the_second_of_two_who_change_is_told(store: Store) -> None:
    car = a_car(store)
    vehicles.change(actor=store.actor(), vehicle_id=car.pk, version=1, colour="白")
    with pytest.raises(ChangedMeanwhile) as refusal:
        vehicles.change(actor=store.actor(), vehicle_id=car.pk, version=1, colour="黑")
    assert refusal.value.version == 2


def test_a_changed_vin_may_not_be_that_of_another_car(store: Store) -> None:
    first, second = a_car(store), a_car(store, vin=OTHER_VIN)
    with pytest.raises(VinTaken) as refusal:
        vehicles.change(actor=store.actor(), vehicle_id=second.pk, version=1, vin=VIN)
    assert refusal.value.vehicle_id == first.pk


# Ownership ----------------------------------------------------------------------------------------
def test_a_transfer_closes_one_ownership_and_opens_the_other(store: Store) -> None:
    seller, buyer = a_customer(store, "王建国"), a_customer(store, "刘芳")
    car = a_car(store, seller)
    transfers.transfer(
        actor=store.actor(), vehicle_id=car.pk, version=1, new_owner_id=buyer.pk, on=SOLD
    )
    parts = Ownership.objects.order_by("pk").values_list("customer_id", "since", "until")
    assert list(parts) == [(seller.pk, date(2024, 3, 12), SOLD), (buyer.pk, SOLD, None)]
    told = [(e.customer_id, e.data["began"], times.day_of(e.at)) for e in events("OwnershipChanged")[1:]]
    assert told == [(seller.pk, False, SOLD), (buyer.pk, True, SOLD)]
    assert found_by(store, "皖B12345") == ["刘芳"]
    assert selectors.owner_id_of(car.pk) == buyer.pk


def test_a_car_without_a_plate_is_told_by_its_series_and_the_end_of_its_vin(store: Store) -> None:
    seller, buyer = a_customer(store, "王建国"), a_customer(store, "刘芳")
    car = a_car(store, seller, plate="")
    transfers.transfer(actor=store.actor(), vehicle_id=car.pk, version=1, new_owner_id=buyer.pk, on=SOLD)
    (line,) = latest(buyer.pk, {"vehicles.OwnershipChanged": Renderer(CAR, slots._ownership)})
    assert line.line.title == f"成为 瑞虎8 {VIN[-6:]} 的车主"


def test_a_transfer_may_end_the_other_parts_but_not_those_of_the_new_owner(store: Store) -> None:
    seller, buyer, wife = a_customer(store), a_customer(store, "刘芳"), a_customer(store, "李敏")
    car = a_car(store, seller)
    for driver in (buyer, wife):
        ownerships.add(actor=store.actor(), vehicle_id=car.pk, customer_id=driver.pk, role="driver")
    transfers.transfer(
        actor=store.actor(), vehicle_id=car.pk, version=1, new_owner_id=buyer.pk, on=SOLD, end_others=True
    )
    living = Ownership.objects.filter(until__isnull=True).values_list("customer_id", "role")
    assert set(living) == {(buyer.pk, "driver"), (buyer.pk, "owner")}


@pytest.mark.parametrize(
    ("on", "fault"), [(date(2024, 3, 11), TooEarly), (date(2099, 1, 1), InTheFuture)]
)
def test_a_transfer_has_a_possible_day(store: Store, on: date, fault: type[Exception]) -> None:
    car, buyer = a_car(store, a_customer(store)), a_customer(store, "刘芳")
    with pytest.raises(fault):
        transfers.transfer(
            actor=store.actor(), vehicle_id=car.pk, version=1, new_owner_id=buyer.pk, on=on
        )


def test_a_car_does_not_go_over_to_its_owner(store: Store) -> None:
    owner = a_customer(store)
    car = a_car(store, owner)
    with pytest.raises(PartExists):
        transfers.transfer(
            actor=store.actor(), vehicle_id=car.pk, version=1, new_owner_id=owner.pk, on=SOLD
        )


def test_a_car_has_one_owner_and_a_driver_is_added_once(store: Store) -> None:
    owner, driver = a_customer(store), a_customer(store, "李敏")
    car = a_car(store, owner)
    with pytest.raises(OwnerExists):
        ownerships.add(actor=store.actor(), vehicle_id=car.pk, customer_id=driver.pk, role="owner")
    part = ownerships.add(actor=store.actor(), vehicle_id=car.pk, customer_id=driver.pk, role="driver")
    with pytest.raises(PartExists):
        ownerships.add(actor=store.actor(), vehicle_id=car.pk, customer_id=driver.pk, role="driver")
    assert set(found_by(store, "皖B12345")) == {"王建国", "李敏"}
    ownerships.remove(actor=store.actor(), ownership_id=part.pk, on=times.today())
    ownerships.remove(actor=store.actor(), ownership_id=part.pk, on=times.today())
    assert found_by(store, "皖B12345") == ["王建国"]
    assert len(events("OwnershipChanged")) == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sell_the_car_at_once_one_is_told() -> None:
    store = a_store()
    with scope(store.actor()):
        buyers = [a_customer(store, name).pk for name in ("刘芳", "李敏")]
        car = a_car(store, a_customer(store))
    start, outcomes = Barrier(2), []

    def sell(buyer: int) -> None:
        start.wait()
        try:
            with scope(store.actor()):
                transfers.transfer(
                    actor=store.actor(), vehicle_id=car.pk, version=1, new_owner_id=buyer, on=SOLD
                )
            outcomes.append(buyer)
        except ChangedMeanwhile:
            outcomes.append(0)
        finally:
            connection.close()

    threads = [Thread(target=sell, args=(buyer,)) for buyer in buyers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [buyer for buyer in outcomes if buyer]
    with scope(store.actor()):
        living = Ownership.objects.filter(until__isnull=True).values_list("customer_id", flat=True)
        assert list(living) == [winner]


# Readings -----------------------------------------------------------------------------------------
def read(store: Store, car: Vehicle, on: date, km: int, reason: str = "") -> None:
    readings.record(actor=store.actor(), vehicle_id=car.pk, on=on, km=km, reason=reason)


def test_the_newest_reading_is_kept_on_the_car(store: Store) -> None:
    car = a_car(store, a_customer(store))
    read(store, car, date(2025, 6, 1), 20_000)
    read(store, car, date(2025, 1, 1), 10_000)
    car.refresh_from_db()
    assert (car.mileage, car.mileage_on) == (20_000, date(2025, 6, 1))
    assert [entry.data["km"] for entry in events("MileageRead")] == [20_000, 10_000]


def test_a_lower_reading_needs_a_reason(store: Store) -> None:
    car = a_car(store)
    read(store, car, date(2025, 6, 1), 20_000)
    with pytest.raises(ContradictoryReading) as refusal:
        read(store, car, date(2025, 7, 1), 500)
    assert (refusal.value.on, refusal.value.km) == (date(2025, 6, 1), 20_000)
    read(store, car, date(2025, 7, 1), 500, "更换里程表")
    car.refresh_from_db()
    assert car.mileage == 500
    read(store, car, date(2025, 6, 20), 21_000)


def test_a_reading_of_the_past_may_not_exceed_a_later_one(store: Store) -> None:
    car = a_car(store)
    read(store, car, date(2025, 6, 1), 20_000)
    with pytest.raises(ContradictoryReading):
        read(store, car, date(2025, 5, 1), 30_000)


def test_the_same_reading_twice_is_one_and_tomorrow_has_none(store: Store) -> None:
    car = a_car(store)
    read(store, car, date(2025, 6, 1), 20_000)
    read(store, car, date(2025, 6, 1), 20_000)
    assert len(events("MileageRead")) == 1
    with pytest.raises(InTheFuture):
        read(store, car, times.today() + timedelta(1), 30_000)


# Policies -----------------------------------------------------------------------------------------
def cover(**changes: Any) -> Any:
    return {
        "kind": "commercial", "ends_on": date(2027, 1, 14), "starts_on": None, "insurer": "人保", "number": "",
    } | changes  # fmt: skip


def test_policies_are_recorded_corrected_and_removed(store: Store) -> None:
    actor, car = store.actor(), a_car(store, a_customer(store))
    policy = policies.record(actor=actor, vehicle_id=car.pk, **cover())
    policies.correct(actor=actor, policy_id=policy.pk, **cover())
    policies.correct(actor=actor, policy_id=policy.pk, **cover(ends_on=date(2027, 1, 15)))
    assert [e.data["ends_on"] for e in events("PolicyRecorded")] == ["2027-01-14", "2027-01-15"]
    assert policies.remove(actor=actor, policy_id=policy.pk) == car.pk
    assert events("PolicyRemoved")[0].subject_id == policy.pk
    assert not Policy.objects.exists()


def test_the_same_cover_twice_is_refused_and_time_goes_forward(store: Store) -> None:
    actor, car = store.actor(), a_car(store)
    policies.record(actor=actor, vehicle_id=car.pk, **cover())
    with pytest.raises(PolicyExists):
        policies.record(actor=actor, vehicle_id=car.pk, **cover())
    with pytest.raises(PeriodReversed):
        policies.record(actor=actor, vehicle_id=car.pk, **cover(starts_on=date(2028, 1, 1)))


# Who may see and do what --------------------------------------------------------------------------
@pytest.mark.parametrize("role", list(Role))
def test_who_sees_a_car_of_somebody_elses_customer(store: Store, role: Role) -> None:
    other = store.staff[Role.SALES_MANAGER]
    car = a_car(store, a_customer(store, seller=other))
    actor = store.actor(role)
    may = actor.may("customers.view_all")
    assert selectors.visible(actor).filter(pk=car.pk).exists() == may


def test_a_car_is_seen_with_one_of_its_living_parties_or_without_any(store: Store) -> None:
    consultant = store.actor(Role.SALES_CONSULTANT)
    mine: Customer = a_customer(store, "我的", seller=store.staff[Role.SALES_CONSULTANT])
    other = a_customer(store, "别人的", seller=store.staff[Role.SALES_MANAGER])
    theirs, nobodys = a_car(store, other), a_car(store, vin=OTHER_VIN)
    assert list(selectors.visible(consultant)) == [nobodys]
    part = ownerships.add(actor=store.actor(), vehicle_id=theirs.pk, customer_id=mine.pk, role="driver")
    assert set(selectors.visible(consultant)) == {theirs, nobodys}
    named = {one.role: one.name for one in selectors.parts_of(consultant, theirs.pk)}
    assert named == {"owner": "由其他同事负责的客户", "driver": "我的"}
    ownerships.remove(actor=store.actor(), ownership_id=part.pk, on=times.today())
    assert list(selectors.visible(consultant)) == [nobodys]
    with pytest.raises(Http404):
        vehicles.change(actor=consultant, vehicle_id=theirs.pk, version=1, colour="白")


def test_who_looks_at_a_car_reads_nothing_of_earlier_owners(store: Store) -> None:
    consultant = store.actor(Role.SALES_CONSULTANT)
    seller = a_customer(store, "老车主", seller=store.staff[Role.SALES_MANAGER])
    buyer = a_customer(store, "新车主", seller=store.staff[Role.SALES_CONSULTANT])
    car = a_car(store, seller)
    transfers.transfer(
        actor=store.actor(), vehicle_id=car.pk, version=1, new_owner_id=buyer.pk, on=SOLD
    )
    assert [part.name for part in selectors.parts_of(consultant, car.pk)] == ["新车主", "前任车主"]
    assert [part.name for part in selectors.parts_of(store.actor(), car.pk)] == ["新车主", "前任车主"]


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.MARKETING, Role.FINANCE, Role.AUDITOR])
def test_who_may_not_edit_is_refused(store: Store, role: Role) -> None:
    actor, car = store.actor(role), a_car(store)
    for act in (
        lambda: vehicles.register(actor=actor, plate="皖B11111"),
        lambda: vehicles.change(actor=actor, vehicle_id=car.pk, version=1, colour="白"),
        lambda: readings.record(actor=actor, vehicle_id=car.pk, on=SOLD, km=1),
        lambda: policies.record(actor=actor, vehicle_id=car.pk, **cover()),
        lambda: ownerships.add(actor=actor, vehicle_id=car.pk, customer_id=1, role="driver"),
    ):
        with pytest.raises(PermissionRefused):
            act()


# Reading ------------------------------------------------------------------------------------------
def test_the_panel_of_a_fleet_takes_as_many_queries_as_that_of_one_car(
    store: Store, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "_lines", {})  # what apps above add is theirs to count
    owner = a_customer(store)
    for n in range(6):
        car = a_car(store, owner, vin=f"LVVDB11B2RD00000{n}", plate=f"皖B1000{n}")
        policies.record(actor=store.actor(), vehicle_id=car.pk, **cover())
        policies.record(actor=store.actor(), vehicle_id=car.pk, **cover(kind="compulsory"))
    with django_assert_max_num_queries(3):
        cars = selectors.cars_of(store.actor(), owner.pk)
    assert [one.covers[0].names for one in cars] == ["商业险、交强险"] * 6


def test_the_newest_cover_of_each_kind_is_shown_and_an_old_one_is_over(store: Store) -> None:
    actor, car = store.actor(), a_car(store, a_customer(store))
    today = times.today()
    for kind, days in (("unknown", -400), ("commercial", -61), ("compulsory", -800), ("compulsory", -60)):
        policies.record(actor=actor, vehicle_id=car.pk, **cover(kind=kind, ends_on=today + timedelta(days=days)))
    shown = [(one.names, one.lapsed) for one in selectors.covers_of([car.pk])[car.pk]]
    assert shown == [("商业险", True), ("交强险", False)]


def test_cars_are_found_by_plate_vin_and_owner(store: Store) -> None:
    car, lonely = a_car(store, a_customer(store)), a_car(store, vin=OTHER_VIN, plate="皖B77777")
    for text in ("皖B·12345", VIN, "123456", "王建国", "wjg"):
        assert selectors.find(store.actor(), text) == [car]
    assert selectors.find(store.actor(), "皖B77777") == [lonely]
    assert selectors.find(store.actor(), "") == []
