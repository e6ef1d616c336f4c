"""Which leads somebody sees: their own, those in the pool, and with the right all of the store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from qibu.customers.models import Customer
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead, Placement
from qibu.leads.rules import Reason
from qibu.network.models import Staff
from qibu.network.rules import CAPABILITIES, Capability
from qibu.network.selectors import able
from qibu.tasks.models import Task

LATELY_IN_POOL = timedelta(hours=1)  # a page of the pool may stand open so long
SELLING = tuple(role.value for role, granted in CAPABILITIES.items() if Capability.SALES_WORK in granted)


def visible(actor: Actor) -> QuerySet[Lead]:
    """Leads of who was erased are shown to nobody."""
    rows: QuerySet[Lead] = Lead.objects.filter(customer__erased_at__isnull=True)
    if actor.may(Capability.SALES_VIEW_ALL):
        return rows
    if not actor.may(Capability.SALES_VIEW):
        return rows.none()
    return rows.filter(Q(consultant_id=actor.staff_id or 0) | Q(consultant__isnull=True, state=Lead.State.OPEN))


def lead_or_404(actor: Actor, lead_id: int, *, lock: bool = False) -> Lead:
    """Hidden and missing leads look the same."""
    rows = visible(actor).filter(pk=lead_id)
    found = held(rows)[:1] if lock else list(rows.select_related("customer", "next_task", "consultant"))
    if not found:
        raise Http404
    return found[0]


def must_claim(actor: Actor, lead: Lead) -> bool:
    """A lead in the pool is worked on by whoever took it; who shares out work may see to it as it lies there."""
    return lead.living and lead.consultant_id is None and not actor.may(Capability.SALES_ASSIGN)


def held(rows: QuerySet[Lead]) -> list[Lead]:
    """Leads with their next tasks and the people's files, held in this order: tasks, files, leads. Whoever holds a lead
    holds it so, and whoever records a call begins with the task, too: nobody waits for each other in a ring."""
    hold_tasks(rows)
    files = Customer.objects.filter(pk__in=rows.values("customer_id")).order_by("pk")
    list(files.select_for_update().values_list("pk", flat=True))
    return list(rows.select_for_update(of=("self",)).select_related("customer", "next_task").order_by("pk"))


def hold_tasks(rows: QuerySet[Lead]) -> None:
    """The first step, for who takes the others one by one."""
    next_ones = Task.objects.filter(pk__in=rows.values("next_task_id")).order_by("pk")
    list(next_ones.select_for_update().values_list("pk", flat=True))


def hold(actor: Actor, lead_ids: Iterable[int]) -> list[Lead]:
    """Several at once, those that are seen and open."""
    return held(visible(actor).filter(pk__in=list(lead_ids), state=Lead.State.OPEN))


def was_open_to(actor: Actor, now: datetime) -> QuerySet[Lead]:
    """What somebody sees, and what they may have seen in the pool until a colleague was faster: of these they hear who
    it was. Of others they hear nothing, not even that they are there."""
    claimed = Placement.objects.filter(lead=OuterRef("pk"), code=Reason.CLAIMED, at__gt=now - LATELY_IN_POOL)
    seen = Q(pk__in=visible(actor).values("pk"))
    rows: QuerySet[Lead] = Lead.objects.filter(customer__erased_at__isnull=True)
    if not actor.may(Capability.SALES_VIEW):
        return rows.none()
    return rows.filter(seen | Q(Exists(claimed), state=Lead.State.OPEN))


def of_customer(actor: Actor, customer_id: int) -> QuerySet[Lead]:
    """For customers whom the reader was found to see; the open ones first, then the newest."""
    rows = visible(actor).filter(customer_id=customer_id, merged_into__isnull=True)
    rows = rows.select_related("consultant", "next_task")
    return rows.order_by("closed_at", "-received_at", "-pk")


def sellers() -> QuerySet[Staff]:
    """Who works on leads and can be given some."""
    return able().filter(roles__overlap=list(SELLING)).order_by("sort_key", "pk")


def others_of(actor: Actor, lead: Lead) -> list[Lead]:
    """The customer's other leads, as far as the reader sees them."""
    rows = of_customer(actor, lead.customer_id).exclude(pk=lead.pk)
    return list(rows[:10])
