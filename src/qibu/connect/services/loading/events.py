"""What a load writes into the journal: history with its own dates, changes with today's."""

from __future__ import annotations

from qibu.connect.services.loading.sql import Load
from qibu.contracts.aftersales import VisitClosed
from qibu.contracts.customers import CustomerChanged, CustomerRegistered
from qibu.contracts.vehicles import (
    MileageRead,
    OwnershipChanged,
    PolicyRecorded,
    VehicleChanged,
    VehicleRegistered,
)
from qibu.kernel.events import Event

NOON = "((%s + time '12:00') AT TIME ZONE 'Asia/Shanghai')"  # days of history have no hour: noon in the store

# As `Vehicle.without_plate`.
WITHOUT_PLATE = "CASE WHEN v.plate = '' THEN trim(v.series || ' ' || right(coalesce(v.vin, ''), 6)) ELSE '' END"


def write(load: Load, event: type[Event], *, data: str, source: str, at: str = "now()", **keys: str) -> None:
    """`INSERT … SELECT` of entries; `keys` give customer_id, vehicle_id, subject_id as expressions."""
    names = ", ".join(keys)
    load.run(
        f"""
        INSERT INTO kernel_entry (organisation_id, type, at, actor_id, batch_id, timeline, data, {names})
        SELECT %(org)s, '{event.name}', {at}, %(staff)s, %(import)s, {str(event.timeline).lower()}, {data},
               {", ".join(keys.values())}
        {source}
        """
    )


def of_people(load: Load) -> None:
    write(
        load, CustomerRegistered, customer_id="customer_id", subject_id="customer_id",
        data="jsonb_build_object('source', coalesce(source, ''))", source="FROM people WHERE fresh ORDER BY row",
    )  # fmt: skip
    _of_changes(load, CustomerChanged, "customer", "customer_id")


def of_cars(load: Load) -> None:
    write(
        load, VehicleRegistered, customer_id="o.customer_id", vehicle_id="c.vehicle_id", subject_id="c.vehicle_id",
        at=f"coalesce({NOON % 'v.purchased_on'}, now())",
        data="jsonb_build_object('plate', v.plate, 'series', v.series)",
        source="""
        FROM cars c JOIN vehicles_vehicle v ON v.organisation_id = %(org)s AND v.id = c.vehicle_id
        LEFT JOIN vehicles_ownership o ON o.organisation_id = %(org)s AND o.vehicle_id = v.id AND o.role = 'owner'
             AND o.until IS NULL
        WHERE c.fresh ORDER BY c.row
        """,
    )  # fmt: skip
    _of_changes(load, VehicleChanged, "vehicle", "vehicle_id")


def of_owners(load: Load) -> None:
    write(
        load, MileageRead, vehicle_id="vehicle_id", subject_id="vehicle_id",
        data="""jsonb_build_object('on', "on", 'km', km)""",
        source="""
        FROM vehicles_reading WHERE organisation_id = %(org)s AND import_id = %(import)s ORDER BY vehicle_id, "on", km
        """,
    )  # fmt: skip
    write(
        load, PolicyRecorded, vehicle_id="vehicle_id", subject_id="id",
        data="jsonb_build_object('kind', kind, 'ends_on', ends_on)",
        source="""
        FROM vehicles_policy WHERE organisation_id = %(org)s AND (import_id = %(import)s OR id IN (
          SELECT row_id FROM connect_change WHERE organisation_id = %(org)s AND source_id = %(import)s
             AND "table" = 'policy'))
        """,
    )  # fmt: skip
    for began, customer, verdicts in (
        ("false", "living_customer", "('transfer')"),
        ("true", "customer_id", "('transfer')"),
    ):
        write(
            load, OwnershipChanged, customer_id=customer, vehicle_id="vehicle_id", subject_id="vehicle_id",
            at=NOON % "since",
            data=f"jsonb_build_object('role', 'owner', 'began', {began}, 'plate', v.plate, 'car', {WITHOUT_PLATE})",
            source=f"""FROM claims JOIN cars USING (vehicle_id)
            JOIN vehicles_vehicle v ON v.organisation_id = %(org)s AND v.id = vehicle_id
            WHERE verdict IN {verdicts}""",
        )  # fmt: skip
    # A car that stood here without an owner got one: no transfer, but care must look again.
    write(
        load, VehicleChanged, customer_id="claims.customer_id", vehicle_id="claims.vehicle_id",
        subject_id="claims.vehicle_id", data="""jsonb_build_object('changes', jsonb_build_array('owner'))""",
        source="FROM claims JOIN cars USING (vehicle_id) WHERE verdict = 'first' AND NOT cars.fresh",
    )  # fmt: skip


def of_visits(load: Load) -> None:
    write(
        load, VisitClosed, customer_id="v.customer_id", vehicle_id="v.vehicle_id", subject_id="v.id",
        at=NOON % "v.closed_on",
        data="""jsonb_build_object('number', v.number, 'kind', v.kind, 'jobs', v.jobs, 'plate', car.plate,
                'mileage', v.mileage, 'total', v.total::text, 'advisor', coalesce(s.name, ''),
                'opened_on', v.opened_on)""",
        source="""
        FROM aftersales_visit v JOIN vehicles_vehicle car ON car.organisation_id = %(org)s AND car.id = v.vehicle_id
        LEFT JOIN network_staff s ON s.organisation_id = %(org)s AND s.id = v.advisor_id
        WHERE v.organisation_id = %(org)s AND v.import_id = %(import)s AND v.closed_on IS NOT NULL
        ORDER BY v.closed_on, v.id
        """,
    )  # fmt: skip


def _of_changes(load: Load, event: type[Event], table: str, key: str) -> None:
    write(
        load, event, **{key: "row_id"}, subject_id="row_id",
        data="""jsonb_build_object('changes', (SELECT jsonb_agg(coalesce(%(spoken)s::jsonb ->> k, k))
                                                 FROM jsonb_object_keys(after) AS k))""",
        source=f"""
        FROM connect_change WHERE organisation_id = %(org)s AND source_id = %(import)s AND "table" = '{table}'
        """,
    )  # fmt: skip
