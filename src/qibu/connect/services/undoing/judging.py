"""Which rows of a load may go: those that stand as the load left them, and that nothing of later origin leans on.

Temporary tables: `gone_visit`, `gone_vehicle`, `gone_customer`, `gone_staff` (id) and `kept` (kind, id, reason).
Reasons: edited (changed by hand or by a newer sheet), later (something came to it since), used (a row that stays
needs it). What the product derives by itself (search, due dates, planned tasks nobody worked on) keeps nothing.
"""

# ruff: noqa: S608  (statements are put together from constants and names of tables)
from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from qibu.aftersales.models import Visit
from qibu.connect.services.loading.sql import Load
from qibu.customers.models import Consent, ContactPoint, Customer, SearchToken, Tagging
from qibu.network.models import Staff
from qibu.tasks.models import Clock, Escalation, Task
from qibu.vehicles.models import Ownership, Policy, Reading, Vehicle

BROUGHT = (Visit, Ownership, Policy, Reading, ContactPoint, Consent, Tagging)  # rows that carry the load's number
SILENT = (
    "customers.PhoneRevealed", "tasks.TaskCreated", "tasks.TaskAssigned", "tasks.TaskCancelled", "tasks.ClockBreached",
)  # fmt: skip
UNTOUCHED = """(t.state IN ('open', 'backlog', 'cancelled', 'expired') AND t.attempts = 0 AND t.created_by_id IS NULL
                AND t.closed_by_id IS NULL
                AND NOT EXISTS (SELECT FROM tasks_attempt a WHERE a.organisation_id = %(org)s AND a.task_id = t.id))"""


def derived(model: type[models.Model]) -> bool:
    """Made by the product itself from other facts; it goes with them."""
    return model in (SearchToken, Task, Clock, Escalation) or model._meta.app_label == "care"


