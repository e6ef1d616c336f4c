"""What happens to customers may end their leads, or bring them back."""

from __future__ import annotations

from collections.abc import Sequence

from qibu.contracts.customers import HoldPlaced
from qibu.contracts.tasks import ResultUndone
from qibu.customers.models import Hold
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.relay import reader
from qibu.leads.models import Lead
from qibu.leads.services import calls
from qibu.tasks.models import Task


@reader("leads.peace", HoldPlaced, ResultUndone)
def peace(actor: Actor, entries: Sequence[Entry]) -> None:
    """Who wants no calls has no open leads; when the word was a slip and is taken back, they are open again. What
    counts is how things are now, so that reading twice does nothing twice."""
    customers = {entry.customer_id for entry in entries if entry.customer_id}
    held = _held(customers)
    calls.leave_in_peace(actor, held)
    ended = Lead.objects.filter(customer_id__in=customers - held, state=Lead.State.LOST).values("next_task")
    calls.follow_again(actor, Task.objects.filter(pk__in=ended, state=Task.State.OPEN))


def _held(customer_ids: set[int]) -> set[int]:
    rows = Hold.objects.filter(customer_id__in=customer_ids, reach=Hold.Reach.EVERYTHING, lifted_at__isnull=True)
    return set(rows.values_list("customer_id", flat=True))
