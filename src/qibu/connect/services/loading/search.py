"""What the customers of a load are found by: only where something about them is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from django.db import connection

from qibu.connect.services.loading.sql import Load, insert_select
from qibu.customers.models import SearchToken
from qibu.customers.rules import customer_tokens
from qibu.customers.rules.tokens import PhonePrint
from qibu.vehicles.tokens import source_of, vehicle_tokens

Line = tuple[int, str, str]  # customer, source, token


def add_tokens(load: Load) -> None:
    load.run("CREATE TEMPORARY TABLE found (customer_id bigint, source text, token text) ON COMMIT DROP")
    _forget_plates(load)
    _copy(_of_people(load))
    _copy(_of_cars(load))
    values = {
        "organisation_id": "%(org)s", "customer_id": "customer_id", "source": "source", "token": "token",
    }  # fmt: skip
    load.run(insert_select(SearchToken, values, "FROM found ON CONFLICT DO NOTHING"))


def _of_people(load: Load) -> Iterator[Line]:
    news = load.rows(
        """
        SELECT p.customer_id, max(p.name), array_agg(sp.hash), array_agg(sp.tail), array_agg(DISTINCT sp.contact)
        FROM people p LEFT JOIN staged_point sp ON sp.person = p.person AND sp.kind = 'phone'
        WHERE p.fresh
           OR EXISTS (SELECT FROM customers_contactpoint point WHERE point.organisation_id = %(org)s
                      AND point.customer_id = p.customer_id AND point.import_id = %(import)s)
           OR EXISTS (SELECT FROM connect_change ch WHERE ch.organisation_id = %(org)s AND ch.source_id = %(import)s
                      AND ch."table" = 'customer' AND ch.row_id = p.customer_id AND ch.after ? 'name')
        GROUP BY p.customer_id
        """
    )
    return chain.from_iterable(_person(*row) for row in news)


def _person(
    customer_id: int, name: str | None, hashes: list[bytes], tails: list[bytes], contacts: list[str]
) -> Iterator[Line]:
    prints = {PhonePrint(bytes(whole), bytes(tail)) for whole, tail in zip(hashes, tails, strict=True) if whole}
    people = [contact for contact in contacts if contact and contact != name]
    for token in customer_tokens(name or "", prints, people):
        yield customer_id, token.source, token.token


def _of_cars(load: Load) -> Iterator[Line]:
    """Every living party in a car is found by its plate and VIN."""
    news = load.rows(
        """
        SELECT o.customer_id, v.id, v.vin, v.plate
        FROM (SELECT DISTINCT vehicle_id, fresh FROM cars) c
        JOIN vehicles_vehicle v ON v.organisation_id = %(org)s AND v.id = c.vehicle_id
        JOIN vehicles_ownership o ON o.organisation_id = %(org)s AND o.vehicle_id = v.id AND o.until IS NULL
        WHERE c.fresh OR o.import_id = %(import)s
           OR EXISTS (SELECT FROM connect_change ch WHERE ch.organisation_id = %(org)s AND ch.source_id = %(import)s
                      AND ch."table" = 'vehicle' AND ch.row_id = v.id AND ch.after ? 'plate')
        """
    )
    return (
        (customer_id, source_of(vehicle_id), token)
        for customer_id, vehicle_id, vin, plate in news
        for token in vehicle_tokens(vin, plate)
    )


def _forget_plates(load: Load) -> None:
    """A plate that changed no longer finds the car."""
    load.run(
        """
        DELETE FROM customers_searchtoken t USING connect_change ch
        WHERE t.organisation_id = %(org)s AND t.source = 'vehicle:' || ch.row_id AND ch.organisation_id = %(org)s
          AND ch.source_id = %(import)s AND ch."table" = 'vehicle' AND ch.after ? 'plate'
        """
    )


def _copy(lines: Iterable[Line]) -> None:
    """The lines must need no query of their own: the connection is taken by the COPY."""
    with connection.cursor() as cursor, cursor.copy("COPY found (customer_id, source, token) FROM STDIN") as copy:
        for line in lines:
            copy.write_row(line)
