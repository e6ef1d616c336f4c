"""The work behind the states: reading a file, checking its rows, loading them. Jobs and the command call it."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Table
from itertools import islice
from typing import Any

from qibu.connect import sheets
from qibu.connect.checks import Checked, Problem, Record, Summary, check_rows
from qibu.connect.mapping import Mapping, guess, reuse
from qibu.connect.models import Difference, Import, SavedMapping
from qibu.connect.services import own_fields, undo
from qibu.connect.services.loading import apply
from qibu.connect.services.loading.sql import Load
from qibu.connect.services.notes import Notes, preview_row
from qibu.connect.services.watching import Stopped, Watch, watching
from qibu.connect.sheets import UnreadableSheet, read_converted
from qibu.connect.storage import Folder
from qibu.contracts.connect import ImportLoaded
from qibu.kernel import faults, journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.jobs import app, once_each
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, Staff
from qibu.network.services import actors
from qibu.vehicles.models import Vehicle

log = logging.getLogger(__name__)
State = Import.State
LOOKED_AT = 300  # first rows by which a sheet is understood
PREVIEWED = 20
PLAN = "qibu.care.jobs.plan_day"


def actor_of(organisation_id: int, import_id: int) -> Actor:
    """Who asked for the import, for the journal; the system, where that person has left or there is none."""
    system = actors.system(organisation_id)
    with scope(system):
        one = Import.objects.get(pk=import_id)
        staff = Staff.objects.filter(pk=one.by_id, left_on=None).first() if one.by_id else None
        return actors.of_staff(staff) if staff else system


def work(*, actor: Actor, import_id: int) -> None:
    """Do what the state of the import asks for; the outcome is its next state."""
    with watching(actor, import_id) as watch:
        with scope(actor):
            one = Import.objects.get(pk=import_id)
        if one.state in WORK:
            guarded(one, watch, WORK[State(one.state)])


def guarded(one: Import, watch: Watch, step: Callable[[Import, Watch], None]) -> None:
    after = State.LOADED if one.state == State.UNDOING else State.FAILED
    try:
        step(one, watch)
    except Stopped:
        stopped = State.LOADED if one.state == State.UNDOING else State.STOPPED
        _settle_now(one, watch.actor, stopped, {"code": "stopped", "facts": {}})
    except UnreadableSheet as error:
        forget_rows(one)
        _settle_now(one, watch.actor, after, {"code": error.code, "facts": error.facts})
    except Exception as error:
        if faults.database_away(error):
            raise  # nobody can be told now: the step is begun anew when it is back
        code = "disk_full" if faults.disk_full(error) else "internal"
        log.exception("import %s failed while %s", one.pk, one.state)
        _settle_now(one, watch.actor, after, {"code": code, "facts": {}})


def _settle_now(one: Import, actor: Actor, state: str, error: dict[str, Any]) -> None:
    with scope(actor):
        settle(one, state, error=error)


def settle(one: Import, state: str, **values: Any) -> None:
    """The step is over: into the next state, unless somebody was faster."""
    if Import.objects.filter(pk=one.pk, state=one.state).update(state=state, stop_asked=False, **values):
        one.state = state
        for name, value in values.items():
            setattr(one, name, value)


def folder_of(one: Import) -> Folder:
    return Folder(one.organisation_id, one.pk)


# --- Reading -----------------------------------------------------------------------------------------------


def read(one: Import, watch: Watch, kind: str = "") -> None:
    """Convert the file in a child process, then guess what its columns mean, or use what was saved for them."""
    _convert(one, watch)
    with scope(watch.actor):
        own = own_fields.labels(one.organisation_id)
    guessed = understand(one, kind, own)
    _need_rows(one, guessed)
    with scope(watch.actor):
        saved = _saved(guessed, kind)
        mapping = reuse(Mapping.from_json(saved.mapping), guessed) if saved else guessed
        settle(one, State.READ, sheet=one.sheet, mapping=mapping.to_json(), kind=mapping.kind)


def _need_rows(one: Import, guessed: Mapping) -> None:
    """A heading alone is as good as an empty file."""
    below = first_rows(one)[guessed.data_row - 1 :]
    if not any(cell is not None for row in below for cell in row):
        raise UnreadableSheet("no_rows")


def _convert(one: Import, watch: Watch) -> None:
    folder = folder_of(one)
    total = one.sheet.get("rows") or 0
    watch.tell("reading", 0, total)
    info = sheets.convert(
        folder.original, folder.private(folder.rows), lambda rows: watch.tell("reading", rows, max(total, rows)),
        sheet=one.sheet.get("chosen") or "",
    )  # fmt: skip
    one.sheet = info.to_json()


def understand(one: Import, kind: str = "", own: Table[str, Sequence[str]] | None = None) -> Mapping:
    """The guess from the first rows."""
    info = sheets.SheetInfo.from_json(one.sheet)
    return guess(first_rows(one), info.merged, kind, own)


def first_rows(one: Import) -> list[sheets.Row]:
    return [cells for _number, cells in islice(read_converted(folder_of(one).rows), LOOKED_AT)]


def _saved(guessed: Mapping, kind: str) -> SavedMapping | None:
    found = SavedMapping.objects.filter(signature=guessed.signature, **({"kind": kind} if kind else {}))
    return found.order_by("-saved_at").first()


# --- Checking ----------------------------------------------------------------------------------------------


def check(one: Import, watch: Watch) -> None:
    """Read every row as loading would, and store nothing but what is wrong and how the first ones look."""
    summary = Summary()
    shown: list[dict[str, Any]] = []
    with Notes(one) as notes:
        for checked, cells in _checked(one, watch, "checking"):
            summary.add(checked)
            notes.take(checked, cells)
            if len(shown) < PREVIEWED and checked.outcome == "loaded":
                shown.append(preview_row(checked))
        notes.keep()
    folder = folder_of(one)
    folder.private(folder.preview).write_text(json.dumps(shown, ensure_ascii=False), "utf-8")
    with scope(watch.actor):
        settle(one, State.CHECKED, counts=counted(summary, notes.codes))


def counted(summary: Summary, codes: dict[str, Counter[str]]) -> dict[str, Any]:
    return {
        "rows": summary.rows, "loaded": summary.loaded, "rejected": summary.rejected, "repeated": summary.repeated,
        "amount_total": str(summary.amount_total), "customers": summary.customers, "vehicles": summary.vehicles,
        "codes": {severity: dict(found.most_common()) for severity, found in codes.items()},
    }  # fmt: skip


def _checked(one: Import, watch: Watch, phase: str) -> Iterator[tuple[Checked, sheets.Row]]:
    """The rows as they are understood, each with its cells."""
    if not folder_of(one).rows.exists():
        _convert(one, watch)
    mapping = Mapping.from_json(one.mapping)
    total = one.sheet.get("rows") or 0
    with scope(watch.actor):
        plates = set(Vehicle.objects.exclude(plate="").values_list("plate", flat=True))
        area, own = _area_code(one.organisation_id), own_fields.readers(one.organisation_id)
    rows, today = _Tap(read_converted(folder_of(one).rows)), times.today()
    for checked in check_rows(one.kind, rows, mapping, plates.__contains__, area_code=area, today=today, own=own):
        watch.tell(phase, checked.row, total)
        yield checked, rows.cells


class _Tap:
    """Lets the rows through and keeps hold of the latest one."""

    def __init__(self, rows: Iterator[tuple[int, sheets.Row]]) -> None:
        self.rows = rows
        self.cells: sheets.Row = []

    def __iter__(self) -> Iterator[tuple[int, sheets.Row]]:
        for number, cells in self.rows:
            self.cells = cells
            yield number, cells


def _area_code(organisation_id: int) -> str:
    """The store's own, for landlines that are written without one."""
    phone = Organisation.objects.values_list("phone", flat=True).get(pk=organisation_id)
    code = phone.strip().partition("-")[0]
    return code if code.isdecimal() and code.startswith("0") and len(code) in (3, 4) else ""


