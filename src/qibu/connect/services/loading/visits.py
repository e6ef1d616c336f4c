"""Visits of a load: the same order number in the store is the same visit."""

from __future__ import annotations

from qibu.aftersales.models import Visit
from qibu.connect.services.loading.merge import merge
from qibu.connect.services.loading.people import SENDER
from qibu.connect.services.loading.sql import Load, insert_select, new_ids, said
from qibu.customers.models import ContactPoint
from qibu.vehicles.models import Ownership

FIELDS = {
    "kind": "text", "jobs": "text", "opened_on": "date", "closed_on": "date", "mileage": "int",
    "labour": "numeric(12,2)", "parts": "numeric(12,2)", "total": "numeric(12,2)", "contact_name": "text",
    "advisor_id": "bigint", "remark": "text",
}  # fmt: skip


def gather(load: Load) -> None:
    """The temporary table `orders`: visits with their car, customer and advisor.

    The customer is the car's owner; where it has none, the person who brought it. A visit never changes ownership.
    """
    load.run(
        """
        CREATE TEMPORARY TABLE orders ON COMMIT DROP AS
        SELECT s.row, s.number, left(s.kind, 40) AS kind, left(s.jobs, 500) AS jobs, s.maintenance, s.opened_on,
               s.closed_on, s.mileage, s.labour, s.parts, s.total, left(s.contact_name, 60) AS contact_name,
               s.remark, s.person, c.vehicle_id, c.owner_id, coalesce(c.owner_id, p.customer_id) AS customer_id,
               a.staff_id AS advisor_id, v.id AS visit_id, false AS fresh, NULL::jsonb AS said
        FROM staged s JOIN cars c ON c.car = coalesce(s.vin, 'plate ' || s.plate)
        LEFT JOIN people p ON p.person = s.person
        LEFT JOIN people_named a ON a.name = s.advisor
        LEFT JOIN aftersales_visit v ON v.organisation_id = %(org)s AND v.number = s.number
        """
    )
    load.run(f"UPDATE orders SET said = {said(FIELDS)}")
    load.run("ANALYZE orders")


def bring(load: Load) -> None:
    load.run(new_ids("orders", Visit, "visit_id"))
    texts = ("kind", "jobs", "contact_name", "remark")
    values = {
        "id": "visit_id", "organisation_id": "%(org)s", "number": "number", "vehicle_id": "vehicle_id",
        "customer_id": "customer_id", **{text: f"coalesce({text}, '')" for text in texts},
        "maintenance": "maintenance", "opened_on": "opened_on", "closed_on": "closed_on", "mileage": "mileage",
        **{amount: f"coalesce({amount}, 0)" for amount in ("labour", "parts", "total")},
        "advisor_id": "advisor_id", "import_id": "%(import)s", "sheet": "said",
    }  # fmt: skip
    load.run(insert_select(Visit, values, "FROM orders WHERE fresh ORDER BY row"))
    load.counts["visits_created"] = load.value("SELECT count(*) FROM orders WHERE fresh")
    load.counts["visits_matched"] = load.value("SELECT count(*) FROM orders WHERE NOT fresh")
    load.counts["amount_total"] = str(load.value("SELECT coalesce(sum(total), 0) FROM orders"))
    merge(load, Visit, table="visit", source="orders", key="visit_id", fields=FIELDS)


def add_senders(load: Load) -> None:
    """Who brought an owner's car becomes a contact of the owner; a car without owner has the sender as its party."""
    values = {
        "organisation_id": "%(org)s", "customer_id": "owner_id", "kind": "'phone'", "value": "sealed",
        "masked": "masked", "hash": "hash", "person": "person", "role": f"'{SENDER}'", "import_id": "%(import)s",
    }  # fmt: skip
    load.run(
        insert_select(
            ContactPoint,
            values,
            """
            FROM (SELECT DISTINCT ON (o.owner_id, sp.hash) o.owner_id, sp.sealed, sp.masked, sp.hash,
                         left(sp.contact, 60) AS person
                  FROM orders o JOIN staged_point sp ON sp.row = o.row AND sp.kind = 'phone'
                  WHERE o.owner_id IS NOT NULL ORDER BY o.owner_id, sp.hash, o.opened_on DESC, sp.row) senders
            ON CONFLICT DO NOTHING
            """,
        )
    )
    load.run(
        insert_select(
            Ownership,
            {"organisation_id": "%(org)s", "vehicle_id": "vehicle_id", "customer_id": "customer_id",
             "role": f"'{SENDER}'", "since": "since", "import_id": "%(import)s"},
            """
            FROM (SELECT vehicle_id, customer_id, min(opened_on) AS since FROM orders
                  WHERE owner_id IS NULL AND customer_id IS NOT NULL GROUP BY 1, 2) parts
            ON CONFLICT DO NOTHING
            """,
        )
    )  # fmt: skip
