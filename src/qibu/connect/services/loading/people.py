"""Customers of a load: matched by phone, else by the car they own, else by name; made where nobody fits."""

from __future__ import annotations

from qibu.connect.models import Change
from qibu.connect.services.loading.merge import merge
from qibu.connect.services.loading.sql import Load, first_of, gathered, insert_select, new_ids, said
from qibu.customers.models import Consent, ContactPoint, Customer, Tag, Tagging

TEXTS = ("province", "city", "district", "address", "occupation", "source", "remark")
FIELDS = {
    "kind": "text", "name": "text", "gender": "text", "birthday": "date",
    **dict.fromkeys(TEXTS, "text"), "seller_id": "bigint", "advisor_id": "bigint",
}  # fmt: skip
SENDER, CONTACT = "sender", "contact"
IDENTITY = "identity"  # an identity number that was filled in


def gather_owners(load: Load) -> None:
    """The temporary table `people`: one row a person of the owners' sheet."""
    columns = ("kind", "name", "sort_key", "gender", "birthday", "identity", "identity_hash", *TEXTS)
    load.run(
        f"""
        CREATE TEMPORARY TABLE people ON COMMIT DROP AS
        SELECT grouped.*, s.staff_id AS seller_id, a.staff_id AS advisor_id,
               NULL::bigint AS customer_id, false AS fresh, NULL::jsonb AS said, '{{}}'::jsonb AS custom
        FROM (SELECT person, min(row) AS row, {first_of((*columns, "seller", "advisor"))}
              FROM staged GROUP BY person) grouped
        LEFT JOIN people_named s ON s.name = grouped.seller
        LEFT JOIN people_named a ON a.name = grouped.advisor
        """
    )
    gathered(load, "people", "person", "custom")
    load.run(f"UPDATE people SET said = {said(FIELDS, own=True)}")
    _index(load)


def gather_senders(load: Load) -> None:
    """The temporary table `people` of a sheet of visits: those who brought a car that has no owner here."""
    load.run(
        """
        CREATE TEMPORARY TABLE people ON COMMIT DROP AS
        SELECT DISTINCT ON (s.person) s.person, s.row, 'person'::text AS kind, s.contact_name AS name, s.sort_key,
               NULL::text AS gender, NULL::date AS birthday, NULL::bytea AS identity, NULL::bytea AS identity_hash,
               NULL::text AS province, NULL::text AS city, NULL::text AS district, NULL::text AS address,
               NULL::text AS occupation, NULL::text AS source, NULL::text AS remark,
               NULL::bigint AS seller_id, p.staff_id AS advisor_id,
               NULL::bigint AS customer_id, false AS fresh, '{}'::jsonb AS said, '{}'::jsonb AS custom
        FROM staged s JOIN cars ON cars.car = coalesce(s.vin, 'plate ' || s.plate)
        LEFT JOIN people_named p ON p.name = s.advisor
        WHERE cars.owner_id IS NULL AND s.person <> ''
        ORDER BY s.person, s.row
        """
    )
    _index(load)


def _index(load: Load) -> None:
    load.run("CREATE INDEX ON people (person)")
    load.run("CREATE INDEX ON people (customer_id)")
    load.run("ANALYZE people")


def match(load: Load) -> None:
    """Same phone = same customer; a phone of one who merely brought somebody's car does not count."""
    load.run(
        f"""
        UPDATE people p SET customer_id = m.customer_id
        FROM (SELECT DISTINCT ON (sp.person) sp.person, point.customer_id
              FROM staged_point sp JOIN customers_contactpoint point
                ON point.organisation_id = %(org)s AND point.hash = sp.hash AND point.kind = 'phone'
               AND point.role <> '{SENDER}'
              WHERE sp.kind = 'phone'
              ORDER BY sp.person, sp.row, sp.n, point."primary" DESC, point.customer_id) m
        WHERE p.person = m.person
        """
    )


