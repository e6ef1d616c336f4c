"""Cars of a load: matched by VIN (a visit also by plate), their owners, policies and readings."""

from __future__ import annotations

from qibu.connect.models import Change
from qibu.connect.services.loading.merge import merge
from qibu.connect.services.loading.sql import Load, first_of, gathered, insert_select, new_ids, said
from qibu.vehicles.models import Ownership, Reading, Vehicle

OWNER_FIELDS = {
    "plate": "text", "plate_kind": "text", "brand": "text", "series": "text", "model": "text", "colour": "text",
    "price": "numeric(12,2)", "purchased_on": "date", "registered_on": "date",
}  # fmt: skip
VISIT_FIELDS = {"plate": "text", "plate_kind": "text"}
ADOPTED = "adopted visit"  # a visit that had no customer and got the car's first owner


def gather_owned(load: Load) -> None:
    """The temporary table `cars` of an owners' sheet: one row a VIN. The first purchase is the car's own."""
    names = [name for name in OWNER_FIELDS if name != "purchased_on"]
    load.run(
        f"""
        CREATE TEMPORARY TABLE cars ON COMMIT DROP AS
        SELECT vin AS car, vin, min(row) AS row, min(purchased_on) AS purchased_on, {first_of(names)},
               NULL::bigint AS vehicle_id, NULL::bigint AS owner_id, false AS fresh,
               NULL::jsonb AS said, '{{}}'::jsonb AS custom
        FROM staged WHERE vin IS NOT NULL GROUP BY vin
        """
    )
    _match_vin(load)
    _leave_dates_of_strangers(load)
    load.run(
        """
        UPDATE cars SET purchased_on = least(cars.purchased_on, v.purchased_on)
        FROM vehicles_vehicle v WHERE v.organisation_id = %(org)s AND v.id = cars.vehicle_id
        """
    )
    gathered(load, "cars", "vin", "car_custom")
    load.run(f"UPDATE cars SET said = {said(OWNER_FIELDS, own=True)}")


def _leave_dates_of_strangers(load: Load) -> None:
    """The days of a car that stood before come from rows of those who own or owned it, or who bought it since."""
    load.run(
        """
        UPDATE cars SET purchased_on = own.purchased_on, registered_on = own.registered_on
        FROM (SELECT c.car, min(s.purchased_on) FILTER (WHERE fits.so) AS purchased_on,
                     (array_agg(s.registered_on ORDER BY s.row)
                      FILTER (WHERE fits.so AND s.registered_on IS NOT NULL))[1] AS registered_on
              FROM cars c JOIN staged s ON s.vin = c.car LEFT JOIN people p ON p.person = s.person
              CROSS JOIN LATERAL (
                SELECT count(*) = 0 OR bool_or(o.customer_id = p.customer_id)
                       OR coalesce(s.purchased_on > max(o.since) FILTER (WHERE o.until IS NULL), false) AS so
                FROM vehicles_ownership o WHERE o.organisation_id = %(org)s AND o.vehicle_id = c.vehicle_id
                  AND o.role = 'owner') fits
              WHERE c.vehicle_id IS NOT NULL GROUP BY c.car) own
        WHERE own.car = cars.car
        """
    )


def gather_visited(load: Load) -> None:
    """The temporary table `cars` of a sheet of visits: by VIN, else by a plate the store knows."""
    load.run(
        """
        CREATE TEMPORARY TABLE cars ON COMMIT DROP AS
        SELECT coalesce(vin, 'plate ' || plate) AS car, vin, min(row) AS row,
               (array_agg(plate ORDER BY opened_on DESC, row) FILTER (WHERE plate IS NOT NULL))[1] AS plate,
               (array_agg(plate_kind ORDER BY opened_on DESC, row) FILTER (WHERE plate IS NOT NULL))[1] AS plate_kind,
               NULL::bigint AS vehicle_id, NULL::bigint AS owner_id, false AS fresh,
               NULL::jsonb AS said
        FROM staged GROUP BY coalesce(vin, 'plate ' || plate), vin
        """
    )
    _match_vin(load)
    load.run(
        """
        UPDATE cars SET vehicle_id = m.id
        FROM (SELECT DISTINCT ON (v.plate) v.plate, v.id FROM vehicles_vehicle v
              WHERE v.organisation_id = %(org)s AND v.plate <> '' ORDER BY v.plate, v.updated_at DESC, v.id DESC) m
        WHERE cars.vin IS NULL AND cars.plate = m.plate
        """
    )
    load.run(f"UPDATE cars SET said = CASE WHEN vin IS NULL THEN '{{}}' ELSE {said(VISIT_FIELDS)} END")
    find_owners(load)


