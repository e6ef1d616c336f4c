"""Two files that are one customer's become one with nothing lost, and come apart again if it was a mistake (B6)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qibu.contracts.customers import CustomerChanged, CustomersMerged, MergeUndone
from qibu.customers import merge_parts
from qibu.customers.merge_parts import PARTS
from qibu.customers.models import Customer, Merge
from qibu.customers.rules import merging as rules
from qibu.customers.rules.merging import BOTH, OURS, THEIRS
from qibu.customers.selectors.customers import visible
from qibu.customers.selectors.merges import merge_or_404, side_of
from qibu.customers.services import search
from qibu.customers.services.ledger import Ledger, Left, marks_now, references_of_customers
from qibu.customers.services.locking import UnknownCustomer, touch
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

MOST = 6  # files at once: more are no duplicates but a list to look through
STAMPS = frozenset({"sort_key", "identity_hash", "sheet", "custom", "updated_at", "version"})


class SameCustomer(ValueError):
    """A file is not merged with itself."""


class ChangedMeanwhile(Exception):
    """One of the files was changed after the page was opened: what was chosen may not be what stands there."""


@dataclass(frozen=True)
class LaterFirst(Exception):
    """A later merge of the same survivor, or of the survivor into another, has to be taken back before."""

    later: Merge


def merge(
    *,
    actor: Actor,
    survivor_id: int,
    merged_ids: Iterable[int],
    chosen: Mapping[str, int | str] | None = None,
    versions: Mapping[int, int] | None = None,
) -> list[Merge]:
    """Everything of the others goes to the survivor. `chosen`: line of the file → whose value, or `both`; what isn't
    named is chosen by the rules. A second click finds it done."""
    actor.require(Capability.CUSTOMERS_EDIT)
    wanted = sorted(set(merged_ids))
    if survivor_id in wanted or not wanted or len(wanted) >= MOST:
        raise SameCustomer
    merge_parts.take_locks(actor, [survivor_id, *wanted])
    files = _locked(actor, [survivor_id, *wanted])
    done = _done(survivor_id, wanted)
    if len(done) == len(wanted):
        return done
    if len(files) <= len(wanted):
        raise UnknownCustomer
    if versions and any(files[pk].version != version for pk, version in versions.items() if pk in files):
        raise ChangedMeanwhile
    made = [_merge(actor, files[survivor_id], files[other], chosen or {}) for other in wanted]
    touch(survivor_id)
    return made


def undo(*, actor: Actor, merge_id: int) -> Merge:
    """What was moved goes back, what came since stays with the survivor unless it clearly belongs to the other; what
    was changed again since stays and is listed in `kept`."""
    actor.require(Capability.CUSTOMERS_EDIT)
    known = merge_or_404(actor, merge_id)
    merge_parts.take_locks(actor, [known.survivor_id, known.merged_id])
    list(
        Customer.objects.filter(pk__in=[known.survivor_id, known.merged_id])
        .order_by("pk")
        .select_for_update()
    )
    one = Merge.objects.select_for_update().get(pk=known.pk)
    if one.undone_at is not None:
        return one
    _refuse_if_later(one)
    left = _take_back(actor, one)
    one.undone_at, one.undone_by_id = times.now(), actor.staff_id
    one.kept = [
        {"table": each.table, "row": each.row_id, "column": each.column, "was": each.was} for each in left
    ]
    one.save(update_fields=["undone_at", "undone_by", "kept"])
    touch(one.survivor_id, one.merged_id)
    about = {"customer_id": one.survivor_id, "subject_id": one.pk, "merged_id": one.merged_id}
    journal.record(MergeUndone(**about, left=len(left)), actor=actor)
    return one


def put_back(*, actor: Actor, merge_id: int, lines: Iterable[str]) -> int:
    """Values of the survivor's file that were changed since the merge, and that a person now sets to what stood there
    before it."""
    actor.require(Capability.CUSTOMERS_EDIT)
    one = merge_or_404(actor, merge_id)
    customer = visible(actor).select_for_update().filter(pk=one.survivor_id).first()
    if customer is None or one.undone_at is None:
        raise UnknownCustomer
    asked = set(lines)
    mine = [each for each in one.kept if _is_of(each, one.survivor_id) and rules.line_of(each["column"]) in asked]
    book = _book(actor, one)
    for column in {column for each in mine for column in _columns(rules.line_of(each["column"]))}:
        book.put_back(Customer, column, one.survivor_id)
    _write_down(actor, one, mine)
    return len(mine)


def _write_down(actor: Actor, one: Merge, values: list[dict[str, Any]]) -> None:
    if not values:
        return
    one.kept = [each for each in one.kept if each not in values]
    one.save(update_fields=["kept"])
    touch(one.survivor_id)
    search.refresh_names(actor=actor, customer_ids=[one.survivor_id])
    fields = tuple(sorted({rules.line_of(each["column"]) for each in values}))
    journal.record(CustomerChanged(customer_id=one.survivor_id, changes=fields), actor=actor)


def _locked(actor: Actor, customer_ids: list[int]) -> dict[int, Customer]:
    """The living ones whom the actor may see, in one order: two merges wait for each other, never in a ring."""
    rows = visible(actor).filter(pk__in=customer_ids).order_by("pk").select_for_update()
    return {customer.pk: customer for customer in rows.defer(None)}


def _done(survivor_id: int, merged_ids: list[int]) -> list[Merge]:
    rows = Merge.objects.filter(survivor_id=survivor_id, merged_id__in=merged_ids, undone_at__isnull=True)
    return list(rows.order_by("pk"))


def _merge(actor: Actor, survivor: Customer, merged: Customer, chosen: Mapping[str, int | str]) -> Merge:
    one: Merge = Merge.objects.create(
        organisation_id=actor.organisation_id, survivor=survivor, merged=merged, by_id=actor.staff_id, at=times.now(),
        marks=marks_now(),
    )  # fmt: skip
    book = _book(actor, one)
    _take_values(book, survivor, merged, chosen)
    for _key, act in sorted(PARTS.merged.items()):
        act(book)
    _move(book)
    book.change(Customer, "merged_into_id", "%(survivor)s", "t.id = %(merged)s")
    for _key, act in sorted(PARTS.settled.items()):
        act(book)
    journal.record(
        CustomersMerged(customer_id=survivor.pk, subject_id=one.pk, merged_id=merged.pk), actor=actor
    )
    survivor.refresh_from_db()
    return one


def _book(actor: Actor, one: Merge) -> Ledger:
    return Ledger(actor, one.pk, one.survivor_id, one.merged_id, one.marks)


def _move(book: Ledger) -> None:
    for model, column in references_of_customers():
        once = PARTS.once.get((model._meta.db_table, column))
        if once is not None:
            book.put_aside(model, _twins(book, once))
        book.move(model, column)


def _twins(book: Ledger, once: merge_parts.Once) -> list[tuple[int, int]]:
    table = once.model._meta.db_table
    same = " AND ".join(f'a."{column}" IS NOT DISTINCT FROM b."{column}"' for column in once.same)
    fits = " AND ".join(once.where.replace("{t}", side) for side in "ab")
    rows = book.rows(
        f"""SELECT b.id, a.id FROM {table} a JOIN {table} b ON {same}
             WHERE a.organisation_id = %(org)s AND b.organisation_id = %(org)s AND {fits}
               AND a."{once.column}" = %(survivor)s AND b."{once.column}" = %(merged)s ORDER BY b.id"""  # noqa: S608
    )
    return list({gone: (gone, twin) for gone, twin in rows}.values())


# The values of the file -----------------------------------------------------------------------------
def _take_values(book: Ledger, survivor: Customer, merged: Customer, chosen: Mapping[str, int | str]) -> None:
    ours, theirs = side_of(survivor), side_of(merged)
    picked = {line: _picked(line, ours, theirs, chosen.get(line), merged.pk) for line in rules.LINES}
    for line, whose in picked.items():
        if whose == THEIRS:
            for column in _columns(line):
                book.take(Customer, column)
        elif whose == BOTH:
            text = rules.joined(line, ours.values[line], theirs.values[line])[: rules.JOINABLE[line]]
            book.change(Customer, line, "%(text)s", "t.id = %(survivor)s", text=text)
    _take_memory(book, survivor, merged, picked)


def _picked(line: str, ours: rules.Side, theirs: rules.Side, asked: int | str | None, merged_id: int) -> str:
    if asked is None:
        return rules.choice(line, ours, theirs)
    if asked == BOTH and line in rules.JOINABLE:
        return BOTH
    return THEIRS if asked == merged_id else OURS


def _columns(line: str) -> list[str]:
    fields = rules.LINES.get(line, ())
    return [f"{field}_id" if field in ("advisor", "seller") else field for field in fields]


def _take_memory(book: Ledger, survivor: Customer, merged: Customer, picked: Mapping[str, str]) -> None:
    """What sheets said last, and the store's own further fields where the survivor has none."""
    sheet = rules.remembered(picked, survivor.sheet, merged.sheet)
    custom = {
        **merged.custom,
        **{key: value for key, value in survivor.custom.items() if value not in (None, "")},
    }
    for column, value in (("sheet", sheet), ("custom", custom)):
        book.change(
            Customer,
            column,
            "%(value)s::jsonb",
            "t.id = %(survivor)s",
            value=json.dumps(value, ensure_ascii=False),
        )


# Taking back ----------------------------------------------------------------------------------------
def _refuse_if_later(one: Merge) -> None:
    """Merges into one survivor lie on each other like sheets of paper: the top one goes first."""
    both = [one.survivor_id, one.merged_id]
    later = Merge.objects.filter(undone_at__isnull=True, pk__gt=one.pk).select_related("survivor", "merged")
    found = (later.filter(survivor_id__in=both) | later.filter(merged_id__in=both)).order_by("-pk").first()
    if found is not None:
        raise LaterFirst(found)


def _take_back(actor: Actor, one: Merge) -> list[Left]:
    book = _book(actor, one)
    left = book.take_back()
    for _key, act in sorted(PARTS.undone.items()):
        act(book)
    return [each for each in left if each.column not in STAMPS]


def _is_of(each: Mapping[str, Any], customer_id: int) -> bool:
    return bool(each["table"] == Customer._meta.db_table and each["row"] == customer_id)