def match_by_car(load: Load) -> None:
    """No phone in common, but the car's owner has the name: the same person, with another number or none."""
    load.run(
        """
        UPDATE people p SET customer_id = m.customer_id
        FROM (SELECT DISTINCT ON (s.person) s.person, c.id AS customer_id
              FROM staged s
              JOIN vehicles_vehicle v ON v.organisation_id = %(org)s AND v.vin = s.vin
              JOIN vehicles_ownership o ON o.organisation_id = %(org)s AND o.vehicle_id = v.id AND o.role = 'owner'
              JOIN customers_customer c ON c.organisation_id = %(org)s AND c.id = o.customer_id
              WHERE s.name <> '' AND (c.name = s.name OR EXISTS (  -- the name of a file that was merged into this one
                SELECT FROM customers_customer m WHERE m.organisation_id = %(org)s AND m.merged_into_id = c.id
                   AND m.name = s.name))
              ORDER BY s.person, s.row, o.until DESC NULLS FIRST, c.id) m
        WHERE p.customer_id IS NULL AND p.person = m.person
        """
    )


def match_by_name(load: Load) -> None:
    """A person without a phone is one of that name who has none here either."""
    load.run(
        f"""
        UPDATE people p SET customer_id = m.customer_id
        FROM (SELECT DISTINCT ON (q.person) q.person, coalesce(c.merged_into_id, c.id) AS customer_id
              FROM people q JOIN customers_customer c
                ON c.organisation_id = %(org)s AND c.sort_key = q.sort_key AND c.name = q.name
               AND (c.identity_hash IS NULL OR q.identity_hash IS NULL OR c.identity_hash = q.identity_hash)
              WHERE q.customer_id IS NULL AND q.name <> '' AND left(q.person, 1) = 'n'
                AND NOT EXISTS (SELECT FROM customers_contactpoint point
                                WHERE point.organisation_id = %(org)s AND point.customer_id = c.id
                                  AND point.kind = 'phone' AND point.role <> '{SENDER}')
                AND NOT EXISTS (SELECT FROM customers_mergechange went  -- a merged file's numbers went with it
                                WHERE went.organisation_id = %(org)s AND c.merged_into_id IS NOT NULL
                                  AND went."table" = 'customers_contactpoint'
                                  AND (went."column" = 'customer_id' AND went.was = to_jsonb(c.id)
                                       OR went."column" = '' AND went.was -> 'customer_id' = to_jsonb(c.id)))
              ORDER BY q.person, c.merged_into_id NULLS FIRST, c.id) m
        WHERE p.person = m.person
        """
    )


def create(load: Load) -> None:
    load.run(new_ids("people", Customer, "customer_id"))
    values = {
        "id": "customer_id", "organisation_id": "%(org)s", "kind": "coalesce(kind, 'person')", "stage": "'owner'",
        "name": "coalesce(left(name, 80), '')", "sort_key": "left(sort_key, 160)", "gender": "coalesce(gender, '')",
        "birthday": "birthday", "identity": "identity", "identity_hash": "identity_hash",
        **{text: f"coalesce({text}, '')" for text in TEXTS},
        "seller_id": "seller_id", "advisor_id": "advisor_id", "import_id": "%(import)s", "sheet": "said",
        "custom": "custom",
    }  # fmt: skip
    load.run(insert_select(Customer, values, "FROM people WHERE fresh ORDER BY row"))
    load.counts["customers_created"] = load.value("SELECT count(*) FROM people WHERE fresh")
    load.counts["customers_matched"] = load.value(
        "SELECT count(DISTINCT customer_id) FROM people WHERE NOT fresh"
    )


def update(load: Load) -> None:
    """What newer sheets bring for customers who stood before."""
    merge(load, Customer, table="customer", source="people", key="customer_id", fields=FIELDS, own=True)
    _fill_in_identities(load)
    _restate_names(load)


def _fill_in_identities(load: Load) -> None:
    """Where none was known. Noted by its fingerprint, to be taken back: the number itself stays in its own row."""
    lacking = """
        FROM people p JOIN customers_customer c ON c.organisation_id = %(org)s AND c.id = p.customer_id
        WHERE NOT p.fresh AND c.identity_hash IS NULL AND p.identity_hash IS NOT NULL
    """
    load.run(
        insert_select(
            Change,
            {"organisation_id": "%(org)s", "source_id": "%(import)s", "table": f"'{IDENTITY}'", "row_id": "c.id",
             "before": "'{}'", "after": "jsonb_build_object('hash', encode(p.identity_hash, 'hex'))"},
            lacking,
        )
    )  # fmt: skip
    load.run(
        f"""
        UPDATE customers_customer c SET identity = p.identity, identity_hash = p.identity_hash
        FROM people p JOIN connect_change ch ON ch.organisation_id = %(org)s AND ch.source_id = %(import)s
             AND ch."table" = '{IDENTITY}' AND ch.row_id = p.customer_id
             AND ch.after ->> 'hash' = encode(p.identity_hash, 'hex')
        WHERE c.organisation_id = %(org)s AND c.id = p.customer_id
        """
    )


