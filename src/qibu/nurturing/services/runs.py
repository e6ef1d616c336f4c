"""A lead's way through a sequence: begun by its conditions or by hand, ended by its end or by what happens."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404

from qibu.contracts.nurturing import SequenceBegun, SequenceEnded
from qibu.customers.models import Consent
from qibu.customers.selectors import may_approach
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.leads.services.claimed import refuse_unclaimed
from qibu.network.rules import Capability
from qibu.nurturing import selectors, words
from qibu.nurturing.errors import GoesOn, NotInUse, NotPermitted
from qibu.nurturing.models import Run, Sending
from qibu.nurturing.models import Sequence as Row
from qibu.nurturing.rules import End
from qibu.nurturing.services import sending
from qibu.tasks.models import Task
from qibu.tasks.services import tasks

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('nurturing.runs', %s))"


def one_at_a_time(actor: Actor) -> None:
    """Until the transaction ends: whoever begins runs in a store waits for the other."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [actor.organisation_id])


def begin(*, actor: Actor, lead_id: int, sequence: str) -> Run:
    """By hand, whatever its conditions say. Raises `Unclaimed`, `NotInUse`, `GoesOn`, `NotPermitted`."""
    actor.require(Capability.SALES_WORK)
    lead = leads.lead_or_404(actor, lead_id, lock=True)
    refuse_unclaimed(actor, lead)
    one_at_a_time(actor)
    row = selectors.sequences_in_use(actor).get(sequence)
    if row is None or (row.audience == Row.Audience.OPEN) != lead.living:
        raise NotInUse
    going = Run.objects.filter(lead__customer_id=lead.customer_id, ended_at__isnull=True).first()
    if going is not None:
        raise GoesOn(going.name)
    permitted = [
        one for one in row.channels
        if may_approach([lead.customer_id], purpose=Consent.Purpose.MARKETING, channel=one)
    ]  # fmt: skip
    if not permitted:
        raise NotPermitted
    return begun(actor, row, [lead], by_hand=True)[0]


def stop(*, actor: Actor, run_id: int) -> Run:
    """By hand; doing it twice does nothing twice."""
    actor.require(Capability.SALES_WORK)
    found = hold(selectors.runs(actor).filter(pk=run_id))
    if not found:
        raise Http404
    if found[0].going_on:
        ended(actor, {found[0].pk: End.BY_HAND})
    return found[0]


# For acts that have asked -------------------------------------------------------------------------
def hold(rows: QuerySet[Run]) -> list[Run]:
    """For acts that have asked: with the tasks of what waits of them, which come first, as where calls are recorded."""
    waiting = Sending.objects.filter(run__in=rows.values("pk"), state=Sending.State.WAITING)
    held = Task.objects.filter(pk__in=waiting.values("task_id")).order_by("pk")
    list(held.select_for_update().values_list("pk", flat=True))
    return list(rows.select_related("lead").select_for_update(of=("self",)).order_by("pk"))


def begun(actor: Actor, sequence: Row, rows: Iterable[Lead], *, by_hand: bool = False) -> list[Run]:
    """For acts that have asked: the leads go through the sequence from today on."""
    now, today = times.now(), times.today()
    made = Run.objects.bulk_create([
        Run(
            organisation_id=actor.organisation_id, lead=lead, sequence=sequence.code, name=sequence.name,
            begun_on=today, begun_at=now, by_id=actor.staff_id,
        ) for lead in rows
    ])  # fmt: skip
    journal.record_many([SequenceBegun(**run.about(), by_hand=by_hand) for run in made], actor=actor)
    return made


def end_for(actor: Actor, customer_ids: Collection[int], end: End) -> int:
    """For acts that have asked: whatever goes on for these customers ends for one reason."""
    rows = Run.objects.filter(lead__customer_id__in=customer_ids, ended_at__isnull=True)
    return ended(actor, dict.fromkeys((run.pk for run in hold(rows)), end))


def ended(actor: Actor, ends: dict[int, End]) -> int:
    """For acts that have asked: held runs end, each for its reason; what still waits of them isn't sent."""
    if not ends:
        return 0
    now, rows = (
        times.now(),
        list(Run.objects.filter(pk__in=ends, ended_at__isnull=True).select_related("lead")),
    )
    for end in set(ends.values()):
        ids = [row.pk for row in rows if ends[row.pk] == end]
        Run.objects.filter(pk__in=ids).update(ended_at=now, end=end, ended_by_id=actor.staff_id)
    journal.record_many([SequenceEnded(**row.about(), end=ends[row.pk]) for row in rows], actor=actor)
    _drop_waiting(actor, rows, ends)
    return len(rows)


def _drop_waiting(actor: Actor, rows: Sequence[Run], ends: dict[int, End]) -> None:
    waiting = Sending.objects.filter(run__in=rows, state=Sending.State.WAITING)
    found = list(waiting.select_related("lead", "edition").select_for_update(of=("self",)).order_by("pk"))
    for end in {ends[row.run_id or 0] for row in found}:
        some = [row for row in found if ends[row.run_id or 0] == end]
        why = str(words.ENDS[end])
        sending.skipped(actor, some, why)
        tasks.settle(actor=actor, task_ids=[row.task_id for row in some if row.task_id], done=False, note=why)
