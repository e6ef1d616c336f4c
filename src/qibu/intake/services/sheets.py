"""Spreadsheets of leads: read by the machinery of `connect`, looked over, then each row through the one door.

The loader of `connect` writes customers and cars in sets, with SQL. A lead is found, allocated and given its next
action one by one, so its rows wait as arrivals and are let in piece by piece; what lacks something stays in the inbox.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any

from django.http import Http404

from qibu.connect import mapping as headings
from qibu.connect import sheets
from qibu.connect.sheets import Row
from qibu.contracts.intake import LeadSheetLoaded
from qibu.intake.errors import NotReady
from qibu.intake.models import Arrival, LeadSheet
from qibu.intake.rules import UNNAMED, Draft, moment
from qibu.intake.selectors import source_for
from qibu.intake.services import arriving
from qibu.kernel import journal, keys, times
from qibu.kernel.actors import Actor
from qibu.kernel.cells import cell_text
from qibu.kernel.jobs import app
from qibu.kernel.scoping import scope
from qibu.leads.rules import Door
from qibu.network.rules import Capability

LEADS = "leads"
LIMITS = replace(sheets.LIMITS, file_bytes=10 * 2**20, rows=5_000, seconds=30, cpu_seconds=20)
LOOKED_AT = 300
AT_ONCE = 100  # so many rows are let in while the person waits
PIECE = 25
WORK = "qibu.intake.jobs.load_sheet"
STANDS_STILL = timedelta(minutes=2)
State = LeadSheet.State
Rows = list[tuple[int, Row]]


@dataclass(frozen=True)
class Read:
    """A sheet that was opened: what its columns are called and mean, and its rows by their number."""

    labels: list[str]
    mapping: dict[str, str]
    rows: Rows


class NoRows(ValueError):
    """A heading alone is as good as an empty file."""


def read_file(file: IO[bytes]) -> Read:
    """Raises `sheets.UnreadableSheet` and `NoRows`; parses in a child, so it is called outside a scope."""
    with tempfile.TemporaryDirectory() as folder:
        kept, target = Path(folder) / "sheet", Path(folder) / "rows"
        with kept.open("wb") as copy:
            while chunk := file.read(2**20):
                copy.write(chunk)
        sheets.describe(kept, limits=LIMITS)
        info = sheets.convert(kept, target, limits=LIMITS)
        rows = list(sheets.read_converted(target))
    found = headings.guess([row for _number, row in rows[:LOOKED_AT]], info.merged, LEADS)
    below = [(number, row) for number, row in rows if number >= found.data_row and any(map(cell_text, row))]
    below = [(number, row) for number, row in below if not headings.is_footer_word(headings.first_filled(row))]
    if not below:
        raise NoRows
    width = max((column.index + 1 for column in found.columns), default=0)
    by_place = {column.index: column for column in found.columns}
    labels = [by_place[place].heading if place in by_place else "" for place in range(width)]
    return Read(labels, {str(column.index): column.target for column in found.columns if column.target}, below)


def keep(*, actor: Actor, read: Read, file_name: str, source: str, campaign: str) -> LeadSheet:
    """Its rows wait, sealed, until somebody has looked them over."""
    actor.require(Capability.SALES_ASSIGN)
    sheet: LeadSheet = LeadSheet.objects.create(
        organisation_id=actor.organisation_id, file_name=file_name[:200], headings=read.labels, mapping=read.mapping,
        source=source, campaign=campaign, rows=len(read.rows), by_id=actor.staff_id,
    )  # fmt: skip
    now, ring = times.now(), keys.ring()
    Arrival.objects.bulk_create([
        Arrival(
            organisation_id=actor.organisation_id, door=Door.SHEET, sender=file_name[:80], source=source,
            campaign=campaign, state=Arrival.State.WAITING, sheet=sheet, row=number, at=now,
            raw=json.dumps(_cells(row), ensure_ascii=False),
            digest=ring.fingerprint("arrival-row", f"{sheet.pk}:{number}"),
        )
        for number, row in read.rows
    ], batch_size=500)  # fmt: skip
    return sheet


def _cells(row: Row) -> list[str]:
    return [cell.isoformat() if isinstance(cell, date) else cell_text(cell) for cell in row]


def remap(*, actor: Actor, sheet_id: int, mapping: Mapping[str, str]) -> LeadSheet:
    """What the columns mean, put right by a person."""
    actor.require(Capability.SALES_ASSIGN)
    sheet = _held(sheet_id, State.READ)
    known = set(headings.fields(LEADS))
    sheet.mapping = {place: target for place, target in mapping.items() if target in known}
    sheet.save(update_fields=["mapping"])
    return sheet


def begin(*, actor: Actor, sheet_id: int) -> LeadSheet:
    """Few rows are let in at once, many in the background; what a stopped one left can be gone on with."""
    actor.require(Capability.SALES_ASSIGN)
    sheet = _held(sheet_id, State.READ, State.STOPPED)
    sheet.state, sheet.stop_asked, sheet.beat = State.LOADING, False, times.now()
    sheet.save(update_fields=["state", "stop_asked", "beat"])
    if _waiting(sheet.pk).count() > AT_ONCE:
        app.configure_task(WORK).defer(organisation_id=sheet.organisation_id, sheet_id=sheet.pk)
        return sheet
    while _piece(actor, sheet):
        pass
    return sheet


def work(*, actor: Actor, sheet_id: int) -> None:
    """Piece by piece, each its own transaction: a crash loses nothing and doubles nothing. Not in a scope."""
    while True:
        with scope(actor):
            sheet = LeadSheet.objects.select_for_update().filter(pk=sheet_id, state=State.LOADING).first()
            if sheet is None or not _piece(actor, sheet):
                return


def stop(*, actor: Actor, sheet_id: int) -> None:
    """What is in stays in; the rest waits."""
    actor.require(Capability.SALES_ASSIGN)
    _held(sheet_id, State.LOADING)
    LeadSheet.objects.filter(pk=sheet_id).update(stop_asked=True)


def remove(*, actor: Actor, sheet_id: int) -> None:
    """A sheet that nobody wants loaded goes, with every row that is not in."""
    actor.require(Capability.SALES_ASSIGN)
    sheet = _held(sheet_id, State.READ, State.STOPPED)
    _waiting(sheet.pk).delete()
    Arrival.objects.filter(sheet=sheet).update(sheet=None)
    sheet.delete()


def _held(sheet_id: int, *states: str) -> LeadSheet:
    found: LeadSheet | None = LeadSheet.objects.select_for_update().filter(pk=sheet_id).first()
    if found is None:
        raise Http404
    if found.state not in states:
        raise NotReady
    return found


def _waiting(sheet_id: int) -> Any:
    return Arrival.objects.filter(sheet_id=sheet_id, state=Arrival.State.WAITING)


def _piece(actor: Actor, sheet: LeadSheet) -> bool:
    """Some rows; whether there is more to do."""
    if sheet.stop_asked:
        return _end(actor, sheet, State.STOPPED)
    rows = list(_waiting(sheet.pk).order_by("row")[:PIECE])
    if not rows:
        return _end(actor, sheet, State.LOADED)
    for row in rows:
        _let_in(actor, sheet, row)
    sheet.beat = times.now()
    sheet.save(update_fields=["beat"])
    return True


def _end(actor: Actor, sheet: LeadSheet, state: str) -> bool:
    sheet.state, sheet.stop_asked, sheet.ended_at = state, False, times.now()
    sheet.save(update_fields=["state", "stop_asked", "ended_at"])
    found = {one: Arrival.objects.filter(sheet=sheet, state=one).count() for one in Arrival.State.values}
    event = LeadSheetLoaded(
        subject_id=sheet.pk, file_name=sheet.file_name, rows=sheet.rows, made=found["new"], updated=found["updated"],
        waiting=found["quarantined"],
    )  # fmt: skip
    journal.record(event, actor=actor)
    return False


def _let_in(actor: Actor, sheet: LeadSheet, row: Arrival) -> None:
    """The same row of another load is known by its own number, or by all that stands in it."""
    told = facts_of(sheet.mapping, json.loads(row.raw or "[]"))
    source = source_for(actor, told.get("source", "")) or sheet.source
    named = (f"sheet:{source}", told["key"]) if told.get("key") else (UNNAMED, _content(row))
    row.source, row.key_hash = source, arriving.key_hash(*named)
    row.at = moment(told.get("requested", ""), zone=times.ZONE, now=times.now()) or row.at
    arriving.supersede(actor, row)
    row.tell(Draft(), [named], again=False)
    arriving.judge(actor, row, draft_of(told))


def _content(row: Arrival) -> str:
    return keys.ring().fingerprint("arrival-content", row.raw or "").hex()


def facts_of(mapping: Mapping[str, str], cells: Sequence[str]) -> dict[str, str]:
    told = ((target, cells[int(place)]) for place, target in mapping.items() if int(place) < len(cells))
    return {target: cell for target, cell in told if cell}


def draft_of(told: Mapping[str, str]) -> Draft:
    phones = "、".join(filter(None, (told.get("phone", ""), told.get("phone2", ""))))
    return Draft.of({**told, "phone": phones, "interest": INTERESTS.get(told.get("interest", ""), ""),
                     "payment": PAYMENTS.get(told.get("payment", ""), "")})  # fmt: skip


INTERESTS = {
    "试驾": "test_drive", "预约试驾": "test_drive", "置换": "trade_in", "租赁": "lease", "卖车": "sell", "买车": "buy",
    "购车": "buy", "新车": "buy",
}  # fmt: skip
PAYMENTS = {"全款": "full", "现金": "full", "贷款": "loan", "按揭": "loan", "分期": "loan"}


def previews(sheet: LeadSheet, most: int = 8) -> Iterator[tuple[int, Draft]]:
    """How the first rows are understood, with masked telephones."""
    for row in _waiting(sheet.pk).order_by("row")[:most]:
        draft = draft_of(facts_of(sheet.mapping, json.loads(row.raw or "[]")))
        masked = {name: headings.masked(value) for name, value in draft.facts().items()}
        yield row.row or 0, Draft.of(masked)
