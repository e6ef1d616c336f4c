"""Dues: the days that the rules give are stored when a fact is written, so that planning only joins."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection

from qibu.care.models import Callee, Due, Reckoned
from qibu.care.rules import BIRTHDAY_GRACE, Car, CarDue, IntervalRow, dues_of, dues_of_person
from qibu.care.selectors import facts
from qibu.care.services.locking import one_at_a_time
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.relay import horizon
from qibu.kernel.scoping import scope
from qibu.vehicles.models import Vehicle

# Cars are named by `= ANY(array)`, never by joining an array: right after an import there are no statistics, and what
# looks like a cheap nested loop would take minutes. So it is the index, or the whole table once.
CHUNK = 2000
# The month of the inspection, its last day at the latest, and the month in which it is still talked of.
INSPECTION_PAST = timedelta(days=62)

# In one order, whatever way the database reads: the numbers of dues stand in the keys of tasks, which sort by them.
# A further inspection of a car was known as long as the first one: only its turn has come.
# Stored ones are read once for all cars: right after an import there are no statistics to choose an index by.
UPSERT = """
WITH stored AS MATERIALIZED (
    SELECT trigger, cycle, vehicle_id, customer_id, known_on FROM care_due
     WHERE organisation_id = %(org)s AND vehicle_id = ANY(%(all)s::bigint[])
       AND trigger IN ('inspection', 'visit_closed', 'delivery')
), known AS (
    SELECT vehicle_id, customer_id, trigger, min(known_on) AS known_on FROM stored
     WHERE trigger = 'inspection' GROUP BY vehicle_id, customer_id, trigger
)
INSERT INTO care_due (
    organisation_id, trigger, cycle, vehicle_id, customer_id, callee_id, due_on, estimated, facts, known_on, over)
SELECT %(org)s, w.trigger, w.cycle, w.vehicle_id, w.customer_id, w.callee_id, w.due_on, w.estimated, w.facts::jsonb,
       COALESCE(known.known_on, %(today)s), false
  FROM unnest(%(trigger)s::text[], %(cycle)s::text[], %(vehicle)s::bigint[], %(customer)s::bigint[],
              %(callee)s::bigint[], %(due_on)s::date[], %(estimated)s::bool[], %(facts)s::text[], %(begins)s::bool[])
       AS w (trigger, cycle, vehicle_id, customer_id, callee_id, due_on, estimated, facts, begins)
  LEFT JOIN known USING (vehicle_id, customer_id, trigger)
 WHERE w.begins OR (w.trigger, w.cycle, w.vehicle_id) IN (SELECT trigger, cycle, vehicle_id FROM stored)
 ORDER BY w.vehicle_id, w.trigger, w.cycle
ON CONFLICT (organisation_id, trigger, cycle, vehicle_id) DO UPDATE
   SET due_on = EXCLUDED.due_on, estimated = EXCLUDED.estimated, facts = EXCLUDED.facts, over = false,
       callee_id = EXCLUDED.callee_id
 WHERE (care_due.due_on, care_due.estimated, care_due.facts, care_due.over, care_due.callee_id)
       IS DISTINCT FROM (EXCLUDED.due_on, EXCLUDED.estimated, EXCLUDED.facts, false, EXCLUDED.callee_id)
"""
END = """
UPDATE care_due d SET over = true
 WHERE d.organisation_id = %(org)s AND d.vehicle_id = ANY(%(all)s::bigint[]) AND NOT d.over
   AND (d.trigger, d.cycle, d.vehicle_id) NOT IN (
       SELECT * FROM unnest(%(trigger)s::text[], %(cycle)s::text[], %(vehicle)s::bigint[]))
"""
# A person's dues have no car. The next birthday was known as long as the one before.
UPSERT_PEOPLE = """
WITH known AS (
    SELECT customer_id, min(known_on) AS known_on FROM care_due
     WHERE organisation_id = %(org)s AND trigger = 'birthday' AND customer_id = ANY(%(all)s::bigint[])
     GROUP BY customer_id
)
INSERT INTO care_due (
    organisation_id, trigger, cycle, vehicle_id, customer_id, due_on, estimated, facts, known_on, over)
SELECT %(org)s, w.trigger, w.cycle, NULL, w.customer_id, w.due_on, false, w.facts::jsonb,
       COALESCE(known.known_on, %(today)s), false
  FROM unnest(%(trigger)s::text[], %(cycle)s::text[], %(customer)s::bigint[], %(due_on)s::date[], %(facts)s::text[])
       AS w (trigger, cycle, customer_id, due_on, facts)
  LEFT JOIN known USING (customer_id)
 ORDER BY w.customer_id
ON CONFLICT (organisation_id, trigger, cycle, vehicle_id) DO UPDATE
   SET due_on = EXCLUDED.due_on, facts = EXCLUDED.facts, over = false
 WHERE (care_due.due_on, care_due.facts, care_due.over) IS DISTINCT FROM (EXCLUDED.due_on, EXCLUDED.facts, false)
