"""A portfolio goes over in one step, to one person or shared out among several, with a record; and back (A6).

Nothing is fetched row by row: `INSERT … SELECT` writes the rows down, one UPDATE shares them out, one a taker moves
them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from qibu.contracts.network import HandOverUndone, PortfolioHandedOver
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network import handover
from qibu.network.handover import Part
from qibu.network.models import HandOver, HandOverItem, Staff
from qibu.network.rules import Capability, turns

Shares = dict[str, dict[str, int]]  # taker → part → how many


@dataclass(frozen=True)
class Plan:
    """Who takes by which weight, which customers go to whom by hand, of which parts (none: all), and whether the rest
    stays."""

    weights: Mapping[int, int]
    picks: Mapping[int, int] = field(default_factory=dict)  # customer → taker
    parts: frozenset[str] = frozenset()
    picked_only: bool = False

    @property
    def takers(self) -> set[int]:
        return {*self.weights, *self.picks.values()}

    @property
    def mark(self) -> str:
        """The same for the same plan: what was looked at is what is done."""
        told = [sorted(self.weights.items()), sorted(self.picks.items()), sorted(self.parts), self.picked_only]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def hand_over(*, actor: Actor, giver_id: int, plan: Plan, reason: str, note: str = "") -> HandOver:
    actor.require(Capability.STAFF_MANAGE)
    giver, takers = _people(giver_id, plan)
    record = HandOver.objects.create(
        organisation_id=actor.organisation_id, giver=giver, by_id=actor.staff_id, reason=reason, note=note.strip(),
        taker=next(iter(takers.values())) if len(takers) == 1 else None, at=times.now(),
    )  # fmt: skip
    parts = [part for part in handover.parts() if not plan.parts or part.key in plan.parts]
    held = {each.key: each.number for each in handover.holdings(actor, giver_id)}
    with _sets_joined_by_hash():
        _write_down(record, parts, giver_id)
        customers = _customers(record)
        _check_picks(actor, record, plan)
        _share_out(record, plan, [part.key for part in parts])
        _leave_what_does_not_fit(record, parts)
    _count(record, held, customers)
    if not record.moved:
        raise ValidationError(_("{name} 名下没有要交接的内容。").format(name=giver.name))
    record.save(update_fields=["shares", "moved", "stayed", "customers_moved", "customers_stayed"])
    with _sets_joined_by_hash():
        for part in parts:
            _move(record, part)
            if part.tell:
                part.tell(actor, record, False)
    names = _("、").join(takers[pk].name for pk in sorted(takers) if str(pk) in record.shares)
    event = PortfolioHandedOver(
        subject_id=record.pk, giver=giver.name, taker=names, moved=json.dumps(record.moved), reason=reason
    )
    journal.record(event, actor=actor)
    return record


class _Tried(Exception):
    pass


def preview(*, actor: Actor, giver_id: int, plan: Plan) -> HandOver:
    """The record as a hand-over would leave it: what goes to whom, what stays. Nothing of it is kept."""
    record = HandOver()
    try:
        with transaction.atomic():
            record = hand_over(actor=actor, giver_id=giver_id, plan=plan, reason="")
            raise _Tried
    except _Tried:
        return record


def undo(*, actor: Actor, hand_over_id: int) -> HandOver:
    """What still lies with those who took it goes back; what was changed since stays and can be seen in the record."""
    actor.require(Capability.STAFF_MANAGE)
    record: HandOver = HandOver.objects.select_for_update(of=("self",)).select_related("giver").get(pk=hand_over_id)
    if record.undone_at is not None:
        return record
    if not record.shares:
        raise ValidationError(_("这次交接没有留下明细，不能撤销。"))
    if not record.giver.active:
        text = _("{name} 已离职。要把客户还给他，请先在员工页恢复任职。")
        raise ValidationError(text.format(name=record.giver.name))
    list(Staff.objects.select_for_update().filter(pk=record.giver_id))  # nothing new is booked for them meanwhile
    with _sets_joined_by_hash():
        _all_back(record)
    record.undone_at, record.undone_by_id = times.now(), actor.staff_id
    record.save(update_fields=["undone_at", "undone_by"])
    for part in handover.parts():
        if part.tell and part.key in record.moved:
            part.tell(actor, record, True)
    back = HandOverItem.objects.filter(hand_over=record, back=True).count()
    kept = sum(record.moved.values()) - back
    journal.record(HandOverUndone(subject_id=record.pk, giver=record.giver.name, back=back, kept=kept), actor=actor)
    return record


def _people(giver_id: int, plan: Plan) -> tuple[Staff, dict[int, Staff]]:
    wanted = sorted({giver_id} | plan.takers)
    found = {one.pk: one for one in Staff.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    if len(found) < len(wanted):
        raise Staff.DoesNotExist
    giver = found.pop(giver_id)
    if giver_id in plan.takers or not found:
        raise ValidationError({"takers": _("请选另一个人来接手。")})
    for taker in found.values():
        if not taker.active:
            text = _("{name} 已离职，请选在职的同事接手。").format(name=taker.name)
            raise ValidationError({"takers": text})
    return giver, found


@contextmanager
def _sets_joined_by_hash() -> Iterator[None]:
    """What was written in this very transaction has no statistics yet: taken for a few rows, ten thousand would be
    joined one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = on")


