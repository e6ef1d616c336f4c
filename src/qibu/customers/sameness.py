"""Signs that two files are one customer's, beyond what this area knows itself. An app adds one in its `slots.py`:

    sameness.add_sign("vehicles.car", STATEMENT)

The statement gives (customer, other, sign) for the customers `%(ids)s` of `%(org)s`; it goes out from these by an
index, so that it costs by what changed, not by what there is.
"""

from __future__ import annotations

# A number of so many is a switchboard's, a birthday of so many a sheet's way of saying nothing.
PHONE_SHARED, BIRTHDAY_SHARED, FIRM_SHARED = 12, 40, 30

PHONES = f"""
SELECT p.customer_id, q.customer_id, 'phone' FROM customers_contactpoint p
  JOIN customers_contactpoint q ON q.organisation_id = %(org)s AND q.hash = p.hash AND q.kind = 'phone'
   AND q.customer_id <> p.customer_id AND q.role <> 'sender'
 WHERE p.organisation_id = %(org)s AND p.customer_id = ANY(%(ids)s) AND p.kind = 'phone' AND p.role <> 'sender'
   AND (SELECT count(*) FROM (SELECT FROM customers_contactpoint r WHERE r.organisation_id = %(org)s
         AND r.hash = p.hash LIMIT {PHONE_SHARED + 1}) few) <= {PHONE_SHARED}
"""  # noqa: S608
IDENTITIES = """
SELECT c.id, d.id, 'identity' FROM customers_customer c
  JOIN customers_customer d ON d.organisation_id = %(org)s AND d.identity_hash = c.identity_hash AND d.id <> c.id
 WHERE c.organisation_id = %(org)s AND c.id = ANY(%(ids)s) AND c.identity_hash IS NOT NULL
"""
BIRTHDAYS = f"""
SELECT c.id, d.id, 'birthday' FROM customers_customer c
  JOIN customers_customer d ON d.organisation_id = %(org)s AND d.birthday = c.birthday AND d.city = c.city
   AND d.id <> c.id AND d.kind = c.kind
 WHERE c.organisation_id = %(org)s AND c.id = ANY(%(ids)s) AND c.birthday IS NOT NULL AND c.city <> ''
   AND (SELECT count(*) FROM (SELECT FROM customers_customer e WHERE e.organisation_id = %(org)s
         AND e.birthday = c.birthday AND e.city = c.city LIMIT {BIRTHDAY_SHARED + 1}) few) <= {BIRTHDAY_SHARED}
"""  # noqa: S608
# Both belong to the same firm.
FIRMS = f"""
WITH tie AS (SELECT customer_id AS person, other_id AS firm FROM customers_relation WHERE organisation_id = %(org)s
             UNION SELECT other_id, customer_id FROM customers_relation WHERE organisation_id = %(org)s)
SELECT a.person, b.person, 'firm' FROM tie a JOIN tie b ON b.firm = a.firm AND b.person <> a.person
  JOIN customers_customer f ON f.organisation_id = %(org)s AND f.id = a.firm AND f.kind = 'company'
 WHERE a.person = ANY(%(ids)s) AND (SELECT count(*) FROM tie c WHERE c.firm = a.firm) <= {FIRM_SHARED}
"""  # noqa: S608

_signs: dict[str, str] = {
    "customers.phone": PHONES, "customers.identity": IDENTITIES, "customers.birthday": BIRTHDAYS,
    "customers.firm": FIRMS,
}  # fmt: skip


def add_sign(key: str, statement: str) -> None:
    _signs[key] = statement


def statements() -> list[str]:
    return [statement for _key, statement in sorted(_signs.items())]
