"""A day of sequences: what has a reason to end ends, leads that fit enter, and what is due becomes work of consultants.

Set-based: a day asks the same few questions however many leads there are. Idempotent: planned again it changes nothing,
and a day on which nobody planned is made up for on the next, one piece at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from qibu.contracts.nurturing import NurturingPlanned
from qibu.customers.models import Consent
from qibu.customers.selectors import may_approach
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.nurturing import selectors
from qibu.nurturing.models import Edition, Run, Sending
from qibu.nurturing.rules import End, Step, due_step, is_over
from qibu.nurturing.services import editions, ending, runs, wording
from qibu.nurturing.services.sending import with_token
from qibu.tasks.models import Task
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.services import tasks
from qibu.tasks.services.tasks import Work

STEP = "nurturing.step"
WITHIN = timedelta(hours=6)  # of the store's opening hours: nobody is written to at night
State = Sending.State
Chosen = list[tuple[Run, Step]]


@dataclass
class Planned:
    begun: int = 0
    planned: int = 0
    ended: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.begun or self.planned or self.ended)


def plan(*, actor: Actor, on: date) -> Planned:
    """Let the readers of the journal catch up before. On a day on which the store is closed nothing is sent."""
    actor.require(Capability.SALES_MANAGE)
    with scope(actor):
        runs.one_at_a_time(actor)
        done = Planned(ended=ending.look(actor))
        if calendar_of(actor.organisation_id).is_working_day(on):
            done.begun = _enter(actor, on)
            day = _Day(actor, on)
            done.ended += runs.ended(actor, dict.fromkeys(day.over, End.FINISHED))
            done.planned = _make(actor, day)
        _follow_the_leads(actor)
        if done.anything:
            event = NurturingPlanned(
                on=on.isoformat(), begun=done.begun, planned=done.planned, ended=done.ended
            )
            journal.record(event, actor=actor)
        return done


def _enter(actor: Actor, on: date) -> int:
    """Sequence by sequence: whom the first one takes is busy for the next."""
    number = 0
    for sequence in selectors.sequences_in_use(actor).values():
        found = selectors.entering(actor, sequence, on)
        if found.leads:
            number += len(runs.begun(actor, sequence, Lead.objects.filter(pk__in=found.leads).order_by("pk")))
    return number


class _Day:
    """What is due on a day, chosen from what is read once."""

    def __init__(self, actor: Actor, on: date) -> None:
        self.on, self.rules = on, selectors.rules_of(actor)
        self.sequences, self.pieces = selectors.sequences_in_use(actor), selectors.offered(actor, on)
        going = Run.objects.filter(ended_at__isnull=True).select_related("lead__customer")
        self.going: list[Run] = list(going.order_by("begun_on", "pk"))
        customers = {run.lead.customer_id for run in self.going}
        self.permitted = {
            channel: may_approach(customers, purpose=Consent.Purpose.MARKETING, channel=channel)
            for channel in {one for sequence in self.sequences.values() for one in sequence.channels}
        }
        self.done, self.waiting = self._done()
        self.last = self._last(customers)
        self.prepared = self._prepared(customers)
        self.given = self._given()
        self.over: list[int] = []
        self.chosen: Chosen = []
        for run in self.going:
            self._look(run)

    def _done(self) -> tuple[dict[int, set[str]], set[int]]:
        """What each run has made already, and which wait for their last piece to be sent."""
        rows = Sending.objects.filter(run__ended_at__isnull=True, run__isnull=False)
        done, waiting = dict[int, set[str]](), set[int]()
        for run_id, piece, state in rows.values_list("run_id", "piece", "state"):
            done.setdefault(run_id or 0, set()).add(piece)
            if state == State.WAITING:
                waiting.add(run_id or 0)
        return done, waiting

    def _last(self, customers: Iterable[int]) -> dict[int, datetime]:
        """When each customer was last written to, by whatever sequence or hand."""
        rows = Sending.objects.filter(lead__customer_id__in=list(customers)).exclude(state=State.SKIPPED)
        return dict(rows.order_by().values_list("lead__customer_id").annotate(last=Max("made_at")))

    def _prepared(self, customers: Iterable[int]) -> set[tuple[int, str]]:
        """What waits for each customer already, by whatever lead, sequence or hand."""
        rows = Sending.objects.filter(
            lead__customer_id__in=list(customers), state=State.WAITING, revoked_at__isnull=True
        )
        return set(rows.values_list("lead__customer_id", "piece"))

    def _given(self) -> Counter[int | None]:
        """How much of it each consultant got today already."""
        rows = Task.objects.filter(kind=STEP, created_at__gte=times.start_of(self.on))
        return Counter(rows.values_list("assignee_id", flat=True))

    def _look(self, run: Run) -> None:
        sequence, done = self.sequences.get(run.sequence), self.done.get(run.pk, set())
        if sequence is None or run.pk in self.waiting:
            return

        def may(step: Step) -> bool:
            return step.piece in self.pieces and run.lead.customer_id in self.permitted[step.channel]

        steps = sequence.read_steps
        step = due_step(steps, done, run.begun_on, self.on, may)
        if step is not None and self._free(run, step):
            self.chosen.append((run, step))
            self.prepared.add((run.lead.customer_id, step.piece))
            self.given[run.lead.consultant_id] += 1
            self.last[run.lead.customer_id] = times.now()
        elif step is None and is_over(steps, done, run.begun_on, self.on, may):
            self.over.append(run.pk)

    def _free(self, run: Run, step: Step) -> bool:
        """Not written to of late, nor with this piece on its way; and whoever is to do it has room today."""
        if (run.lead.customer_id, step.piece) in self.prepared:
            return False
        last = self.last.get(run.lead.customer_id)
        rested = last is None or times.day_of(last) + timedelta(days=self.rules.gap_days) <= self.on
        return rested and self.given[run.lead.consultant_id] < self.rules.most_a_day


def _make(actor: Actor, day: _Day) -> int:
    if not day.chosen:
        return 0
    named = {step.piece for _run, step in day.chosen}
    kept = editions.keep(actor, [piece for code, piece in day.pieces.items() if code in named])
    work = tasks.create_many(actor=actor, works=_works(actor, day.chosen, kept))
    rows = [(run, step, kept[step.piece]) for run, step in day.chosen]
    said = wording.words_for(actor, [(run.lead, edition, step.words) for run, step, edition in rows])
    Sending.objects.bulk_create([
        with_token(Sending(
            organisation_id=actor.organisation_id, lead=run.lead, edition=edition, run=run, piece=step.piece,
            channel=step.channel, words=words, made_at=times.now(), task=work.get(_key(run, step)),
        )) for (run, step, edition), words in zip(rows, said, strict=True)
    ])  # fmt: skip
    return len(rows)


def _works(actor: Actor, chosen: Chosen, kept: dict[str, Edition]) -> list[Work]:
    due = calendar_of(actor.organisation_id).add_working_time(times.now(), WITHIN)
    return [
        Work(
            kind=STEP, title=format_lazy(gettext_lazy("发资料：{title}"), title=kept[step.piece].title), due_at=due,
            detail=run.name, customer_id=run.lead.customer_id, assignee_id=run.lead.consultant_id,
            desk=Task.Desk.SALES, facts=_facts(run), key=_key(run, step),
        ) for run, step in chosen
    ]  # fmt: skip


def _facts(run: Run) -> dict[str, Any]:
    return {"lead": run.lead_id, "car": run.lead.car, "seller": run.lead.consultant_id}


def _key(run: Run, step: Step) -> str:
    return f"{STEP}:{run.pk}:{step.piece}"


def _follow_the_leads(actor: Actor) -> None:
    """A lead that went to somebody else since takes its waiting pieces along; what is covered stays covered, and what
    somebody took or was given stays theirs."""
    rows = Sending.objects.filter(
        state=State.WAITING, task__state=Task.State.OPEN, task__covered_for__isnull=True
    )
    moved: dict[int | None, list[int]] = {}
    for task_id, had, has in rows.values_list("task_id", "task__facts__seller", "lead__consultant_id"):
        if had != has and task_id:
            moved.setdefault(has, []).append(task_id)
    people = Staff.objects.filter(left_on__isnull=True).in_bulk([pk for pk in moved if pk])
    for seller, ids in moved.items():
        held = Task.objects.filter(pk__in=ids, state=Task.State.OPEN).select_for_update()
        theirs = list(held.order_by("pk"))
        tasks.hand(actor, theirs, people.get(seller or 0))
        for task in theirs:
            task.facts |= {"seller": seller}
        Task.objects.bulk_update(theirs, ["facts"])
