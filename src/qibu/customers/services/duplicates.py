"""The table of pairs that may be one customer's is kept in step with the files; people decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models.functions import Now
from django.http import Http404

from qibu.contracts.customers import DuplicateJudged
from qibu.customers import sameness
from qibu.customers.models import Customer, Duplicate
from qibu.customers.rules.sameness import Named, Verdict, verdict
from qibu.customers.selectors.customers import visible
from qibu.customers.services import relations
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

CHUNK = 1000
State = Duplicate.State
Pair = tuple[int, int]

STORE = """
INSERT INTO customers_duplicate (organisation_id, first_id, second_id, signs, strength, related, state)
SELECT %(org)s, f.a, f.b, string_to_array(f.signs, ','), f.strength, f.related, 'open'
  FROM unnest(%(a)s::bigint[], %(b)s::bigint[], %(signs)s::text[], %(strength)s::int[], %(related)s::bool[])
       AS f (a, b, signs, strength, related)
ON CONFLICT (organisation_id, first_id, second_id) DO UPDATE
   SET signs = EXCLUDED.signs, strength = EXCLUDED.strength, related = EXCLUDED.related
 WHERE (customers_duplicate.signs, customers_duplicate.strength, customers_duplicate.related)
       IS DISTINCT FROM (EXCLUDED.signs, EXCLUDED.strength, EXCLUDED.related)
"""
FORGET = """
DELETE FROM customers_duplicate d
 WHERE d.organisation_id = %(org)s AND d.state = 'open'
   AND d.id IN (SELECT id FROM customers_duplicate WHERE organisation_id = %(org)s AND first_id = ANY(%(ids)s)
                UNION SELECT id FROM customers_duplicate WHERE organisation_id = %(org)s AND second_id = ANY(%(ids)s))
   AND NOT EXISTS (SELECT FROM unnest(%(a)s::bigint[], %(b)s::bigint[]) AS f (a, b)
                   WHERE f.a = d.first_id AND f.b = d.second_id)
"""

# What was decided on stays decided, also for the file into which one of the two was merged since.
DECIDED = """
DELETE FROM customers_duplicate p USING unnest(%(a)s::bigint[], %(b)s::bigint[]) AS f (a, b)
 WHERE p.organisation_id = %(org)s AND p.state = 'open' AND p.first_id = f.a AND p.second_id = f.b AND EXISTS (
   SELECT FROM customers_duplicate d
     JOIN customers_customer x ON x.organisation_id = %(org)s AND x.id = d.first_id
     JOIN customers_customer y ON y.organisation_id = %(org)s AND y.id = d.second_id
    WHERE d.organisation_id = %(org)s AND d.state <> 'open'
      AND d.first_id IN (SELECT t.id FROM customers_customer t WHERE t.organisation_id = %(org)s
                         AND (t.id IN (f.a, f.b) OR t.merged_into_id IN (f.a, f.b)))
      AND coalesce(y.merged_into_id, y.id) IN (f.a, f.b)
      AND coalesce(x.merged_into_id, x.id) <> coalesce(y.merged_into_id, y.id))
"""


def refresh(*, actor: Actor, customer_ids: Iterable[int]) -> int:
    """Look for pairs of these customers with any other; gives how many there are."""
    asked = set(customer_ids)
    erased = Customer.objects.filter(pk__in=asked, erased_at__isnull=False).values_list("pk", flat=True)
    wanted = sorted(asked - set(erased))
    return sum(_refresh(actor, wanted[at : at + CHUNK]) for at in range(0, len(wanted), CHUNK))


def judge(*, actor: Actor, duplicate_id: int, state: str, kind: str = "") -> Duplicate:
    """Not the same customer: remembered. `related` hangs a relation of this kind between the two. `open` takes back
    what was decided, with the relation that came with it."""
    actor.require(Capability.CUSTOMERS_EDIT)
    pair = Duplicate.objects.select_for_update().filter(pk=duplicate_id).first()
    if pair is None or visible(actor).filter(pk__in=[pair.first_id, pair.second_id]).count() < 2:
        raise Http404
    if pair.state == State(state):
        return pair
    if pair.made_relation:
        relations.remove(actor=actor, customer_id=pair.first_id, relation_id=pair.made_relation)
    made = _relate(actor, pair, kind) if state == State.RELATED else None
    decided = None if state == State.OPEN else Now()
    rows = Duplicate.objects.filter(pk=pair.pk)
    rows.update(state=state, decided_at=decided, decided_by_id=actor.staff_id, made_relation=made)
    event = DuplicateJudged(
        customer_id=pair.first_id, subject_id=pair.pk, other_id=pair.second_id, verdict=State(state).value
    )
    journal.record(event, actor=actor)
    pair.refresh_from_db()
    return pair


def _relate(actor: Actor, pair: Duplicate, kind: str) -> int | None:
    return relations.add(actor=actor, customer_id=pair.first_id, other_id=pair.second_id, kind=kind)


def _refresh(actor: Actor, ids: Sequence[int]) -> int:
    signs = _signs(actor, ids)
    named = _named({pk for pair in signs for pk in pair})
    found = {
        pair: told
        for pair, said in signs.items()
        if pair[0] in named and pair[1] in named and (told := verdict(named[pair[0]], named[pair[1]], said))
    }
    with connection.cursor() as cursor:
        params: dict[str, Any] = {"org": actor.organisation_id, "ids": list(ids), **_columns(found)}
        for statement in (FORGET, STORE, DECIDED):
            cursor.execute(statement, params)
    return len(found)


def _signs(actor: Actor, ids: Sequence[int]) -> dict[Pair, set[str]]:
    found: dict[Pair, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        for statement in sameness.statements():
            cursor.execute(statement, {"org": actor.organisation_id, "ids": list(ids)})
            for one, other, sign in cursor.fetchall():
                found[min(one, other), max(one, other)].add(sign)
    return found


def _named(ids: Iterable[int]) -> dict[int, Named]:
    """Of living files alone."""
    rows = Customer.objects.filter(pk__in=list(ids), merged_into__isnull=True).values_list(
        "id", "name", "kind"
    )
    return {pk: Named(name, kind) for pk, name, kind in rows}


def _columns(found: dict[Pair, Verdict]) -> dict[str, Any]:
    return {
        "a": [pair[0] for pair in found],
        "b": [pair[1] for pair in found],
        "signs": [",".join(told.signs) for told in found.values()],
        "strength": [told.strength for told in found.values()],
        "related": [told.related for told in found.values()],
    }
