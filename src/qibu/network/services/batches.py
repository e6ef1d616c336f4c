"""Acts on many rows: begun, done piece by piece, stopped, taken back.

The rows are fixed when the act begins. A piece and what it leaves in the book are one transaction, so that after a
crash the act goes on behind the last piece; few rows are done at once, in the request that asked.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from qibu.contracts.network import BatchEnded
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.jobs import app
from qibu.kernel.scoping import scope
from qibu.network import selectors
from qibu.network.batches import DEEDS, Args, Deed
from qibu.network.models import BatchAct, BatchRow, Staff
from qibu.network.services import actors, fixed_rows

State, RowState = BatchAct.State, BatchRow.State
WORK = "qibu.network.jobs.batch"
AT_ONCE = 200  # so many rows are done while the person waits
PIECE = 500
UNDO_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=60)
STANDS_STILL = timedelta(minutes=2)


class OutOfTurn(Exception):
    """The act is not where this can be done: it has ended, or somebody was faster."""


def begin(*, actor: Actor, kind: str, rows: QuerySet[Any], args: Args, back: str = "") -> BatchAct:
    """Fix the rows and do it, or, where they are many, leave it to the background."""
    deed = DEEDS[kind]
    actor.require(deed.capability)
    if actor.staff_id is None:
        raise PermissionRefused(deed.capability)
    act: BatchAct = BatchAct.objects.create(
        organisation_id=actor.organisation_id, kind=kind, args=dict(args), by_id=actor.staff_id,
        acting_id=actor.staff_id, back=back[:1000],
    )  # fmt: skip
    act.total = fixed_rows.fix(BatchRow, "act", act, rows, state=RowState.WAITING)
    if act.total > AT_ONCE:
        act.save(update_fields=["total"])
        enqueue(act)
    else:
        act.state = State.RUNNING
        _do(actor, act, deed)
        _end(actor, act, State.DONE)
    return act


def enqueue(act: BatchAct) -> None:
    """In the running transaction, so that the job exists exactly when the act does."""
    app.configure_task(WORK).defer(organisation_id=act.organisation_id, act_id=act.pk)


def work(*, actor: Actor, act_id: int) -> None:
    """The act, piece by piece, until it has ended. Not in a scope."""
    while True:
        with scope(actor):
            act = BatchAct.objects.select_for_update().filter(pk=act_id, state__in=BatchAct.AT_WORK).first()
            if act is None or not _piece(actor, act):
                return


def _piece(actor: Actor, act: BatchAct) -> bool:
    """One piece; whether there is more to do."""
    deed = DEEDS[act.kind]
    if act.state == State.UNDOING:
        more = _undo(actor, act, deed)
        return more or _end(actor, act, State.UNDONE)
    if act.stop_asked:
        return _end(actor, act, State.STOPPED)
    act.state = State.RUNNING
    return _do(actor, act, deed) or _end(actor, act, State.DONE)


def _do(actor: Actor, act: BatchAct, deed: Deed) -> bool:
    ids = _next(act, RowState.WAITING)
    if not ids:
        return False
    before = deed.do(actor, ids, act.args)
    BatchRow.objects.filter(act=act, row__in=ids).update(state=RowState.SAME)
    changed = list(BatchRow.objects.filter(act=act, row__in=list(before)))
    for row in changed:
        row.state, row.before = RowState.CHANGED, before[row.row]
    BatchRow.objects.bulk_update(changed, ["state", "before"])
    act.done, act.changed, act.beat = act.done + len(ids), act.changed + len(changed), times.now()
    act.save(update_fields=["state", "total", "done", "changed", "beat"])
    return True


def _undo(actor: Actor, act: BatchAct, deed: Deed) -> bool:
    ids = _next(act, RowState.CHANGED)
    if not ids:
        return False
    rows = BatchRow.objects.filter(act=act, row__in=ids)
    back = deed.undo(actor, dict(rows.values_list("row", "before")), act.args)
    rows.update(state=RowState.KEPT)
    rows.filter(row__in=back).update(state=RowState.RESTORED)
    act.restored, act.done, act.beat = act.restored + len(back), act.done + len(ids), times.now()
    act.save(update_fields=["restored", "done", "beat"])
    return True


def _next(act: BatchAct, state: str) -> list[int]:
    rows = BatchRow.objects.filter(act=act, state=state).order_by("row")
    return list(rows.values_list("row", flat=True)[:PIECE])


def _end(actor: Actor, act: BatchAct, state: str) -> bool:
    act.state, act.stop_asked, act.ended_at = state, False, times.now()
    act.save(update_fields=["state", "total", "stop_asked", "ended_at"])
    deed = json.dumps({"kind": act.kind, "args": act.args}, ensure_ascii=False)
    event = BatchEnded(
        subject_id=act.pk, deed=deed, state=str(state), rows=act.total,
        changed=act.restored if state == State.UNDONE else act.changed,
    )  # fmt: skip
    journal.record(event, actor=actor)
    return False


def stop(*, actor: Actor, act_id: int) -> None:
    """What is done stays done, and can be taken back; the rest is left."""
    act = _locked(actor, act_id)
    if act.state not in (State.QUEUED, State.RUNNING):
        raise OutOfTurn
    BatchAct.objects.filter(pk=act.pk).update(stop_asked=True)


def undo(*, actor: Actor, act_id: int) -> BatchAct:
    """Put back what nobody changed since."""
    act = _locked(actor, act_id)
    actor.require(DEEDS[act.kind].capability)
    if not may_undo(act):
        raise OutOfTurn
    act.state, act.done, act.total, act.acting_id = State.UNDOING, 0, act.changed, actor.staff_id or act.by_id
    act.save(update_fields=["state", "done", "total", "acting"])
    if act.changed > AT_ONCE:
        enqueue(act)
    else:
        while _piece(actor, act):
            pass
    return act


def actor_of(organisation_id: int, act_id: int) -> Actor:
    """Who is at it, for the background; the system where that person has left."""
    system = actors.system(organisation_id)
    with scope(system):
        person = Staff.objects.filter(pk__in=BatchAct.objects.filter(pk=act_id).values("acting"), left_on=None).first()
        return actors.of_staff(person, selectors.security_policy()) if person else system


def take_up(organisation_id: int) -> None:
    """Acts that stand still because their process was killed go on behind their last piece."""
    with scope(actors.system(organisation_id)):
        still = BatchAct.objects.filter(state__in=BatchAct.AT_WORK, beat__lt=times.now() - STANDS_STILL)
        for act in still.select_for_update(skip_locked=True):
            act.beat = times.now()
            act.save(update_fields=["beat"])
            enqueue(act)


def may_undo(act: BatchAct) -> bool:
    """For a week, once, where something was changed."""
    ended = act.state in (State.DONE, State.STOPPED, State.FAILED) and act.changed > 0
    return ended and times.now() - act.at < UNDO_FOR


def forget(organisation_id: int) -> None:
    """What stood in the rows is kept for two months; that the act was done stays in the journal."""
    with scope(actors.system(organisation_id)):
        BatchAct.objects.filter(at__lt=times.now() - KEPT_FOR).exclude(state__in=BatchAct.AT_WORK).delete()


def fail(*, actor: Actor, act_id: int) -> None:
    """A piece could not be done: those before it stay, and can be taken back."""
    with scope(actor):
        act = BatchAct.objects.select_for_update().filter(pk=act_id, state__in=BatchAct.AT_WORK).first()
        if act:
            _end(actor, act, State.FAILED)


def _locked(actor: Actor, act_id: int) -> BatchAct:
    """Who began it, or who leads; nobody else knows of it."""
    if selectors.batch_act(actor, act_id) is None:
        raise Http404
    return BatchAct.objects.select_for_update().get(pk=act_id)