def references(target: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Every table and column that points at `target`, of whatever app."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if getattr(field, "tenant_key", False) and field.related_model is target:
                yield model, str(field.column)


def judge(load: Load) -> None:
    """Make the temporary tables."""
    for name in ("visit", "vehicle", "customer", "staff"):
        load.run(f"CREATE TEMPORARY TABLE gone_{name} (id bigint PRIMARY KEY) ON COMMIT DROP")
    load.run("CREATE TEMPORARY TABLE kept (kind text, id bigint, reason text) ON COMMIT DROP")
    _touched(load)
    _visits(load)
    _vehicles(load)
    _customers(load)
    _staff(load)


def _touched(load: Load) -> None:
    """Who and what the journal speaks of since the load; what was taken back since counts no more."""
    load.run(
        """
        CREATE TEMPORARY TABLE since ON COMMIT DROP AS
        SELECT e.type, e.customer_id, e.vehicle_id, e.subject_id FROM kernel_entry e
        WHERE e.organisation_id = %(org)s AND e.batch_id IS DISTINCT FROM %(import)s AND e.retracts_id IS NULL
          AND e.id > (SELECT min(id) FROM kernel_entry WHERE organisation_id = %(org)s AND batch_id = %(import)s)
          AND e.type <> ALL(%(silent)s)
          AND NOT EXISTS (SELECT FROM kernel_entry r WHERE r.organisation_id = %(org)s AND r.retracts_id = e.id)
        """,
        silent=list(SILENT),
    )
    load.run(
        """
        CREATE TEMPORARY TABLE changed ON COMMIT DROP AS
        SELECT DISTINCT ch."table" AS kind, ch.row_id AS id FROM connect_change ch
        JOIN connect_import i ON i.organisation_id = %(org)s AND i.id = ch.source_id
        WHERE ch.organisation_id = %(org)s AND ch.source_id > %(import)s AND i.state <> 'undone'
        """
    )
    for table in ("since", "changed"):
        load.run(f"ANALYZE {table}")


def _edited(kind: str, column: str) -> str:
    """By hand, which the journal tells, or by a newer sheet. The version won't do: taking back raises it, too."""
    app = {"customer": "customers", "vehicle": "vehicles", "visit": "aftersales"}[kind]
    return (
        f"EXISTS (SELECT FROM changed c WHERE c.kind = '{kind}' AND c.id = v.id) "
        f"OR EXISTS (SELECT FROM since s WHERE s.{column} = v.id AND s.type LIKE '{app}.%%Changed')"
    )


def _visits(load: Load) -> None:
    leaning = " OR ".join(_leaning(Visit, "v", ()))
    _sort(load, "visit", "aftersales_visit v", _edited("visit", "subject_id"), leaning or "false", "false")


def _vehicles(load: Load) -> None:
    later = ["EXISTS (SELECT FROM since s WHERE s.vehicle_id = v.id)"]
    later += [_brought_later(model, "vehicle_id", "v") for model in (Ownership, Policy, Reading)]
    later.append(
        """EXISTS (SELECT FROM changed c JOIN vehicles_policy p ON p.organisation_id = %(org)s AND p.id = c.id
                   WHERE c.kind = 'policy' AND p.vehicle_id = v.id)"""
    )
    later += _leaning(Vehicle, "v", (Visit, *BROUGHT))
    used = """EXISTS (SELECT FROM aftersales_visit w WHERE w.organisation_id = %(org)s AND w.vehicle_id = v.id
                      AND NOT EXISTS (SELECT FROM gone_visit g WHERE g.id = w.id))"""
    _sort(load, "vehicle", "vehicles_vehicle v", _edited("vehicle", "vehicle_id"), " OR ".join(later), used)


def _customers(load: Load) -> None:
    later = ["EXISTS (SELECT FROM since s WHERE s.customer_id = v.id)"]
    later += [_brought_later(model, "customer_id", "v") for model in (Ownership, ContactPoint, Consent, Tagging)]
    later += _leaning(Customer, "v", BROUGHT)
    used = """EXISTS (SELECT FROM aftersales_visit w WHERE w.organisation_id = %(org)s AND w.customer_id = v.id
                      AND w.import_id = %(import)s AND NOT EXISTS (SELECT FROM gone_visit g WHERE g.id = w.id))
              OR EXISTS (SELECT FROM vehicles_ownership o JOIN vehicles_vehicle c
                           ON c.organisation_id = %(org)s AND c.id = o.vehicle_id AND c.import_id = %(import)s
                         WHERE o.organisation_id = %(org)s AND o.customer_id = v.id
                           AND NOT EXISTS (SELECT FROM gone_vehicle g WHERE g.id = o.vehicle_id))"""
    _sort(load, "customer", "customers_customer v", _edited("customer", "customer_id"), " OR ".join(later), used)


def _staff(load: Load) -> None:
    """People made for a name in the sheet, when nothing that stays names them."""
    gone: dict[type[models.Model], str] = {Visit: "visit", Vehicle: "vehicle", Customer: "customer"}
    free = [
        f"NOT EXISTS (SELECT FROM {model._meta.db_table} r WHERE r.organisation_id = %(org)s AND r.{column} = v.id"
        + (f" AND NOT EXISTS (SELECT FROM gone_{gone[model]} g WHERE g.id = r.id))" if model in gone else ")")
        for model, column in references(Staff)
        if not derived(model)
    ]
    load.run(
        f"""
        INSERT INTO gone_staff SELECT v.id FROM network_staff v
        WHERE v.organisation_id = %(org)s AND v.user_id IS NULL AND v.left_on IS NULL AND v.id IN (
            SELECT subject_id FROM kernel_entry WHERE organisation_id = %(org)s AND batch_id = %(import)s
               AND type = 'network.StaffJoined')
          AND NOT EXISTS (SELECT FROM since s WHERE s.subject_id = v.id AND s.type LIKE 'network.%%')
          AND {" AND ".join(free)}
        """
    )


def _sort(load: Load, kind: str, table: str, edited: str, later: str, used: str) -> None:
    """Each row that the load made either goes or is kept for a reason."""
    load.run(
        f"""
        INSERT INTO kept
        SELECT '{kind}', id, reason FROM (
          SELECT v.id, CASE WHEN {edited} THEN 'edited' WHEN {later} THEN 'later' WHEN {used} THEN 'used' END AS reason
          FROM {table} WHERE v.organisation_id = %(org)s AND v.import_id = %(import)s) judged
        WHERE reason IS NOT NULL
        """
    )
    load.run(
        f"""
        INSERT INTO gone_{kind} SELECT v.id FROM {table}
        WHERE v.organisation_id = %(org)s AND v.import_id = %(import)s
          AND NOT EXISTS (SELECT FROM kept k WHERE k.kind = '{kind}' AND k.id = v.id)
        """
    )
    load.run(f"ANALYZE gone_{kind}")


def _brought_later(model: type[models.Model], column: str, alias: str) -> str:
    return (
        f"EXISTS (SELECT FROM {model._meta.db_table} r WHERE r.organisation_id = %(org)s AND r.{column} = {alias}.id "
        "AND r.import_id IS DISTINCT FROM %(import)s)"
    )


def _leaning(target: type[models.Model], alias: str, known: tuple[type[models.Model], ...]) -> list[str]:
    """Rows of other tables that point here and are no work of the product itself."""
    found = [
        f"EXISTS (SELECT FROM {model._meta.db_table} r WHERE r.organisation_id = %(org)s AND r.{column} = {alias}.id)"
        for model, column in references(target)
        if model not in known and not derived(model)
    ]
    if any(model is Task for model, _column in references(target)):
        column = "customer_id" if target is Customer else "vehicle_id"
        found.append(
            f"EXISTS (SELECT FROM tasks_task t WHERE t.organisation_id = %(org)s AND t.{column} = {alias}.id "
            f"AND NOT {UNTOUCHED})"
        )
    return found
