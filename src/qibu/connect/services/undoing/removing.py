"""Takes away the rows that the judgement let go, and what the product had derived from them."""

# ruff: noqa: S608  (statements are put together from constants and names of tables)
from __future__ import annotations

from qibu.connect.services.loading.sql import Load
from qibu.connect.services.undoing.judging import UNTOUCHED, derived, references
from qibu.contracts.tasks import TaskCancelled
from qibu.customers.models import ContactPoint, Customer
from qibu.customers.services import search
from qibu.tasks.models import Task
from qibu.vehicles.models import Vehicle
from qibu.vehicles.services import finding

GONE = {"vehicle": Vehicle, "customer": Customer}


def remove(load: Load, reason: str) -> None:
    _derived(load, reason)
    _delete(load, "aftersales_visit", "id", "visit")
    _added_to_others(load)
    for table in ("ownership", "policy", "reading"):
        _delete(load, f"vehicles_{table}", "vehicle_id", "vehicle")
    _delete(load, "vehicles_ownership", "customer_id", "customer")
    # Visits of earlier loads that had found their customer by this one.
    load.run(
        """UPDATE aftersales_visit v SET customer_id = NULL FROM gone_customer g
           WHERE v.organisation_id = %(org)s AND v.customer_id = g.id"""
    )
    for table in ("contactpoint", "consent", "tagging"):
        _delete(load, f"customers_{table}", "customer_id", "customer")
    _delete(load, "vehicles_vehicle", "id", "vehicle")
    _delete(load, "customers_customer", "id", "customer")
    _delete(load, "network_staff", "id", "staff")


def _delete(load: Load, table: str, column: str, kind: str) -> None:
    load.run(f"DELETE FROM {table} v USING gone_{kind} g WHERE v.organisation_id = %(org)s AND v.{column} = g.id")


def _derived(load: Load, reason: str) -> None:
    _tasks(load, reason)
    for kind, target in GONE.items():
        for model, column in references(target):
            if derived(model) and model is not Task:
                _delete(load, model._meta.db_table, column, kind)
    load.run(
        """DELETE FROM customers_searchtoken t USING gone_vehicle g
           WHERE t.organisation_id = %(org)s AND t.source = 'vehicle:' || g.id"""
    )


def _tasks(load: Load, reason: str) -> None:
    """Planned calls about people and cars that go: cancelled, which the journal says, and gone with them."""
    load.run(
        f"""
        CREATE TEMPORARY TABLE gone_task ON COMMIT DROP AS
        SELECT t.id, t.title, t.customer_id, t.vehicle_id, t.state FROM tasks_task t
        WHERE t.organisation_id = %(org)s AND {UNTOUCHED}
          AND (EXISTS (SELECT FROM gone_customer g WHERE g.id = t.customer_id)
               OR EXISTS (SELECT FROM gone_vehicle g WHERE g.id = t.vehicle_id))
        """
    )
    load.counts["tasks"] = load.run(
        """
        INSERT INTO kernel_entry (organisation_id, type, actor_id, batch_id, subject_id, customer_id, vehicle_id, data)
        SELECT %(org)s, %(type)s, %(staff)s, %(import)s, id, customer_id, vehicle_id,
               jsonb_build_object('title', title, 'reason', %(reason)s::text)
        FROM gone_task WHERE state IN ('open', 'backlog')
        """,
        type=TaskCancelled.name,
        reason=reason,
    )
    load.run(
        """DELETE FROM contact_told said USING tasks_escalation e, tasks_clock c, gone_task g
            WHERE said.organisation_id = %(org)s AND e.organisation_id = %(org)s AND c.organisation_id = %(org)s
              AND said.escalation_id = e.id AND e.clock_id = c.id AND c.task_id = g.id"""
    )
    load.run(
        """DELETE FROM tasks_escalation e USING tasks_clock c, gone_task g WHERE e.organisation_id = %(org)s
           AND c.organisation_id = %(org)s AND e.clock_id = c.id AND c.task_id = g.id"""
    )
    load.run("DELETE FROM tasks_clock c USING gone_task g WHERE c.organisation_id = %(org)s AND c.task_id = g.id")
    load.run("DELETE FROM tasks_task t USING gone_task g WHERE t.organisation_id = %(org)s AND t.id = g.id")


