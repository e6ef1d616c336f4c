"""Writing the search table. Apps above hand in the tokens of their own facts; names and phones are kept here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db import connection

from qibu.customers.models import ContactPoint, Customer
from qibu.customers.rules import Token, customer_tokens
from qibu.customers.rules.tokens import NAME, PERSON, PHONE
from qibu.customers.services import fingerprints
from qibu.kernel.actors import Actor

T = TypeVar("T")
Row = tuple[int, str, str]
BATCH = 5000

_CLEAR = """
    DELETE FROM customers_searchtoken AS token
    USING unnest(%s::bigint[], %s::text[]) AS gone (customer_id, source)
    WHERE token.organisation_id = %s AND token.customer_id = gone.customer_id AND token.source = gone.source
"""
_INSERT = """
    INSERT INTO customers_searchtoken (organisation_id, customer_id, source, token)
    SELECT %s, customer_id, source, token
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS fresh (customer_id, source, token)
    ON CONFLICT DO NOTHING
"""


def replace(*, actor: Actor, rows: Iterable[Row], cleared: Iterable[tuple[int, str]] = ()) -> None:
    """Set the tokens of facts: rows are (customer_id, source, token), the old tokens of each customer and source
    given go away. `cleared` names those that end up without any. Sources of apps read "vehicle:7"."""
    fresh = sorted(set(rows))
    gone = sorted({(customer_id, source) for customer_id, source, _token in fresh} | set(cleared))
    with connection.cursor() as cursor:
        for part in _batches(gone):
            cursor.execute(_CLEAR, [*map(list, zip(*part, strict=True)), actor.organisation_id])
        for rows_of_part in _batches(fresh):
            cursor.execute(_INSERT, [actor.organisation_id, *map(list, zip(*rows_of_part, strict=True))])


def refresh_names(*, actor: Actor, customer_ids: Iterable[int]) -> None:
    """Compute anew what customers are found by through their names and the people named with contact points."""
    wanted = sorted(set(customer_ids))
    names = dict(Customer.objects.filter(pk__in=wanted).values_list("id", "name"))
    people = _people(wanted)
    rows = [_row(pk, token) for pk in names for token in customer_tokens(names[pk], (), people[pk])]
    replace(actor=actor, rows=rows, cleared=[(pk, source) for pk in wanted for source in (NAME, PERSON)])


def refresh(*, actor: Actor, customer_ids: Iterable[int]) -> None:
    """Names and phones. Opens the sealed numbers, so it is for those whose contact points changed."""
    wanted = sorted(set(customer_ids))
    names = dict(Customer.objects.filter(pk__in=wanted).values_list("id", "name"))
    people, phones = _people(wanted), defaultdict(list)
    for point in ContactPoint.objects.filter(customer_id__in=wanted, kind=ContactPoint.Kind.PHONE):
        phones[point.customer_id].append(fingerprints.phone_print(point.value))
    rows = [_row(pk, token) for pk in names for token in customer_tokens(names[pk], phones[pk], people[pk])]
    sources = (NAME, PHONE, PERSON)
    replace(actor=actor, rows=rows, cleared=[(pk, source) for pk in wanted for source in sources])


def _people(customer_ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = ContactPoint.objects.filter(customer_id__in=customer_ids).exclude(person="")
    for customer_id, person in rows.values_list("customer_id", "person"):
        found[customer_id].append(person)
    return found


def _row(customer_id: int, token: Token) -> Row:
    return customer_id, token.source, token.token


def _batches(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[at : at + BATCH] for at in range(0, len(items), BATCH))