def _match_vin(load: Load) -> None:
    load.run("CREATE INDEX ON cars (car)")
    load.run("ANALYZE cars")
    load.run(
        """
        UPDATE cars SET vehicle_id = v.id FROM vehicles_vehicle v
        WHERE v.organisation_id = %(org)s AND v.vin = cars.vin
        """
    )


def find_owners(load: Load) -> None:
    load.run(
        """
        UPDATE cars SET owner_id = o.customer_id FROM vehicles_ownership o
        WHERE o.organisation_id = %(org)s AND o.vehicle_id = cars.vehicle_id AND o.role = 'owner' AND o.until IS NULL
        """
    )


def create(load: Load) -> None:
    load.run(new_ids("cars", Vehicle, "vehicle_id"))
    names = [
        row[0] for row in load.rows("SELECT attname FROM pg_attribute WHERE attrelid = 'cars'::regclass")
    ]
    texts = {"plate": 12, "plate_kind": 16, "brand": 40, "series": 60, "model": 100, "colour": 30}
    values = {
        "id": "vehicle_id", "organisation_id": "%(org)s", "vin": "vin",
        **{name: f"coalesce(left({name}, {size}), '')" for name, size in texts.items() if name in names},
        **{name: name for name in ("price", "purchased_on", "registered_on", "custom") if name in names},
        "import_id": "%(import)s", "sheet": "said",
    }  # fmt: skip
    load.run(insert_select(Vehicle, values, "FROM cars WHERE fresh ORDER BY row"))
    load.counts["vehicles_created"] = load.value("SELECT count(*) FROM cars WHERE fresh")
    load.counts["vehicles_matched"] = load.value(
        "SELECT count(DISTINCT vehicle_id) FROM cars WHERE NOT fresh"
    )


def update(load: Load, fields: dict[str, str], *, own: bool = False) -> None:
    merge(load, Vehicle, table="vehicle", source="cars", key="vehicle_id", fields=fields, own=own)


def settle_owners(load: Load) -> None:
    """Who owns the car now: a later purchase date is a transfer, otherwise the sheet's other owner is a warning."""
    _claims(load)
    _decide(load)
    _close_former(load)
    common = {
        "organisation_id": "%(org)s", "vehicle_id": "vehicle_id", "customer_id": "customer_id", "role": "'owner'",
        "since": "since", "import_id": "%(import)s",
    }  # fmt: skip
    load.run(insert_select(Ownership, common, "FROM claims WHERE verdict IN ('first', 'transfer')"))
    load.run(insert_select(Ownership, {**common, "until": "until"}, "FROM claims WHERE verdict = 'former'"))
    load.warnings += load.rows(
        "SELECT row, 'other_owner', vin FROM claims WHERE verdict IN ('former', 'other') ORDER BY row"
    )
    _forget_former(load)
    _adopt_visits(load)


def _claims(load: Load) -> None:
    """Who the sheet says owns which car, where that is news."""
    load.run(
        """
        CREATE TEMPORARY TABLE claims ON COMMIT DROP AS
        SELECT c.vehicle_id, s.vin, p.customer_id, max(s.purchased_on) AS since, min(s.row) AS row,
               o.id AS living_id, o.customer_id AS living_customer, o.since AS living_since,
               NULL::text AS verdict, NULL::date AS until
        FROM staged s JOIN cars c ON c.car = s.vin JOIN people p ON p.person = s.person
        LEFT JOIN vehicles_ownership o ON o.organisation_id = %(org)s AND o.vehicle_id = c.vehicle_id
             AND o.role = 'owner' AND o.until IS NULL
        WHERE NOT EXISTS (SELECT FROM vehicles_ownership had WHERE had.organisation_id = %(org)s
                          AND had.vehicle_id = c.vehicle_id AND had.customer_id = p.customer_id
                          AND had.role = 'owner')
        GROUP BY c.vehicle_id, s.vin, p.customer_id, o.id, o.customer_id, o.since
        """
    )
    load.run("ANALYZE claims")