def _added_to_others(load: Load) -> None:
    """What the load brought to customers and cars that stood before, where nobody worked with it since."""
    _points(load)
    _tags(load)
    _parts(load)
    load.run(
        """
        DELETE FROM vehicles_policy p USING vehicles_vehicle c
        WHERE p.organisation_id = %(org)s AND p.import_id = %(import)s AND c.organisation_id = %(org)s
          AND c.id = p.vehicle_id AND c.import_id IS DISTINCT FROM %(import)s
          AND NOT EXISTS (SELECT FROM changed WHERE changed.kind = 'policy' AND changed.id = p.id)
          AND NOT EXISTS (SELECT FROM since s WHERE s.subject_id = p.id
                          AND s.type IN ('vehicles.PolicyRecorded', 'vehicles.PolicyRemoved'))
        """
    )
    _readings(load)


def _tags(load: Load) -> None:
    """Those that the load hung, and the words it made, where nobody else carries them."""
    load.run("DELETE FROM customers_tagging WHERE organisation_id = %(org)s AND import_id = %(import)s")
    load.run(
        """
        DELETE FROM customers_tag t WHERE t.organisation_id = %(org)s AND t.import_id = %(import)s
          AND NOT EXISTS (SELECT FROM customers_tagging g WHERE g.organisation_id = %(org)s AND g.tag_id = t.id)
        """
    )


def _points(load: Load) -> None:
    changed = load.rows(
        f"""
        DELETE FROM {ContactPoint._meta.db_table} p USING customers_customer c
        WHERE p.organisation_id = %(org)s AND p.import_id = %(import)s AND c.organisation_id = %(org)s
          AND c.id = p.customer_id AND c.import_id IS DISTINCT FROM %(import)s AND NOT p.unusable
          AND NOT EXISTS (SELECT FROM aftersales_visit v WHERE v.organisation_id = %(org)s AND v.contact_id = p.id)
        RETURNING p.customer_id
        """
    )
    search.refresh(actor=load.actor, customer_ids={customer for (customer,) in changed})


def _parts(load: Load) -> None:
    """Ownerships: the new one goes, and the one that it had ended lives again where nobody else owns the car by now."""
    gone = load.rows(
        """
        DELETE FROM vehicles_ownership o USING vehicles_vehicle c
        WHERE o.organisation_id = %(org)s AND o.import_id = %(import)s AND c.organisation_id = %(org)s
          AND c.id = o.vehicle_id AND c.import_id IS DISTINCT FROM %(import)s
          AND NOT EXISTS (SELECT FROM since s
                          WHERE s.vehicle_id = o.vehicle_id AND s.type = 'vehicles.OwnershipChanged')
        RETURNING o.vehicle_id, o.customer_id
        """
    )
    load.run(
        """
        DELETE FROM customers_searchtoken t
        USING unnest(%(cars)s::bigint[], %(people)s::bigint[]) AS part(car, customer)
        WHERE t.organisation_id = %(org)s AND t.customer_id = part.customer AND t.source = 'vehicle:' || part.car
        """,
        cars=[car for car, _customer in gone],
        people=[customer for _car, customer in gone],
    )
    again = load.rows(
        """
        UPDATE vehicles_ownership o SET until = NULL FROM connect_change ch
        WHERE o.organisation_id = %(org)s AND ch.organisation_id = %(org)s AND ch.source_id = %(import)s
          AND ch."table" = 'ownership' AND o.id = ch.row_id AND o.until::text = ch.after ->> 'until'
          AND NOT EXISTS (SELECT FROM vehicles_ownership n WHERE n.organisation_id = %(org)s AND n.id <> o.id
                          AND n.vehicle_id = o.vehicle_id AND n.role = 'owner' AND n.until IS NULL)
        RETURNING o.vehicle_id
        """
    )
    finding.refresh(load.actor, sorted({car for car, *_customer in gone + again}))


def _readings(load: Load) -> None:
    gone = load.rows(
        """
        DELETE FROM vehicles_reading r USING vehicles_vehicle c
        WHERE r.organisation_id = %(org)s AND r.import_id = %(import)s AND c.organisation_id = %(org)s
          AND c.id = r.vehicle_id AND c.import_id IS DISTINCT FROM %(import)s
          AND NOT EXISTS (SELECT FROM aftersales_visit v WHERE v.organisation_id = %(org)s
                          AND v.vehicle_id = r.vehicle_id AND v.opened_on = r."on" AND v.mileage = r.km)
        RETURNING r.vehicle_id
        """
    )
    load.run(
        """
        UPDATE vehicles_vehicle v SET mileage = newest.km, mileage_on = newest."on"
        FROM unnest(%(cars)s::bigint[]) AS car(id)
        LEFT JOIN LATERAL (SELECT r."on", r.km FROM vehicles_reading r WHERE r.organisation_id = %(org)s
                           AND r.vehicle_id = car.id ORDER BY r."on" DESC, r.km DESC LIMIT 1) newest ON true
        WHERE v.organisation_id = %(org)s AND v.id = car.id
        """,
        cars=sorted({car for (car,) in gone}),
    )