WRITE_DOWN = """
INSERT INTO network_handoveritem (organisation_id, hand_over_id, part, row_id, whom) SELECT %s, %s, %s, held.* FROM
"""


def _write_down(record: HandOver, parts: Sequence[Part], giver_id: int) -> None:
    """The rows of the giver, held until the end of the transaction."""
    for part in parts:
        rows = part.held(giver_id).order_by("pk").select_for_update().values_list("pk", part.customer)
        held, params = rows.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(
                f"{WRITE_DOWN} ({held}) AS held",
                [record.organisation_id, record.pk, part.key, *params],
            )


def _customers(record: HandOver) -> int:
    """How many customers are among the rows."""
    keys = [part.key for part in handover.parts() if part.of_customers]
    rows = HandOverItem.objects.filter(hand_over=record, part__in=keys)
    return rows.values("whom").distinct().count()


def _check_picks(actor: Actor, record: HandOver, plan: Plan) -> None:
    """Whoever somebody was picked for is among what goes: a pick never comes to nothing without a word."""
    there = HandOverItem.objects.filter(hand_over=record, whom__in=list(plan.picks)).values_list("whom", flat=True)
    lost = sorted(set(plan.picks) - set(there))
    if lost:
        names = handover.customers().named(actor, lost)
        told = _("、").join(names.get(pk, f"#{pk}") for pk in lost)
        text = _("{names} 不在这次要交接的内容里：可能已经转走，或者那一项没有勾选。请取消指定再交接。")
        raise ValidationError(text.format(names=told))


# A customer goes to one person with all that is theirs; rows without a customer each for themselves. Those of the first
# part come first, so that each part is shared by weight as well; which ones follows from their numbers, mixed.
SHARE_OUT = """
WITH bundle AS (
    SELECT coalesce('c' || whom, part || '/' || row_id) AS name, min(array_position(%(parts)s::text[], part)) AS rank
      FROM network_handoveritem
     WHERE organisation_id = %(org)s AND hand_over_id = %(record)s AND taker_id IS NULL
     GROUP BY 1
), placed AS (
    SELECT name, row_number() OVER (ORDER BY rank, md5(name)) - 1 AS place FROM bundle
)
UPDATE network_handoveritem i
   SET taker_id = (%(turns)s::bigint[])[placed.place %% cardinality(%(turns)s::bigint[]) + 1]
  FROM placed
 WHERE i.organisation_id = %(org)s AND i.hand_over_id = %(record)s AND i.taker_id IS NULL
   AND placed.name = coalesce('c' || i.whom, i.part || '/' || i.row_id)
"""
PICK = """
UPDATE network_handoveritem i SET taker_id = p.taker
  FROM unnest(%(whom)s::bigint[], %(takers)s::bigint[]) AS p(whom, taker)
 WHERE i.organisation_id = %(org)s AND i.hand_over_id = %(record)s AND i.whom = p.whom
"""


