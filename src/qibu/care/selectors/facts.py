"""The facts of cars that dues are reckoned from: seven queries for any number of cars.

The numbers of the cars stand in a subquery: a long array is searched from its start for every row of the store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from qibu.care.models import MaintenanceInterval
from qibu.care.rules import (
    CALLED,
    OWNER,
    Car,
    ClosedVisit,
    Cover,
    Granted,
    Interval,
    IntervalRow,
    LastMaintenance,
    PartOfInterval,
    Party,
    Person,
    ProductLine,
    Reading,
    callee,
)
from qibu.care.selectors.intervals import ordered
from qibu.kernel.actors import Actor

CARS = """
SELECT id, NULL, series, energy, plate, use, body, seats, purchased_on, registered_on,
       brand, warranty_until, warranty_km, battery_warranty_until, battery_warranty_km FROM vehicles_vehicle
 WHERE organisation_id = %s AND id = ANY(%s::bigint[]) ORDER BY id
"""
# An owner's day counts where somebody had the car before. The first owner's may only be the day of purchase as it was
# typed at first.
PARTIES = """
SELECT vehicle_id, customer_id, role, CASE WHEN role <> 'owner' OR EXISTS (
       SELECT FROM vehicles_ownership earlier
        WHERE earlier.organisation_id = now.organisation_id AND earlier.vehicle_id = now.vehicle_id
          AND earlier.role = 'owner' AND earlier.until IS NOT NULL) THEN since END
  FROM vehicles_ownership now
 WHERE organisation_id = %s AND vehicle_id = ANY(%s::bigint[]) AND until IS NULL ORDER BY vehicle_id, id
"""
CHOSEN = """
SELECT vehicle_id, trigger, customer_id FROM care_callee
 WHERE organisation_id = %s AND vehicle_id = ANY(%s::bigint[])
"""
READINGS = """
SELECT vehicle_id, "on", km FROM vehicles_reading
 WHERE organisation_id = %s AND vehicle_id = ANY(%s::bigint[]) ORDER BY vehicle_id, "on", km
"""
MAINTAINED = """
SELECT DISTINCT ON (vehicle_id) vehicle_id, opened_on, mileage FROM aftersales_visit
 WHERE organisation_id = %s AND vehicle_id = ANY(%s::bigint[]) AND maintenance
 ORDER BY vehicle_id, opened_on DESC, mileage DESC NULLS LAST
"""
CLOSED = """
SELECT DISTINCT ON (vehicle_id) vehicle_id, id, closed_on, customer_id, number, jobs, contact_name
  FROM aftersales_visit
 WHERE organisation_id = %s AND vehicle_id = ANY(%s::bigint[]) AND closed_on IS NOT NULL
 ORDER BY vehicle_id, closed_on DESC, id DESC
"""
POLICIES = """
SELECT vehicle_id, kind, ends_on, insurer FROM vehicles_policy
 WHERE organisation_id = %s AND vehicle_id = ANY(%s::bigint[]) ORDER BY vehicle_id, ends_on, kind
"""


def cars(actor: Actor, vehicle_ids: Sequence[int]) -> list[Car]:
    """Cars that don't exist any more are left out."""
    asked = [actor.organisation_id, list(vehicle_ids)]
    found: dict[int, Car] = {}
    for *facts, brand, until, km, battery_until, battery_km in _rows(CARS, asked):
        found[facts[0]] = car = Car(*facts)
        car.brand = brand
        car.warranty, car.battery_warranty = Granted(until, km), Granted(battery_until, battery_km)
    for vehicle_id, parties in _parties(asked).items():
        found[vehicle_id].called = parties.called
        found[vehicle_id].owner_id, found[vehicle_id].owned_since = parties.owner_id, parties.owned_since
    for vehicle_id, on, km in _rows(READINGS, asked):
        found[vehicle_id].readings.append(Reading(on, km))
    for vehicle_id, on, km in _rows(MAINTAINED, asked):
        found[vehicle_id].last = LastMaintenance(on, km)
    for vehicle_id, *visit in _rows(CLOSED, asked):
        found[vehicle_id].visit = ClosedVisit(*visit)
    for vehicle_id, *cover in _rows(POLICIES, asked):
        found[vehicle_id].covers.append(Cover(*cover))
    return list(found.values())