"""
END_PEOPLE = """
UPDATE care_due d SET over = true
 WHERE d.organisation_id = %(org)s AND d.trigger = 'birthday' AND NOT d.over
   AND d.customer_id = ANY(%(all)s::bigint[]) AND d.cycle NOT IN (SELECT unnest(%(cycle)s::text[]))
"""
RECKONED = """
INSERT INTO care_reckoned (organisation_id, vehicle_id, xid) SELECT %s, id, %s FROM unnest(%s::bigint[]) AS id
ON CONFLICT (organisation_id, vehicle_id) DO UPDATE SET xid = EXCLUDED.xid WHERE care_reckoned.xid < EXCLUDED.xid
"""


def refresh(*, actor: Actor, vehicle_ids: Iterable[int], on: date | None = None) -> int:
    """Reckon the dues of these cars anew; gives how many rows changed. `known_on` of what is known stays."""
    wanted = sorted(set(vehicle_ids))
    with scope(actor):
        one_at_a_time(actor)
        rows = facts.intervals(actor)
        parts = (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
        return sum(_refresh(actor, part, rows, on or times.today()) for part in parts)


def refresh_all(*, actor: Actor, on: date | None = None) -> int:
    """Every car: what rules them all has changed."""
    with scope(actor):
        cars = list(Vehicle.objects.order_by("pk").values_list("pk", flat=True))
        return refresh(actor=actor, vehicle_ids=cars, on=on)


def refresh_people(*, actor: Actor, customer_ids: Iterable[int], on: date | None = None) -> int:
    """Reckon what falls due for these people themselves; gives how many rows changed."""
    wanted = sorted(set(customer_ids))
    with scope(actor):
        one_at_a_time(actor)
        parts = (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
        return sum(_refresh_people(actor, part, on or times.today()) for part in parts)


def roll(*, actor: Actor, on: date) -> int:
    """Inspections and birthdays come again: where one is past on this day, the next one takes its place."""
    cars = facts.outdated_inspections(actor, on - INSPECTION_PAST)
    people = facts.past_birthdays(actor, on - BIRTHDAY_GRACE)
    return refresh(actor=actor, vehicle_ids=cars, on=on) + refresh_people(actor=actor, customer_ids=people, on=on)


def forget(*, actor: Actor, vehicle_ids: Iterable[int]) -> None:
    """Before cars are removed that should never have been there."""
    wanted = list(vehicle_ids)
    Due.objects.filter(vehicle_id__in=wanted, organisation_id=actor.organisation_id).delete()
    Callee.objects.filter(vehicle_id__in=wanted, organisation_id=actor.organisation_id).delete()
    Reckoned.objects.filter(vehicle_id__in=wanted, organisation_id=actor.organisation_id).delete()


def _refresh(actor: Actor, vehicle_ids: Sequence[int], rows: Sequence[IntervalRow], today: date) -> int:
    with connection.cursor() as cursor:
        settled = horizon()  # before the facts: what commits later is read again
        cars = facts.cars(actor, vehicle_ids)
        found = _columns([(car, due) for car in cars for due in dues_of(car, rows, today)])
        params: dict[str, Any] = {"org": actor.organisation_id, "today": today, "all": list(vehicle_ids), **found}
        changed = 0
        for statement in (UPSERT, END):
            cursor.execute(statement, params)
            changed += cursor.rowcount
        cursor.execute(RECKONED, [actor.organisation_id, settled, [car.id for car in cars]])
    return changed


def _refresh_people(actor: Actor, customer_ids: Sequence[int], today: date) -> int:
    people = facts.people(actor, customer_ids)
    found = [(person, due) for person in people for due in dues_of_person(person, today)]
    params: dict[str, Any] = {
        "org": actor.organisation_id, "today": today, "all": list(customer_ids),
        "trigger": [due.trigger.value for _person, due in found],
        "cycle": [f"{due.cycle}@{person.id}" for person, due in found],
        "customer": [person.id for person, _due in found],
        "due_on": [due.due_on for _person, due in found],
        "facts": [json.dumps(due.facts, ensure_ascii=False) for _person, due in found],
    }  # fmt: skip
    changed = 0
    with connection.cursor() as cursor:
        for statement in (UPSERT_PEOPLE, END_PEOPLE):
            cursor.execute(statement, params)
            changed += cursor.rowcount
    return changed


def _columns(found: Sequence[tuple[Car, CarDue]]) -> dict[str, list[Any]]:
    return {
        "trigger": [due.trigger.value for _car, due in found],
        # A new owner's cycles are new ones, whatever was said to the one before.
        "cycle": [f"{due.cycle}@{car.owner_id}" for car, due in found],
        "vehicle": [car.id for car, _due in found],
        "customer": [car.owner_id for car, _due in found],
        "callee": [car.called.get(due.trigger) for car, due in found],
        "due_on": [due.due_on for _car, due in found],
        "estimated": [due.estimated for _car, due in found],
        "facts": [json.dumps(due.facts, ensure_ascii=False) for _car, due in found],
        "begins": [due.begins for _car, due in found],
    }
