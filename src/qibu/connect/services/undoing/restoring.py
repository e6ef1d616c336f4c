"""Values that the load changed in rows that stood before go back, where the load's value still stands."""

# ruff: noqa: S608  (statements are put together from constants and names of tables)
from __future__ import annotations

from collections.abc import Mapping

from django.db import models

from qibu.aftersales.models import Visit
from qibu.connect.mapping import OWN
from qibu.connect.services.loading import cars, people, visits
from qibu.connect.services.loading.merge import own_values
from qibu.connect.services.loading.sql import Load
from qibu.customers.models import Customer
from qibu.customers.rules import sort_key
from qibu.customers.services import search
from qibu.vehicles.models import Policy, Vehicle
from qibu.vehicles.services import finding

TABLES: dict[str, tuple[type[models.Model], Mapping[str, str]]] = {
    "customer": (Customer, people.FIELDS),
    "vehicle": (Vehicle, cars.OWNER_FIELDS | cars.VISIT_FIELDS),
    "visit": (Visit, visits.FIELDS),
    "policy": (Policy, {"ends_on": "date"}),
}


OWN_FIELDS = (Customer, Vehicle)


def compare(load: Load) -> None:
    """The temporary table `standing`: one row a changed field, and whether the load's value still stands."""
    parts = " UNION ALL ".join(
        f"""SELECT ch."table" AS kind, ch.row_id AS id, a.key AS field, ch.before ->> a.key AS before,
                   coalesce({standing(model)}, '') = a.value AS stands
            FROM connect_change ch JOIN {model._meta.db_table} v ON v.organisation_id = %(org)s AND v.id = ch.row_id
            CROSS JOIN LATERAL jsonb_each_text(ch.after) AS a
            WHERE ch.organisation_id = %(org)s AND ch.source_id = %(import)s AND ch."table" = '{kind}'"""
        for kind, (model, _fields) in TABLES.items()
    )
    load.run(f"CREATE TEMPORARY TABLE standing ON COMMIT DROP AS {parts}")
    # The end that was corrected is by now that of another policy of the car.
    load.run(
        """
        UPDATE standing SET stands = false FROM vehicles_policy p, vehicles_policy other
        WHERE standing.kind = 'policy' AND p.organisation_id = %(org)s AND p.id = standing.id
          AND other.organisation_id = %(org)s AND other.vehicle_id = p.vehicle_id AND other.kind = p.kind
          AND other.id <> p.id AND other.ends_on::text = standing.before
        """
    )
    load.run("INSERT INTO kept SELECT DISTINCT kind, id, 'value' FROM standing WHERE NOT stands")


def standing(model: type[models.Model]) -> str:
    """What stands in a field now; those of the organisation's own lie in the column `custom`."""
    if model not in OWN_FIELDS:
        return "to_jsonb(v) ->> a.key"
    own = f"v.custom ->> substr(a.key, {len(OWN) + 1})"
    return f"CASE WHEN starts_with(a.key, '{OWN}') THEN {own} ELSE to_jsonb(v) ->> a.key END"


def restore(load: Load) -> None:
    for kind, (model, fields) in TABLES.items():
        _put_back(load, kind, model, fields)
        _forget_said(load, kind, model)
    _take_out_identities(load)
    _let_go_visits(load)
    _restate_names(load)
    plates = load.rows("SELECT DISTINCT id FROM standing WHERE kind = 'vehicle' AND field = 'plate' AND stands")
    finding.refresh(load.actor, [number for (number,) in plates])


