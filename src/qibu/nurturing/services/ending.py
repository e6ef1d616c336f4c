"""Sequences end by themselves: what customers did, said and refused is read off the journal and the files, for as many
leads as are asked about in the same few questions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef

from qibu.contracts.drives import DriveBooked
from qibu.contracts.leads import LeadStageChanged, LeadTouched
from qibu.contracts.quotes import QuoteAccepted, QuoteAnswered
from qibu.contracts.showroom import VisitorCame
from qibu.contracts.tasks import TaskTried
from qibu.customers.models import Consent
from qibu.customers.selectors import may_approach
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.leads.models import Lead
from qibu.nurturing import selectors
from qibu.nurturing.models import Run, Sending
from qibu.nurturing.models import Sequence as Row
from qibu.nurturing.rules import End, Facts, Happened, ended_by
from qibu.nurturing.services import runs, sending
from qibu.tasks.models import Task

REACHED = Task.Outcome.REACHED.value
STAGES = {"visited": End.VISITED, "driven": End.DROVE, "ordered": End.ORDERED}
# What of a customer's history is an answer; some only when it says so.
ANSWERS = (LeadTouched, LeadStageChanged, TaskTried, VisitorCame, DriveBooked, QuoteAnswered, QuoteAccepted)


def look(actor: Actor, customer_ids: Collection[int] | None = None) -> int:
    """For acts that have asked: ends the runs that have a reason to, and drops what was prepared by hand for whoever
    wants nothing any more; of these customers, or of all. Gives how many runs."""
    rows = Run.objects.filter(ended_at__isnull=True)
    if customer_ids is not None:
        rows = rows.filter(lead__customer_id__in=list(customer_ids))
    going = runs.hold(rows)
    number = runs.ended(actor, _reasons(actor, going)) if going else 0
    sending.drop_unpermitted(actor, customer_ids)
    return number


def _reasons(actor: Actor, going: list[Run]) -> dict[int, End]:
    customers = {run.lead.customer_id for run in going}
    happened, sequences = (
        _happened(customers, min(run.begun_at for run in going)),
        selectors.sequences_in_use(actor),
    )
    permitted, seen, found = _permitted(customers, sequences), set[int](), dict[int, End]()
    for run in going:
        sequence, customer = sequences.get(run.sequence), run.lead.customer_id
        for_open = sequence.audience == Row.Audience.OPEN if sequence else run.lead.living
        facts = Facts(
            open=run.lead.living, won=run.lead.state == Lead.State.WON, in_use=sequence is not None,
            permitted=any(customer in permitted[channel] for channel in sequence.channels) if sequence else True,
            double=customer in seen,
        )  # fmt: skip
        end = ended_by(for_open, run.begun_at, facts, happened.get(customer, ()))
        if end is not None:
            found[run.pk] = end
        else:
            seen.add(customer)
    return found


def _permitted(customers: Collection[int], sequences: dict[str, Row]) -> dict[str, set[int]]:
    channels = {channel for one in sequences.values() for channel in one.channels}
    marketing = Consent.Purpose.MARKETING
    return {channel: may_approach(customers, purpose=marketing, channel=channel) for channel in channels}


def _happened(customers: Collection[int], since: datetime) -> dict[int, list[Happened]]:
    """What they did since, off the time line; a call about a piece of ours is no word of theirs, and what was taken
    back didn't happen."""
    rows = Entry.objects.filter(
        customer_id__in=list(customers),
        timeline=True,
        at__gt=since,
        at__lte=times.now(),
        type__in=[one.name for one in ANSWERS],
    )
    rows = rows.exclude(Exists(Entry.objects.filter(retracts_id=OuterRef("pk"))))
    ours = Sending.objects.filter(lead__customer_id__in=list(customers), task__isnull=False)
    tasks = set(ours.values_list("task_id", flat=True))
    found: dict[int, list[Happened]] = {}
    for entry in rows.only("type", "at", "customer_id", "subject_id", "data"):
        end = None if entry.type == TaskTried.name and entry.subject_id in tasks else _end_of(entry)
        if end is not None and entry.customer_id is not None:
            found.setdefault(entry.customer_id, []).append(Happened(end, entry.at))
    return found


def _end_of(entry: Entry) -> End | None:
    if entry.type == LeadStageChanged.name:
        return STAGES.get(entry.data["stage"])
    if entry.type == TaskTried.name:
        return End.SPOKE if entry.data["outcome"] == REACHED else None
    plain = {
        LeadTouched.name: End.CAME_AGAIN, VisitorCame.name: End.VISITED, DriveBooked.name: End.DROVE,
        QuoteAnswered.name: End.REPLIED, QuoteAccepted.name: End.REPLIED,
    }  # fmt: skip
    return plain[entry.type]
