"""Rows of a list as a spreadsheet: asked for with a purpose, agreed to where they are many, written piece by piece.

The rows are fixed when they are asked for: of those, what the person who asked may still see is written, masked as on
the page, never another one. Only that person gets the file, each download is in the trail, and after a week the file
is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import override

from qibu.contracts.network import ExportAsked, ExportDecided, ListExported
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.jobs import app
from qibu.kernel.plain_cells import plain_cell
from qibu.kernel.scoping import scope
from qibu.network import selectors
from qibu.network.exports import SHEETS, Sheet
from qibu.network.models import Export, ExportRow, Staff
from qibu.network.rules import Capability, ExportLevel, export_level
from qibu.network.services import actors, fixed_rows
from qibu.ui.lists import ListPage

State = Export.State
WORK = "qibu.network.jobs.export"
AT_ONCE = 250  # so many rows are written while the person waits
PIECE = 500
DAY = timedelta(days=1)
KEPT_FOR = timedelta(days=7)
STANDS_STILL = timedelta(minutes=2)
LONGEST_QUERY = 4000
SHAPES: dict[type, str] = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm", Decimal: "0.00"}


class OutOfTurn(Exception):
    """The export is not where this can be done: somebody was faster."""


class OwnExport(Exception):
    """Nobody agrees to what they ask for themselves, as long as there is somebody else who may."""


@dataclass(frozen=True)
class Asked:
    """What of a list is asked for. `query`: what it showed, without a saved view, which may change meanwhile."""

    page: str
    rows: QuerySet[Any]
    query: str = ""
    view_name: str = ""
    picked: bool = False


def ask(*, actor: Actor, asked: Asked, purpose: str, language: str = "") -> Export:
    """Ask for rows of a list: those that it has now, and no others."""
    sheet = SHEETS[asked.page]
    actor.require(sheet.capability)
    if actor.staff_id is None:
        raise PermissionRefused(sheet.capability)
    # Two windows that ask at once are weighed one after the other.
    Staff.objects.select_for_update().get(pk=actor.staff_id)
    export: Export = Export.objects.create(
        organisation_id=actor.organisation_id, page=asked.page, query=asked.query[:LONGEST_QUERY],
        view_name=asked.view_name, picked=asked.picked, language=language, purpose=purpose, level=ExportLevel.FREE,
        total=0, by_id=actor.staff_id, state=State.ASKED,
    )  # fmt: skip
    export.total = fixed_rows.fix(ExportRow, "export", export, asked.rows)
    export.level = export_level(export.total, taken_alone(actor))
    waits = export.level >= ExportLevel.AGREED
    export.state = State.ASKED if waits else State.QUEUED
    export.save(update_fields=["total", "level", "state"])
    event = ExportAsked(subject_id=export.pk, what=export.page, rows=export.total, purpose=purpose, waits=waits)
    journal.record(event, actor=actor)
    if not waits:
        _enqueue(export)
    return export


def taken_alone(actor: Actor) -> int:
    """Rows that the person took within a day without anybody agreeing."""
    alone = Export.objects.filter(by_id=actor.staff_id, at__gt=times.now() - DAY, decided_by=None)
    rows = alone.exclude(state__in=[State.ASKED, State.REFUSED, State.STOPPED, State.WITHDRAWN, State.FAILED])
    return int(rows.aggregate(rows=Sum("total"))["rows"] or 0)


def decide(*, actor: Actor, export_id: int, agreed: bool, remark: str = "") -> Export:
    """Agree to an export, or not. Raises `OwnExport` for one's own while somebody else may."""
    export = _locked(export_id)
    if not selectors.may_agree_to(actor, export):
        raise PermissionRefused(Capability.EXPORTS_APPROVE)
    if export.state != State.ASKED:
        raise OutOfTurn
    if export.by_id == actor.staff_id and agreed and selectors.who_may_agree(export):
        raise OwnExport
    export.state = State.QUEUED if agreed else State.REFUSED
    export.decided_by_id, export.decided_at, export.remark = actor.staff_id, times.now(), remark[:200]
    export.noted_by_id = actor.staff_id
    export.unheard = export.by_id != actor.staff_id
    export.save(update_fields=["state", "decided_by", "decided_at", "remark", "noted_by", "unheard"])
    event = ExportDecided(
        subject_id=export.pk, what=export.page, rows=export.total, staff_name=export.by.name, agreed=agreed,
        reason=export.remark,
    )  # fmt: skip
    journal.record(event, actor=actor)
    if agreed:
        _enqueue(export)
    return export