def _put_back(load: Load, kind: str, model: type[models.Model], fields: Mapping[str, str]) -> None:
    """What a sheet had set before is remembered again, too, so that the next export compares with the right value."""
    sets = ", ".join(
        f"\"{name}\" = CASE WHEN b.fields ? '{name}' THEN {_cast(name, sql)} ELSE v.\"{name}\" END"
        for name, sql in fields.items()
    )
    if model in OWN_FIELDS:
        sets += f", custom = {own_values('v.custom', 'b.fields', 'true')}"
    stamps = {"version": "v.version + 1", "updated_at": "now()"}
    own = {field.name for field in model._meta.local_fields}
    stamp = "".join(f", {name} = {value}" for name, value in stamps.items() if name in own)
    load.run(
        f"""
        UPDATE {model._meta.db_table} v SET {sets}{stamp}, sheet = (v.sheet - b.empty) || b.said
        FROM (SELECT id, jsonb_object_agg(field, before) AS fields,
                     coalesce(array_agg(field) FILTER (WHERE before = ''), '{{}}') AS empty,
                     coalesce(jsonb_object_agg(field, before) FILTER (WHERE before <> ''), '{{}}') AS said
              FROM standing WHERE kind = '{kind}' AND stands GROUP BY id) b
        WHERE v.organisation_id = %(org)s AND v.id = b.id
        """
    )


def _forget_said(load: Load, kind: str, model: type[models.Model]) -> None:
    """What the sheet said last, where no newer sheet has said otherwise, is again what an older one had said."""
    load.run(
        f"""
        UPDATE {model._meta.db_table} v SET sheet = (v.sheet - b.ours) || b.older
        FROM (SELECT ch.row_id, array_agg(a.key) AS ours,
                     coalesce(jsonb_object_agg(a.key, ch.before -> a.key) FILTER (WHERE ch.before ? a.key), '{{}}')
                       AS older
              FROM connect_change ch
              JOIN {model._meta.db_table} row_ ON row_.organisation_id = %(org)s AND row_.id = ch.row_id
              CROSS JOIN LATERAL jsonb_each_text(ch.after) AS a
              WHERE ch.organisation_id = %(org)s AND ch.source_id = %(import)s AND ch."table" = '{kind} sheet'
                AND row_.sheet ->> a.key = a.value
              GROUP BY ch.row_id) b
        WHERE v.organisation_id = %(org)s AND v.id = b.row_id
        """
    )


def _take_out_identities(load: Load) -> None:
    load.run(
        f"""
        UPDATE customers_customer c SET identity = NULL, identity_hash = NULL FROM connect_change ch
        WHERE c.organisation_id = %(org)s AND ch.organisation_id = %(org)s AND ch.source_id = %(import)s
          AND ch."table" = '{people.IDENTITY}' AND c.id = ch.row_id
          AND encode(c.identity_hash, 'hex') = ch.after ->> 'hash'
        """
    )


def _let_go_visits(load: Load) -> None:
    """Of owners who don't own the car any more, now that the load is taken back."""
    load.run(
        f"""
        UPDATE aftersales_visit v SET customer_id = NULL FROM connect_change ch
        WHERE v.organisation_id = %(org)s AND ch.organisation_id = %(org)s AND ch.source_id = %(import)s
          AND ch."table" = '{cars.ADOPTED}' AND v.id = ch.row_id
          AND v.customer_id = (ch.after ->> 'customer_id')::bigint
          AND NOT EXISTS (SELECT FROM vehicles_ownership o WHERE o.organisation_id = %(org)s
                          AND o.vehicle_id = v.vehicle_id AND o.customer_id = v.customer_id AND o.role = 'owner')
        """
    )


def _cast(name: str, sql: str) -> str:
    return f"b.fields ->> '{name}'" if sql == "text" else f"nullif(b.fields ->> '{name}', '')::{sql}"


def _restate_names(load: Load) -> None:
    """A name that went back changes the order of lists, and what the customer is found by."""
    named = load.rows(
        """
        SELECT c.id, c.name FROM customers_customer c JOIN standing s ON s.id = c.id
        WHERE c.organisation_id = %(org)s AND s.kind = 'customer' AND s.field = 'name' AND s.stands
        """
    )
    load.run(
        """
        UPDATE customers_customer c SET sort_key = left(n.sort_key, 160)
        FROM unnest(%(ids)s::bigint[], %(keys)s::text[]) AS n(id, sort_key)
        WHERE c.organisation_id = %(org)s AND c.id = n.id
        """,
        ids=[number for number, _name in named],
        keys=[sort_key(name) for _number, name in named],
    )
    search.refresh_names(actor=load.actor, customer_ids=[number for number, _name in named])
