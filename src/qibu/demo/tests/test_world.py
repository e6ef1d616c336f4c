import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice, pairwise

import pytest

from qibu.demo.records import Role, Stage
from qibu.demo.vin import check_digit, is_legal
from qibu.demo.world import World

TODAY = date(2026, 11, 20)
OFFICE = "[皖苏][A-HJ-NP-Z]"
BLUE = re.compile(OFFICE + r"(?=(?:.*\d){3})[A-HJ-NP-Z0-9]{5}")
GREEN = re.compile(OFFICE + r"[DABCEFGHJK][A-HJ-NP-Z0-9]\d{4}")


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, TODAY)


@pytest.fixture(scope="module")
def households(world):
    return [household for store in world.stores for household in world.households(store)]


def test_same_seed_and_day_give_the_same_world(world):
    again = World(7, TODAY)
    assert world.staff == again.staff
    assert list(world.households(world.stores[1])) == list(again.households(again.stores[1]))


def test_another_seed_gives_other_people(world):
    other = World(8, TODAY)
    names = [customer.name for customer in world.customers(world.stores[0])]
    assert names != [customer.name for customer in other.customers(other.stores[0])]


@pytest.mark.parametrize("days", [1, 40])
def test_another_day_shifts_the_work_that_is_due(world, days):
    later, shift = World(7, TODAY + timedelta(days=days)), timedelta(days=days)
    store = world.stores[0]
    asked, moved = ([p for p in w.promises(store) if p.kept_at is None] for w in (world, later))
    assert [promise.due_at + shift for promise in asked] == [promise.due_at for promise in moved]
    assert [a.at + shift for a in world.appointments(store)] == [a.at for a in later.appointments(store)]


@pytest.mark.parametrize(
    "today", [date(2028, 2, 29), date(2027, 2, 28), date(2027, 1, 1), date(2026, 12, 31)]
)
def test_any_day_can_be_today(today):
    world = World(7, today, customers=120, visits=600)
    assert sum(household.rows for household in world.households(world.stores[0])) > 1000


def test_sizes_are_near_what_was_asked(world):
    for store in world.stores:
        assert sum(1 for _ in world.customers(store)) == 600
        assert 640 < sum(1 for _ in world.cars(store)) < 860
        assert 3000 < sum(1 for _ in world.visits(store)) < 4100


def test_vins_are_legal_unique_and_have_the_right_check_digit(households):
    vins = [car.vin for household in households for car in household.cars]
    assert all(is_legal(vin) and vin[8] == check_digit(vin) for vin in vins)
    assert len(set(vins)) == len(vins)


def test_the_check_digit_is_that_of_the_standard_example():
    assert check_digit("1M8GDM9AXKP042788") == "X"


def test_plates_are_legal_unique_and_green_for_new_energy(households):
    cars = [car for household in households for car in household.cars if car.plate]
    for car in cars:
        petrol = car.model.series.energy == "petrol"
        assert (BLUE if petrol else GREEN).fullmatch(car.plate), car.plate
    assert len({car.plate for car in cars}) == len(cars)


def test_phones_ring_nobody_and_belong_to_one(world, households):
    customers = [customer for household in households for customer in household.customers]
    phones = [customer.phone for customer in customers] + [person.phone for person in world.staff]
    assert all(re.fullmatch(r"154\d{8}", phone) for phone in phones)
    assert len(set(phones)) == len(phones)


def test_mileage_never_falls(households):
    for household in households:
        for before, after in pairwise(household.readings):
            if before.car == after.car:
                assert before.km <= after.km
                assert before.read_on <= after.read_on


def test_dates_are_in_order(households):
    for household in households:
        owner = household.customers[0]
        for car in household.cars:
            assert owner.created_on <= car.purchased_on <= car.delivered_at.date() < TODAY
            assert car.registered_on is None or car.delivered_at.date() <= car.registered_on < TODAY
            assert car.sold_on is None or car.delivered_at.date() < car.sold_on <= TODAY
        cars = {car.number: car for car in household.cars}
        for visit in household.visits:
            assert cars[visit.car].delivered_at < visit.arrived_at
            assert visit.arrived_at.date() < TODAY
            assert visit.left_at is None or visit.arrived_at < visit.left_at
        for before, after in pairwise(household.visits):
            if before.car == after.car:
                assert before.left_at is not None
                assert before.left_at < after.arrived_at
        assert all(policy.starts_on < policy.ends_on for policy in household.policies)
        assert all(p.made_at < p.due_at for p in household.promises)


def test_numbers_are_unique_and_amounts_add_up(households):
    visits = [visit for household in households for visit in household.visits]
    assert len({(visit.store, visit.number) for visit in visits}) == len(visits)
    policies = [policy.number for household in households for policy in household.policies]
    assert len(set(policies)) == len(policies)
    for visit in visits:
        assert visit.total == visit.labour + visit.parts == sum(job.labour + job.parts for job in visit.jobs)


def test_every_role_is_filled_and_sign_in_names_are_unique(world):
    assert {person.role for person in world.staff} == set(Role)
    assert len({person.login for person in world.staff}) == len(world.staff)
    for store in world.stores:
        assert len(world.staff_of(store, Role.SERVICE_ADVISOR)) == 3
        assert len(world.staff_of(store, Role.CALL_AGENT)) == 2


def test_every_stage_and_kind_of_person_is_met(households):
    customers = [customer for household in households for customer in household.customers]
    assert {customer.stage for customer in customers} == set(Stage)
    assert any(customer.is_company for customer in customers)
    assert any(customer.lunar_birthday for customer in customers)
    assert any(c.birthday and (c.birthday.month, c.birthday.day) == (2, 29) for c in customers)
    assert any(household.users for household in households)


def test_each_store_has_work_on_the_day(world):
    for store in world.stores:
        open_promises = [promise for promise in world.promises(store) if promise.kept_at is None]
        assert any(promise.due_at.date() < TODAY for promise in open_promises)
        hours = {promise.due_at.hour for promise in open_promises if promise.due_at.date() == TODAY}
        assert all(hours & {hour, hour + 1} for hour in range(9, 17))
        assert any(appointment.at.date() == TODAY for appointment in world.appointments(store))
        ago = {(TODAY - visit.arrived_at.date()).days for visit in world.visits(store)}
        assert ago >= set(range(1, 8))
        assert len(list(world.deliveries(store))) > 5
        ends = {(policy.ends_on - TODAY).days for policy in world.policies(store)}
        assert ends >= {1, 7, 30, 60}
        births = [c.birthday for c in world.customers(store) if c.birthday and c.lunar_birthday is None]
        week = {((TODAY + timedelta(days=n)).month, (TODAY + timedelta(days=n)).day) for n in range(7)}
        assert len([day for day in births if (day.month, day.day) in week]) > 3


def test_rows_are_made_one_at_a_time():
    world = World(7, TODAY, customers=10**7, visits=4 * 10**7)
    visits = world.visits(world.stores[0])
    assert isinstance(visits, Iterator)
    assert len(list(islice(visits, 200))) == 200
