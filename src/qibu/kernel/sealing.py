"""The chain over the journal: each entry's digest holds the one before, so that a row that is changed, removed, slipped
in or moved is noticed, also when it is done in the database itself.

    link(0) = SHA-256("qibu journal 1:" organisation)
    link(n) = SHA-256(link(n-1) ‖ SHA-256(canonical row n))

Entries become visible out of the order of their numbers. Chaining them while they are written would make all writers of
a store wait for each other; so they are sealed a moment later, in the relay's order: (transaction, entry), below the
oldest transaction that still runs. What is not sealed yet (a minute, or as long as the longest transaction) is
protected by the table's rights and trigger alone. Who can write the database as its owner could rewrite everything
after a place, chain and all: against that stand anchors, digests that are kept elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry, Seal
from qibu.kernel.relay import horizon
from qibu.kernel.scoping import scope

BATCH = 2000
LINK = hashlib.sha256().digest_size
LOCK = 7_20  # class of the advisory locks; the second number is the organisation's
# jsonb writes itself in one way only (keys in order, no blanks); moments are whole microseconds, whatever the zone.
CANONICAL = """
jsonb_build_array(1, organisation_id, id, xid, type, (extract(epoch FROM at) * 1000000)::bigint,
  (extract(epoch FROM recorded_at) * 1000000)::bigint, actor_id, customer_id, vehicle_id, subject_id, batch_id,
  retracts_id, timeline, data)::text
"""
ROWS = f"""
SELECT id, xid, sha256(convert_to({CANONICAL}, 'UTF8')) FROM kernel_entry
 WHERE organisation_id = %(org)s AND (xid, id) > (%(xid)s, %(id)s) AND (xid, id) <= (%(until_xid)s, %(until_id)s)
 ORDER BY xid, id LIMIT %(most)s
