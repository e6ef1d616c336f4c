"""An organisation's own ladders, over those it inherits. What is overdue already climbs by the new one at once, here
and below; who was told stays told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from procrastinate.types import JSONValue

from qibu.contracts.tasks import LadderChanged
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.jobs import app
from qibu.kernel.meanwhile import merged
from qibu.network.inheritance import heirs, hold
from qibu.network.rules import Capability
from qibu.network.words import LADDERS
from qibu.tasks.models import Rung
from qibu.tasks.rules import MANAGERS, MOST_ESCALATIONS, SUPERIOR, faults
from qibu.tasks.selectors import ladders as reads
from qibu.tasks.services import ladder
from qibu.tasks.services.errors import NotAllowedNow, NotYours, Problem

LOOK_AGAIN = "tasks.look_again"
Written = Mapping[str, Sequence[Any]]  # "1" … "3" → [working minutes, roles], or []


def set_ladder(*, actor: Actor, key: str, rungs: Written, seen: Written | None = None) -> None:
    """`seen` are the rungs that stood in the form when it was opened; raises `Disputed`."""
    living = _locked(actor, key)
    now = living.stored()
    wanted = merged(seen=seen, mine={number: list(rungs.get(number, [])) for number in now}, now=now)
    steps = [wanted[number] for number in sorted(wanted)]
    if faults([(step[0], step[1]) if step else (None, ()) for step in steps]) or not _known(steps):
        raise NotAllowedNow(Problem.LADDER_BROKEN)
    changes = tuple(f"rung{number}" for number in sorted(wanted) if wanted[number] != now[number])
    if living.own and not changes:
        return
    _own(actor, key).delete()
    Rung.objects.bulk_create(
        Rung(organisation_id=actor.organisation_id, ladder=key, order=order, after_minutes=step[0], roles=step[1])
        for order, step in enumerate(filter(None, steps), 1)
    )
    journal.record(LadderChanged(ladder=key, changes=changes or ("own",)), actor=actor)
    _reach(actor, key)


def inherit_again(*, actor: Actor, key: str) -> bool:
    """The organisation's own ladder goes; gives whether there was one."""
    _locked(actor, key)
    gone, _details = _own(actor, key).delete()
    if gone:
        journal.record(LadderChanged(ladder=key, changes=("inherited",)), actor=actor)
        _reach(actor, key)
    return bool(gone)


def _reach(actor: Actor, key: str) -> None:
    """Here now, below in the background: where a store has a ladder of its own, looking again changes nothing."""
    ladder.look_again(actor=actor, kind=key, now=times.now())
    if below := heirs(actor.organisation_id):
        asked: list[dict[str, JSONValue]] = [{"organisation_id": number, "kind": key} for number in below]
        app.tasks[LOOK_AGAIN].batch_defer(*asked)


def _locked(actor: Actor, key: str) -> reads.Ladder:
    actor.require(Capability.ORGANISATION_MANAGE)
    if key not in LADDERS:
        raise NotYours
    hold(actor)
    return reads.ladder(actor.organisation_id, key)


def _own(actor: Actor, key: str) -> Any:
    return Rung.objects.filter(organisation_id=actor.organisation_id, ladder=key)


def _known(steps: Collection[Sequence[Any]]) -> bool:
    """Told are those who lead others, and whom the person answers to."""
    return len(steps) <= MOST_ESCALATIONS and all(set(step[1]) <= MANAGERS | {SUPERIOR} for step in steps if step)