def _restate_names(load: Load) -> None:
    """A changed name changes the order of lists, and what the customer is found by."""
    load.run(
        """
        UPDATE customers_customer c SET sort_key = left(p.sort_key, 160)
        FROM people p, connect_change ch
        WHERE c.organisation_id = %(org)s AND c.id = p.customer_id AND ch.organisation_id = %(org)s
          AND ch.source_id = %(import)s AND ch."table" = 'customer' AND ch.row_id = c.id AND ch.after ? 'name'
        """
    )
    load.run(
        """
        DELETE FROM customers_searchtoken t USING connect_change ch
        WHERE t.organisation_id = %(org)s AND t.customer_id = ch.row_id AND t.source = 'name'
          AND ch.organisation_id = %(org)s AND ch.source_id = %(import)s AND ch."table" = 'customer'
          AND ch.after ? 'name'
        """
    )


def add_points(load: Load) -> None:
    """Phones, e-mail and WeChat that the customer does not have yet; the first phone becomes the main one."""
    values = {
        "organisation_id": "%(org)s", "customer_id": "customer_id", "kind": "kind", "value": "sealed",
        "masked": "masked", "hash": "hash", "person": "person", "role": "role", '"primary"': "main",
        "import_id": "%(import)s",
    }  # fmt: skip
    values["primary"] = values.pop('"primary"')
    load.run(
        insert_select(
            ContactPoint,
            values,
            f"""
            FROM (SELECT DISTINCT ON (p.customer_id, sp.kind, sp.hash)
                         p.customer_id, sp.kind, sp.sealed, sp.masked, sp.hash, left(sp.contact, 60) AS person,
                         CASE WHEN sp.contact <> '' THEN '{CONTACT}' ELSE '' END AS role,
                         sp.kind = 'phone' AND sp.n = 0 AND sp.row = p.row AND NOT EXISTS (
                           SELECT FROM customers_contactpoint had
                           WHERE had.organisation_id = %(org)s AND had.customer_id = p.customer_id
                             AND had.kind = 'phone' AND had."primary") AS main
                  FROM staged_point sp JOIN people p ON p.person = sp.person
                  ORDER BY p.customer_id, sp.kind, sp.hash, (sp.row = p.row) DESC, sp.n, sp.row) points
            ON CONFLICT DO NOTHING
            """,
        )
    )


def add_consents(load: Load, *, basis: str, marketing: bool, evidence: str) -> None:
    """Service calls to one's own customers rest on the contract; marketing needs consent (PIPL arts. 13, 14)."""
    purposes = ["service", "survey"] + (["marketing"] if marketing else [])
    values = {
        "organisation_id": "%(org)s", "customer_id": "customer_id", "purpose": "purpose", "channel": "'any'",
        "state": "'given'", "basis": "CASE purpose WHEN 'marketing' THEN 'consent' ELSE %(basis)s END",
        "evidence": "%(evidence)s", "by_id": "%(staff)s", "import_id": "%(import)s",
    }  # fmt: skip
    load.run(
        insert_select(Consent, values, "FROM people, unnest(%(purposes)s::text[]) AS purpose WHERE fresh"),
        basis=basis, evidence=evidence, purposes=purposes,
    )  # fmt: skip


def add_tags(load: Load) -> None:
    """Tags of the sheet, on those who do not carry them yet; words that are new here are made."""
    load.run(
        """
        CREATE TEMPORARY TABLE hung ON COMMIT DROP AS
        SELECT DISTINCT p.customer_id, t.name FROM staged s JOIN people p ON p.person = s.person, unnest(s.tags) t(name)
        """
    )
    made = {"organisation_id": "%(org)s", "name": "name", "import_id": "%(import)s"}
    load.run(insert_select(Tag, made, "FROM (SELECT DISTINCT name FROM hung) words ON CONFLICT DO NOTHING"))
    values = {
        "organisation_id": "%(org)s", "customer_id": "h.customer_id", "tag_id": "t.id", "import_id": "%(import)s",
    }  # fmt: skip
    words = "FROM hung h JOIN customers_tag t ON t.organisation_id = %(org)s AND t.name = h.name"
    load.run(insert_select(Tagging, values, f"{words} ON CONFLICT DO NOTHING"))