def note(*, actor: Actor, export_id: int) -> None:
    """Somebody who is told of exports has seen this one."""
    export = _locked(export_id)
    if not selectors.may_agree_to(actor, export):
        raise PermissionRefused(Capability.EXPORTS_APPROVE)
    if export.state == State.ASKED or export.by_id == actor.staff_id:
        raise OutOfTurn
    Export.objects.filter(pk=export.pk, noted_by=None).update(noted_by=actor.staff_id)


def hear(*, actor: Actor, export: Export) -> None:
    """Who asked has seen what came of it."""
    if export.unheard and export.by_id == actor.staff_id:
        Export.objects.filter(pk=export.pk).update(unheard=False)


def stop(*, actor: Actor, export_id: int) -> None:
    """By who asked: while it waits or is at work; nothing of it stays."""
    export = _own(actor, export_id)
    if export.state == State.ASKED:
        Export.objects.filter(pk=export.pk).update(state=State.WITHDRAWN)
    elif export.at_work:
        Export.objects.filter(pk=export.pk).update(stop_asked=True)
    else:
        raise OutOfTurn


def take(*, actor: Actor, export_id: int) -> IO[bytes]:
    """The file, for who asked; taking it is in the trail."""
    export = _own(actor, export_id)
    actor.require(SHEETS[export.page].capability)
    if export.state != State.READY or not path_of(export).exists():
        raise OutOfTurn
    export.taken += 1
    export.save(update_fields=["taken"])
    journal.record(ListExported(what=export.page, rows=export.done, purpose=export.purpose), actor=actor)
    return path_of(export).open("rb")


def _locked(export_id: int) -> Export:
    found: Export | None = (
        Export.objects.select_for_update(of=("self",)).select_related("by").filter(pk=export_id).first()
    )
    if found is None:
        raise Http404
    return found


def _own(actor: Actor, export_id: int) -> Export:
    """An export of somebody else is not there, even for who agreed to it."""
    export = _locked(export_id)
    if export.by_id != actor.staff_id:
        raise Http404
    return export


# --- Writing -----------------------------------------------------------------------------------------------


def path_of(export: Export) -> Path:
    return Path(default_storage.path(f"exports/{export.organisation_id}/{export.pk}.xlsx"))


def _enqueue(export: Export) -> None:
    """In the running transaction, so that the job exists exactly when the agreement does."""
    app.configure_task(WORK).defer(organisation_id=export.organisation_id, export_id=export.pk)


def actor_of(organisation_id: int, export_id: int) -> Actor | None:
    """Who asked, with what they may see now; nobody where that person has left."""
    with scope(actors.system(organisation_id)):
        person = Staff.objects.filter(pk__in=Export.objects.filter(pk=export_id).values("by"), left_on=None).first()
        return actors.of_staff(person, selectors.security_policy()) if person else None


def work(*, actor: Actor, export_id: int) -> None:
    """Write the file, beginning anew where a killed process left off. Not in a scope."""
    with scope(actor):
        export = Export.objects.select_for_update().filter(pk=export_id, state__in=Export.AT_WORK).first()
        if export is None or (export.state == State.RUNNING and export.beat > times.now() - STANDS_STILL):
            return  # it has ended, or another process is at it
        export.state, export.done, export.beat = State.RUNNING, 0, times.now()
        export.save(update_fields=["state", "done", "beat"])
        sheet = SHEETS[export.page]
        page = _page(actor, sheet, export.query)
        ids = _ids(page, export)
    with override(export.language or settings.LANGUAGE_CODE):
        whole = _write(actor, export, sheet, page, ids)
    with scope(actor):
        _settle(export, State.READY if whole else State.STOPPED)


def _page(actor: Actor, sheet: Sheet, query: str) -> ListPage:
    """The list as its address with `query` shows it to the actor."""
    request = HttpRequest()
    request.method, request.GET = "GET", QueryDict(query)
    request.actor = actor  # type: ignore[attr-defined]  # as ScopeMiddleware sets it
    page = sheet.page()
    page.setup(request)
    return page


def _ids(page: ListPage, export: Export) -> list[int]:
    """Of the rows that were fixed those that the owner may still see, in the order of the list."""
    fixed = ExportRow.objects.filter(export=export).values("row")
    return list(page.rows().filter(pk__in=fixed).order_by(*page.order()).values_list("pk", flat=True))