def _share_out(record: HandOver, plan: Plan, parts: Sequence[str]) -> None:
    common = {"org": record.organisation_id, "record": record.pk}
    with connection.cursor() as cursor:
        if plan.picks:
            cursor.execute(PICK, {**common, "whom": list(plan.picks), "takers": list(plan.picks.values())})
        if plan.picked_only:
            HandOverItem.objects.filter(hand_over=record, taker=None).delete()
        else:
            cursor.execute(SHARE_OUT, {**common, "parts": list(parts), "turns": turns(plan.weights)})


def _leave_what_does_not_fit(record: HandOver, parts: Sequence[Part]) -> None:
    """A row that its taker can't take stays where it is."""
    for part in parts:
        if part.fits is None:
            continue
        mine = HandOverItem.objects.filter(hand_over=record, part=part.key)
        for taker_id in set(mine.values_list("taker_id", flat=True)):
            theirs = mine.filter(taker_id=taker_id)
            fitting = part.fits(part.held(record.giver_id).filter(pk__in=theirs.values("row_id")), taker_id)
            theirs.exclude(row_id__in=fitting.values("pk")).delete()


def _shares(record: HandOver) -> Shares:
    found: Shares = {}
    rows = HandOverItem.objects.filter(hand_over=record).order_by().values_list("taker_id", "part")
    for taker_id, part, number in rows.annotate(n=Count("pk")):
        found.setdefault(str(taker_id), {})[part] = number
    return found


def _count(record: HandOver, held: Mapping[str, int], customers: int) -> None:
    """What goes to whom and what stays, by part and in customers."""
    record.shares = _shares(record)
    record.moved = _summed(record.shares)
    left = {key: number - record.moved.get(key, 0) for key, number in held.items()}
    record.stayed = {key: number for key, number in sorted(left.items()) if number}
    record.customers_moved = _customers(record)
    record.customers_stayed = customers - record.customers_moved


def _summed(shares: Shares) -> dict[str, int]:
    keys = sorted({key for theirs in shares.values() for key in theirs})
    return {key: sum(theirs.get(key, 0) for theirs in shares.values()) for key in keys}


def _move(record: HandOver, part: Part) -> None:
    """One UPDATE a taker: the few takers are a loop, the many rows are not."""
    for taker_id, theirs in record.shares.items():
        if part.key in theirs:
            items = HandOverItem.objects.filter(hand_over=record, part=part.key, taker_id=int(taker_id))
            rows: QuerySet[Any] = part.held(record.giver_id).filter(pk__in=items.values("row_id"))
            rows.update(**{f"{part.column}_id": int(taker_id)}, **part.also)


def _all_back(record: HandOver) -> None:
    for taker_id, theirs in record.shares.items():
        for part in [handover.PARTS[key] for key in theirs if key in handover.PARTS]:
            _take_back(record, part, int(taker_id))


def _take_back(record: HandOver, part: Part, taker_id: int) -> None:
    items = HandOverItem.objects.filter(hand_over=record, part=part.key, taker_id=taker_id)
    theirs = part.held(taker_id)
    if part.fits is not None:  # what the giver has taken on meanwhile stands in the way
        theirs = part.fits(theirs, record.giver_id)
    theirs = theirs.order_by("pk").select_for_update()
    here = list(theirs.filter(pk__in=items.values("row_id")).values_list("pk", flat=True))
    items.filter(row_id__in=here).update(back=True)
    part.held(taker_id).filter(pk__in=here).update(**{f"{part.column}_id": record.giver_id}, **part.also)