"""  # noqa: S608  # put together from constants
END = 2**62

Row = tuple[int, int, bytes]  # entry, transaction, digest of the canonical row
Report = Callable[[int, int], None]  # how many entries were reckoned, of how many; may raise to break off


@dataclass(frozen=True)
class Anchor:
    """The digest after so many entries. Kept elsewhere it shows that nothing before was rewritten since."""

    total: int
    digest: str

    def __str__(self) -> str:
        return f"{self.total}:{self.digest}"


@dataclass(frozen=True)
class Broken:
    """The first place where journal and chain differ. `why`: changed, removed, inserted, seal (a row of the chain)."""

    why: str
    entry_id: int
    position: int  # in the chain, counted from 1


@dataclass(frozen=True)
class Verdict:
    entries: int
    waiting: int
    anchor: Anchor | None
    broken: Broken | None


def seal(actor: Actor) -> int:
    """Chain what is settled and not yet in the chain; gives how many entries. May run beside itself."""
    sealed = 0
    while True:
        with scope(actor):
            count = _seal_batch(actor.organisation_id)
        sealed += count
        if count < BATCH:
            return sealed


def _seal_batch(organisation_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, organisation_id % 2**31])
    last = _last(organisation_id)
    rows = _rows(organisation_id, _place(last), (horizon() - 1, END), BATCH)
    if not rows:
        return 0
    digests = list(_links(last.digest if last else _beginning(organisation_id), rows))
    Seal.objects.create(
        organisation_id=organisation_id, number=last.number + 1 if last else 1, entries=[row[0] for row in rows],
        links=b"".join(digests), total=(last.total if last else 0) + len(rows), last_xid=rows[-1][1],
    )  # fmt: skip
    return len(rows)


def verify(actor: Actor, report: Report = lambda _done, _total: None) -> Verdict:
    """Reckon the whole chain anew from the rows and compare. Each piece is read in a transaction of its own."""
    with scope(actor):
        numbers = list(_seals(actor).values_list("number", flat=True))
        last = _last(actor.organisation_id)
    before: Seal | None = None
    for position, number in enumerate(numbers, start=1):
        report(before.total if before else 0, last.total if last else 0)
        with scope(actor):
            piece = _seals(actor).get(number=number)
            broken = _compare(piece, before, position)
        if broken:
            return Verdict(before.total if before else 0, waiting(actor), None, broken)
        before = piece
    anchor = Anchor(before.total, before.digest.hex()) if before else None
    return Verdict(before.total if before else 0, waiting(actor), anchor, None)


def waiting(actor: Actor) -> int:
    """Entries that are not in the chain yet."""
    with scope(actor):
        xid, entry_id = _place(_last(actor.organisation_id))
        later = Entry.objects.extra(where=["(xid, id) > (%s, %s)"], params=[xid, entry_id])
        return later.filter(organisation_id=actor.organisation_id).count()


def newest(actor: Actor) -> Anchor | None:
    with scope(actor):
        last = _last(actor.organisation_id)
    return Anchor(last.total, last.digest.hex()) if last else None


def holds(actor: Actor, anchor: Anchor) -> bool:
    """Whether the chain still has this digest at this place; the beginning of a digest, as one notes it, will do."""
    with scope(actor):
        piece = _seals(actor).filter(total__gte=anchor.total).first()
    if piece is None or anchor.total < 1 or len(anchor.digest) < 16:
        return False
    number = anchor.total - (piece.total - len(piece.entries))
    if not 0 < number <= len(piece.entries):
        return False
    return bytes(piece.links)[(number - 1) * LINK : number * LINK].hex().startswith(anchor.digest.lower())


def _compare(piece: Seal, before: Seal | None, number: int) -> Broken | None:
    """One piece against the rows between the piece before and its own end."""
    begun = before.total if before else 0
    if not _is_whole(piece, begun, number):
        return Broken("seal", piece.entries[0] if piece.entries else 0, begun + 1)
    until = (piece.last_xid, piece.entries[-1])
    rows = _rows(piece.organisation_id, _place(before), until, len(piece.entries) + 1)
    link = before.digest if before else _beginning(piece.organisation_id)
    stored = bytes(piece.links)
    for index, (wanted, row) in enumerate(zip(piece.entries, rows, strict=False)):
        if row[0] != wanted:
            return _displaced(piece, rows, index, begun)
        link = _next(link, row)
        if link != stored[index * LINK : (index + 1) * LINK]:
            return Broken("changed", wanted, begun + index + 1)
    if len(rows) != len(piece.entries):
        return _displaced(piece, rows, min(len(rows), len(piece.entries)), begun)
    return None


def _is_whole(piece: Seal, begun: int, number: int) -> bool:
    """The chain's own row: no gap before it, as many digests as entries, the count going on."""
    count = len(piece.entries)
    return piece.number == number and count > 0 and len(piece.links) == count * LINK and piece.total == begun + count


def _displaced(piece: Seal, rows: list[Row], index: int, begun: int) -> Broken:
    """An entry of the chain is not at its place, or a row stands where none belongs."""
    there = {row[0] for row in rows}
    if index < len(piece.entries) and piece.entries[index] not in there:
        return Broken("removed", piece.entries[index], begun + index + 1)
    return Broken("inserted", rows[index][0], begun + index + 1)


def _seals(actor: Actor) -> QuerySet[Seal]:
    return Seal.objects.filter(organisation_id=actor.organisation_id).order_by("number")


def _last(organisation_id: int) -> Seal | None:
    return Seal.objects.filter(organisation_id=organisation_id).order_by("-number").first()


def _place(piece: Seal | None) -> tuple[int, int]:
    return (piece.last_xid, piece.entries[-1] if piece.entries else 0) if piece else (-1, 0)


def _rows(organisation_id: int, after: tuple[int, int], until: tuple[int, int], most: int) -> list[Row]:
    places = {"xid": after[0], "id": after[1], "until_xid": until[0], "until_id": until[1]}
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"org": organisation_id, "most": most, **places})
        return [(number, xid, bytes(digest)) for number, xid, digest in cursor.fetchall()]


def _beginning(organisation_id: int) -> bytes:
    return hashlib.sha256(f"qibu journal 1:{organisation_id}".encode()).digest()


def _links(link: bytes, rows: Iterable[Row]) -> Iterator[bytes]:
    for row in rows:
        link = _next(link, row)
        yield link


def _next(link: bytes, row: Row) -> bytes:
    return hashlib.sha256(link + row[2]).digest()