def _write(actor: Actor, export: Export, sheet: Sheet, page: ListPage, ids: list[int]) -> bool:
    """Row by row, so that memory stays flat; texts stay texts, whatever they begin with. False: it was stopped."""
    path = path_of(export)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.touch(mode=0o600)
    try:
        _fill(draft, str(page.title), sheet.heads(page), _rows(actor, export, sheet, page, ids))
        whole = not _stopped(actor, export)
        if whole:
            draft.replace(path)
        return whole
    finally:
        draft.unlink(missing_ok=True)


def _fill(path: Path, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    options: dict[str, Any] = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with path.open("wb") as file, xlsxwriter.Workbook(file, options) as book:
        cells = book.add_worksheet(title[:31])
        cells.freeze_panes(1, 1)
        cells.set_column(0, len(heads) - 1, 14)
        bold = book.add_format({"bold": True})
        styles = {kind: book.add_format({"num_format": shape}) for kind, shape in SHAPES.items()}
        _put(cells, 0, heads, {str: bold})
        for number, row in enumerate(rows, start=1):
            _put(cells, number, row, styles)


def _put(cells: Any, number: int, values: Sequence[Any], styles: Mapping[type, Any]) -> None:
    for column, value in enumerate(values):
        style = styles.get(type(value))
        if isinstance(value, datetime):
            cells.write_datetime(number, column, value.astimezone(times.ZONE).replace(tzinfo=None), style)
        elif isinstance(value, date):
            cells.write_datetime(number, column, value, style)
        elif isinstance(value, int | float | Decimal):
            cells.write_number(number, column, value, style)
        else:
            cells.write_string(number, column, plain_cell(value), style)


def _rows(actor: Actor, export: Export, sheet: Sheet, page: ListPage, ids: list[int]) -> Iterator[Sequence[Any]]:
    """A scope for each piece: it says how far the work is, and hears whether somebody asked to stop."""
    for start in range(0, len(ids), PIECE):
        piece = ids[start : start + PIECE]
        with scope(actor):
            if not Export.objects.filter(pk=export.pk, stop_asked=False).update(done=export.done, beat=times.now()):
                return
            found = {row.pk: row for row in page.rows().filter(pk__in=piece)}
            texts = list(sheet.cells(page, [found[pk] for pk in piece if pk in found]))
        export.done += len(texts)
        yield from texts


def _stopped(actor: Actor, export: Export) -> bool:
    with scope(actor):
        return Export.objects.filter(pk=export.pk, stop_asked=True).exists()


def _settle(export: Export, state: str) -> None:
    Export.objects.filter(pk=export.pk).update(
        state=state, done=export.done, stop_asked=False, ready_at=times.now() if state == State.READY else None
    )


def fail(organisation_id: int, export_id: int) -> None:
    with scope(actors.system(organisation_id)):
        export = Export.objects.filter(pk=export_id, state__in=Export.AT_WORK).first()
        if export:
            _settle(export, State.FAILED)


def take_up(organisation_id: int) -> None:
    """Those that stand still because their process was killed are begun anew."""
    with scope(actors.system(organisation_id)):
        still = Export.objects.filter(state__in=Export.AT_WORK, beat__lt=times.now() - STANDS_STILL)
        for export in still.select_for_update(skip_locked=True):
            export.state, export.beat = State.QUEUED, times.now()
            export.save(update_fields=["state", "beat"])
            _enqueue(export)


def forget(organisation_id: int) -> None:
    """The file goes after a week; that it was there stays on record."""
    with scope(actors.system(organisation_id)):
        old = Export.objects.filter(state=State.READY, ready_at__lt=times.now() - KEPT_FOR)
        for export in old:
            path_of(export).unlink(missing_ok=True)
        ExportRow.objects.filter(export__in=old).delete()
        old.update(state=State.GONE)


def forget_rows(page: str, row_ids: Iterable[int]) -> None:
    """Rows whose person was erased: spreadsheets that hold them go, and what is still asked for goes without them."""
    rows = ExportRow.objects.filter(export__page=page, row__in=list(row_ids))
    holding = Export.objects.filter(pk__in=rows.values("export"))
    for export in holding.filter(state=State.READY):
        path_of(export).unlink(missing_ok=True)
    holding.filter(state=State.READY).update(state=State.GONE)
    holding.filter(state__in=Export.AT_WORK).update(stop_asked=True)  # it may have written them already
    rows.delete()


def files_with(page: str, row_ids: Iterable[int]) -> int:
    """How many spreadsheets that hold these rows lie here."""
    rows = ExportRow.objects.filter(export__page=page, row__in=list(row_ids))
    return Export.objects.filter(pk__in=rows.values("export"), state=State.READY).count()
