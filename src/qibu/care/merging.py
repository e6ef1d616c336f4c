"""What falls due when two customers become one: an owner's cycles go on, they don't begin anew."""

from __future__ import annotations

from qibu.care.models import Due, Release
from qibu.care.services import dues
from qibu.care.services.locking import one_at_a_time
from qibu.customers import merge_parts
from qibu.customers.services.ledger import Ledger
from qibu.kernel.actors import Actor
from qibu.vehicles.merging import cars_of, gone_back

merge_parts.once(Release, "customer_id", same=("on",))

# The same cycle of the same car on both sides: the one that still runs stays, else the survivor's.
CLASHES = """
SELECT CASE WHEN a.over AND NOT b.over THEN a.id ELSE b.id END
  FROM care_due a JOIN care_due b ON b.trigger = a.trigger AND b.vehicle_id IS NOT DISTINCT FROM a.vehicle_id
   AND regexp_replace(b.cycle, '@[0-9]+$', '') = regexp_replace(a.cycle, '@[0-9]+$', '')
 WHERE a.organisation_id = %(org)s AND b.organisation_id = %(org)s
   AND a.customer_id = %(survivor)s AND b.customer_id = %(merged)s
"""
RENAMED = "regexp_replace(t.cycle, '@' || {old} || '$', '@' || {new})"
GO_BACK = """
UPDATE care_due t SET customer_id = %(merged)s, cycle = regexp_replace(t.cycle, '@[0-9]+$', '@' || %(merged)s)
 WHERE t.organisation_id = %(org)s AND t.customer_id = %(survivor)s AND t.vehicle_id = ANY(%(cars)s)
   AND NOT EXISTS (SELECT FROM care_due o WHERE o.organisation_id = %(org)s AND o.trigger = t.trigger
                   AND o.vehicle_id = t.vehicle_id
                   AND o.cycle = regexp_replace(t.cycle, '@[0-9]+$', '@' || %(merged)s))
"""


def _one_planner(actor: Actor, customer_ids: list[int]) -> None:
    one_at_a_time(actor)


def _go_on(book: Ledger) -> None:
    """A cycle carries its owner's number; tasks are keyed by the due, so what was done for it stays done."""
    book.remove(Due, sorted({pk for (pk,) in book.rows(CLASHES)}))
    renamed = RENAMED.format(old="%(merged)s", new="%(survivor)s")
    book.change(Due, "cycle", renamed, "t.customer_id = %(merged)s")


def _reckon(book: Ledger) -> None:
    dues.refresh(actor=book.actor, vehicle_ids=cars_of(book.survivor_id))
    dues.refresh_people(actor=book.actor, customer_ids=[book.survivor_id])


def _go_back(book: Ledger) -> None:
    book.run(GO_BACK, cars=gone_back(book))
    dues.refresh(actor=book.actor, vehicle_ids=cars_of(book.survivor_id, book.merged_id))
    dues.refresh_people(actor=book.actor, customer_ids=[book.survivor_id, book.merged_id])


merge_parts.lock("care.planner", _one_planner)
merge_parts.special("care.dues", merged=_go_on, settled=_reckon, undone=_go_back)