@dataclass
class Parties:
    """Who has a part in a car, and whom the store chose to call for something."""

    parties: list[Party] = field(default_factory=list)
    chosen: dict[str, int] = field(default_factory=dict)

    @property
    def called(self) -> dict[str, int]:
        """Trigger → who is called, where it isn't the owner."""
        if len({party.customer_id for party in self.parties}) < 2:  # most cars: there is nobody else
            return {}
        asked = {trigger.value: callee(trigger, self.parties, self.chosen.get(trigger)) for trigger in CALLED}
        return {trigger: who for trigger, who in asked.items() if who not in (None, self.owner_id)}  # type: ignore[misc]  # no None is left

    @property
    def owner_id(self) -> int | None:
        return next((party.customer_id for party in self.parties if party.role == OWNER), None)

    @property
    def owned_since(self) -> date | None:
        return next((party.since for party in self.parties if party.role == OWNER), None)


def parties(actor: Actor, vehicle_ids: Sequence[int]) -> dict[int, Parties]:
    return _parties([actor.organisation_id, list(vehicle_ids)])


def _parties(asked: Sequence[Any]) -> dict[int, Parties]:
    found: dict[int, Parties] = defaultdict(Parties)
    for vehicle_id, *party in _rows(PARTIES, asked):
        found[vehicle_id].parties.append(Party(*party))
    for vehicle_id, trigger, customer_id in _rows(CHOSEN, asked):
        found[vehicle_id].chosen[trigger] = customer_id
    return dict(found)


PEOPLE = """
SELECT id, birthday, birthday_lunar FROM customers_customer
 WHERE organisation_id = %s AND id = ANY(%s::bigint[]) AND kind = 'person' AND merged_into_id IS NULL
   AND erased_at IS NULL
 ORDER BY id
"""


def people(actor: Actor, customer_ids: Sequence[int]) -> list[Person]:
    return [Person(*row) for row in _rows(PEOPLE, [actor.organisation_id, list(customer_ids)])]


def reckoned(actor: Actor, vehicle_ids: Sequence[int]) -> dict[int, int]:
    """Car → below which transaction its facts are in its dues."""
    query = """
    SELECT vehicle_id, xid FROM care_reckoned
     WHERE organisation_id = %s AND vehicle_id = ANY(%s::bigint[])
    """
    return dict(_rows(query, [actor.organisation_id, list(vehicle_ids)]))


def intervals(actor: Actor) -> list[IntervalRow]:
    """In the order in which they are asked: see `selectors.intervals`."""
    return [
        IntervalRow(row.series, row.energy, _interval(row), row.brand) for row in ordered(actor.organisation_id)
    ]


def _interval(row: MaintenanceInterval) -> Interval | PartOfInterval:
    if row.first_months is None or row.months is None or row.first_km is None or row.km is None:
        return PartOfInterval(row.first_km, row.first_months, row.km, row.months)
    return Interval(row.first_km, row.first_months, row.km, row.months)


def kinds_of_cars(actor: Actor) -> list[ProductLine]:
    """Every brand, series and drive that cars of the organisation have."""
    query = "SELECT DISTINCT brand, series, energy FROM vehicles_vehicle WHERE organisation_id = %s ORDER BY 1, 2, 3"
    return [ProductLine(*row) for row in _rows(query, [actor.organisation_id])]


def outdated_inspections(actor: Actor, before: date) -> list[int]:
    """Cars whose inspection was so long ago that the next one has to take its place."""
    query = """
    SELECT vehicle_id FROM care_due
     WHERE organisation_id = %s AND trigger = 'inspection' AND NOT over AND due_on < %s ORDER BY vehicle_id
    """
    return [vehicle_id for (vehicle_id,) in _rows(query, [actor.organisation_id, before])]


def past_birthdays(actor: Actor, before: date) -> list[int]:
    """Whose birthday is so long over that the next one has to take its place."""
    query = """
    SELECT customer_id FROM care_due
     WHERE organisation_id = %s AND trigger = 'birthday' AND NOT over AND due_on < %s ORDER BY customer_id
    """
    return [customer_id for (customer_id,) in _rows(query, [actor.organisation_id, before])]


def _rows(query: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())