def _decide(load: Load) -> None:
    load.run(
        """
        UPDATE claims SET
          verdict = CASE WHEN ranked.place > 1 AND claims.since < ranked.newest THEN 'former'
                         WHEN ranked.place > 1 THEN 'other'
                         WHEN claims.living_id IS NULL THEN 'first'
                         WHEN claims.since > claims.living_since THEN 'transfer'
                         ELSE 'other' END,
          until = CASE WHEN ranked.place > 1 THEN ranked.newest END
        FROM (SELECT vehicle_id, customer_id,
                     row_number() OVER (PARTITION BY vehicle_id ORDER BY since DESC NULLS LAST, row) AS place,
                     max(since) OVER (PARTITION BY vehicle_id) AS newest
              FROM claims) ranked
        WHERE ranked.vehicle_id = claims.vehicle_id AND ranked.customer_id = claims.customer_id
        """
    )


def _close_former(load: Load) -> None:
    """The owner of before keeps a dated part in the car; noted, so that it can be taken back."""
    load.run(
        insert_select(
            Change,
            {"organisation_id": "%(org)s", "source_id": "%(import)s", "table": "'ownership'", "row_id": "living_id",
             "before": "jsonb_build_object('until', '')", "after": "jsonb_build_object('until', since::text)"},
            "FROM claims WHERE verdict = 'transfer'",
        )
    )  # fmt: skip
    load.run(
        """
        UPDATE vehicles_ownership o SET until = claims.since FROM claims
        WHERE o.organisation_id = %(org)s AND o.id = claims.living_id AND claims.verdict = 'transfer'
        """
    )


def _forget_former(load: Load) -> None:
    """Who has sold the car is no longer found by its plate, unless they still have a part in it."""
    load.run(
        """
        DELETE FROM customers_searchtoken t USING claims
        WHERE claims.verdict = 'transfer' AND t.organisation_id = %(org)s
          AND t.customer_id = claims.living_customer AND t.source = 'vehicle:' || claims.vehicle_id
          AND NOT EXISTS (SELECT FROM vehicles_ownership o WHERE o.organisation_id = %(org)s
                          AND o.vehicle_id = claims.vehicle_id AND o.customer_id = claims.living_customer
                          AND o.until IS NULL)
        """
    )


def _adopt_visits(load: Load) -> None:
    """Visits that were loaded before anyone knew the owner belong to the first one; noted, to be taken back."""
    orphans = """
        FROM aftersales_visit v JOIN claims ON claims.vehicle_id = v.vehicle_id AND claims.verdict = 'first'
        WHERE v.organisation_id = %(org)s AND v.customer_id IS NULL
    """
    load.run(
        insert_select(
            Change,
            {"organisation_id": "%(org)s", "source_id": "%(import)s", "table": f"'{ADOPTED}'", "row_id": "v.id",
             "before": "'{}'", "after": "jsonb_build_object('customer_id', claims.customer_id)"},
            orphans,
        )
    )  # fmt: skip
    load.run(
        f"""
        UPDATE aftersales_visit v SET customer_id = (ch.after ->> 'customer_id')::bigint FROM connect_change ch
        WHERE v.organisation_id = %(org)s AND ch.organisation_id = %(org)s AND ch.source_id = %(import)s
          AND ch."table" = '{ADOPTED}' AND v.id = ch.row_id
        """
    )


def add_readings(load: Load, day: str) -> None:
    """Mileage with the day it was read; the newest is kept on the car."""
    values = {
        "organisation_id": "%(org)s", "vehicle_id": "vehicle_id", '"on"': "read_on", "km": "mileage",
        "source": "'import'", "import_id": "%(import)s",
    }  # fmt: skip
    values["on"] = values.pop('"on"')
    load.run(
        insert_select(
            Reading,
            values,
            f"""
            FROM (SELECT DISTINCT c.vehicle_id, {day} AS read_on, s.mileage FROM staged s
                  JOIN cars c ON c.car = coalesce(s.vin, 'plate ' || s.plate)
                  WHERE s.mileage IS NOT NULL AND {day} IS NOT NULL) readings
            ON CONFLICT DO NOTHING
            """,
        )
    )
    load.run(
        """
        UPDATE vehicles_vehicle v SET mileage = newest.km, mileage_on = newest."on"
        FROM (SELECT DISTINCT ON (r.vehicle_id) r.vehicle_id, r."on", r.km
              FROM vehicles_reading r JOIN cars c ON c.vehicle_id = r.vehicle_id
              WHERE r.organisation_id = %(org)s ORDER BY r.vehicle_id, r."on" DESC, r.km DESC) newest
        WHERE v.organisation_id = %(org)s AND v.id = newest.vehicle_id
          AND (v.mileage_on IS NULL OR v.mileage_on <= newest."on")
          AND (v.mileage, v.mileage_on) IS DISTINCT FROM (newest.km, newest."on")
        """
    )
