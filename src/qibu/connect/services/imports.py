"""The way of an import from state to state, as far as people move it. Each move is a conditional update, so that
of two clicks one counts; the work itself is in `steps` and `undo`."""

from __future__ import annotations

from datetime import timedelta
from typing import IO, Any

from django.core.files import File

from qibu.connect import messages, sheets
from qibu.connect.mapping import Mapping
from qibu.connect.models import Import, SavedMapping
from qibu.connect.services import watching
from qibu.connect.sheets import SheetInfo, UnreadableSheet
from qibu.connect.storage import Folder
from qibu.contracts.network import ListExported
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.jobs import app
from qibu.kernel.scoping import scope
from qibu.network.rules import Capability

State = Import.State
WORK = "qibu.connect.jobs.work"
QUEUED = {"phase": "queued", "done": 0, "total": 0}
PATIENCE = timedelta(seconds=20)  # a step that nobody took up by then: is the worker running?
READY = (State.READ, State.CHECKED, State.STOPPED)  # what may be corrected and checked (again)


class OutOfTurn(Exception):
    """The import is not where this can be done: somebody else moved it, or a click came twice."""


def begin(*, actor: Actor, file: File[Any], name: str) -> Import:
    """Keep an uploaded file. Raises `UnreadableSheet` and keeps nothing when it is no spreadsheet. Not in a scope."""
    actor.require(Capability.IMPORT)
    if file.size > sheets.LIMITS.file_bytes:
        raise UnreadableSheet("too_big", {"bytes": file.size, "limit": sheets.LIMITS.file_bytes})
    with scope(actor):
        one = Import.objects.create(
            organisation_id=actor.organisation_id, file_name=name[-200:], by_id=actor.staff_id, state=State.UPLOADED
        )
    folder = Folder(actor.organisation_id, one.pk)
    try:
        one.digest = folder.keep(file)
        one.sheet = sheets.describe(folder.original).to_json()
    except BaseException:
        folder.remove()
        with scope(actor):
            one.delete()
        raise
    with scope(actor):
        one.save(update_fields=["digest", "sheet"])
    return one


def ask_reading(*, actor: Actor, import_id: int, sheet: str | None = None) -> None:
    """Read the file, or another sheet of it."""
    one = _mine(actor, import_id)
    if one.error.get("code") == "erased":
        raise OutOfTurn
    if sheet is not None:
        info = SheetInfo.from_json(one.sheet)
        if sheet not in info.sheets:
            raise OutOfTurn
        one.sheet["chosen"] = sheet
    _move(one, (State.UPLOADED, *READY, State.FAILED), State.READING, sheet=one.sheet, mapping={}, counts={})


def understand(*, actor: Actor, import_id: int, mapping: Mapping) -> None:
    """What the columns mean, as a person corrected it."""
    one = _mine(actor, import_id)
    _move(one, READY, State.READ, running=False, mapping=mapping.to_json(), kind=mapping.kind, counts={})


def remember(*, actor: Actor, mapping: Mapping, name: str) -> None:
    """Keep the mapping for the next export of the same layout."""
    actor.require(Capability.IMPORT)
    SavedMapping.objects.update_or_create(
        organisation_id=actor.organisation_id, kind=mapping.kind, signature=mapping.signature,
        defaults={
            "name": name[:80], "mapping": mapping.to_json(), "saved_by_id": actor.staff_id, "saved_at": times.now(),
        },
    )  # fmt: skip


def ask_check(*, actor: Actor, import_id: int, basis: str, marketing: bool, evidence: str) -> None:
    """Why the data may be used (PIPL arts. 13, 14) is asked before anything else; then every row is checked."""
    one = _mine(actor, import_id)
    if not one.mapping or messages.missing(Mapping.from_json(one.mapping)):
        raise OutOfTurn
    _move(
        one, READY, State.CHECKING, counts={}, basis=basis, marketing=marketing, evidence=evidence[:200]
    )  # fmt: skip


def ask_load(*, actor: Actor, import_id: int) -> None:
    _move(_mine(actor, import_id), (State.CHECKED,), State.LOADING)


def ask_undo(*, actor: Actor, import_id: int) -> None:
    _move(_mine(actor, import_id), (State.LOADED,), State.UNDOING)


def ask_stop(*, actor: Actor, import_id: int) -> None:
    one = _mine(actor, import_id)
    if not Import.objects.filter(pk=one.pk, state__in=Import.RUNNING).update(stop_asked=True):
        raise OutOfTurn


def ask_again(*, actor: Actor, import_id: int) -> None:
    """Begin the step anew that was interrupted, stopped or failed."""
    one = _mine(actor, import_id)
    if watching.at_work(import_id) or one.error.get("code") == "erased":
        raise OutOfTurn
    wanted = one.state if one.state in Import.RUNNING else one.progress.get("step", State.READING)
    _move(one, (*Import.RUNNING, State.STOPPED, State.FAILED), wanted)


def drop(*, actor: Actor, import_id: int) -> None:
    """Forget an import of which nothing was loaded, with its files."""
    one = _mine(actor, import_id)
    states = (State.UPLOADED, State.READ, State.CHECKED, State.STOPPED, State.FAILED)
    if one.state not in states:
        raise OutOfTurn
    one.delete()
    Folder(actor.organisation_id, import_id).remove()


def take_rejects(*, actor: Actor, import_id: int) -> IO[bytes]:
    """The rows that were not loaded, as they came: with numbers in full, so that taking them is in the audit trail."""
    one = _mine(actor, import_id)
    event = ListExported(what="rejects", rows=one.counts["rejected"], purpose=one.file_name)
    journal.record(event, actor=actor)
    return Folder(one.organisation_id, one.pk).rejected.open("rb")


def _mine(actor: Actor, import_id: int) -> Import:
    actor.require(Capability.IMPORT)
    return Import.objects.select_for_update().get(pk=import_id)


def _move(one: Import, before: tuple[str, ...], after: str, *, running: bool = True, **values: Any) -> None:
    if one.state not in before:
        raise OutOfTurn
    late = (times.now() + PATIENCE).isoformat()
    begun = {"progress": QUEUED | {"step": str(after), "late": late}, "stop_asked": False, "error": {}}
    fresh = begun if running else {"error": {}}
    Import.objects.filter(pk=one.pk).update(state=after, **fresh, **values)
    if running:
        enqueue(one.organisation_id, one.pk)


def enqueue(organisation_id: int, import_id: int) -> None:
    """In the running transaction, so that the job exists exactly when the new state does."""
    app.configure_task(WORK).defer(organisation_id=organisation_id, import_id=import_id)