# --- Loading -----------------------------------------------------------------------------------------------


def load(one: Import, watch: Watch) -> None:
    """All rows or none: the state moves in the transaction of the load."""
    summary = Summary()
    with Notes(one, rejects=True) as notes:
        with scope(watch.actor):
            task = Load(watch.actor, one.pk, spoken=own_fields.spoken(one.organisation_id))

        def step(name: str) -> None:
            if name == "done":
                _finish(one, task, summary, notes)
            else:
                watch.tell(name.partition(":")[0], summary.rows)

        task.step = step
        apply.load(
            task, kind=one.kind, records=_records(one, watch, summary, notes), basis=one.basis,
            marketing=one.marketing, evidence=one.evidence,
        )  # fmt: skip
    forget_rows(one)


def _records(one: Import, watch: Watch, summary: Summary, notes: Notes) -> Iterator[tuple[int, Record]]:
    for checked, cells in _checked(one, watch, "staged"):
        summary.add(checked)
        notes.take(checked, cells)
        if checked.outcome == "loaded":
            yield checked.row, checked.record


def _finish(one: Import, task: Load, summary: Summary, notes: Notes) -> None:
    for row, code, value in task.warnings:
        notes.add(Problem(code, "vin", None, row, value, "warn"))
    notes.keep()
    differences = Difference.objects.filter(source_id=one.pk).count()
    counts = counted(summary, notes.codes) | task.counts | {"differences": differences}
    settle(one, State.LOADED, counts=counts, loaded_at=times.now(), error={})
    told = {name: counts[name] for name in ("rows", "loaded", "rejected", "repeated")}
    journal.record(
        ImportLoaded(subject_id=one.pk, kind=one.kind, file_name=one.file_name, **told), actor=task.actor
    )
    plan_the_day(one.organisation_id)


def plan_the_day(organisation_id: int) -> None:
    """Care looks at what is new here, where it is installed."""
    if PLAN in app.tasks:
        once_each(PLAN, [organisation_id])


def take_back(one: Import, watch: Watch) -> None:
    watch.tell("undoing")
    with scope(watch.actor):
        undo.undo(actor=watch.actor, import_id=one.pk)
        plan_the_day(one.organisation_id)
    forget_rows(one)


def forget_rows(one: Import) -> None:
    """What was read of the file is needed only while the import is at work."""
    folder = folder_of(one)
    folder.drop([folder.rows, folder.preview])


WORK: dict[str, Callable[[Import, Watch], None]] = {
    State.READING: read, State.CHECKING: check, State.LOADING: load, State.UNDOING: take_back,
}  # fmt: skip
